"""Two weeks of all networks by a moved clock: is each reaction found once, and is no limit exceeded in any stretch of time?

``python -m tests.soak.fortnight [--db postgresql] [--days 14] [--start 2026-10-25]``: the scheduler's own jobs, keys set, at
the times at which it would call them. The default fortnight has the end of summer time in Europe and California, and the
end of a month in it. A table of networks goes to standard error.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.jobs.schedule import JOBS
from storywake.jobs.watch import watch

from . import planted_open, planted_social, planted_web
from .machine import DATABASES, Postgres, finish, say
from .moved import Clock, moved
from .planted import Network, Story, World

QUIET = timedelta(days=3)
"""In which nothing more happens: what was planted last is found by then."""
PACE = timedelta(minutes=1)
"""Between two passes at least, as the scheduler makes them."""
X_BUDGET = 5.0
"""Dollars a UTC day."""
WRONG = ("missing", "twice", "invented", "buried", "unheard", "exceeded", "hasty")
"""What is told of a network and must be nothing: ``buried`` are those told as deleted that are there, ``unheard`` deletions that
were not told.
"""
TITLES = ("Harbour bridge was never inspected", "Ferry pier sank within an hour", "Market hall burned twice")


def world(
    start: datetime, days: float, daily: float, *, stories: int = len(TITLES), faults: bool = True, seed: int = 14
) -> World:
    """All networks, and everything that happens in them from ``start`` on; the first story is older than X's search reaches."""
    told = [
        Story(number, f"story-{number}", title, start - timedelta(days=18 if number == 1 else 0, hours=2))
        for number, title in enumerate(TITLES[:stories], 1)
    ]
    shown: list[Network] = [
        kind(seed, faults)
        for kind in (
            planted_web.Facebook,
            planted_web.Instagram,
            planted_web.Vk,
            planted_web.TruthSocial,
            planted_web.TikTok,
        )
    ]
    social = planted_social
    asked: list[Network] = [
        kind(seed, faults)
        for kind in (
            social.X, social.Reddit, social.HackerNews, social.YouTube, social.Threads, planted_web.Telegram,
            planted_open.Bluesky, planted_open.Mastodon, planted_open.Lemmy, planted_open.Misskey,
            planted_web.Papers, planted_web.Wikipedia,
        )
    ]  # fmt: skip
    found = World([*asked, planted_web.Paper(seed, shown, faults), *shown], told, seed=seed)
    for network in found.networks:
        found.plant(network, start, days, daily)
    _long_thread(found, asked[3], told[0], start)
    for day in range(17):
        found.happen(asked[0], told[0], "links", told[0].published + timedelta(days=day, hours=3))
    return found


def _long_thread(found: World, network: Network, story: Story, start: datetime) -> None:
    """A comment with more answers than a list of threads shows."""
    video = found.happen(network, story, "links", start + timedelta(hours=1))
    comment = found.happen(network, story, "replies", start + timedelta(hours=2), video)
    for minute in range(9):
        found.happen(network, story, "replies", start + timedelta(hours=3, minutes=minute), comment)


def keys(first_look: float = 15) -> Settings:
    """Settings with every key, for the public addresses of every network."""
    return Settings(
        _env_file=None,
        first_look_minutes=first_look,
        contact="desk@northport-times.example",
        x_token="t", x_budget=X_BUDGET, youtube_key="k", reddit_token="t", mastodon_token="t", misskey_token="t",
        threads_token="t", bluesky_handle="me.example", bluesky_password="p", telegram_channels=["northportnews"],
        fact_check_feeds=[], watch_days=30, stance_model="cues",
    )  # fmt: skip


def live(engine: Engine, settings: Settings, clock: Clock, until: datetime, pace: timedelta) -> int:
    """The scheduler's passes until a moment: one where a look is due, ``pace`` apart, and what else it does once a day. Returns how many."""
    passes, day = 0, clock.at.date()
    while (due := _next_due(engine, clock.at)) and due < until:
        clock.until(max(due, clock.at + pace).replace(second=0) + timedelta(minutes=1))
        JOBS["look"](engine, settings)
        passes += 1
        if clock.at.date() != day:
            day = clock.at.date()
            JOBS["assess"](engine, settings)
            JOBS["alerts"](engine, settings)
            say(f"{day}: {passes} passes")
    return passes


def _next_due(engine: Engine, at: datetime) -> datetime | None:
    """When a look is due next; those that were due before and are still there are none that a pass makes."""
    with reading(engine) as connection:
        due = connection.execute(text("SELECT MIN(due_at) FROM look WHERE due_at > :at"), {"at": stamp(at)}).scalar()
    return datetime.fromisoformat(due).astimezone(UTC) if due else None


