"""Small typed rows of a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, inspect, select
from sqlmodel import SQLModel


def select_rows(model: type[SQLModel], row: type[tuple[Any, ...]]) -> Select[Any]:
    """Selects the columns of a table that the fields of a NamedTuple are named after, in the order of the fields."""
    table = inspect(model).local_table
    return select(*(table.c[name] for name in row._fields))  # type: ignore[attr-defined]


def tells_nothing_new(told: Mapping[str, Any], stored: Any, names: Iterable[str]) -> bool:
    """Whether each of the values told under ``names`` is unknown (None) or that of a stored row."""
    for name in names:
        value = told[name]
        if value is not None and value != getattr(stored, name):
            return False
    return True
