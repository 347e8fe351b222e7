"""The table ``latest`` is kept true by triggers, whoever writes to the tables that it rests on.

``latest.sql`` says what a row is. A trigger on each table that it rests on tells the rows anew that a change touches:
so there is one definition, and no writer has to know of it. Looks and new reactions come by the thousand: PostgreSQL's
triggers tell those a statement, and on SQLite ``storywake.db.at_once`` does, while the triggers of these are silent.
"""

import re
from typing import NamedTuple

from sqlalchemy import Connection

from . import views
from .models import Latest

COLUMNS = ", ".join(Latest.model_fields)
COUNTED = ("likes", "reposts", "replies", "quotes", "views", "engagement", "growth", "observed_at")
JUDGED = ("claim_id", "stance", "probability", "confidence", "unclear", "by_analyst")
TOLD_BY = "storywake_latest_"
"""What the names of the triggers begin with."""
OF_POST = "reaction_id IN (SELECT id FROM reaction WHERE post_id IN ({ids}))"
OF_REACTION = "reaction_id IN ({ids})"
OF_MAIN_CLAIM = (
    "story_id IN ({ids}) AND COALESCE(claim_id, 0) <> COALESCE("
    "(SELECT c.id FROM claim c WHERE c.story_id = latest.story_id ORDER BY c.position, c.id LIMIT 1), 0)"
)
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
TOLD_ALOUD = "NOT EXISTS (SELECT 1 FROM at_once)"
"""Whether SQLite's triggers on new looks and reactions are not silenced."""
DAY_BEFORE = """CREATE OR REPLACE FUNCTION storywake_day_before(at text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN at ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$'
    THEN to_char(replace(left(at, 19), 'T', ' ')::timestamp - interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END $$"""


class _Source(NamedTuple):
    """A table that ``latest`` rests on, and which of its rows a change there touches."""

    table: str
    column: str
    touched: str
    told: tuple[str, ...]  # what is told anew of the rows that it touches
    events: tuple[str, ...] = tuple(EVENTS)
    changed: tuple[str, ...] = ()  # an update counts where one of these is another; (): every one does


SOURCES = (
    _Source("observation", "post_id", OF_POST, COUNTED),
    _Source("post", "id", OF_POST, ("language", "posted_at", "growth"), ("UPDATE",), ("language", "posted_at")),
    _Source("stance", "reaction_id", OF_REACTION, JUDGED),
    _Source("label", "reaction_id", OF_REACTION, JUDGED),
    _Source("claim", "story_id", OF_MAIN_CLAIM, JUDGED),
)
PLACE = ("story_id", "post_id", "first_seen_at", "dropped_at")
"""What of a reaction a row rests on."""
COPIED = ("person_id", "tie")
"""What of a reaction stands in its row as it is."""
COPY = f"UPDATE latest SET {', '.join(f'{name} = NEW.{name}' for name in COPIED)} WHERE reaction_id = NEW.id;"  # noqa: S608


def make_triggers(connection: Connection) -> None:
    """Makes the triggers, where there are none."""
    made = _sqlite_triggers() if connection.dialect.name == "sqlite" else _postgresql_triggers()
    for statement in made:
        connection.exec_driver_sql(statement)


def fill_latest(connection: Connection) -> None:
    """Tells every row anew, as the definition of today's version says."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(DAY_BEFORE)
    connection.exec_driver_sql("DELETE FROM latest")
    connection.exec_driver_sql(f"INSERT INTO latest ({COLUMNS}) {definition(connection.dialect.name)}")


def definition(dialect: str) -> str:
    """What the rows are, in a database's own words, without comments; a condition may follow."""
    words = re.sub(r"^--.*\n", "", views.kept_sql("latest"), flags=re.M)
    written = r"STRFTIME('%Y-%m-%dT%H:%M:%SZ', \1, '-1 day')" if dialect == "sqlite" else r"storywake_day_before(\1)"
    return re.sub(r"DAY_BEFORE\(([\w.]+)\)", written, words).strip()


def _told_anew(dialect: str, told: tuple[str, ...], touched: str) -> str:
    """The statement that tells columns of rows of ``latest`` anew. Both databases leave out what those do not need."""
    columns = ", ".join(told)
    row = f"SELECT {columns} FROM ({definition(dialect)} AND r.id = latest.reaction_id) d"  # noqa: S608
    return f"UPDATE latest SET ({columns}) = ({row}) WHERE {touched};"  # noqa: S608


