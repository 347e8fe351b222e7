"""A story told as it was known at a time is, at the present, what the report tells."""

from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db import past
from storywake.db.assessments import set_label
from storywake.db.engine import reading
from storywake.jobs.assess import assess
from storywake.jobs.figures import stance_now, story_facts
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
        assert past.stances_then(connection, NOW)[story.slug] == told
        assert past.reach_then(connection, NOW)[story.slug] == totals(facts)
        assert past.sizes_then(connection, NOW)[story.slug] == (len(facts["reactions"]), len(facts["people"]))
        corrected = [a["correction"] for a in facts["articles"] if a["corrected"]]
        assert corrected
        assert [a["correction"] for a in past.corrections_then(connection, NOW)[story.slug]] == corrected
        assert past.stories_then(connection, NOW) == [story]
        assert past.stories_then(connection, "2001-01-01T00:00:00Z") == []
