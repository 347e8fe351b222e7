"""The table ``reach_hour`` is kept true by triggers, whoever writes to the tables that it rests on.

``reach_hour.sql`` says what a row is. A trigger adds what a change brings and takes back what it undoes: the looks that it
touches, each beside the look before it, are told as they are now with the sign 1, and as they were before with the sign
-1. A look touches itself and the next one of its post, however many there are. Many new looks or reactions are told at
once: by PostgreSQL's triggers, and on SQLite by ``storywake.db.at_once``, while its triggers of these are silent.

On PostgreSQL each trigger of ``latest`` comes first, by its name or as a trigger a row, and waits for whoever else writes
about the same reaction: what is told here is told after them.
"""

import re

from sqlalchemy import Connection

from . import views
from .latest import TOLD_ALOUD
from .models import ReachHour

TOLD_BY = "storywake_reach_"
"""What the names of the triggers begin with."""
KEYS = ("story_id", "platform", "hour")
GAINED = [name for name in ReachHour.model_fields if name not in (*KEYS, "writer")]
COUNTS = ("likes", "reposts", "replies", "quotes", "views")
OF_LOOK = ("post_id", "observed_at", *COUNTS)
OF_REACTION = ("story_id", "post_id", "first_seen_at", "dropped_at")
SEEN = """SELECT r.story_id, p.platform, r.post_id, SUBSTR(r.first_seen_at, 1, 13) AS since, {posts} AS posts, 1 AS sign
FROM {reactions} r JOIN post p ON p.id = r.post_id WHERE r.dropped_at IS NULL"""
OF_ONE = """SELECT {side}.story_id AS story_id, p.platform, p.id AS post_id, SUBSTR({side}.first_seen_at, 1, 13) AS since,
{sign} AS posts, {sign} AS sign FROM post p WHERE p.id = {side}.post_id AND {side}.dropped_at IS NULL"""
SIDES = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
SIGNS = {"NEW": 1, "OLD": -1}
ONE = "(SELECT 1 AS n) one"
FEW = "likelihood(post_id > 0, 0.0001)"
"""Says to SQLite that what is given are few rows: it takes them for a million, and goes through all reactions once to know at
which of those it need not look.
"""
IS_NEWEST = """NOT EXISTS (
SELECT 1 FROM observation o WHERE o.post_id = NEW.post_id AND o.observed_at > NEW.observed_at)"""


def fill_reach_hours(connection: Connection) -> None:
    """Tells every row anew, as the definition of today's version says."""
    connection.exec_driver_sql("DELETE FROM reach_hour")
    connection.exec_driver_sql(
        _added("0", _stepping(_looks("observation")), SEEN.format(posts=1, reactions="reaction"))
    )


def make_reach_triggers(connection: Connection) -> None:
    """Makes the triggers, where there are none."""
    made = _sqlite_triggers() if connection.dialect.name == "sqlite" else _postgresql_triggers()
    for statement in made:
        connection.exec_driver_sql(statement)


def _added(writer: str, steps: str, seen: str) -> str:
    """The statement that adds what these steps and reactions bring."""
    words = re.sub(r"^--.*\n", "", views.kept_sql("reach_hour"), flags=re.M).strip()
    gains = words.replace("(STEPS)", f"({steps})").replace("(SEEN)", f"({seen})")
    kept, told = ", ".join(GAINED), " OR ".join(f"{name} <> 0" for name in GAINED)
    more = ", ".join(f"{name} = reach_hour.{name} + excluded.{name}" for name in GAINED)
    keys = ", ".join(KEYS)
    return f"""INSERT INTO reach_hour ({keys}, writer, {kept})
SELECT {keys}, {writer}, {kept} FROM ({gains}) gains WHERE {told}
ON CONFLICT ({keys}, writer) DO UPDATE SET {more}"""  # noqa: S608


def _looks(table: str, sign: int = 1) -> str:
    """The looks in a table, all with one sign; a condition may follow."""
    return f"SELECT {', '.join(f'o.{name}' for name in OF_LOOK)}, {sign} AS sign FROM {table} o"  # noqa: S608


def _stepping(looks: str) -> str:
    """Looks that have a sign, each beside the one before it of the same post and sign."""
    before = "".join(f", LAG({name}) OVER w AS {name}_before" for name in COUNTS)
    return f"""SELECT post_id, sign, SUBSTR(observed_at, 1, 13) AS hour, {", ".join(COUNTS)}{before},
LAG(observed_at) OVER w AS before FROM ({looks}) o WINDOW w AS (PARTITION BY post_id, sign ORDER BY observed_at)"""  # noqa: S608


