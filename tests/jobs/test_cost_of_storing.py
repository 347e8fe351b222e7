"""What it costs to store posts that are looked at again does not grow with what is stored of others."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, text

from bench.planted import plant
from storywake.collector.records import Author, Kind, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading, writing
from storywake.db.upkeep import keep_statistics
from storywake.jobs.intake import Arrival, store, take_in
from storywake.jobs.watch import watch

from ..steps import steps

IDS = {"bluesky": "at://did:plc:ann/app.bsky.feed.post/{}", "reddit": "t3_{}"}


def posts(platform: str, likes: int, many: int = 20) -> list[Post]:
    return [
        Post(
            platform=platform,
            external_id=IDS[platform].format(number),
            url=f"https://posts.example/{number}",
            kind=Kind.POST,
            author=Author(handle=f"ann{number}", external_id=f"a{number}"),
            text=f"number {number}",
            posted_at="2026-03-03T08:00:00Z",
            reach=Reach(likes=likes, replies=2),
        )
        for number in range(many)
    ]


def stored(engine: Engine, arrival: Arrival, settings: Settings) -> int:
    """How many steps SQLite takes to store an arrival."""
    with writing(engine) as connection:
        return steps(connection, lambda opened: store(opened, arrival, settings))


def without_ids(posted: list[Post]) -> list[Post]:
    """The posts as a page's text tells them."""
    return [replace(post, external_id=None, author=replace(post.author, external_id=None)) for post in posted]


@pytest.mark.parametrize("platform", IDS)
def test_posts_looked_at_again_cost_the_same_beside_many_others(
    tmp_path: Path, settings: Settings, platform: str
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/cost.db")
    story = watch(engine, settings, "https://news.example/bridge", slug="bridge")
    tie = Tie(kind=TieKind.LINKS, source="https://news.example/bridge", rests_on="links to it", confidence=1.0)
    take_in(engine, Arrival(platform, "2026-03-03T09:00:00Z", [story], posts=posts(platform, 1), tie=tie), settings)
    keep_statistics(engine)
    few = stored(engine, Arrival(platform, "2026-03-03T10:00:00Z", [story], posts=posts(platform, 2)), settings)
    plant(engine, 4_000)
    keep_statistics(engine)
    many = stored(engine, Arrival(platform, "2026-03-03T11:00:00Z", [story], posts=posts(platform, 3)), settings)
    engine.dispose()
    assert many < 1.5 * few


def test_posts_without_an_id_are_known_again_at_the_same_cost_beside_many_others(
    tmp_path: Path, settings: Settings
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/cost.db")
    story = watch(engine, settings, "https://news.example/bridge", slug="bridge")
    take_in(engine, Arrival("bluesky", "2026-03-03T09:00:00Z", [story], posts=posts("bluesky", 1)), settings)
    keep_statistics(engine)
    shown = Arrival("bluesky", "2026-03-03T10:00:00Z", [story], posts=without_ids(posts("bluesky", 1)), copied=True)
    few = stored(engine, shown, settings)
    plant(engine, 4_000)
    keep_statistics(engine)
    many = stored(engine, shown, settings)
    with reading(engine) as connection:
        known = connection.execute(text("SELECT COUNT(*) FROM post WHERE url LIKE 'https://posts.example/%'")).scalar()
    engine.dispose()
    assert known == 20, "each is the one stored under its id"
    assert many < 1.5 * few


def test_many_new_posts_at_once_cost_each_what_few_do(tmp_path: Path, settings: Settings) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/cost.db")
    story = watch(engine, settings, "https://news.example/bridge", slug="bridge")
    tie = Tie(kind=TieKind.LINKS, source="https://news.example/bridge", rests_on="links to it", confidence=1.0)
    plant(engine, 2_000)
    keep_statistics(engine)
    given = posts("bluesky", 1, 1_100)
    few, many = (
        stored(engine, Arrival("bluesky", "2026-03-03T10:00:00Z", [story], posts=some, tie=tie), settings)
        for some in (given[:100], given[100:])
    )
    assert many < 12 * few
