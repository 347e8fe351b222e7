"""The table ``stance_hour`` is kept true by triggers on the table ``latest``, which is told first.

``stance_hour.sql`` says what a row is. A trigger adds what a row of ``latest`` says now and takes back what it said.
"""

import re

from sqlalchemy import Connection

from . import views
from .models import StanceHour

TOLD_BY = "storywake_stance_"
"""What the names of the triggers begin with."""
KEYS = ("story_id", "claim_id", "hour")
COUNTS = [name for name in StanceHour.model_fields if name not in (*KEYS, "writer")]
OF_ROW = ("story_id", "claim_id", "posted_at", "stance", "unclear")
SIDES = {"INSERT": {"NEW": 1}, "UPDATE": {"OLD": -1, "NEW": 1}, "DELETE": {"OLD": -1}}


def fill_stance_hours(connection: Connection) -> None:
    """Tells every row anew, as the definition of today's version says and ``latest`` stands."""
    connection.exec_driver_sql("DELETE FROM stance_hour")
    connection.exec_driver_sql(_added("0", f"SELECT {', '.join(OF_ROW)}, 1 AS sign FROM latest"))  # noqa: S608


def make_stance_triggers(connection: Connection) -> None:
    """Makes the triggers, where there are none. On PostgreSQL each connection adds to rows of its own."""
    is_sqlite = connection.dialect.name == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    for event, sides in SIDES.items():
        name = f"{TOLD_BY}{event.lower()}"
        rows = " UNION ALL ".join(_row(side, sign) for side, sign in sides.items())
        when = " OR ".join(f"{side}.stance IS NOT NULL" for side in sides)
        if event == "UPDATE":
            when = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in OF_ROW)
        if is_sqlite:
            body = f"BEGIN {_added('0', rows)}; END"
        else:
            told = _added("pg_backend_pid()", rows)
            connection.exec_driver_sql(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {told}; RETURN NULL; END $$"
            )
            body = f"EXECUTE FUNCTION {name}()"
        connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {event} ON latest FOR EACH ROW WHEN ({when}) {body}")


def _row(side: str, sign: int) -> str:
    return "SELECT " + ", ".join(f"{side}.{name} AS {name}" for name in OF_ROW) + f", {sign} AS sign"


def _added(writer: str, rows: str) -> str:
    """The statement that adds what these rows of ``latest`` bring."""
    words = re.sub(r"^--.*\n", "", views.kept_sql("stance_hour"), flags=re.M).strip().replace("(LATEST)", f"({rows})")
    keys, counts = ", ".join(KEYS), ", ".join(COUNTS)
    more = ", ".join(f"{name} = stance_hour.{name} + excluded.{name}" for name in COUNTS)
    return f"""INSERT INTO stance_hour ({keys}, writer, {counts})
SELECT {keys}, {writer}, {counts} FROM ({words}) told WHERE TRUE
ON CONFLICT ({keys}, writer) DO UPDATE SET {more}"""  # noqa: S608
