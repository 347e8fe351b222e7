"""A pass over 200 stories, with and without two hosts that take a connection and never answer."""

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storywake.collector.clock import LookKind
from storywake.collector.dates import now, stamp
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, writing
from storywake.db.looks import add_looks
from storywake.db.stories import add_story
from storywake.jobs import collect

from .page_server import DEAD

STORIES, HOSTS, PAGES = 200, 100, 2
"""Stories, the hosts of their pages, and pages of each."""
DEAD_PAGES = 10
"""Pages at each dead host, of different stories."""
MAX_TIMES_AS_LONG = 1.3
"""How much longer a pass may take beside them."""


def passes(port: int) -> dict[str, Any]:
    """Seconds by the wall of a scheduled pass without the dead hosts and of one with them, each in a process of its own."""
    took: list[float] = []
    read: list[int] = []
    for dead in "01":
        done = subprocess.run(
            [sys.executable, "-m", "bench.dead_hosts", str(port), dead], stdout=subprocess.PIPE, text=True, check=True
        )
        seconds, pages = done.stdout.split()
        took.append(float(seconds))
        read.append(int(pages))
    return {
        "stories": STORIES,
        "pages": STORIES * PAGES,
        "seconds_without": round(took[0], 1),
        "seconds_with_two_dead_hosts": round(took[1], 1),
        "times_as_long": round(took[1] / took[0], 2),
        "all_others_read": min(read) == STORIES * PAGES,
    }


def _one(port: int, *, dead: bool) -> tuple[float, int]:
    """Seconds of one pass, and how many pages it read."""
    settings = Settings(_env_file=None, allow_private=True, platforms=[], coverage=False)
    until = stamp(datetime.now(UTC) + timedelta(days=30))
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_database(f"sqlite:///{Path(scratch) / 'dead.db'}")
        with writing(engine) as connection:
            stories = [
                add_story(
                    connection, slug=f"s{n}", title=None, url=None, claims=(), created_at=now(), watch_until=until
                )
                for n in range(STORIES)
            ]
            pages = [
                (story, f"http://127.0.1.{1 + (n * PAGES + page) % HOSTS}:{port}/{n}/{page}")
                for n, story in enumerate(stories)
                for page in range(PAGES)
            ]
            if dead:
                pages += [(stories[n], f"http://{host}:{port}/{n}") for host in DEAD for n in range(DEAD_PAGES)]
            add_looks(
                connection,
                [(story.id, LookKind.LINK, "web", url, "an analyst added it") for story, url in pages],
                now(),
            )
        began = time.perf_counter()
        results = asyncio.run(collect.collect(engine, settings, stories, due_at=now()))
        took = time.perf_counter() - began
        engine.dispose()
    return took, sum(result.counts["articles"] for result in results.values())


if __name__ == "__main__":
    collect.MAX_PASS_SECONDS = float("inf")
    print(*_one(int(sys.argv[1]), dead=sys.argv[2] == "1"))