def _of_reaction(writer: str, sides: tuple[str, ...]) -> str:
    """What a reaction brings that is new, changed or gone."""
    posts = ", ".join(f"{side}.post_id" for side in sides)
    seen = " UNION ALL ".join(OF_ONE.format(side=side, sign=SIGNS[side]) for side in sides)
    return _added(writer, _stepping(f"{_looks('observation')} WHERE post_id IN ({posts})"), seen)


def gains_of_new_reactions(writer: str, reactions: str) -> str:
    """The statement that adds what many new reactions bring: the rows of a table."""
    return _of_new(writer, reactions, "SELECT * FROM steps", SEEN.format(posts=1, reactions=reactions))


def gains_of_stored_reactions(reactions: str, given: str) -> str:
    """The same on SQLite, where ``given`` makes that table: they are read where they are stored, since what a statement makes has
    no index, and once there were statistics SQLite went through all of it for each look.
    """
    among = f"AND r.post_id IN (SELECT post_id FROM {reactions}) AND +r.id IN (SELECT id FROM {reactions})"  # noqa: S608
    seen = f"{SEEN.format(posts=1, reactions='reaction')} {among}"
    return _of_new("0", reactions, f"SELECT * FROM steps WHERE {FEW}", seen, f"{given}, ")  # noqa: S608


def _of_new(writer: str, reactions: str, few: str, seen: str, given: str = "") -> str:
    steps = _stepping(f"{_looks('observation')} WHERE post_id IN (SELECT post_id FROM {reactions})")  # noqa: S608
    return f"WITH {given}steps AS MATERIALIZED ({steps}) {_added(writer, few, seen)}"


def gains_of_newest(looks: str, *given: str) -> str:
    """The statement of SQLite's that adds what looks bring, each newer than what was there of its post: those whose
    ``post_id`` and ``observed_at`` stand in a table, which one of ``given`` makes.
    """
    these = f"{looks} g CROSS JOIN observation n ON n.post_id = g.post_id AND n.observed_at = g.observed_at"
    steps = _step("n", "b", 1, f"{these} LEFT JOIN {_neighbour('b', 'n', 'MAX', '<', '')}")
    few = f"SELECT * FROM steps WHERE {FEW}"  # noqa: S608
    added = _added("0", few, SEEN.format(posts=0, reactions="reaction"))
    return f"WITH {', '.join((*given, f'steps AS MATERIALIZED ({steps})'))} {added}"


def _of_newest() -> str:
    """What a look brings that is the last one of its post."""
    return _added(
        "0", _beside_before("NEW", 1, ""), f"{SEEN.format(posts=0, reactions='reaction')} AND r.post_id = NEW.post_id"
    )


def _of_look(sides: tuple[str, ...]) -> str:
    """What a look brings that is new, changed or gone, told row by row."""
    others = " AND (m.post_id <> NEW.post_id OR m.observed_at <> NEW.observed_at)" if len(sides) > 1 else ""
    steps = " UNION ALL ".join(_put_between(side, SIGNS[side], others) for side in sides)
    posts = ", ".join(f"{side}.post_id" for side in sides)
    return _added("0", steps, f"{SEEN.format(posts=0, reactions='reaction')} AND r.post_id IN ({posts})")


def _put_between(side: str, sign: int, others: str) -> str:
    """The steps of a look that comes between two of its post: it beside the one before, the one after beside it, and no
    longer the one after beside the one before. ``others`` is what of those two is asked besides.
    """
    before, after = _neighbour("b", side, "MAX", "<", others), _neighbour("n", side, "MIN", ">", others)
    between = _step("n", side, sign, f"{ONE} JOIN {after}")
    undone = _step("n", "b", -sign, f"{ONE} JOIN {after} LEFT JOIN {before}")
    return f"{_beside_before(side, sign, others)} UNION ALL {between} UNION ALL {undone}"


def _beside_before(side: str, sign: int, others: str) -> str:
    return _step(side, "b", sign, f"{ONE} LEFT JOIN {_neighbour('b', side, 'MAX', '<', others)}")


def _neighbour(name: str, side: str, which: str, order: str, others: str) -> str:
    """The look of the same post that is next to a row's, called ``name``."""
    return f"""observation {name} ON {name}.post_id = {side}.post_id AND {name}.observed_at = (
SELECT {which}(m.observed_at) FROM observation m
WHERE m.post_id = {side}.post_id AND m.observed_at {order} {side}.observed_at{others})"""  # noqa: S608


