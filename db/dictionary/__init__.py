"""The dictionary: every view, and every table that a query may read, with each column's type, unit, meaning and an
example. Its text is in the ``.toml`` files here, and nowhere else.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


class ColumnType(StrEnum):
    """What a column holds. SQLite keeps times as text and truths as 0 and 1; files that have such types get them."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    BYTES = "bytes"
    TIME = "time"  # ISO 8601, UTC, to the second
    DAY = "day"  # YYYY-MM-DD, UTC
    MOMENT = "moment"  # a time, or a day where no more is known


class Column(NamedTuple):
    """A column of a view or table; ``unit`` is "" where it has none."""

    name: str
    type: ColumnType
    unit: str
    meaning: str
    example: str


class Relation(NamedTuple):
    """A view or table: what a row is, and its columns in order."""

    name: str
    kind: str  # view or table
    about: str
    columns: tuple[Column, ...]


@cache
def dictionary() -> Mapping[str, Relation]:
    """Views, then tables, by name, as the files list them."""
    shared = _read("columns")
    return {
        name: _relation(name, kind, told, shared)
        for kind in ("view", "table")
        for name, told in _read(f"{kind}s").items()
    }


@cache
def types_by_name() -> Mapping[str, ColumnType]:
    """The types of those column names that have one type wherever they stand; a time here and a moment there is a
    moment.
    """
    found: dict[str, set[ColumnType]] = {}
    for relation in dictionary().values():
        for column in relation.columns:
            found.setdefault(column.name, set()).add(column.type)
    for types in found.values():
        if ColumnType.MOMENT in types:
            types -= {ColumnType.TIME, ColumnType.DAY}
    return {name: types.pop() for name, types in found.items() if len(types) == 1}


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath(f"{file}.toml").read_text("utf-8"))


def _relation(name: str, kind: str, told: dict[str, Any], shared: dict[str, list[str]]) -> Relation:
    known = shared | told.get("own", {})
    columns = []
    for column in told["columns"].split():
        form, unit, meaning, example = known[column]
        columns.append(Column(column, ColumnType(form), unit, meaning, example))
    return Relation(name, kind, told["about"], tuple(columns))
