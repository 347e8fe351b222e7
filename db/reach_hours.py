"""The table ``reach_hour`` is kept true by triggers, whoever writes to the tables that it rests on.

``reach_hour.sql`` says what a row is. A trigger adds what a change brings and takes back what it undoes: the looks of the
posts that it touches are told as they are now with the sign 1, and as they were before with the sign -1.

On PostgreSQL each trigger of ``latest`` comes first, by its name or as a trigger a row, and waits for whoever else writes
about the same reaction: what is told here is told after them.
"""

import re

from sqlalchemy import Connection

from . import views
from .models import ReachHour

TOLD_BY = "storywake_reach_"
"""What the names of the triggers begin with."""
KEYS = ("story_id", "platform", "hour")
GAINED = [name for name in ReachHour.model_fields if name not in (*KEYS, "writer")]
OF_LOOK = ("post_id", "observed_at", "likes", "reposts", "replies", "quotes", "views")
OF_REACTION = ("story_id", "post_id", "first_seen_at", "dropped_at")
SEEN = """SELECT r.story_id, p.platform, r.post_id, SUBSTR(r.first_seen_at, 1, 13) AS since, {posts} AS posts, 1 AS sign
FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.dropped_at IS NULL"""
OF_ONE = """SELECT {side}.story_id AS story_id, p.platform, p.id AS post_id, SUBSTR({side}.first_seen_at, 1, 13) AS since,
{sign} AS posts, {sign} AS sign FROM post p WHERE p.id = {side}.post_id AND {side}.dropped_at IS NULL"""
SIDES = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
SIGNS = {"NEW": 1, "OLD": -1}


def fill_reach_hours(connection: Connection) -> None:
    """Tells every row anew, as the definition of today's version says."""
    looks = f"SELECT {', '.join(OF_LOOK)}, 1 AS sign FROM observation"  # noqa: S608
    connection.exec_driver_sql("DELETE FROM reach_hour")
    connection.exec_driver_sql(_added("0", looks, SEEN.format(posts=1)))


def make_reach_triggers(connection: Connection) -> None:
    """Makes the triggers, where there are none."""
    made = _sqlite_triggers() if connection.dialect.name == "sqlite" else _postgresql_triggers()
    for statement in made:
        connection.exec_driver_sql(statement)


def _added(writer: str, looks: str, seen: str) -> str:
    """The statement that adds what these looks and reactions bring."""
    words = re.sub(r"^--.*\n", "", views.kept_sql("reach_hour"), flags=re.M).strip()
    gains = words.replace("(LOOKS)", f"({looks})").replace("(SEEN)", f"({seen})")
    kept, told = ", ".join(GAINED), " OR ".join(f"{name} <> 0" for name in GAINED)
    more = ", ".join(f"{name} = reach_hour.{name} + excluded.{name}" for name in GAINED)
    keys = ", ".join(KEYS)
    return f"""INSERT INTO reach_hour ({keys}, writer, {kept})
SELECT {keys}, {writer}, {kept} FROM ({gains}) gains WHERE {told}
ON CONFLICT ({keys}, writer) DO UPDATE SET {more}"""  # noqa: S608


def _of_looks(writer: str, before: str | None, after: str | None) -> str:
    """What a change of looks brings. ``before`` and ``after`` give the changed looks as they were and as they are; None
    where there are none.
    """
    columns = ", ".join(OF_LOOK)
    posts = " UNION ".join(f"SELECT post_id FROM ({side}) t" for side in (before, after) if side)  # noqa: S608
    of_posts = f"FROM observation WHERE post_id IN ({posts})"
    others = f" AND (post_id, observed_at) NOT IN (SELECT post_id, observed_at FROM ({after}) t)" if after else ""  # noqa: S608
    looks = f"SELECT {columns}, 1 AS sign {of_posts} UNION ALL SELECT {columns}, -1 {of_posts}{others}"
    if before:
        looks += f" UNION ALL SELECT {columns}, -1 FROM ({before}) t"  # noqa: S608
    return _added(writer, looks, f"{SEEN.format(posts=0)} AND r.post_id IN ({posts})")


def _of_reaction(writer: str, sides: tuple[str, ...]) -> str:
    """What a reaction brings that is new, changed or gone."""
    posts = ", ".join(f"{side}.post_id" for side in sides)
    looks = f"SELECT {', '.join(OF_LOOK)}, 1 AS sign FROM observation WHERE post_id IN ({posts})"  # noqa: S608
    return _added(writer, looks, " UNION ALL ".join(OF_ONE.format(side=side, sign=SIGNS[side]) for side in sides))


def _sqlite_triggers() -> list[str]:
    found = []
    for event, sides in SIDES.items():
        rows = {side: "SELECT " + ", ".join(f"{side}.{name} AS {name}" for name in OF_LOOK) for side in sides}
        looks, reaction = _of_looks("0", rows.get("OLD"), rows.get("NEW")), _of_reaction("0", sides)
        for table, columns, body in (("observation", OF_LOOK, looks), ("reaction", OF_REACTION, reaction)):
            changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
            when = f" WHEN {changed}" if event == "UPDATE" else ""
            name = f"{TOLD_BY}{table}_{event.lower()}"
            found.append(f"CREATE TRIGGER {name} AFTER {event} ON {table}{when} BEGIN {body}; END")
    return found


def _postgresql_triggers() -> list[str]:
    """Looks are told a statement, since a trigger a row would see all rows of its statement, reactions a row."""
    tables = {"NEW": "new_looks", "OLD": "old_looks"}
    found = []
    for event, sides in SIDES.items():
        rows = {side: f"SELECT {', '.join(OF_LOOK)} FROM {tables[side]}" for side in sides}  # noqa: S608
        looks = _of_looks("pg_backend_pid()", rows.get("OLD"), rows.get("NEW"))
        given = " ".join(f"{side} TABLE AS {tables[side]}" for side in sides)
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in OF_REACTION)
        each = f"FOR EACH ROW WHEN ({changed})" if event == "UPDATE" else "FOR EACH ROW"
        for table, body, when in (
            ("observation", looks, f"REFERENCING {given} FOR EACH STATEMENT"),
            ("reaction", _of_reaction("pg_backend_pid()", sides), each),
        ):
            name = f"{TOLD_BY}{table}_{event.lower()}"
            found.append(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
            )
            found.append(f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} EXECUTE FUNCTION {name}()")
    return found
