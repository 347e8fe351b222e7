"""How fast a story's posts gather, as its page and report tell it."""

import json
import re

from sqlalchemy import Engine

from storywake.collector.records import Reach
from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.db.stories import add_story
from storywake.jobs.report import ReportFormat, report

from ..db.test_reach_of_posts import at, put


def test_the_furthest_posts_and_those_beyond_their_accounts_usual_are_told(sqlite: Engine, settings: Settings) -> None:
    with writing(sqlite) as connection:
        add_story(
            connection, slug="bridge", title=None, url=None, claims=(), created_at=at(0), watch_until="2027-01-01T00:00:00Z"
        )  # fmt: skip
        for n in range(5):
            put(connection, f"large {n}", [(1, Reach(likes=100)), (3, Reach(likes=900 - n))], author=f"large{n}")
        put(connection, "beyond", [(1, Reach(likes=20)), (3, Reach(likes=60)), (4, Reach(likes=50))], author="anna")
        put(connection, "ordinary", [(1, Reach(likes=20)), (4, Reach(likes=90))], author="ben")
        for n in range(5):
            put(connection, f"own {n}", [(4, Reach(likes=10))], author="anna")
    told = json.loads(report(sqlite, "bridge", ReportFormat.JSON, settings))["paces"]
    assert [row["author"] for row in told] == ["large0", "large1", "large2", "large3", "large4", "anna"]
    assert (told[0]["rate"], told[0]["peak_since"], told[5]["beside_usual"]) == (400, at(1), 5)
    words = report(sqlite, "bridge", ReportFormat.TEXT, settings)
    assert (
        f"large0, x: 900 (900 followers); 400 an hour, fastest 400 from {at(1)} to {at(3)}; half after 1.9 hours"
        in words
    )
    assert "5 times its account's usual (10, of 5 posts); counts fell once" in words
    page = re.sub(r"<[^>]+>", "", report(sqlite, "bridge", ReportFormat.HTML, settings)).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert (
        "How fast posts gather" in page
        and "X, 900 followers, counts fell once" in page
        and "5 × 10, of 5 posts" in page
    )
