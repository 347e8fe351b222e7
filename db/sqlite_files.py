"""Opening an SQLite file, one that lies where nothing can be written too (a read-only disk or folder)."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""What SQLite says where it cannot make the two files that it needs beside one with a log (https://www.sqlite.org/wal.html,
"Read-Only Databases", 2026-11-28).
"""
ANYBODY_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
RESULT = 0xFF
"""The bits of an extended code that hold the plain one."""


def open_sqlite(path: str, *, only_read: bool = False, **options: Any) -> sqlite3.Connection:
    """A connection to a file. Where nothing can be written beside it and nobody may write it, it is read as a file that does not
    change meanwhile, save where a log beside it holds more. Raises sqlite3.Error.
    """
    options["uri"] = only_read or options.get("uri", False)
    connection: sqlite3.Connection = sqlite3.connect(_address(path, "mode=ro") if only_read else path, **options)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.Error as error:  # of another fault is told when something is asked
        if error.sqlite_errorcode & RESULT in UNWRITABLE and _stays(path) and not _has_log(path):
            connection.close()
            connection = sqlite3.connect(_address(path, "immutable=1"), **options | {"uri": True})
    return connection


def _address(path: str, option: str) -> str:
    return f"file:{path.replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?{option}"


def _stays(path: str) -> bool:
    """Whether nobody can change a file: it lies on a read-only disk, or its mode lets nobody write."""
    with suppress(OSError):
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY) or not os.stat(path).st_mode & ANYBODY_WRITES
    return False


def _has_log(path: str) -> bool:
    with suppress(OSError):
        return Path(f"{path}-wal").stat().st_size > 0
    return False
