"""X is asked, and paid, only for what came since all was read, and asked again where a pass was cut off."""

import asyncio
import json
import time

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site

PAGE = """<html lang="en"><head><title>Bridge</title></head><body><article><p>The harbour bridge was opened without a final inspection,
according to a leaked engineering report seen by this newspaper on Sunday evening.</p></article></body></html>"""
DAYS = 86_400


def number(age: float) -> int:
    """The number of a post so many seconds old."""
    return (int((time.time() - age) * 1000) - 1_288_834_974_657) << 22


class Search:
    """X's recent search: the newest first, a post an answer, a number older than seven days refused."""

    def __init__(self, site: Site) -> None:
        self.link = f"{site.url}/story"
        self.posts: list[int] = []
        self.asked: list[str | None] = []
        self.returned: list[int] = []
        self.breaks = False
        site.page("/story", PAGE)
        site.routes["/2/tweets/search/recent"] = self.search
        site.routes["/2/tweets"] = lambda asked: Reply(b'{"data": []}')

    def search(self, asked: Asked) -> Reply:
        if not asked.query["query"][0].startswith(f'url:"{self.link}'):
            return Reply(b'{"meta": {"result_count": 0}}')
        since = int(asked.query.get("since_id", ["0"])[0])
        start = int(asked.query.get("next_token", ["0"])[0])
        if not start:
            self.asked.append(asked.query.get("since_id", [None])[0])
        elif self.breaks:
            return Reply(b"", 403)
        if since and since < number(7 * DAYS):
            return Reply(b'{"errors": [{"message": "since_id must be younger"}]}', 400)
        found = sorted((post for post in self.posts if post > since), reverse=True)
        more = {"next_token": str(start + 1)} if start + 1 < len(found) else {}
        self.returned += found[start : start + 1]
        data = [
            {"id": str(i), "author_id": "7", "text": f"post {i}", "created_at": "2024-03-03T09:00:00Z",
             "entities": {"urls": [{"expanded_url": self.link}]}}
            for i in found[start : start + 1]
        ]  # fmt: skip
        return Reply(json.dumps({"data": data, "meta": more}).encode())


@pytest.fixture
def search(engine: Engine, site: Site, settings: Settings) -> Search:
    found = Search(site)
    found.posts = [number(3 * DAYS), number(2 * DAYS)]
    watch(engine, asking(settings, site), found.link, claims=("It was opened without inspection",), slug="bridge")
    return found


def asking(settings: Settings, site: Site) -> Settings:
    asked = {"platforms": ["x"], "x_url": site.url, "x_token": "t", "coverage": False}
    return settings.model_copy(update=asked)


def passed(engine: Engine, settings: Settings, site: Site) -> None:
    """A pass on a day on which the search is due."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE look SET due_at = '2024-01-01T00:00:00Z' WHERE kind = 'linking'"))
        connection.execute(text("DELETE FROM look WHERE kind IN ('counts', 'quotes', 'replies', 'archive')"))
        watched = stories(connection)
    asyncio.run(collect(engine, asking(settings, site), watched))


def test_the_second_pass_buys_what_is_new(search: Search, engine: Engine, site: Site, settings: Settings) -> None:
    passed(engine, settings, site)
    old = list(search.posts)
    search.returned.clear()
    search.posts.append(number(60))
    passed(engine, settings, site)
    assert search.asked == [None, str(max(old))]
    assert search.returned == search.posts[2:]
    passed(engine, settings, site)
    assert search.asked[-1] == str(search.posts[2]) and search.returned == search.posts[2:]
    with engine.begin() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM reactions WHERE platform = 'x'")).scalar_one() == 3


def test_a_pass_that_was_cut_off_loses_nothing(search: Search, engine: Engine, site: Site, settings: Settings) -> None:
    search.breaks = True
    passed(engine, settings, site)
    search.breaks = False
    passed(engine, settings, site)
    assert search.asked[-1] is None and set(search.returned) == set(search.posts)


def test_a_number_that_search_holds_no_more_is_not_asked_with(
    search: Search, engine: Engine, site: Site, settings: Settings
) -> None:
    passed(engine, settings, site)
    with engine.begin() as connection:
        connection.execute(text("UPDATE stream_cursor SET position = :old"), {"old": number(8 * DAYS)})
    passed(engine, settings, site)
    assert search.asked[-1] is None


def test_another_story_of_the_same_address_begins_anew(
    search: Search, engine: Engine, site: Site, settings: Settings
) -> None:
    passed(engine, settings, site)
    watch(engine, asking(settings, site), search.link, claims=("It was closed",), slug="second")
    passed(engine, settings, site)
    assert None in search.asked[1:]
