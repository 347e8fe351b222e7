"""Named SQL statements, read from the ``.sql`` files in ``queries``.

A file holds several. Each begins with a line ``-- name: NAME`` and a comment that says what it does. What several of a
file share stands before them: ``-- part: NAME`` is an expression (written as ``SELECT EXPRESSION``, so that it can be
linted), ``-- table: NAME`` a query that rows are selected from. Statements write it ``:NAME``.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from sqlalchemy import TextClause, text

HEAD = re.compile(r"^-- (name|part|table): (\w+)$", re.M)
COMMENT = re.compile(r"^\s*+--.*\n", re.M)


@cache
def statements(file: str) -> Mapping[str, TextClause]:
    """The statements of ``queries/FILE.sql`` by name, without comments, what they share filled in."""
    source = resources.files("storywake.db").joinpath("queries", f"{file}.sql").read_text("utf-8")
    _, *pieces = HEAD.split(source)
    shared: dict[str, str] = {}
    found: dict[str, TextClause] = {}
    for kind, name, piece in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        body = COMMENT.sub("", piece).strip().removesuffix(";")
        body = re.sub(r":(\w+)", lambda place: shared.get(place[1], place[0]), body)
        if kind == "name":
            found[name] = text(body)
        else:
            shared[name] = body.removeprefix("SELECT ") if kind == "part" else body
    return found
