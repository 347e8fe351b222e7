"""Named SQL statements, read from the ``.sql`` files in ``queries``.

A file holds several. Each begins with a line ``-- name: NAME`` and a comment that says what it does. What begins with
``-- part: NAME`` is no statement but an expression that several of the file share: they write it ``:NAME``.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from sqlalchemy import TextClause, text

HEAD = re.compile(r"^-- (name|part): (\w+)$", re.M)
COMMENT = re.compile(r"^\s*--.*\n", re.M)


@cache
def statements(file: str) -> Mapping[str, TextClause]:
    """The statements of ``queries/FILE.sql`` by name, without comments, their parts filled in."""
    source = resources.files("storywake.db").joinpath("queries", f"{file}.sql").read_text("utf-8")
    _, *pieces = HEAD.split(source)
    parts: dict[str, str] = {}
    found: dict[str, TextClause] = {}
    for kind, name, piece in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        body = COMMENT.sub("", piece).strip().removesuffix(";")
        for part, words in parts.items():
            body = re.sub(rf":{part}\b", lambda _, words=words: words, body)  # type: ignore[misc]
        if kind == "part":
            parts[name] = body
        else:
            found[name] = text(body)
    return found
