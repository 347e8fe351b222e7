"""X's full archive is asked once for a story older than seven days, and for the answers to a post that is older and shown in an
article, or links to the story and has many, after an estimate, and never for more than the budget holds.
"""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .world import Clock, one_pass

PAGE = """<html lang="en"><head><title>Bridge</title><meta property="article:published_time" content="2024-03-03T08:00:00Z"></head>
<body><article><p>The harbour bridge was opened without a final inspection, according to a leaked engineering report seen by
this newspaper on Sunday evening.</p></article></body></html>"""
NONE = b'{"meta": {"result_count": 0}}'


class Archive:
    """X's search and archive: 500 posts a page at most, a month of counts an answer, each post charged with its author."""

    def __init__(self, site: Site, posts: int) -> None:
        self.link, self.posts = f"{site.url}/story", posts
        self.counted, self.asked, self.billed = 0, 0, set[str]()
        site.page("/story", PAGE)
        site.routes["/2/tweets/search/recent"] = lambda asked: Reply(NONE)
        site.routes["/2/tweets/counts/all"] = self.counts
        site.routes["/2/tweets/search/all"] = self.search
        site.routes["/2/tweets"] = lambda asked: Reply(b'{"data": []}')

    @property
    def bill(self) -> float:
        return 0.01 * self.counted + 0.015 * len(self.billed)

    def counts(self, asked: Asked) -> Reply:
        """Two months, the posts in the later one."""
        assert asked.query["granularity"] == ["day"]
        assert asked.query["start_time"] == ["2024-03-02T08:00:00Z"]
        self.counted += 1
        if "next_token" not in asked.query:
            return Reply(
                json.dumps({"data": [], "meta": {"total_tweet_count": self.posts, "next_token": "m"}}).encode()
            )
        return Reply(b'{"data": [], "meta": {"total_tweet_count": 0}}')

    def search(self, asked: Asked) -> Reply:
        self.asked += 1
        start, size = int(asked.query.get("next_token", ["0"])[0]), int(asked.query["max_results"][0])
        assert 10 <= size <= 500 and asked.query["end_time"][0] > asked.query["start_time"][0]
        ids = range(1000 + start, 1000 + min(start + size, self.posts))
        self.billed |= set(map(str, ids))
        data = [
            {
                "id": str(i),
                "author_id": str(i),
                "text": f"post {i}",
                "created_at": "2024-03-03T09:00:00Z",
                "public_metrics": {"like_count": 1, "reply_count": 0, "quote_count": 0, "retweet_count": 0},
                "entities": {"urls": [{"expanded_url": self.link}]},
            }
            for i in ids
        ]
        users = [{"id": str(i), "username": f"u{i}", "name": f"U {i}"} for i in ids]
        more = {"next_token": str(start + size)} if start + size < self.posts else {}
        return Reply(json.dumps({"data": data, "includes": {"users": users}, "meta": more}).encode())


def passes(engine: Engine, settings: Settings, site: Site, budget: float, **chosen: bool) -> Result:
    """Two passes."""
    asked = {"platforms": ["x"], "x_url": site.url, "x_token": "t", "x_budget": budget, "coverage": False, **chosen}
    settings = settings.model_copy(update=asked)
    watch(engine, settings, f"{site.url}/story", claims=("The bridge was opened without inspection",), slug="bridge")
    with engine.begin() as connection:
        watched = stories(connection)
    result = asyncio.run(collect(engine, settings, watched))["bridge"]
    asyncio.run(collect(engine, settings, watched))
    return result


def found(engine: Engine) -> int:
    with engine.begin() as connection:
        return int(connection.execute(text("SELECT COUNT(*) FROM reactions WHERE platform = 'x'")).scalar_one())


def test_posts_from_before_the_watch_are_found_once(engine: Engine, site: Site, settings: Settings) -> None:
    x = Archive(site, 520)
    passes(engine, settings, site, 50.0)
    assert (found(engine), x.counted, x.asked) == (520, 2, 2)
    with engine.begin() as connection:
        spent = connection.execute(text("SELECT SUM(amount) FROM spending WHERE platform = 'x'")).scalar_one()
    assert int(spent) / 1e6 == pytest.approx(x.bill)


def test_nothing_is_bought_that_the_budget_does_not_hold(engine: Engine, site: Site, settings: Settings) -> None:
    x = Archive(site, 520)
    result = passes(engine, settings, site, 5.0)
    assert (found(engine), x.asked) == (0, 0)
    assert x.bill <= 5.0
    assert any("about 520 posts" in note and "$7.80" in note and "$4.98" in note for note in result.notes), result.notes


@pytest.mark.parametrize("chosen", [{"x_archive": False}])
def test_it_may_be_left_out(engine: Engine, site: Site, settings: Settings, chosen: dict[str, bool]) -> None:
    x = Archive(site, 5)
    passes(engine, settings, site, 5.0, **chosen)
    assert (x.counted, x.asked) == (0, 0)


SHOWN = "1760000000000000000"
EMBED = f"""<html lang="en"><head><title>Bridge</title><meta property="article:published_time" content="2024-03-03T08:00:00Z"></head>
<body><article><p>The harbour bridge was opened without a final inspection, according to a leaked engineering report.</p>
<blockquote class="twitter-tweet"><p>Nobody looked</p>&mdash; Ann (@ann) <a href="https://twitter.com/ann/status/{SHOWN}">February
20, 2024</a></blockquote></article></body></html>"""


