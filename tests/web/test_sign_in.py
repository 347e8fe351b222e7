"""Signing in: sessions that cannot be fixed or reused, and attempts that are slowed."""

import pytest
from sqlalchemy import Engine, text
from starlette.applications import Starlette

from storywake.collector.settings import Settings
from storywake.jobs.users import mark_of
from storywake.web.app import build

from .signing import PASSWORD, browser, csrf_of, signed_in, with_users


@pytest.fixture
def app(engine: Engine, settings: Settings) -> Starlette:
    with_users(engine)
    return build(engine, settings)


def test_with_accounts_this_machine_signs_in_too(app: Starlette) -> None:
    client = browser(app)
    asked = client.get("/story/bridge?since=2026-01-01", headers={"Accept": "text/html"})
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=%2Fstory%2Fbridge%3Fsince%3D2026-01-01"
    assert client.get("/").status_code == 401
    shown = client.get(asked.headers["location"])
    form = {
        "csrf": csrf_of(shown.text), "name": " Ann".strip(), "password": PASSWORD, "next": "/story/bridge?since=2026-01-01",
    }  # fmt: skip
    entered = client.post("/login", data=form)
    assert (entered.status_code, entered.headers["location"]) == (303, "/story/bridge?since=2026-01-01")
    assert "ann, analyst" in client.get("/").text


def test_a_session_is_new_at_login_and_dead_after_logout(engine: Engine, app: Starlette) -> None:
    client = browser(app)
    page = client.get("/login")
    before = client.cookies["storywake"]
    client.post("/login", data={"csrf": csrf_of(page.text), "name": "ann", "password": PASSWORD})
    during = client.cookies["storywake"]
    assert before != during
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT mark FROM user_session")).scalars().all()
    assert kept == [mark_of(during)], "what the database holds lets nobody in"
    other = browser(app)
    other.cookies.set("storywake", before)
    assert other.get("/").status_code == 401, "a cookie that somebody planted beforehand"
    answer = client.post("/logout", data={"csrf": csrf_of(client.get("/").text)})
    assert answer.status_code == 303 and "storywake" not in client.cookies
    other.cookies.set("storywake", during)
    assert other.get("/").status_code == 401


def test_signing_in_again_ends_the_session_before(app: Starlette) -> None:
    client = signed_in(app, "ann")
    first = client.cookies["storywake"]
    page = client.get("/login")
    client.post("/login", data={"csrf": csrf_of(page.text), "name": "ada", "password": PASSWORD})
    other = browser(app)
    other.cookies.set("storywake", first)
    assert other.get("/").status_code == 401


def test_the_cookie_is_for_this_site_alone(app: Starlette) -> None:
    page = browser(app).get("/login")
    assert "HttpOnly" in page.headers["set-cookie"] and "SameSite=lax" in page.headers["set-cookie"]
    assert "Secure" not in page.headers["set-cookie"]
    client = browser(app)
    client.base_url = "https://localhost"
    cookie = client.get("/login").headers["set-cookie"]
    assert cookie.startswith("__Host-storywake=") and "Secure" in cookie and "Path=/" in cookie


@pytest.mark.parametrize("column", ["seen_at", "began_at"])
def test_a_session_ends_by_itself(engine: Engine, app: Starlette, column: str) -> None:
    client = signed_in(app, "ann")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE user_session SET {column} = '2026-01-01T00:00:00Z'"))
    assert client.get("/").status_code == 401
    signed_in(app, "ada")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM user_session")).scalar() == 1


@pytest.mark.parametrize("name", ["ann", "nobody", "ä" * 500, "a\r\nSet-Cookie: x=y", "\x00", "' OR 1=1 --"])
def test_who_does_not_know_the_password_stays_out(app: Starlette, name: str) -> None:
    client = browser(app)
    token = csrf_of(client.get("/login").text)
    answer = client.post("/login", data={"csrf": token, "name": name, "password": "wrong password"})
    assert answer.status_code == 401
    assert "Name and password do not fit." in answer.text
    assert "x" not in client.cookies


