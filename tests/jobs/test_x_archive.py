"""X's full archive is asked once for a story older than seven days, after an estimate, and never for more than the budget holds."""

import asyncio
import json

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site

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
