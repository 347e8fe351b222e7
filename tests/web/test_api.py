"""The JSON API: what it tells, what it does, and to whom."""

import json
from typing import Any, cast

import pytest
from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.db.roles import Role
from storywake.jobs.assess import assess
from storywake.jobs.users import new_token
from storywake.jobs.watch import watch_seed
from storywake.web.app import build

from .signing import browser, signed_in, with_users

API = "/api/v1"


@pytest.fixture
def story(engine: Engine, settings: Settings) -> str:
    found = watch_seed(engine, settings, "moscow-times")
    assess(engine, found)
    return found.slug


@pytest.fixture
def app(engine: Engine, settings: Settings, story: str) -> Starlette:
    return build(engine, settings.model_copy(update={"platforms": ["web"], "coverage": False}))


@pytest.fixture
def desk(app: Starlette) -> TestClient:
    return browser(app)


def program(app: Starlette, engine: Engine, name: str, role: Role | None = None) -> TestClient:
    client = browser(app)
    client.headers["Authorization"] = f"Bearer {new_token(engine, name, 'tests', role)}"
    return client


def refused(answer: Any, status: int) -> bool:
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(told) == {"type", "title", "status", "detail"} and told["status"] == answer.status_code
    return bool(answer.status_code == status)


def test_stories_and_all_that_is_known_of_one_are_told(desk: TestClient, story: str) -> None:
    (listed,) = desk.get(f"{API}/stories").json()
    assert listed["slug"] == story
    told = desk.get(f"{API}/stories/{story}").json()
    assert told["claims"] and sum(told["reactions"].values()) == listed["reactions"]
    for view in ("articles", "people", "changes", "remarks"):
        page = desk.get(f"{API}/stories/{story}/{view}", params={"size": 2}).json()
        assert len(page["items"]) <= 2 and page["page"] == 1
    people = desk.get(f"{API}/stories/{story}/people").json()["items"]
    assert "Lawrence Freedman" in {row["person"] for row in people}
    assert refused(desk.get(f"{API}/stories/none"), 404)
    assert refused(desk.get(f"{API}/none"), 404)
    assert refused(desk.delete(f"{API}/stories"), 405)


def test_reactions_answer_the_same_question_as_the_list(desk: TestClient, story: str) -> None:
    address: str | None = f"{API}/stories/{story}/reactions?size=2&sort=old"
    seen: list[int] = []
    while address:
        page = desk.get(address).json()
        seen += [row["reaction_id"] for row in page["items"]]
        address = page["next"]
    rows = desk.get(f"/story/{story}/reactions.json?sort=old").json()
    assert seen == [row["reaction_id"] for row in rows] and len(seen) == page["total"] > 2
    (one, *_) = desk.get(f"{API}/stories/{story}/reactions?platform=x").json()["items"]
    assert one["platform"] == "x" and one["deleted"] is False
    for wrong in ("platform=none", "page=0", "size=1000", "size=x", "nothing=1", "unclear=perhaps", "q=%00"):
        assert refused(desk.get(f"{API}/stories/{story}/reactions?{wrong}"), 400), wrong


def test_saved_questions_are_asked_by_name(desk: TestClient, story: str) -> None:
    names = [one["name"] for one in desk.get(f"{API}/questions").json()]
    assert "first" in names
    told = desk.get(f"{API}/questions/first", params={"story": story}).json()
    assert told["rows"] and len(told["columns"]) == len(told["rows"][0])
    assert told["note"] is None
    unknown = desk.get(f"{API}/questions/first", params={"story": "none-such"}).json()
    assert unknown["rows"] == [] and unknown["note"] == f"no story 'none-such'; there are: {story}"
    assert refused(desk.get(f"{API}/questions/first", params={"storry": story}), 400)
    assert refused(desk.get(f"{API}/questions/none"), 404)


def test_a_label_is_set_and_taken_back(app: Starlette, engine: Engine, story: str) -> None:
    with_users(engine)
    ann = program(app, engine, "ann")
    reaction = ann.get(f"{API}/stories/{story}/reactions").json()["items"][0]["reaction_id"]
    done = ann.post(f"{API}/labels", json={"reaction_id": reaction, "stance": "deny"})
    assert done.json() == {"reaction_id": reaction, "stance": "deny", "analyst": "ann"}
    (label,) = ann.get(f"{API}/stories/{story}/labels").json()["labels"]
    assert (label["stance"], label["analyst"]) == ("deny", "ann")
    assert ann.post(f"{API}/labels", json={"reaction_id": reaction, "stance": None}).status_code == 200
    assert ann.get(f"{API}/stories/{story}/labels").json()["labels"] == []


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"reaction_id": 1}', b'{"reaction_id": true, "stance": "deny"}',
        b'{"reaction_id": 99999999999999999999, "stance": "deny"}', b'{"reaction_id": 1, "stance": "hate"}',
        b'{"reaction_id": 1, "stance": "deny", "claim": "\\ud800"}', b'{"reaction_id": 1, "stance": "deny", "more": 1}',
        b'{"reaction_id": 1, "stance": "deny", "claim": "none"}', b'{"reaction_id": 1' + b"0" * 5000 + b"}", b"\xff\xfe",
    ],
)  # fmt: skip
def test_a_label_that_is_none_is_refused_in_words(desk: TestClient, sent: bytes) -> None:
    answer = desk.post(f"{API}/labels", content=sent, headers={"Content-Type": "application/json"})
    assert refused(answer, 400)


