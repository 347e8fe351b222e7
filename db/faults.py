"""What a database says of a fault, in a line that tells what to do."""

NO_ROOM = "the disk that the database is on is full: nothing of this was stored; make room, then do it again"
READ_ONLY = "it cannot be written here: its disk, folder or file is read-only"
NOT_OPENED = "it cannot be opened: its folder is not there, or neither may be read"
BY_SQLITE = {"SQLITE_FULL": NO_ROOM, "SQLITE_READONLY": READ_ONLY, "SQLITE_CANTOPEN": NOT_OPENED}
BY_POSTGRESQL = {"53100": NO_ROOM, "25006": READ_ONLY}
"""By its codes (its manual, appendix A)."""


def first_line(error: Exception) -> str:
    """What a database said of a fault, in a line."""
    told = getattr(error, "orig", None) or error
    name = "_".join(str(getattr(told, "sqlite_errorname", "")).split("_")[:2])
    known = BY_SQLITE.get(name) or BY_POSTGRESQL.get(str(getattr(told, "sqlstate", "")))
    return known or next(iter(str(told).strip().splitlines()), type(told).__name__)
