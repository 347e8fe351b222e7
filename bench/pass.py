"""A pass that finds nothing new: every post is asked about and told as before. What it takes in processor time and memory.

The server of the posts is another process; fetching, reading and storing are ours, and the waiting is left out.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, update
from sqlmodel import col

from storywake.collector.clock import LookKind
from storywake.collector.dates import now, stamp
from storywake.collector.records import Article, Role
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.articles import save_article
from storywake.db.engine import open_database, writing
from storywake.db.models import Look
from storywake.db.stories import StoryRow, add_story
from storywake.jobs import collect
from storywake.jobs.intake import Arrival, take_in

from .answering import STORY, view

GOAL = 2.0
"""Seconds of processor time of a pass over the smaller story."""
SIZES = (10_000, 100_000)
BATCH = 500
WATCHED = timedelta(days=30)


def bench_pass(_: str | None) -> dict[str, Any]:
    """Passes over stories of two sizes on SQLite: with no look due, and with all of them due and answered as before."""
    server = subprocess.Popen([sys.executable, "-m", "bench.answering"], stdout=subprocess.PIPE, text=True)
    limit, collect.MAX_PASS_SECONDS = collect.MAX_PASS_SECONDS, float("inf")
    try:
        assert server.stdout
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"
        found = {size: _passes(size, address) for size in SIZES}
    finally:
        collect.MAX_PASS_SECONDS = limit
        server.kill()
        server.wait()
        assert server.stdout
        server.stdout.close()
    small, large = (found[size]["all_looks_due"] for size in SIZES)
    return {
        "bench": "pass",
        "ratio": round(GOAL / small, 2),
        "goal": 1.0,
        "met": small <= GOAL and large <= 1.2 * small * SIZES[1] / SIZES[0],
        "figures": {"by_reactions": found, "times_as_long": round(large / small, 1)},
    }


def _passes(size: int, address: str) -> dict[str, float]:
    """Seconds of processor time of each pass over a story, and how much memory the last one took besides, in MiB."""
    settings = Settings(
        platforms=["bluesky"],
        bluesky_url=address,
        host_delay=0,
        allow_private=True,
        coverage=False,
        constellation=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/pass.db")
        story = _planted(engine, settings, size)
        _make_due(engine)
        _one(engine, settings, story)  # the first looks, and whose the accounts are
        before = _memory()
        figures = {"no_look_due": _one(engine, settings, story)}
        _make_due(engine)
        figures["all_looks_due"] = _one(engine, settings, story)
        engine.dispose()
    return {**figures, "memory_growth_mib": round(_memory() - before, 1)}


def _one(engine: Engine, settings: Settings, story: StoryRow) -> float:
    start = time.process_time()
    asyncio.run(collect.collect(engine, settings, [story], due_at=now()))
    return round(time.process_time() - start, 2)


def _make_due(engine: Engine) -> None:
    """The looks at all posts' counts are due now. A pass told that it is days later would find each again once it was made."""
    with writing(engine) as connection:
        counts = update(Look).where(col(Look.kind) == LookKind.COUNTS)
        connection.execute(counts.values(due_at=now()))


def _planted(engine: Engine, settings: Settings, size: int) -> StoryRow:
    """A story without a claim, so that no stance is taken, to which so many posts react."""
    until = stamp(datetime.now(UTC) + WATCHED)
    with writing(engine) as connection:
        story = add_story(
            connection, slug="bridge", title=None, url=None, claims=(), created_at=now(), watch_until=until
        )
        article = Article(url=STORY, canonical_url=STORY, title="Bridge", text="The bridge was never inspected.")
        save_article(connection, story.id, article, Role.ORIGINAL, now())
    for first in range(0, size, BATCH):
        posts = SOURCES["bluesky"].normalise({"posts": [view(n) for n in range(first, min(size, first + BATCH))]})
        take_in(engine, Arrival("bluesky", now(), [story], posts=posts), settings)
    return story


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
