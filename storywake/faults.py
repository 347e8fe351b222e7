"""Turns exceptions into a line for whoever runs the command."""

import os
import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.errors import StorywakeError
from storywake.db.faults import first_line


def in_words(error: Exception) -> str | None:
    """A fault of the input, the settings, the database or the system in a line; None for a bug: it keeps its traceback.

    With ``STORYWAKE_DEBUG`` set, faults of the database and the system keep their tracebacks too.
    """
    if isinstance(error, StorywakeError):
        return str(error)
    if isinstance(error, ValidationError):
        return _setting(error.errors()[0])
    if isinstance(error, SettingsError):
        field = re.search(r'field "(\w+)"', str(error))
        name = field[1].upper() if field else "?"
        return f'setting STORYWAKE_{name}: is not JSON; write a list as \'["a", "b"]\''
    if os.environ.get("STORYWAKE_DEBUG"):
        return None
    if isinstance(error, SQLAlchemyError):
        return f"the database: {first_line(error)}"
    if isinstance(error, OSError | UnicodeError):
        return f"{type(error).__name__}: {error}"
    return None


def _setting(fault: ErrorDetails) -> str:
    words = fault["msg"].removeprefix("Value error, ")
    place = f" (number {int(fault['loc'][1]) + 1} of the list)" if len(fault["loc"]) > 1 else ""
    return f"setting STORYWAKE_{str(fault['loc'][0]).upper()}: {words}{place}"