def test_a_story_is_added(app: Starlette, desk: TestClient) -> None:
    sent = {"what": "The ferry was late. Nobody knows why.", "claims": ["It was late."], "slug": "ferry"}
    assert desk.post(f"{API}/watch", json=sent).json()["slug"] == "ferry"
    app.state.passes.finish()
    assert refused(desk.post(f"{API}/watch", json=sent), 400)
    for wrong in (
        {},
        {"what": 1},
        {"what": "a", "claims": "b"},
        {"what": "a", "claims": [1]},
        {"what": "a", "claims": ["\ud800"]},
        {"what": ""},
    ):
        content = json.dumps(wrong).encode()
        assert refused(desk.post(f"{API}/watch", content=content, headers={"Content-Type": "application/json"}), 400), (
            wrong
        )


def test_a_token_may_do_what_both_it_and_its_user_may(app: Starlette, engine: Engine, story: str) -> None:
    with_users(engine)
    sent = {"reaction_id": 1, "stance": "deny"}
    reading = program(app, engine, "ada", Role.READER)
    assert reading.get(f"{API}/stories").status_code == 200
    assert refused(reading.post(f"{API}/labels", json=sent), 403)
    ada = program(app, engine, "ada")
    assert ada.post(f"{API}/labels", json=sent).status_code == 200
    with engine.begin() as connection:
        connection.execute(text("UPDATE user_account SET role = 'reader' WHERE name = 'ada'"))
    assert refused(ada.post(f"{API}/labels", json=sent), 403)
    assert ada.get("/").status_code == 401, "a token opens no page"
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM user_token"))
    answer = ada.get(f"{API}/stories")
    assert refused(answer, 401) and answer.headers["www-authenticate"] == "Bearer"


def test_without_a_token_only_this_machine_writes_and_no_other_site(
    app: Starlette, engine: Engine, desk: TestClient
) -> None:
    sent = {"reaction_id": 1, "stance": "deny"}
    assert desk.post(f"{API}/labels", json=sent).status_code == 200
    plain = {"Content-Type": "text/plain"}
    assert refused(desk.post(f"{API}/labels", content=json.dumps(sent), headers=plain), 403)
    assert refused(desk.post(f"{API}/labels", json=sent, headers={"Origin": "https://evil.example"}), 403)
    assert refused(desk.post(f"{API}/labels", json=sent, headers={"Sec-Fetch-Site": "cross-site"}), 403)
    assert refused(desk.post(f"{API}/watch", json={"what": "a" * 3_000_000}), 413)
    with_users(engine)
    assert refused(desk.post(f"{API}/labels", json=sent), 401)
    ann = signed_in(app, "ann")
    assert ann.get(f"{API}/stories").status_code == 200, "one's browser may read"
    assert refused(ann.post(f"{API}/labels", json=sent), 403), "and not write"


def test_the_machine_is_watched(app: Starlette, engine: Engine, desk: TestClient) -> None:
    assert desk.get("/healthz").json() == {"alive": True, "database": True, "last_pass_seconds": None}
    words = desk.get("/metrics").text
    assert 'storywake_reactions{platform="x"} ' in words and "storywake_looks_due " in words
    assert "storywake_assessed_last_hour 0" in words and "storywake_look_lag_seconds" in words
    assert "storywake_workers" not in words, "one process does all"
    with_users(engine)
    assert desk.get("/healthz").status_code == 200
    assert desk.get("/metrics").status_code == 401
    assert program(app, engine, "rea").get("/metrics").status_code == 200
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE job_run RENAME TO job_ran"))
    assert (desk.get("/healthz").status_code, desk.get("/healthz").json()["database"]) == (503, False)


@pytest.mark.slow
def test_the_api_is_as_its_description_says(app: Starlette) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="the group heavy is not installed")
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.python.asgi import ASGIClient
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    found = schemathesis.openapi.from_dict(browser(app).get(f"{API}/openapi.json").json())
    client = ASGIClient(cast(Any, app), base_url="http://localhost")
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    asked = 0
    for result in found.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=15,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any) -> None:
            case.call_and_validate(base_url="http://localhost", session=client, checks=checks)

        ask()
        asked += 1
    assert asked == len(list(found.get_all_operations())) > 10
