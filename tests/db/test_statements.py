"""The named statements: both databases understand each, and each is used."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from storywake.db.many import AMONG, PARAMETER
from storywake.db.statements import statements

ROOM = Path(__file__).parents[2] / "db"
POSTGRESQL = {"hosts", "queue"}
"""Files that only PostgreSQL is asked from, since only there several machines work; tests/jobs/test_queue.py runs them."""
FILES = sorted(path.stem for path in (ROOM / "queries").glob("*.sql"))


def prepare(connection: Connection, words: str) -> None:
    """Has the database read a statement without running it."""
    if connection.dialect.name == "sqlite":
        words = AMONG.sub(r"IN (SELECT value FROM json_each(:\1))", words)
        given = dict.fromkeys(PARAMETER.findall(words))
        connection.connection.driver_connection.execute(f"EXPLAIN {words}", given)  # type: ignore[union-attr]
        return
    words = AMONG.sub(r"= ANY(:\1)", words)
    names = sorted(set(PARAMETER.findall(words)))
    numbered = PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", words)
    connection.exec_driver_sql(f"PREPARE one AS {numbered}")
    connection.exec_driver_sql("DEALLOCATE one")


@pytest.mark.parametrize("file", FILES)
def test_both_databases_understand_every_statement(engine: Engine, file: str) -> None:
    if file in POSTGRESQL:
        pytest.skip("only several machines ask this")
    with engine.connect() as connection:
        for statement in statements(file).values():
            if file == "removal":  # these make tables that later ones use
                connection.exec_driver_sql(statement.text.replace(":story_id", "0"))
            else:
                prepare(connection, statement.text)


def test_every_statement_has_a_sentence_and_a_user() -> None:
    used: set[tuple[str, str]] = set()
    for path in ROOM.glob("*.py"):
        source = path.read_text("utf-8")
        for name, file in re.findall(r"^(\w+) = (?:statements|named)\(\"(\w+)\"\)", source, re.M):
            every = f"{name}.items()" in source
            used |= {(file, key) for key in statements(file) if every or f'"{key}"' in source}
    assert used == {(file, name) for file in FILES for name in statements(file)}
    for file in FILES:
        for head in re.finditer(
            r"^-- (?:name|part|table): \w+\n(.*)", (ROOM / "queries" / f"{file}.sql").read_text("utf-8"), re.M
        ):
            assert head[1].startswith("-- "), f"{file}: {head[0]}"
