"""Ad-hoc SQL reads and cannot write, on both databases."""

import pytest
from sqlalchemy import Engine

from collector.errors import BadInput
from collector.settings import Settings
from db.engine import VIEWS
from db.sql import dictionary, read_only
from jobs.assess import assess
from jobs.watch import watch_seed

CONTRACT = {
    "reactions": "reaction_id story platform external_id url author author_name person posted_at text language kind tie tie_source confidence stance stance_probability likes reposts replies quotes views first_seen_at last_observed_at deleted",
    "stances": "reaction_id story claim stance probability model assessed_at by_analyst",
    "stance_over_time": "story claim hour stance reactions cumulative share",
    "reach_over_time": "story platform hour likes reposts replies quotes views posts observed_share",
    "articles": "story url title publisher published_at role revisions corrected",
    "people": "person affiliation accounts reactions",
    "observations": "platform external_id observed_at likes reposts replies quotes views",
    "lag": "story platform external_id told stored since",
}
WRITES = [
    "DELETE FROM reaction",
    "UPDATE post SET text = 'x'",
    "INSERT INTO label VALUES (1,1,1,'a','deny','now')",
    "DROP TABLE post",
    "DROP VIEW reactions",
    "CREATE TABLE t (a INTEGER)",
    "PRAGMA writable_schema=1",
    "ATTACH DATABASE '/tmp/x.db' AS x",
    "SELECT 1; DELETE FROM reaction",
    "WITH gone AS (DELETE FROM reaction RETURNING *) SELECT * FROM gone",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "COPY post TO PROGRAM 'true'",
    "COMMIT",
    "VACUUM",
    "",
]


@pytest.fixture
def story(engine: Engine, settings: Settings) -> Engine:
    assess(engine, watch_seed(engine, settings, "moscow-times"))
    return engine


def test_the_flat_view_answers_what_an_analyst_asks(story: Engine) -> None:
    with read_only(story, "select author, platform, posted_at, stance from reactions order by author") as result:
        assert result.columns == ["author", "platform", "posted_at", "stance"]
        assert ("CER_IanBond", "x", "2023-07-27", "support") in [tuple(row) for row in result.rows]


@pytest.mark.parametrize("query", WRITES)
def test_a_write_is_refused_in_one_line_and_changes_nothing(story: Engine, query: str) -> None:
    with pytest.raises(BadInput) as refused, read_only(story, query) as result:
        list(result.rows)
    assert "\n" not in str(refused.value)
    with read_only(story, "select count(*) from reactions") as result:
        assert next(result.rows)[0] == 5


@pytest.mark.parametrize("view", sorted(CONTRACT))
def test_the_views_have_the_promised_columns_first_or_later(story: Engine, view: str) -> None:
    with read_only(story, f"select * from {view}") as result:
        assert set(CONTRACT[view].split()) <= set(result.columns)


def test_the_dictionary_describes_every_view(story: Engine) -> None:
    described = dict(dictionary())
    assert set(described) == set(VIEWS) == set(CONTRACT)
    assert all(described.values())