class Conversation:
    """A post of February with answers of the hours after it, which recent search no longer holds."""

    def __init__(self, site: Site, answers: int) -> None:
        self.answers = answers
        self.queries: list[str] = []
        self.counted = 0
        site.page("/story", EMBED)
        site.routes["/2/tweets"] = lambda asked: Reply(self.told([self.post(SHOWN)]))
        site.routes["/2/tweets/search/recent"] = lambda asked: Reply(NONE)
        site.routes[f"/2/tweets/{SHOWN}/quote_tweets"] = lambda asked: Reply(NONE)
        site.routes["/2/tweets/counts/all"] = self.counts
        site.routes["/2/tweets/search/all"] = self.search

    def below(self, asked: Asked) -> bool:
        return asked.query["query"] == [f"conversation_id:{SHOWN}"]

    def counts(self, asked: Asked) -> Reply:
        self.counted += self.below(asked)
        return Reply(json.dumps({"meta": {"total_tweet_count": self.answers * self.below(asked)}}).encode())

    def search(self, asked: Asked) -> Reply:
        assert asked.query["start_time"] == ["2024-02-20T08:00:00Z"]
        assert asked.query["end_time"] == ["2024-03-03T11:00:00Z"]
        self.queries += asked.query["query"]
        return Reply(self.told([self.post(str(int(SHOWN) + number)) for number in range(1, self.answers + 1)]))

    def post(self, name: str) -> dict[str, Any]:
        counts = {"like_count": 1, "reply_count": self.answers * (name == SHOWN), "quote_count": 0, "retweet_count": 0}
        said: dict[str, Any] = {
            "id": name,
            "author_id": name,
            "text": "words",
            "conversation_id": SHOWN,
            "public_metrics": counts,
        }
        if name == SHOWN:
            return said | {"created_at": "2024-02-20T08:00:00Z"}
        return said | {"created_at": "2024-02-20T09:00:00Z", "referenced_tweets": [{"type": "replied_to", "id": SHOWN}]}

    def told(self, posts: list[dict[str, Any]]) -> bytes:
        users = [{"id": post["id"], "username": f"u{str(post['id'])[-3:]}", "name": "U"} for post in posts]
        return json.dumps({"data": posts, "includes": {"users": users}}).encode()


def three_passes(
    engine: Engine, settings: Settings, site: Site, monkeypatch: pytest.MonkeyPatch, budget: float
) -> list[Result]:
    clock = Clock(monkeypatch, "2024-03-10T10:00:00Z")
    asked = {
        "platforms": ["web", "x"],
        "x_url": site.url,
        "x_token": "t",
        "x_budget": budget,
        "coverage": False,
        "comments": False,
    }
    chosen = settings.model_copy(update=asked)
    watch(engine, chosen, f"{site.url}/story", slug="bridge")
    results = []
    for _ in range(3):
        results.append(one_pass(engine, chosen, clock.now)["bridge"])
        clock.forward(hours=3)
    return results


def test_answers_from_before_to_a_post_that_an_article_shows_are_found_once(
    engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = Conversation(site, 5)
    three_passes(engine, settings, site, monkeypatch, 5.0)
    assert found(engine) == 6
    assert (x.queries, x.counted) == ([f"conversation_id:{SHOWN}"], 1)


def test_no_answers_are_bought_to_a_post_that_has_none(
    engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = Conversation(site, 0)
    three_passes(engine, settings, site, monkeypatch, 5.0)
    assert (x.queries, x.counted) == ([], 0)


class Linking(Conversation):
    """The same below a post that no article shows and that links to the story."""

    def __init__(self, site: Site, answers: int) -> None:
        super().__init__(site, answers)
        self.link = f"{site.url}/story"
        site.page("/story", PAGE)

    def counts(self, asked: Asked) -> Reply:
        self.counted += self.below(asked)
        return Reply(json.dumps({"meta": {"total_tweet_count": self.answers if self.below(asked) else 1}}).encode())

    def search(self, asked: Asked) -> Reply:
        if self.below(asked):
            return super().search(asked)
        linked = {"entities": {"urls": [{"expanded_url": self.link}]}}
        return Reply(self.told([self.post(SHOWN) | linked]))


@pytest.mark.parametrize(("answers", "asked"), [(10, 1), (9, 0)])
def test_of_old_posts_that_link_to_the_story_those_with_many_answers_are_asked_about(
    engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch, answers: int, asked: int
) -> None:
    x = Linking(site, answers)
    three_passes(engine, settings, site, monkeypatch, 5.0)
    assert (x.counted, len(x.queries)) == (asked, asked)
    assert found(engine) == 1 + answers * asked


@pytest.mark.parametrize("kind", [Conversation, Linking])
def test_answers_are_not_bought_where_the_budget_does_not_hold_them(
    engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch, kind: type[Conversation]
) -> None:
    x = kind(site, 500)
    results = three_passes(engine, settings, site, monkeypatch, 1.0)
    notes = [note for result in results for note in result.notes]
    assert (found(engine), x.queries, x.counted) == (1, [], 0), "nor is an estimate, each day again"
    assert any("about 500 posts below" in note and "$7.50" in note for note in notes), notes
