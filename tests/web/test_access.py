"""Who may do what, and that another site cannot post here through somebody's browser."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.web.access import Role, needs, posted, visitor
from storywake.web.app import build

from .signing import browser as new_browser
from .signing import csrf_of, signed_in, with_users


def keep(request: Request) -> Response:
    return PlainTextResponse(f"{visitor(request).name} {posted(request).get('what')}")


@pytest.fixture
def app(engine: Engine, settings: Settings) -> Starlette:
    found = build(engine, settings)
    found.router.routes.append(Route("/keep", needs(Role.ANALYST, keep, most=1000), methods=["POST"]))
    return found


@pytest.fixture
def browser(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def token(app: Starlette) -> str:
    return str(app.state.doors.csrf(""))


def test_every_route_says_whom_it_needs(app: Starlette) -> None:
    routes = [route for route in app.routes if not isinstance(route, Mount)]
    unsaid = [route for route in routes if isinstance(route, Route) and not hasattr(route.endpoint, "needs")]
    assert len(routes) > 5 and unsaid == []


def named(app: Starlette) -> list[tuple[Route, Role | None]]:
    """Each route with the role that it needs; None where it is open."""
    return [(route, vars(route.endpoint)["needs"]) for route in app.routes if isinstance(route, Route)]


def test_what_is_open_and_what_is_an_admins_is_known_by_name(app: Starlette) -> None:
    of = {needed: {route.path for route, told in named(app) if told is needed} for needed in (None, Role.ADMIN)}
    assert of[None] == {"/login", "/webmention", "/unsubscribe/{token}", "/mail/{token}", "/healthz"}
    assert of[Role.ADMIN] == {"/users"}
    writing = [(route.path, told) for route, told in named(app) if "POST" in (route.methods or ()) and told]
    readers = {path for path, told in writing if told is Role.READER}
    assert readers == {"/logout", "/tokens", "/sql", "/sql.{form}"}, "a reader writes nothing of a story"


def test_each_role_is_refused_what_is_not_its_own(engine: Engine, app: Starlette) -> None:
    with_users(engine)
    visitors = {role: signed_in(app, name) for role, name in zip(Role, ("rea", "ann", "ada"), strict=True)}
    csrf = {role: csrf_of(client.get("/tokens").text) for role, client in visitors.items()}
    nobody = new_browser(app)
    for route, needed in named(app):
        if needed is None:
            continue
        path = re.sub(r"{\w+:(?:int|row)}", "1", route.path)
        path = re.sub(r"{\w+}", "svg", path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            assert nobody.request(method, path).status_code == 401, path
            for role, client in visitors.items():
                if not role.covers(needed):
                    answer = client.request(method, path, headers={"X-CSRF-Token": csrf[role]})
                    assert answer.status_code == 403, (role, method, path)
                elif method == "GET":
                    assert client.get(path).status_code not in (401, 403, 500), (role, path)
                elif "/api/" not in path:
                    assert client.post(path).status_code == 403, ("without the form's token", path)


def test_who_is_refused_still_sees_who_they_are_and_is_offered_nothing_more(engine: Engine, app: Starlette) -> None:
    with_users(engine)
    answer = signed_in(app, "rea").get("/users", headers={"Accept": "text/html"})
    assert (answer.status_code, "rea, reader" in answer.text, "Sign out" in answer.text) == (403, True, True)
    assert "/users" not in answer.text


def test_at_this_machine_one_needs_no_password(browser: TestClient, token: str) -> None:
    assert browser.get("/").status_code == 200
    answer = browser.post("/keep", data={"csrf": token, "what": "a label"})
    assert (answer.status_code, answer.text) == (200, "analyst a label")


def test_a_script_may_send_the_token_as_a_header(browser: TestClient, token: str) -> None:
    assert browser.post("/keep", headers={"X-CSRF-Token": token}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_post_even_with_the_token(
    browser: TestClient, token: str, headers: dict[str, str]
) -> None:
    assert browser.post("/keep", data={"csrf": token}, headers=headers).status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/keep", data={"csrf": token}, headers=own).status_code == 200


@pytest.mark.parametrize("told", [None, "", "0" * 64, "ä", "a\nb"])
def test_a_form_without_its_token_is_refused(browser: TestClient, told: str | None) -> None:
    answer = browser.post("/keep", data={} if told is None else {"csrf": told})
    assert answer.status_code == 403
    assert re.search("load the page again", answer.text)


def test_a_body_that_is_too_long_is_refused(browser: TestClient, token: str) -> None:
    assert browser.post("/keep", data={"csrf": token, "what": "a" * 1000}).status_code == 413
    pieces = (b"a" * 100 for _ in range(20))
    assert browser.post("/keep", content=pieces).status_code == 413


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}, {"Via": "1.1 p"}]
)
def test_what_a_proxy_hands_on_does_not_come_from_this_machine(browser: TestClient, headers: dict[str, str]) -> None:
    assert browser.get("/", headers=headers).status_code == 401


def test_another_name_or_address_is_not_this_machine(engine: Engine, settings: Settings) -> None:
    chosen = settings.model_copy(update={"serve_hosts": ["wake.example"]})
    assert TestClient(build(engine, chosen), base_url="http://wake.example").get("/").status_code == 401
    for host in ("0.0.0.0", "::", "192.0.2.7"):
        assert TestClient(build(engine, settings, host), base_url="http://localhost").get("/").status_code == 401
    for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost"):
        assert TestClient(build(engine, settings, host), base_url="http://localhost").get("/").status_code == 200


def test_a_route_that_says_nothing_is_an_admins(engine: Engine, settings: Settings) -> None:
    from storywake.web.access import classified

    (route,) = classified([Route("/new", lambda request: PlainTextResponse("in"))])
    assert isinstance(route, Route) and vars(route.endpoint)["needs"] is Role.ADMIN
