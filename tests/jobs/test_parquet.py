"""Parquet keeps types: what is a time, a day, a truth or a count in the dictionary is one in the file."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.sql import read_only
from storywake.jobs import parquet
from storywake.jobs.parquet import write_parquet
from storywake.jobs.watch import watch_seed


def written(columns: list[str], rows: list[list[Any]]) -> pa.Table:
    out = io.BytesIO()
    write_parquet(out, columns, rows)
    return pq.read_table(io.BytesIO(out.getvalue()))


def test_the_dictionarys_types_are_kept() -> None:
    table = written(
        ["first_seen_at", "posted_at", "day", "deleted", "likes", "confidence", "text"],
        [
            ["2026-11-23T20:15:51Z", "2026-11-23", "2026-11-23", 0, 7, 1, "a"],
            [None, "2026-11-23T08:00:00Z", None, None, None, 0.5, None],
            ["2026-11-24T00:00:00Z", None, "2026-11-24", 1, Decimal(9), None, "2026"],
        ],
    )
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds == {
        "first_seen_at": "timestamp[us, tz=UTC]", "posted_at": "timestamp[us, tz=UTC]", "posted_at_is_day": "bool",
        "day": "date32[day]", "deleted": "bool", "likes": "int64", "confidence": "double", "text": "string",
    }  # fmt: skip
    rows = table.to_pylist()
    assert rows[0]["first_seen_at"] == datetime(2026, 11, 23, 20, 15, 51, tzinfo=UTC)
    assert (rows[0]["posted_at"], rows[0]["posted_at_is_day"]) == (datetime(2026, 11, 23, tzinfo=UTC), True)
    assert (rows[1]["posted_at_is_day"], rows[2]["posted_at_is_day"]) == (False, None)
    assert (rows[2]["day"], rows[2]["deleted"], rows[2]["likes"]) == (date(2026, 11, 24), True, 9)
    assert rows[1]["first_seen_at"] is None and rows[1]["deleted"] is None


def test_a_name_that_holds_something_else_is_what_its_values_are() -> None:
    table = written(
        ["posted_at", "deleted", "likes", "sum"], [["soon", 7, "many", Decimal("2.5")], [None, 1, "few", 2]]
    )
    assert [str(kind) for kind in table.schema.types] == ["string", "int64", "string", "double"]


def test_a_later_value_that_does_not_fit_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MAX_ROWS", 1)
    with pytest.raises(BadInput, match="n: '2.5' is no int64 as earlier rows are"):
        written(["n"], [[1], [2.5]])
    assert written(["n"], [[1.5], [2]])["n"].to_pylist() == [1.5, 2.0]


def test_views_have_the_same_types_on_both_databases(engine: Engine, settings: Settings) -> None:
    watch_seed(engine, settings, "moscow-times")
    out = io.BytesIO()
    with read_only(engine, "SELECT * FROM reactions ORDER BY reaction_id") as result:
        write_parquet(out, result.columns, result.rows)
    table = pq.read_table(io.BytesIO(out.getvalue()))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert [kinds[name] for name in ("deleted", "unclear", "likes", "first_seen_at", "confidence")] == [
        "bool", "bool", "int64", "timestamp[us, tz=UTC]", "double",
    ]  # fmt: skip
    assert table["posted_at_is_day"].to_pylist().count(True) == 4
