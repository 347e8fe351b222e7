"""Many new looks or reactions, written and told to the kept tables at once.

PostgreSQL's triggers do that by themselves, since they run once a statement. SQLite's run for each row, which takes ten
times as long as to write it. So there they are silent while a row stands in the table ``at_once``, within the writer's own
transaction, and what they would have told is told after by one statement a table, of the same definition.

A row that is there when nobody writes was put there by hand, and the triggers were silent ever since: it is taken out,
and the kept tables are told anew, when the database is opened and before the next rows are written at once.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, TextClause

from .kept import fill_kept
from .latest import rows_placed, rows_recounted
from .many import in_one, insert_new, run_at_once
from .reach_hours import gains_of_newest, gains_of_stored_reactions

log = logging.getLogger("storywake")
MIN_ROWS = 8
"""Rows from which it takes less time to tell all at once than each by its trigger."""
GIVEN = """given AS MATERIALIZED (
SELECT json_extract(value, '$[0]') AS {}, json_extract(value, '$[1]') AS {} FROM json_each(?))"""
LOOKS = GIVEN.format("post_id", "observed_at")
REACTIONS = f"""{GIVEN.format("story_id", "post_id")}, new_reactions AS MATERIALIZED (
SELECT r.* FROM given g CROSS JOIN reaction r USING (story_id, post_id))"""  # noqa: S608
NOT_NEWEST = f"""WITH {LOOKS} SELECT g.post_id, g.observed_at FROM given g
WHERE EXISTS (SELECT 1 FROM observation o WHERE o.post_id = g.post_id AND o.observed_at >= g.observed_at)"""  # noqa: S608
TELLING_LOOKS = (
    f"WITH {LOOKS} {rows_recounted('sqlite', 'SELECT post_id FROM given')}",  # noqa: S608
    gains_of_newest("given", LOOKS),
)
TELLING_REACTIONS = (
    f"WITH {REACTIONS} {rows_placed('sqlite', 'IN (SELECT id FROM new_reactions)')}",  # noqa: S608
    gains_of_stored_reactions("new_reactions", REACTIONS),
)


def write_looks(connection: Connection, statement: TextClause, rows: Sequence[dict[str, Any]]) -> None:
    """Writes looks (``save_observation`` in posts.sql); of two at one post and time the later stands."""
    if not _is_worth_it(connection, rows):
        run_at_once(connection, statement, rows)
        return
    placed = {(row["post_id"], row["seen_at"]): row for row in rows}
    late = {tuple(row) for row in connection.exec_driver_sql(NOT_NEWEST, (in_one(list(placed)),))}
    run_at_once(connection, statement, [placed[place] for place in placed if place in late])
    new = [place for place in placed if place not in late]
    with _silent_triggers(connection):
        insert_new(connection, statement, [placed[place] for place in new])
    _tell(connection, TELLING_LOOKS, new)


def write_reactions(connection: Connection, statement: TextClause, rows: Sequence[dict[str, Any]]) -> None:
    """Writes reactions (``add_reaction`` in reactions.sql) of posts that are none of their stories yet, each once."""
    if not _is_worth_it(connection, rows):
        run_at_once(connection, statement, rows)
        return
    with _silent_triggers(connection):
        run_at_once(connection, statement, rows)
    _tell(connection, TELLING_REACTIONS, [(row["story_id"], row["post_id"]) for row in rows])


def _is_worth_it(connection: Connection, rows: Sequence[dict[str, Any]]) -> bool:
    return connection.dialect.name == "sqlite" and len(rows) >= MIN_ROWS


@contextmanager
def _silent_triggers(connection: Connection) -> Iterator[None]:
    """SQLite's triggers on new looks and reactions tell nothing within."""
    speak_again(connection)
    connection.exec_driver_sql("INSERT INTO at_once (id) VALUES (1)")
    try:
        yield
    finally:
        connection.exec_driver_sql("DELETE FROM at_once")


def is_silent(connection: Connection) -> bool:
    """Whether a row put in by hand keeps SQLite's triggers silent; asked while no rows are written at once."""
    return connection.dialect.name == "sqlite" and bool(connection.exec_driver_sql("SELECT 1 FROM at_once").first())


def speak_again(connection: Connection) -> None:
    """Where triggers are silent for nobody's sake, has them speak and tells the kept tables anew."""
    if is_silent(connection):
        log.warning(
            "a row in the table at_once kept SQLite's triggers silent: it is taken out, and what they missed is told"
        )
        connection.exec_driver_sql("DELETE FROM at_once")
        fill_kept(connection)


def _tell(connection: Connection, statements: Sequence[str], given: Sequence[tuple[Any, Any]]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement, (in_one(given),))
