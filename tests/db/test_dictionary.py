"""The dictionary describes what a query may read, all of it and no more; what is private is read by none."""

import pytest
from sqlalchemy import Engine, inspect

from storywake.collector.errors import BadInput
from storywake.db.dictionary import ColumnType, dictionary, types_by_name
from storywake.db.private import PRIVATE, is_private
from storywake.db.sql import read_only
from storywake.db.views import VIEWS


def test_every_column_of_every_view_and_table_is_described_in_order_and_no_other(engine: Engine) -> None:
    there = inspect(engine)
    described = {name: [column.name for column in told.columns] for name, told in dictionary().items()}
    tables = set(there.get_table_names()) - {name for name, columns in PRIVATE.items() if columns is None}
    assert set(described) == {*VIEWS, *tables}, "describe it in db/dictionary, or name it in db/private.py"
    for name, columns in described.items():
        made = [column["name"] for column in there.get_columns(name) if not is_private(name, column["name"])]
        assert columns == made or (name not in VIEWS and sorted(columns) == sorted(made)), name
        assert dictionary()[name].kind == ("view" if name in VIEWS else "table")


def test_each_column_has_a_meaning_and_an_example() -> None:
    for name, relation in dictionary().items():
        assert relation.about.endswith("."), name
        for column in relation.columns:
            assert column.meaning, (name, column.name)
            assert column.example or column.type in (ColumnType.BYTES, ColumnType.TEXT), (name, column.name)


def test_numbers_have_units_or_are_numbers_of_rows() -> None:
    told = {c.name: c for relation in dictionary().values() for c in relation.columns}
    assert told["likes"].unit == "likes"
    assert told["share"].unit == "0 to 1"
    assert {c.name for c in told.values() if c.type == ColumnType.NUMBER and not c.unit} == set()


def test_a_name_that_means_the_same_everywhere_has_one_type() -> None:
    types = types_by_name()
    assert types["first_seen_at"] == ColumnType.TIME
    assert types["deleted"] == ColumnType.BOOLEAN
    assert types["posted_at"] == ColumnType.MOMENT
    assert "quotes" not in types, "a count in views, a post's key in the table post"


PRIVATE_READS = [
    "SELECT * FROM secret",
    "SELECT COUNT(*) FROM secret",
    "SELECT value FROM secret",
    "WITH reactions AS (SELECT value AS text FROM secret) SELECT text FROM reactions",
    "SELECT (SELECT MAX(value) FROM secret) AS stolen FROM story",
    "SELECT 1 FROM story WHERE EXISTS (SELECT 1 FROM secret WHERE value LIKE 'a%')",
    "SELECT reader FROM delivery",
    "SELECT * FROM delivery",
    "SELECT d.status FROM delivery d WHERE d.reader LIKE 'a%'",
    "SELECT mark FROM erased",
    "SELECT xmlparse(content 1), query_to_xml('SELECT * FROM secret', true, false, '')",
]


def test_what_is_private_is_read_by_no_query(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO secret (name, value) VALUES ('key', 'abc')")
        connection.exec_driver_sql(
            "INSERT INTO story (slug, status, created_at, watch_until) VALUES ('s', 'watched', '1', '2')"
        )
    for query in PRIVATE_READS:
        with pytest.raises(BadInput, match="refused"), read_only(engine, query) as result:
            list(result.rows)


def test_the_rest_of_a_table_with_a_private_column_is_read(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO delivery (day, reader, status, message_id, at) VALUES ('2026-11-23', 'a@b.example', 'refused', '<1>', '2026-11-23T06:00:00Z')"
        )
    with read_only(engine, "SELECT day, status FROM delivery") as result:
        assert [tuple(row) for row in result.rows] == [("2026-11-23", "refused")]


def test_what_is_described_can_be_read(engine: Engine) -> None:
    for name, relation in dictionary().items():
        columns = ", ".join(column.name for column in relation.columns)
        with read_only(engine, f"SELECT {columns} FROM {name} WHERE 1 = 0") as result:
            assert list(result.rows) == []