def compare(engine: Engine, world: World, network: Network) -> dict[str, Any]:
    """What is stored of a network against what happened there, and how full its limits were."""
    platform = network.platform or network.name
    with reading(engine) as connection:
        rows = connection.execute(
            text("SELECT story, external_id, deleted FROM reactions WHERE platform = :platform"),
            {"platform": platform},
        ).all()
        told = connection.execute(
            text("SELECT COUNT(*) FROM lag WHERE platform = :platform"), {"platform": platform}
        ).scalar()
    stored = [(row.story, row.external_id) for row in rows]
    lost = {(row.story, row.external_id) for row in rows if row.deleted}
    planted = {(thing.story.slug, network.id_of(thing)) for thing in network.things if not thing.gone}
    gone = {(thing.story.slug, network.id_of(thing)) for thing in network.things if thing.gone}
    everywhere = {
        (thing.story.slug, other.id_of(thing))
        for other in world.networks
        if (other.platform or other.name) == platform
        for thing in other.things
    }
    windows = [
        f"{bucket or 'requests'} {window.fullest(network.hits[bucket])} of {window.most} a {window.said()}"
        for bucket, limits in network.windows.items()
        for window in limits
    ]
    return {
        "network": network.name,
        "planted": len(planted),
        "found": len(planted & set(stored)),
        "missing": sorted(planted - set(stored))[:5],
        "twice": len(stored) - len(set(stored)),
        "invented": sorted(set(stored) - everywhere)[:5],
        "buried": sorted(lost & planted)[:5],
        "gone": len(gone & set(stored)),
        "unheard": sorted((gone & set(stored)) - lost)[:5] if network.buries else [],
        "lag": told,
        "requests": network.requests,
        "exceeded": network.exceeded[:5],
        "hasty": network.hasty[:5],
        "windows": windows,
    }


def measure(
    engine: Engine,
    settings: Settings,
    world: World,
    start: datetime,
    days: float,
    *,
    quiet: timedelta = QUIET,
    pace: timedelta = PACE,
) -> dict[str, Any]:
    """A run from ``start`` on, all networks compared at its end."""
    with moved(start, world.answer) as clock:
        world.clock = clock
        for story in world.stories:
            watch(engine, settings, story.url, slug=story.slug, claims=(story.title,))
        JOBS["look"](engine, settings)
        passes = 1 + live(engine, settings, clock, start + timedelta(days=days) + quiet, pace)
        rows = [compare(engine, world, network) for network in world.networks]
    x = next((network for network in world.networks if isinstance(network, planted_social.X)), None)
    bill = x.dollars() if x else {}
    report = {
        "days": days,
        "passes": passes,
        "planted": sum(row["planted"] for row in rows),
        "found": sum(row["found"] for row in rows),
        "x_dollars": {"most": max(bill.values(), default=0.0), "budget": X_BUDGET, "all": round(sum(bill.values()), 2)},
        "x_posts_in_31_days": x.posts() if x else 0,
        "strangers": dict(world.strangers),
        "networks": rows,
    }
    wrong = [row["network"] for row in rows if any(row[key] for key in WRONG)]
    report["wrong"] = wrong
    report["met"] = not wrong and report["x_dollars"]["most"] <= X_BUDGET
    return report


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The networks, a line each: planted, found, requests, and how full each limit was at most."""
    head = ("network", "planted", "found", "requests", "fullest")
    lines = [head, *((r["network"], r["planted"], r["found"], r["requests"], "; ".join(r["windows"])) for r in rows)]
    return "\n".join("{:<12} {:>7} {:>6} {:>8}  {}".format(*line) for line in lines)


@contextmanager
def database(kind: str) -> Iterator[Engine]:
    """A new database of a kind."""
    with tempfile.TemporaryDirectory(prefix="fortnight-") as folder:
        postgres = Postgres(Path(folder) / "pg") if kind == "postgresql" else None
        engine = open_database(postgres.address if postgres else f"sqlite:///{folder}/storywake.db")
        try:
            yield engine
        finally:
            engine.dispose()
            if postgres:
                postgres.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=DATABASES, default="sqlite")
    parser.add_argument("--days", type=float, default=14)
    parser.add_argument(
        "--daily", type=float, default=2, help="threads that begin in a day, on each network and about each story"
    )
    parser.add_argument(
        "--start",
        default="2026-10-25",
        help="the first day; summer time ends on it in Europe, a week later in California",
    )
    parser.add_argument(
        "--first-look", type=float, default=15, help="STORYWAKE_FIRST_LOOK_MINUTES; a larger one is a shorter run"
    )
    parser.add_argument("--pace", type=float, default=1, help="minutes between two passes at least")
    given = parser.parse_args()
    start = datetime.fromisoformat(given.start).replace(tzinfo=UTC)
    with database(given.db) as engine:
        planted, pace = world(start, given.days, given.daily), timedelta(minutes=given.pace)
        report = measure(engine, keys(given.first_look), planted, start, given.days, pace=pace)
    print(table(report["networks"]), file=sys.stderr)
    finish("fortnight", [{"db": given.db, **report}])


if __name__ == "__main__":
    main()