def rows_placed(dialect: str, which: str) -> str:
    """The statement that adds the rows of new reactions; ``which`` is what their ids are."""
    return f"INSERT INTO latest ({COLUMNS}) {definition(dialect)} AND r.id {which}"


def rows_recounted(dialect: str, posts: str) -> str:
    """The statement that tells the counts of the reactions anew that are of ``posts`` (a list, or what selects it)."""
    return _told_anew(dialect, COUNTED, OF_POST.format(ids=posts))


def _sqlite_triggers() -> list[str]:
    def trigger(table: str, event: str, changed: tuple[str, ...], *body: str, kind: str = "") -> str:
        of = f" OF {', '.join(changed)}" if changed and event == "UPDATE" else ""
        when = " WHEN " + " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in changed) if of else ""
        if event == "INSERT" and table in ("observation", "reaction"):
            when = f" WHEN {TOLD_ALOUD}"
        words = "\n".join(body)
        name = f"{TOLD_BY}{table}_{event.lower()}{kind}"
        return f"CREATE TRIGGER {name} AFTER {event}{of} ON {table}{when} BEGIN {words} END"

    dropped = "DELETE FROM latest WHERE reaction_id = NEW.id;"
    placed = f"{rows_placed('sqlite', '= NEW.id')};"
    found = [
        trigger("reaction", "INSERT", (), placed),
        trigger("reaction", "UPDATE", PLACE, dropped, placed),
        trigger("reaction", "UPDATE", COPIED, COPY, kind="_copied"),
    ]
    for source in SOURCES:
        for event in source.events:
            ids = ", ".join(f"{side}.{source.column}" for side in EVENTS[event])
            again = _told_anew("sqlite", source.told, source.touched.format(ids=ids))
            found.append(trigger(source.table, event, source.changed, again))
    return found


def _postgresql_triggers() -> list[str]:
    """A function a table, or one an event where looks or new reactions are told: many come at once, and are told a statement.

    The rows are locked first, so that the statement after sees what others wrote to them.
    """

    def function(name: str, *body: str) -> str:
        words = "\n".join(body)
        return f"CREATE FUNCTION {TOLD_BY}{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {words} RETURN NULL; END $$"

    def trigger(table: str, event: str, changed: tuple[str, ...], kind: str = "") -> str:
        of = f" OF {', '.join(changed)}" if changed and event == "UPDATE" else ""
        when = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in changed) if of else "true"
        return f"""CREATE TRIGGER {TOLD_BY}{event.lower()}{kind} AFTER {event}{of} ON {table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {TOLD_BY}{table}{kind}()"""

    def at_statement(table: str, event: str) -> str:
        tables = " ".join(f"{side} TABLE AS {side.lower()}_rows" for side in EVENTS[event])
        return f"""CREATE TRIGGER {TOLD_BY}{event.lower()} AFTER {event} ON {table}
            REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {TOLD_BY}{table}_{event.lower()}()"""

    def told(source: _Source, ids: str) -> tuple[str, str]:
        touched = source.touched.format(ids=ids)
        lock = f"PERFORM 1 FROM latest WHERE {touched} ORDER BY reaction_id FOR UPDATE;"
        return lock, _told_anew("postgresql", source.told, touched)

    dropped = "DELETE FROM latest WHERE reaction_id = NEW.id;"
    found = [
        function("reaction", dropped, f"{rows_placed('postgresql', '= NEW.id')};"),
        trigger("reaction", "UPDATE", PLACE),
        function("reaction_copied", COPY),
        trigger("reaction", "UPDATE", COPIED, "_copied"),
        function("reaction_insert", f"{rows_placed('postgresql', 'IN (SELECT id FROM new_rows)')};"),  # noqa: S608
        at_statement("reaction", "INSERT"),
    ]
    for source in SOURCES:
        if source.table == "observation":
            for event, sides in EVENTS.items():
                ids = " UNION ".join(f"SELECT {source.column} FROM {side.lower()}_rows" for side in sides)  # noqa: S608
                found.append(function(f"{source.table}_{event.lower()}", *told(source, ids)))
                found.append(at_statement(source.table, event))
            continue
        found.append(function(source.table, *told(source, f"OLD.{source.column}, NEW.{source.column}")))
        found += [trigger(source.table, event, source.changed) for event in source.events]
    return found
