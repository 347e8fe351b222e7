"""A reading query on PostgreSQL: run by a role that may read the tables and views, and nothing else."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.errors import BadInput

from .engine import writing
from .locks import Lock
from .private import PRIVATE, is_private
from .sql_sqlite import MAX_SHARED_BYTES, MAX_VALUE_BYTES

if TYPE_CHECKING:
    import psycopg

    from .sql import Bounds

READER = "storywake_reader"
TEMPORARY = "4GB"
"""Disk that sorting and keeping rows may take, where the login may say so."""
FUNCTION = """CREATE OR REPLACE FUNCTION storywake_read(query text, most bigint) RETURNS SETOF json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    found record;
    rows bigint := 0;
BEGIN
    FOR found IN EXECUTE query LOOP
        rows := rows + 1;
        IF rows > abs(most) THEN
            IF most < 0 THEN
                RETURN;
            END IF;
            RAISE EXCEPTION 'more than % rows: narrow the query, or add LIMIT', most;
        END IF;
        RETURN NEXT row_to_json(found);
    END LOOP;
END $$"""
"""Runs a query as the reading role; more than ``most`` rows are a fault, or left out where it is below zero.

``SET ROLE`` alone would not do for a login that is a superuser: a query could undo it by ``set_config``. Within a function
that runs as its owner PostgreSQL lets nobody change the role.
"""
PRIVATE_NAMES = ", ".join(f"'{table}'" for table in PRIVATE)
READY = f"""SELECT CASE WHEN EXISTS (
    SELECT 1 FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
    WHERE p.oid = to_regprocedure('storywake_read(text,bigint)') AND p.prosecdef
        AND r.rolname = '{READER}' AND NOT r.rolsuper
) THEN (
    SELECT bool_and(has_table_privilege('{READER}', c.oid, 'SELECT') <> (c.relname IN ({PRIVATE_NAMES})))
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v')
) ELSE false END"""  # noqa: S608
MIGHTY = """SELECT rolsuper OR pg_has_role(current_user, 'pg_read_server_files', 'MEMBER')
    OR pg_has_role(current_user, 'pg_write_server_files', 'MEMBER')
    OR pg_has_role(current_user, 'pg_execute_server_program', 'MEMBER') FROM pg_roles WHERE rolname = current_user"""
MAY_PREPARE = f"""SELECT ({MIGHTY})
    OR EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{READER}' AND pg_has_role(current_user, oid, 'MEMBER'))"""  # noqa: S608
"""Whether the login is to have the reading role: it may more than its tables, or was given it."""
FLOATS = (700, 701)
BYTES = 17


def prepare_reader(connection: Connection) -> bool:
    """Makes the role ``storywake_reader`` and what runs queries as it, where the login may; its rights are renewed.

    To be called whenever tables or views were made. Whether queries run as that role from now on; True on SQLite,
    which needs none. Leaves the transaction as it was where something is not allowed.
    """
    if connection.dialect.name != "postgresql":
        return True
    try:
        with connection.begin_nested():
            schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
            _role(connection)
            for statement in (
                f"GRANT USAGE ON SCHEMA {schema} TO {READER}",
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {READER}",
                *_hide_private(connection),
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {READER}",
                FUNCTION.format(schema=schema),
                "REVOKE ALL ON FUNCTION storywake_read(text, bigint) FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION storywake_read(text, bigint) TO CURRENT_USER",
                f"GRANT CREATE ON SCHEMA {schema} TO {READER}",
                f"ALTER FUNCTION storywake_read(text, bigint) OWNER TO {READER}",
                f"REVOKE CREATE ON SCHEMA {schema} FROM {READER}",
            ):
                connection.exec_driver_sql(statement.replace("%", "%%"))
    except SQLAlchemyError:
        return False
    return bool(connection.execute(text(READY)).scalar())


def reading_risk(connection: Connection) -> str | None:
    """Why queries cannot be run safely with this login, in a line; None where they can."""
    if connection.dialect.name != "postgresql" or connection.execute(text(READY)).scalar():
        return None
    if not connection.execute(text(MAY_PREPARE)).scalar() or prepare_reader(connection):
        return None
    if not connection.execute(text(MIGHTY)).scalar():
        return f"the role {READER} has no rights here and this login cannot give them: queries on pages are refused"
    risk = f"the login may read the server's files and the role {READER} cannot be made"
    return f"{risk}: queries are refused; use another login"


