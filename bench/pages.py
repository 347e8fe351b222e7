"""Processor time of a story's pages and of the morning mail at 5,000 and 100,000 reactions, and with 200 stories, beside
Datasette's page of the same rows.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.db.stories import find_story
from storywake.jobs import digest
from storywake.jobs.summary import tell_summary
from storywake.web.app import build

from .planted import DAYS, Span, plant_many

SIZES = (5_000, 100_000)
STORIES, EACH = 200, 500
ROUNDS = 7
GOAL = 1.0
MAX_SECONDS = 0.3
"""Processor time of the story's page."""
MAX_MAIL_SECONDS = 0.5
"""Processor time of the morning mail."""
MAX_BYTES = 80_000
"""Of its HTML."""
MAX_SLOWER = 1.5
"""At 100,000, times the time at 5,000."""
MAX_WAIT = 60_000
"""Milliseconds that Datasette may take for a query."""
OURS = {"story": "", "list": "/reactions", "grown": "/reactions?sort=growth"}
THEIRS = "reactions?story={slug}&_sort_desc=engagement"
SLUG = "planted"


def bench_pages(_: str | None) -> dict[str, Any]:
    """Asks each page in turn, seven rounds, after its figures were made; medians of user and system time.

    The story's last reactions came within the last day, of which the mail tells. The ratio is Datasette's time for its table
    page of the view ``reactions`` to ours for the story's page, both at 100,000: above 1 ours takes less.
    """
    found = {f"{size}": _measured([SLUG], size) for size in SIZES}
    found[f"{STORIES}_stories"] = many = _measured([f"{SLUG}-{n}" for n in range(STORIES)], EACH)
    small, large = (found[f"{size}"] for size in SIZES)
    ratio = large["datasette_table_seconds"] / large["story_seconds"]
    slower = large["story_seconds"] / small["story_seconds"]
    quick = all(
        told["story_seconds"] <= MAX_SECONDS
        and told["mail_seconds"] <= min(MAX_MAIL_SECONDS, told["datasette_table_seconds"])
        for told in (large, many)
    )
    return {
        "bench": "pages",
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio >= GOAL and slower <= MAX_SLOWER and small["story_bytes"] <= MAX_BYTES and quick,
        "figures": {
            "times_slower_at_100000": round(slower, 2),
            **{
                f"{name}_{size}": round(value, 4) if isinstance(value, float) else value
                for size, figures in found.items()
                for name, value in figures.items()
            },
        },
    }


def _measured(slugs: Sequence[str], reactions: int) -> dict[str, Any]:
    """Seconds of each page of the last of some stories and of the mail, the bytes of its page, and the seconds in which what
    is shown of them all is made ready.
    """
    moment = datetime.now(UTC)
    settings = Settings(_env_file=None)
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        path = Path(folder) / "pages.db"
        engine = open_database(f"sqlite:///{path}")
        plant_many(engine, reactions, slugs, span=Span(moment - timedelta(days=DAYS), moment))
        begun = time.process_time()
        for slug in slugs:
            with reading(engine) as connection:
                story = find_story(connection, slug)
            tell_summary(engine, story, settings)  # as a pass and an import do
        made = time.process_time() - begun
        pages = TestClient(build(engine, settings), base_url="http://localhost")
        slug = slugs[-1]
        ours = {name: f"/story/{slug}{at}" for name, at in OURS.items()}
        theirs = _datasette(runner, path)
        asked: dict[str, Callable[[], object]] = {
            **{name: partial(_body, pages, at) for name, at in ours.items()},
            "mail": lambda: digest.build(engine, settings, None, None, datetime.now(UTC)),
            "datasette_table": partial(theirs, "reactions"),
            "datasette_asked": partial(theirs, THEIRS.format(slug=slug)),
        }
        told: dict[str, Any] = {"summary_seconds": made, "story_bytes": len(_body(pages, ours["story"]))}
        told |= {f"{name}_seconds": seconds for name, seconds in _medians(asked).items()}
        engine.dispose()
    return told


def _medians(asked: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The seconds of processor time that each takes, in turns; the first round makes ready what templates and statements need."""
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(ROUNDS + 1):
        for name, ask in asked.items():
            begun = time.process_time()
            ask()
            if number:
                taken[name].append(time.process_time() - begun)
    return {name: median(seconds) for name, seconds in taken.items()}


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
