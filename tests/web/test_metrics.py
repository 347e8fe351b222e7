"""What is told as due, on ``/metrics`` and by ``doctor``, is what the next pass looks at."""

import re
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine, text

from storywake.collector.dates import now
from storywake.collector.records import Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.stories import stories
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.settling import due
from storywake.jobs.watch import watch
from storywake.web.health import told

from ..jobs.test_cost_of_storing import posts
from ..storywake.test_cli import storywake

TIE = Tie(kind=TieKind.LINKS, source="https://news.example/bridge", rests_on="links to it", confidence=1.0)
LEFT_DUE = (
    "UPDATE look SET due_at = '2026-03-03T09:00:00Z' WHERE post_id IS NOT NULL",
    "UPDATE reaction SET depth = 9 WHERE id % 5 = 1",
    "UPDATE reaction SET dropped_at = '2026-03-03T10:00:00Z' WHERE id % 5 = 2",
    "UPDATE post SET deleted_at = '2026-03-03T10:00:00Z' WHERE id % 5 = 3",
    "UPDATE story SET status = 'ended' WHERE slug = 'over'",
)
"""Looks that are due and that no pass makes, or that it makes in part."""


def test_what_is_told_as_due_is_what_is_looked_at(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    stories_by_slug = {
        slug: watch(engine, settings, f"https://news.example/{slug}", slug=slug) for slug in ("bridge", "over")
    }
    for slug, network, first in (("bridge", "bluesky", 0), ("bridge", "reddit", 20), ("over", "bluesky", 40)):
        shown = posts(network, 1, first + 20)[first:]
        take_in(
            engine, Arrival(network, "2026-03-03T09:00:00Z", [stories_by_slug[slug]], posts=shown, tie=TIE), settings
        )
    with writing(engine) as connection:
        for statement in LEFT_DUE:
            connection.execute(text(statement))
        rows = connection.execute(text("SELECT COUNT(*) FROM look WHERE due_at IS NOT NULL")).scalar_one()
    chosen = settings.model_copy(update={"platforms": ["bluesky"], "coverage": False})
    at = now()
    with reading(engine) as connection:
        watched = stories(connection, watched_at=at)
    made = due(engine, chosen, watched, at)
    kinds = Counter(look.kind for look in made)
    assert 16 <= kinds["counts"] < rows / 2
    words = told(engine, chosen)
    assert f"storywake_looks_due {len(made)}\n" in words
    assert set(re.findall(r'look_lag_seconds{kind="(\w+)"}', words)) == set(kinds)
    done = storywake(
        "doctor",
        "--db",
        engine.url.render_as_string(hide_password=False).replace("+psycopg", ""),
        folder=tmp_path,
        STORYWAKE_PLATFORMS='["bluesky"]',
        STORYWAKE_COVERAGE="0",
    )
    assert f"{len(made)} due now" in done.stdout
