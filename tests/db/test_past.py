"""A story told as it was known at a time is, at the present, what the report tells."""

from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.collector.stance import COUNTED
from storywake.db import past
from storywake.db.assessments import set_label
from storywake.db.engine import reading
from storywake.jobs.assess import assess
from storywake.jobs.figures import stance_now, stances_then, story_facts
from storywake.jobs.mail.standing import balance_of
from storywake.jobs.report import totals
from storywake.jobs.watch import watch_seed

NOW = "2100-01-01T00:00:00Z"


def test_at_the_present_it_is_what_the_report_tells(engine: Engine, settings: Settings) -> None:
    story = watch_seed(engine, settings, "moscow-times")
    assess(engine, story)
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT id, platform, external_id FROM post ORDER BY id")).all()
        for n, row in enumerate(rows):
            connection.execute(
                text("INSERT INTO observation (post_id, observed_at, likes, replies) VALUES (:p, :at, :n, NULL)"),
                [{"p": row.id, "at": f"2099-01-0{day}T00:00:00Z", "n": n * day} for day in (1, 2)],
            )
        reaction = connection.execute(text("SELECT MIN(id) FROM reaction")).scalar_one()
        claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
        set_label(connection, reaction, claim, "maria", "query", "2026-01-01T00:00:00Z")
    with reading(engine) as connection:
        facts = story_facts(connection, story)
        told = [{k: v for k, v in row.items() if k != "intervals"} for row in stance_now(connection, story.slug)]
        assert told
        counted = {row["claim"]: {k: row[k] for k in COUNTED} for row in told}
        balances = {c: balance_of(c, rows.whole) for c, rows in stances_then(connection, story.id, NOW).items()}
        assert {claim: balance.counts for claim, balance in balances.items()} == counted
        assert past.reach_then(connection, story.id, NOW) == totals(facts)
        assert past.size_then(connection, story.id, NOW) == (len(facts["reactions"]), len(facts["people"]))
        assert past.stories_then(connection, NOW) == [story]
        assert past.stories_then(connection, "2001-01-01T00:00:00Z") == []