def _step(look: str, before: str, sign: int, source: str) -> str:
    counts = "".join(f", {look}.{name} AS {name}, {before}.{name} AS {name}_before" for name in COUNTS)
    hour = f"SUBSTR({look}.observed_at, 1, 13) AS hour, {before}.observed_at AS before"
    return f"SELECT {look}.post_id AS post_id, {sign} AS sign, {hour}{counts} FROM {source}"  # noqa: S608


def _of_looks(old: str | None, new: str | None) -> str:
    """What many looks bring at once that are new, changed or gone, told a statement.

    ``old`` and ``new`` are the tables of what they were and are (PostgreSQL's transition tables). Told are they and
    their neighbours, as they are and as they were: a neighbour whose own step did not change is told with both signs.
    """
    changed = " UNION ".join(f"SELECT post_id, observed_at FROM {table}" for table in (old, new) if table)  # noqa: S608
    near = f"""SELECT DISTINCT c.post_id, k.at FROM ({changed}) c CROSS JOIN LATERAL (VALUES (c.observed_at),
((SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = c.post_id AND m.observed_at < c.observed_at)),
((SELECT MIN(m.observed_at) FROM observation m WHERE m.post_id = c.post_id AND m.observed_at > c.observed_at))) k (at)"""  # noqa: S608
    among = "JOIN near n ON n.post_id = o.post_id AND n.at = o.observed_at"
    unchanged = f" LEFT JOIN {new} x ON x.post_id = o.post_id AND x.observed_at = o.observed_at WHERE x.post_id IS NULL"
    looks = f"{_looks('observation')} {among} UNION ALL {_looks('observation', -1)} {among}{unchanged if new else ''}"
    if old:
        looks += f" UNION ALL {_looks(old, -1)}"
    seen = f"{SEEN.format(posts=0, reactions='reaction')} AND r.post_id IN (SELECT DISTINCT post_id FROM near)"  # noqa: S608
    added = _added("pg_backend_pid()", "SELECT * FROM steps", seen)
    return f"WITH near AS MATERIALIZED ({near}), steps AS MATERIALIZED ({_stepping(looks)}) {added}"


def _sqlite_triggers() -> list[str]:
    """Nearly every look is the last one of its post; such a one has a trigger of its own, since it is told twice as fast."""

    def trigger(table: str, event: str, when: str, body: str, kind: str = "") -> str:
        name = f"{TOLD_BY}{table}_{event.lower()}{kind}"
        return f"CREATE TRIGGER {name} AFTER {event} ON {table}{when and f' WHEN {when}'} BEGIN {body}; END"

    found = [trigger("observation", "INSERT", f"{TOLD_ALOUD} AND {IS_NEWEST}", _of_newest(), "_newest")]
    for event, sides in SIDES.items():
        looks, reaction = _of_look(sides), _of_reaction("0", sides)
        for table, columns, body in (("observation", OF_LOOK, looks), ("reaction", OF_REACTION, reaction)):
            when = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns) if event == "UPDATE" else ""
            if event == "INSERT":
                when = f"{TOLD_ALOUD} AND NOT ({IS_NEWEST})" if table == "observation" else TOLD_ALOUD
            found.append(trigger(table, event, when, body))
    return found


def _postgresql_triggers() -> list[str]:
    """Looks and new reactions are told a statement, since a trigger a row would see all rows of its statement; other
    reactions a row.
    """
    tables = {"OLD": "old_looks", "NEW": "new_looks"}
    writer = "pg_backend_pid()"
    at_statement = "REFERENCING {tables} FOR EACH STATEMENT"
    found: list[str] = []
    for event, sides in SIDES.items():
        looks = _of_looks(*(table if side in sides else None for side, table in tables.items()))
        given = " ".join(f"{side} TABLE AS {tables[side]}" for side in sides)
        found += _function("observation", event, looks, at_statement.format(tables=given))
    gains = gains_of_new_reactions(writer, "new_reactions")
    found += _function("reaction", "INSERT", gains, at_statement.format(tables="NEW TABLE AS new_reactions"))
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in OF_REACTION)
    found += _function("reaction", "UPDATE", _of_reaction(writer, SIDES["UPDATE"]), f"FOR EACH ROW WHEN ({changed})")
    found += _function("reaction", "DELETE", _of_reaction(writer, SIDES["DELETE"]), "FOR EACH ROW")
    return found


def _function(table: str, event: str, body: str, when: str) -> tuple[str, str]:
    """A trigger of PostgreSQL's and the function that it calls."""
    name = f"{TOLD_BY}{table}_{event.lower()}"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} EXECUTE FUNCTION {name}()",
    )
