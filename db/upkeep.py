"""What a database needs now and then to stay quick: fresh statistics for its planner, kept tables told anew."""

from sqlalchemy import Connection, Engine, text

from .engine import writing
from .kept import drop_triggers, fill_kept, make_triggers

STALE = text("""SELECT quote_ident(relname) FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND n_mod_since_analyze > 500 + n_live_tup / 10 ORDER BY relname""")
"""Tables of which a tenth changed since they were last analysed, by hand or by autovacuum
(postgresql.org/docs/current/monitoring-stats.html).
"""


def keep_statistics(engine: Engine) -> None:
    """Has the database look again at its tables, PostgreSQL at those whose contents changed much.

    SQLite reads at most a thousand rows of each index for it (``analysis_limit``, https://www.sqlite.org/lang_analyze.html).
    """
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            for table in connection.execute(STALE).scalars().all():
                connection.exec_driver_sql(f"ANALYZE {table}")
        return
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
        connection.exec_driver_sql("ANALYZE")


def rebuild(connection: Connection) -> None:
    """Tells the kept tables (``storywake.db.kept``) anew from what they rest on; on PostgreSQL each writer's rows become one."""
    drop_triggers(connection)
    fill_kept(connection)
    make_triggers(connection)
