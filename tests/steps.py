"""What SQLite does for a question, counted: the cost of an answer without a clock."""

from collections.abc import Callable

from sqlalchemy import Connection

STEP = 100
"""Instructions of SQLite's that are counted as one."""


def steps(connection: Connection, asked: Callable[[Connection], object]) -> int:
    """How many steps SQLite takes for what is asked of it."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    driver = connection.connection.driver_connection
    assert driver
    driver.set_progress_handler(count, STEP)
    asked(connection)
    driver.set_progress_handler(None, STEP)
    return taken
