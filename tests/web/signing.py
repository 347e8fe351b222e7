"""Browsers that sign in as people do."""

import re

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from storywake.db.roles import Role
from storywake.jobs.users import new_user

PASSWORD = "correct horse battery"


def browser(app: Starlette) -> TestClient:
    """A browser that follows no redirect."""
    return TestClient(app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False)


def csrf_of(page: str) -> str:
    """The token that a page's forms hold."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def signed_in(app: Starlette, name: str, password: str = PASSWORD) -> TestClient:
    """A browser in which somebody has signed in."""
    client = browser(app)
    form = {"csrf": csrf_of(client.get("/login").text), "name": name, "password": password}
    answer = client.post("/login", data=form)
    assert answer.status_code == 303, answer.text
    return client


def with_users(engine: Engine) -> None:
    """Gives one of each role an account: rea, ann and ada."""
    for name, role in (("rea", Role.READER), ("ann", Role.ANALYST), ("ada", Role.ADMIN)):
        new_user(engine, name, role, PASSWORD)
