"""A request for counts that costs the same half empty is filled with looks that are nearly due."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.records import Author, Kind, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.engine import writing
from storywake.db.stories import add_story
from storywake.jobs.intake import Arrival, take_in

from ..loopback import Site
from .test_live_story import AppView
from .world import one_pass

TIE = Tie(kind=TieKind.LINKS, source="a", rests_on="b", confidence=1.0)
MINUTE = timedelta(minutes=1)


def uri(key: str) -> str:
    return f"at://did:plc:maria/app.bsky.feed.post/{key}"


def put(engine: Engine, settings: Settings, counts: dict[str, tuple[float, float]]) -> None:
    """A story with posts whose counts, and nothing else, are looked at: minutes since the last look and until the next."""
    now = datetime.now(UTC)
    with writing(engine) as connection:
        story = add_story(
            connection, slug="bridge", title=None, url=None, claims=(), created_at=stamp(now - 1_000 * MINUTE),
            watch_until=stamp(now + 10_000 * MINUTE),
        )  # fmt: skip
    posts = [
        Post(platform="bluesky", external_id=uri(key), kind=Kind.POST, text=f"post {key}", author=Author(external_id="did:plc:maria"))
        for key in counts
    ]  # fmt: skip
    take_in(engine, Arrival("bluesky", stamp(now - 900 * MINUTE), [story], posts=posts, tie=TIE), settings)
    with writing(engine) as connection:
        connection.execute(text("UPDATE look SET due_at = NULL"))
        for key, (since, until) in counts.items():
            connection.execute(
                text("""UPDATE look SET last_at = :last, due_at = :due
                WHERE kind = 'counts' AND post_id = (SELECT id FROM post WHERE key = :key)"""),
                {"last": stamp(now - since * MINUTE), "due": stamp(now + until * MINUTE), "key": uri(key)},
            )


def asked(site: Site) -> list[list[str]]:
    """What each request for posts asked about."""
    return [
        [one.rsplit("/", 1)[1] for one in request.query["uris"]]
        for request in site.asked("/xrpc/app.bsky.feed.getPosts")
    ]


def test_the_looks_nearest_to_due_fill_a_request(engine: Engine, site: Site, settings: Settings) -> None:
    settings = settings.model_copy(update={"bluesky_url": site.url, "stance_model": "cues", "constellation": False})
    counts = {f"due{n}": (60.0, -1.0) for n in range(3)}
    counts |= {f"soon{n:02}": (120.0, 5.0 + n) for n in range(30)}
    counts |= {f"just{n}": (1.0, 4.0) for n in range(5)}
    put(engine, settings, counts)
    AppView(site, list(counts))
    one_pass(engine, settings, stamp(datetime.now(UTC)))
    [request] = asked(site)
    assert sorted(request) == sorted([*(f"due{n}" for n in range(3)), *(f"soon{n:02}" for n in range(22))])


def test_what_is_only_nearly_due_is_not_asked_for_by_itself(engine: Engine, site: Site, settings: Settings) -> None:
    settings = settings.model_copy(update={"bluesky_url": site.url, "stance_model": "cues", "constellation": False})
    put(engine, settings, {"soon": (120.0, 5.0)})
    AppView(site, ["soon"])
    one_pass(engine, settings, stamp(datetime.now(UTC)))
    assert asked(site) == []


@pytest.mark.parametrize(
    ("platform", "access", "at_once"),
    [("bluesky", {}, 25), ("reddit", {}, 1), ("reddit", {"reddit_token": "t"}, 100), ("youtube", {}, 1), ("youtube", {"youtube_key": "k"}, 50), ("x", {"x_token": "t"}, 1), ("mastodon", {}, 1)],
)  # fmt: skip
def test_only_what_costs_the_same_is_filled(
    settings: Settings, platform: str, access: dict[str, str], at_once: int
) -> None:
    assert SOURCES[platform].counts_at_once(settings.model_copy(update=access)) == at_once
