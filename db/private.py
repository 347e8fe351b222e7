"""What of the tables no query reads: secrets, who may sign in, whom mails go to, and what only the program needs.

Every other table is described in ``dictionary``; a test compares both with the schema.
"""

from collections.abc import Mapping

PRIVATE: Mapping[str, frozenset[str] | None] = {
    "alembic_version": None,
    "alert_delivery": None,
    "alert_message": None,
    "alert_state": None,
    "alert_subscriber": None,
    "at_once": None,
    "delivery": frozenset({"reader"}),
    "erased": None,
    "host_state": None,
    "meaning": None,
    "model_answer": None,
    "reader": None,
    "remarked": None,
    "secret": None,
    "story_summary": None,
    "stream_cursor": None,
    "unheard": None,
    "user_account": None,
    "user_attempt": None,
    "user_session": None,
    "user_token": None,
}
"""By table, the columns that are not read; None: the whole table."""


def is_private(table: str, column: str | None) -> bool:
    """Whether a query must not read a table's column."""
    if table not in PRIVATE:
        return False
    columns = PRIVATE[table]
    return columns is None or column in columns
