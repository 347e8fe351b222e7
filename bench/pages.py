"""Processor time and size of a story's pages at 5,000 and 100,000 reactions, beside Datasette's page of the same rows."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.db.stories import find_story
from storywake.jobs.summary import tell_summary
from storywake.web.app import build

from .planted import plant

SIZES = (5_000, 100_000)
ROUNDS = 7
GOAL = 1.0
MAX_SECONDS = 0.3
"""Processor time of the story's page at 5,000 reactions."""
MAX_BYTES = 80_000
"""Of its HTML."""
MAX_SLOWER = 1.5
"""At 100,000, times the time at 5,000."""
MAX_WAIT = 60_000
"""Milliseconds that Datasette may take for a query."""
OURS = {"story": "/story/planted", "list": "/story/planted/reactions", "grown": "/story/planted/reactions?sort=growth"}
THEIRS = {"table": "reactions", "asked": "reactions?story=planted&_sort_desc=engagement"}


def bench_pages(_: str | None) -> dict[str, Any]:
    """Asks each page in turn, seven rounds, after its figures were made; medians of user and system time.

    The ratio is Datasette's time for its table page of the view ``reactions`` to ours for the story's page, both at 100,000:
    above 1 ours takes less.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = {size: _measured(Path(folder) / f"{size}.db", size) for size in SIZES}
    small, large = (found[size] for size in SIZES)
    ratio = large["datasette_table_seconds"] / large["story_seconds"]
    slower = large["story_seconds"] / small["story_seconds"]
    small_enough = small["story_bytes"] <= MAX_BYTES and small["story_seconds"] <= MAX_SECONDS
    return {
        "bench": "pages",
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio >= GOAL and slower <= MAX_SLOWER and small_enough,
        "figures": {
            "times_slower_at_100000": round(slower, 2),
            **{
                f"{name}_{size}": round(value, 4) if isinstance(value, float) else value
                for size, figures in found.items()
                for name, value in figures.items()
            },
        },
    }


def _measured(path: Path, reactions: int) -> dict[str, Any]:
    """Seconds of each page, the bytes of the story's, and the seconds in which what it shows is made ready."""
    engine = open_database(f"sqlite:///{path}")
    plant(engine, reactions)
    settings = Settings(_env_file=None)
    with reading(engine) as connection:
        story = find_story(connection, "planted")
    begun = time.process_time()
    tell_summary(engine, story, settings)  # as a pass and an import do
    made = time.process_time() - begun
    pages = TestClient(build(engine, settings), base_url="http://localhost")
    told: dict[str, Any] = {"summary_seconds": made, "story_bytes": len(_body(pages, OURS["story"]))}
    asked: dict[str, Callable[[], object]] = {name: lambda at=at: _body(pages, at) for name, at in OURS.items()}  # type: ignore[misc]
    with asyncio.Runner() as runner:
        theirs = _datasette(runner, path)
        asked |= {f"datasette_{name}": lambda at=at: theirs(at) for name, at in THEIRS.items()}  # type: ignore[misc]
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for number in range(ROUNDS + 1):
            for name, ask in asked.items():
                begun = time.process_time()
                ask()
                if number:  # the first makes ready what templates and statements need
                    taken[name].append(time.process_time() - begun)
    engine.dispose()
    return told | {f"{name}_seconds": median(seconds) for name, seconds in taken.items()}


def _body(pages: TestClient, address: str) -> bytes:
    answer = pages.get(address)
    assert answer.status_code == 200, answer.text[:200]
    return answer.content


def _datasette(runner: asyncio.Runner, path: Path) -> Callable[[str], bytes]:
    """What Datasette answers for a page of the database; a busy machine does not make it give up."""
    from datasette.app import Datasette

    served = Datasette([str(path)], settings={"sql_time_limit_ms": MAX_WAIT})

    def ask(address: str) -> bytes:
        answer = runner.run(served.client.get(f"/{path.stem}/{address}"))
        assert answer.status_code == 200, answer.text[:200]
        content: bytes = answer.content
        return content

    return ask