def test_a_login_form_holds_its_own_browsers_token(app: Starlette) -> None:
    foreign = csrf_of(browser(app).get("/login").text)
    client = browser(app)
    assert client.post("/login", data={"name": "ann", "password": PASSWORD}).status_code == 403
    client.get("/login")
    form = {"name": "ann", "password": PASSWORD, "csrf": foreign}
    assert client.post("/login", data=form).status_code == 403
    form["csrf"] = csrf_of(client.get("/login").text)
    assert client.post("/login", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/login", data=form | {"password": "a" * 9000}).status_code == 413


def test_anothers_token_does_not_post_for_me(app: Starlette) -> None:
    ann, ada = signed_in(app, "ann"), signed_in(app, "ada")
    assert ada.post("/logout", data={"csrf": csrf_of(ann.get("/").text)}).status_code == 403
    assert ada.get("/").status_code == 200


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "",
        "/" + "a" * 3000,
    ],
)
def test_signing_in_leads_nowhere_else(app: Starlette, onward: str) -> None:
    client = browser(app)
    form = {"csrf": csrf_of(client.get("/login").text), "name": "ann", "password": PASSWORD, "next": onward}
    answer = client.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_attempts_are_slowed_and_nobody_is_kept_out_for_good(engine: Engine, app: Starlette) -> None:
    client = browser(app)
    token = csrf_of(client.get("/login").text)

    def attempt(password: str, name: str = "ann") -> int:
        answer = client.post("/login", data={"csrf": token, "name": name, "password": password})
        assert ("retry-after" in answer.headers) == (answer.status_code == 429)
        return answer.status_code

    assert [attempt("wrong") for _ in range(5)] == [401] * 5
    with engine.begin() as connection:
        connection.execute(text("UPDATE user_attempt SET failures = 9"))
    assert [attempt(PASSWORD) for _ in range(3)] == [429] * 3, "also with the right one"
    with engine.begin() as connection:
        before = connection.execute(text("SELECT SUM(failures) FROM user_attempt")).scalar_one()
        assert before == 27, "what had to wait was not counted"
        connection.execute(text("UPDATE user_attempt SET last_at = '2026-01-01T00:00:00Z'"))
    assert attempt(PASSWORD) == 303
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COALESCE(SUM(failures), 0) FROM user_attempt")).scalar_one() <= 9


def test_who_is_removed_or_given_another_role_is_signed_out(app: Starlette) -> None:
    rea, ada = signed_in(app, "rea"), signed_in(app, "ada")
    token = csrf_of(ada.get("/users").text)
    ada.post("/users", data={"csrf": token, "name": "rea", "do": "change", "role": "analyst"})
    assert rea.get("/").status_code == 401
    rea = signed_in(app, "rea")
    assert "rea, analyst" in rea.get("/").text
    assert ada.post("/users", data={"csrf": token, "name": "rea", "do": "remove"}).status_code == 303
    assert rea.get("/").status_code == 401
    own = ada.post("/users", data={"csrf": token, "name": "ada", "do": "remove"})
    assert own.status_code == 400 and "your own account" in own.text


def test_accounts_are_made_by_admins(app: Starlette) -> None:
    ada = signed_in(app, "ada")
    token = csrf_of(ada.get("/users").text)
    form = {"csrf": token, "do": "add", "name": "Új Ember".replace(" ", "."), "role": "reader", "password": PASSWORD}
    assert ada.post("/users", data=form).status_code == 303
    signed_in(app, "ÚJ.EMBER")
    for wrong in ({"name": "a b"}, {"name": "<b>"}, {"name": ""}, {"password": "short"}, {"role": "god"}, {}):
        answer = ada.post("/users", data=form | wrong)
        assert answer.status_code == 400, wrong
        assert "<b>" not in answer.text
    assert signed_in(app, "ann").get("/users").status_code == 403


def test_tokens_are_shown_once_and_can_be_withdrawn(engine: Engine, app: Starlette) -> None:
    ann = signed_in(app, "ann")
    token = csrf_of(ann.get("/tokens").text)
    assert ann.post("/tokens", data={"csrf": token, "purpose": "x", "role": "admin"}).status_code == 400
    shown = ann.post("/tokens", data={"csrf": token, "purpose": "<i>notebook</i>", "role": "reader"}).text
    assert "swk_" in shown and "<i>" not in shown
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT id, mark FROM user_token")).one()
    assert kept.mark not in shown
    listed = ann.get("/tokens").text
    assert "swk_" not in listed and "notebook" in listed
    ada = signed_in(app, "ada")
    ada.post("/tokens", data={"csrf": csrf_of(ada.get("/tokens").text), "withdraw": str(kept.id)})
    assert "notebook" in ann.get("/tokens").text, "another's is not withdrawn"
    ann.post("/tokens", data={"csrf": token, "withdraw": str(kept.id)})
    assert "notebook" not in ann.get("/tokens").text
