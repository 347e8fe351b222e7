"""Every query of the cookbook runs, on both databases."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.sql import read_only
from storywake.jobs.assess import assess
from storywake.jobs.watch import watch_seed

pytestmark = pytest.mark.slow

COOKBOOK = Path(__file__).parents[2] / "docs" / "sql.md"
QUERIES = re.findall(r"```sql\n(.*?)```", COOKBOOK.read_text(), re.S)


def test_there_are_queries() -> None:
    assert len(QUERIES) >= 10


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.split("\n")[0][:40])
def test_a_query_of_the_cookbook_runs(engine: Engine, settings: Settings, query: str) -> None:
    assess(engine, watch_seed(engine, settings, "moscow-times"))
    with read_only(engine, query) as result:
        assert result.columns
        list(result.rows)
