"""How a story stood before the news is worked out from how it stands and what came since: it is what counting says."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from bench.planted import START, plant
from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db import past
from storywake.db.deliveries import Window
from storywake.db.engine import reading, writing
from storywake.db.overview import failing_looks
from storywake.db.stories import find_story
from storywake.jobs.figures import stances_then
from storywake.jobs.mail.standing import balance_before, balance_of, standing
from storywake.jobs.summary import tell_summary

from ..steps import steps

SINCE = START + timedelta(days=3)
WINDOW = Window(stamp(SINCE), None, "2026-07-01T00:00:00Z", None)
ASSESSED = """INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment,
    confidence, covered, unclear) VALUES (:id, 1, 'blend@2', 'again', :at, 'deny', 0.1, 0.7, 0.1, 0.1, 0.7, TRUE, FALSE)"""
LABELLED = (
    "INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at) VALUES (:id, :claim, 'maria', 'query', :at)"
)


def change(engine: Engine) -> None:
    """Plants a story and changes it before and after ``SINCE``: assessed again, labelled, dropped, found late, gone."""
    plant(engine, 400)
    before, after = stamp(SINCE - timedelta(hours=9)), stamp(SINCE + timedelta(hours=9))
    with writing(engine) as connection:
        for n in range(1, 40):
            values = {"id": n * 7, "at": after if n % 2 else before}
            connection.execute(text(ASSESSED), values)
            connection.execute(text(LABELLED), {**values, "id": n * 5, "claim": 1 + n % 2})
        connection.execute(text("UPDATE reaction SET dropped_at = :at WHERE id % 31 = 0"), {"at": after})
        connection.execute(text("UPDATE reaction SET first_seen_at = :at WHERE id % 17 = 0"), {"at": after})


def counted(connection: Connection, at: str) -> list[tuple[int, int, int | None, int | None]]:
    """The reactions that were known, each with its last look by then: id, engagement, likes, views."""
    looks = connection.execute(
        text("""SELECT r.id, o.likes, o.reposts, o.replies, o.quotes, o.views FROM reaction r
        JOIN observation o ON o.post_id = r.post_id
        WHERE r.dropped_at IS NULL AND r.first_seen_at <= :at AND o.observed_at <= :at ORDER BY o.observed_at"""),
        {"at": at},
    )
    last = {row.id: row for row in looks}
    return [(n, sum(count or 0 for count in row[1:5]), row.likes, row.views) for n, row in sorted(last.items())]


@pytest.mark.parametrize("days", [0, 1, 3, 4, 9])
def test_reach_before(engine: Engine, days: int) -> None:
    change(engine)
    at = stamp(START + timedelta(days=days))
    with reading(engine) as connection:
        rows = counted(connection, at)
        told = past.reach_then(connection, 1, at)
    likes, views = [row[2] for row in rows if row[2] is not None], [row[3] for row in rows if row[3] is not None]
    assert (told["likes"], told["views"]) == (sum(likes) if likes else None, sum(views) if views else None)


def test_the_posts_that_led_before(engine: Engine) -> None:
    change(engine)
    with reading(engine) as connection:
        ranked = [row[0] for row in sorted(counted(connection, WINDOW.since), key=lambda row: (-row[1], row[0]))]

        def leading(*reactions: int) -> list[int]:
            return past.leading_before(connection, 1, WINDOW.since, reactions, 5)

        assert leading(*ranked[20:40]) == leading(400) == leading() == []
        assert leading(*ranked[4:20]) == [ranked[4]]
        assert leading(*reversed(ranked)) == ranked[:5]


def test_the_balance_before(engine: Engine, settings: Settings) -> None:
    change(engine)
    with reading(engine) as connection:
        story = find_story(connection, "planted")
        then = {claim: one.whole for claim, one in stances_then(connection, 1, WINDOW.since).items()}
        known = balance_of(*next(iter(then.items())))
        found = balance_before(connection, story, WINDOW, standing(connection, story, WINDOW.until))
    tell_summary(engine, story, settings)
    with writing(engine) as connection:
        connection.execute(text("UPDATE story_summary SET made_at = '2026-06-30T00:00:00Z'"))
    with reading(engine) as connection:
        stood = standing(connection, story, WINDOW.until)
        read = balance_before(connection, story, WINDOW, stood)
        quiet = balance_before(connection, story, WINDOW._replace(since="2026-06-01T00:00:00Z"), stood)
        assert balance_before(connection, story, WINDOW._replace(since="2026-01-01T00:00:00Z"), stood) is None
    assert stood.kept and quiet == stood.balances[0]
    assert found and read and found.counts == read.counts == known.counts
    assert found.counts != stood.balances[0].counts
    for one in (found, read):
        assert one.estimated
        assert one.shares == pytest.approx(known.shares)
        assert list(one.intervals.values()) == [pytest.approx(known.intervals[name]) for name in one.intervals]


def test_looks_that_failed_are_found_without_going_through_all_others(sqlite: Engine) -> None:
    plant(sqlite, 3_000)
    with writing(sqlite) as connection:
        connection.execute(
            text("""INSERT INTO look (kind, source, target, post_id, reason, added_at, outcome, failures)
            SELECT 'counts', platform, key, id, '', '', CASE WHEN id % 1000 = 0 THEN 'failed' ELSE 'ok' END, id / 1000 FROM post""")
        )
    failing: list[dict[str, Any]] = []
    with reading(sqlite) as connection:
        taken = steps(connection, lambda connection: failing.extend(failing_looks(connection, 1, 2, [], 100)))
    assert [(row["kind"], row["failures"]) for row in failing] == [("counts", 3), ("counts", 2), ("counts", 1)]
    assert taken < 20
