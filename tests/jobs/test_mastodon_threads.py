"""Under the schedule: one answer to a thread tells the counts of all that it holds, so that its posts are not asked about one by one."""

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .world import Clock, ask, one_pass, page


def as_json(payload: Any) -> Reply:
    return Reply(json.dumps(payload).encode(), headers={"Content-Type": "application/json"})


class Mastodon:
    """A server on a site: posts by key with what they answer and who likes them, and which questions were asked about which post."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.posts: dict[str, str | None] = {}
        self.likes: Counter[str] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.fresh = ["100"]  # what the search finds, once
        site.routes["/api/v2/search"] = self._search

    def add(self, key: str, answers: str | None = None) -> None:
        self.posts[key] = answers
        self.site.routes[f"/api/v1/statuses/{key}"] = self._route("status", key)
        self.site.routes[f"/api/v1/statuses/{key}/context"] = self._route("context", key)

    def view(self, key: str) -> dict[str, Any]:
        return {
            "id": key,
            "uri": f"{self.site.url}/users/u{key}/statuses/{key}",
            "url": f"{self.site.url}/@u{key}/{key}",
            "created_at": "2024-03-03T09:00:00Z",
            "in_reply_to_id": self.posts[key],
            "content": f"<p>words of {key}</p>"
            + ("" if self.posts[key] else f'<a href="{self.site.url}/bridge">it</a>'),
            "account": {"id": key, "acct": f"u{key}", "url": f"{self.site.url}/@u{key}"},
            "favourites_count": self.likes[key],
            "replies_count": sum(above == key for above in self.posts.values()),
        }

    def _search(self, asked: Asked) -> Reply:
        found, self.fresh = self.fresh, []
        return as_json({"statuses": [self.view(key) for key in found]})

    def _route(self, what: str, key: str) -> Any:
        def answer(asked: Asked) -> Reply:
            self.asked[what, key] += 1
            if key not in self.posts:
                return Reply(b"{}", 404)
            found = self.view(key) if what == "status" else {"ancestors": [], "descendants": self._below(key)}
            return as_json(found)

        return answer

    def _below(self, key: str) -> list[dict[str, Any]]:
        below = [name for name, above in self.posts.items() if above == key]
        return [view for name in below for view in (self.view(name), *self._below(name))]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def server(site: Site) -> Mastodon:
    return Mastodon(site)


@pytest.fixture
def chosen(site: Site, settings: Settings) -> Settings:
    given = {"mastodon_url": site.url, "mastodon_token": "t", "platforms": ["web", "mastodon"], "coverage": False}
    return settings.model_copy(update=given)


def follow(engine: Engine, settings: Settings, server: Mastodon) -> None:
    server.site.page("/bridge", page("Bridge never inspected", page("", "")))
    watch(engine, settings, f"{server.site.url}/bridge", slug="bridge")


def likes(engine: Engine) -> dict[str, int]:
    return {row.text: row.likes for row in ask(engine, "SELECT text, likes FROM reactions WHERE platform = 'mastodon'")}


def test_the_counts_of_a_threads_answers_come_with_one_request_for_all(
    engine: Engine, clock: Clock, server: Mastodon, chosen: Settings
) -> None:
    server.add("100")
    for number in range(101, 107):
        server.add(str(number), answers="100")
        server.add(str(number + 100), answers=str(number))
    follow(engine, chosen, server)
    one_pass(engine, chosen, clock.now)
    server.asked.clear()
    server.likes["103"], server.likes["204"] = 7, 8
    clock.forward(hours=12)
    one_pass(engine, chosen, clock.now)
    told = likes(engine)
    assert (len(told), told["words of 103"], told["words of 204"], told["words of 105"]) == (13, 7, 8, 0)
    assert server.asked == {("status", "100"): 1, ("context", "100"): 1}


def test_an_answer_that_its_thread_holds_no_more_is_asked_about_by_itself(
    engine: Engine, clock: Clock, server: Mastodon, chosen: Settings
) -> None:
    server.add("100")
    for number in range(101, 104):
        server.add(str(number), answers="100")
    follow(engine, chosen, server)
    one_pass(engine, chosen, clock.now)
    del server.posts["102"]
    server.asked.clear()
    clock.forward(hours=12)
    assert one_pass(engine, chosen, clock.now)["bridge"].counts["gone"] == 1
    assert server.asked["status", "102"] == 1
    assert server.asked["status", "101"] == server.asked["status", "103"] == 0
    assert [row.external_id[-3:] for row in ask(engine, "SELECT external_id FROM reactions WHERE deleted")] == ["102"]


def test_one_answer_alone_is_asked_about_by_itself(
    engine: Engine, clock: Clock, server: Mastodon, chosen: Settings
) -> None:
    server.add("100")
    server.add("101", answers="100")
    follow(engine, chosen, server)
    one_pass(engine, chosen, clock.now)
    server.asked.clear()
    clock.forward(hours=12)
    one_pass(engine, chosen, clock.now)
    assert server.asked == {("status", "100"): 1, ("status", "101"): 1}