@contextmanager
def read_postgresql(
    engine: Engine, query: str, bounds: "Bounds"
) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
    """Runs a query in a read-only transaction as the reading role; an ordinary login without that role reads as itself.

    Raises BadInput where a login that may more than its tables has no such role, psycopg.Error for what is refused.
    """
    import psycopg  # here, since on SQLite nothing needs it

    _make_ready(engine)
    options = f"-c default_transaction_read_only=on -c statement_timeout={round(bounds.seconds * 1000)} -c work_mem=32MB -c standard_conforming_strings=on"
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(address, options=options)) as connection:
        ready = _one(connection, READY)
        if _one(connection, MIGHTY):
            if not ready:
                raise BadInput(
                    f"this login may read the server's files, and there is no role {READER}: see `storywake doctor`"
                )
            if _one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
                connection.execute(f"SET LOCAL temp_file_limit = '{TEMPORARY}'")
        ready = ready and _one(connection, f"SELECT pg_has_role(current_user, '{READER}', 'MEMBER')")
        if bounds.strict and not ready:
            raise BadInput(f"queries on pages need the role {READER}: see `storywake doctor`")
        if ready:
            connection.execute(f"SET LOCAL ROLE {READER}")
        columns, kinds = _describe(connection, query)
        if ready:
            with connection.cursor(name="reading") as cursor:
                longest = MAX_SHARED_BYTES if bounds.strict else MAX_VALUE_BYTES
                cursor.itersize = 100 if bounds.strict else 1000
                cursor.execute(
                    "SELECT left(storywake_read(%s, %s)::text, %s)",
                    (query, -bounds.rows if bounds.cut else bounds.rows, longest + 1),
                )
                yield columns, (_row(line, kinds, longest) for (line,) in cursor)
        else:
            with connection.cursor() as plain:
                yield columns, plain.stream(query.encode())


def _make_ready(engine: Engine) -> None:
    with writing(engine) as connection:
        if not connection.execute(text(READY)).scalar() and connection.execute(text(MAY_PREPARE)).scalar():
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(Lock.MIGRATION)})
            prepare_reader(connection)


def _role(connection: Connection) -> None:
    there = f"SELECT 1 FROM pg_roles WHERE rolname = '{READER}'"  # noqa: S608
    if not connection.execute(text(there)).scalar():
        try:
            with connection.begin_nested():
                connection.execute(text(f"CREATE ROLE {READER} NOLOGIN"))
        except SQLAlchemyError:  # roles are the server's: another database's Storywake may have made it just now
            if not connection.execute(text(there)).scalar():
                raise
    if not connection.execute(text(f"SELECT pg_has_role(current_user, '{READER}', 'MEMBER')")).scalar():
        connection.execute(text(f"GRANT {READER} TO CURRENT_USER"))


def _hide_private(connection: Connection) -> Iterator[str]:
    """The statements that take from the role what no query reads."""
    inspector = inspect(connection)
    for table in PRIVATE:
        if not inspector.has_table(table):
            continue
        yield f"REVOKE SELECT ON {table} FROM {READER}"  # noqa: S608
        columns = [c["name"] for c in inspector.get_columns(table) if not is_private(table, c["name"])]
        if columns:
            quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, columns))
            yield f"GRANT SELECT ({quoted}) ON {table} TO {READER}"


def _one(connection: "psycopg.Connection[Any]", query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _describe(connection: "psycopg.Connection[Any]", query: str) -> tuple[list[str], list[int]]:
    """The names and types of a query's columns, told without running it; it must be one statement."""
    import psycopg
    from psycopg import pq

    plan = connection.pgconn.prepare(b"reading", query.encode())
    if plan.status == pq.ExecStatus.COMMAND_OK:
        plan = connection.pgconn.describe_prepared(b"reading")
    if plan.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(plan)
    names = [(plan.fname(i) or b"").decode("utf-8", "replace") for i in range(plan.nfields)]
    return names, [plan.ftype(i) for i in range(plan.nfields)]


class Pairs(list[tuple[str, Any]]):
    """A JSON object as it is written: names may come twice."""


def _row(line: str, kinds: Sequence[int], longest: int) -> list[Any]:
    if len(line) > longest:
        raise BadInput(f"the database refused: a row has more than {longest} characters")
    pairs = json.loads(line, object_pairs_hook=Pairs, parse_float=Decimal, parse_int=_whole)
    return [_value(value, kind) for (_, value), kind in zip(pairs, kinds, strict=True)]


def _whole(digits: str) -> int | Decimal:
    """A whole number; one so long that ``int`` reads no such text is a decimal."""
    return int(digits) if len(digits) <= sys.int_info.default_max_str_digits else Decimal(digits)


def _value(value: Any, kind: int) -> Any:
    if value is None:
        return None
    if kind in FLOATS:
        return float(value)
    if kind == BYTES:
        return bytes.fromhex(value.removeprefix("\\x"))
    return _plain(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
