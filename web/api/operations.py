"""What the API can be asked: one table, from which the routes and ``openapi.json`` are made."""

from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.requests import Request

from storywake.collector.errors import BadInput
from storywake.collector.records import Stance, TieKind
from storywake.collector.sources import Platform
from storywake.db.listing import Sort
from storywake.db.roles import Role

Schema = dict[str, Any]
MAX_BODY_BYTES = 2_000_000
DEFAULT_SIZE, MAX_SIZE = 50, 200
"""Rows of a page."""


class NotThere(BadInput):
    """The address names something that is not here."""


class Parameter(NamedTuple):
    """A part of an address: in its path, or after its question mark."""

    name: str
    about: str
    schema: Schema
    in_path: bool = False


class Operation(NamedTuple):
    """One thing that can be asked: ``serve`` gives the answer as JSON values, or raises BadInput."""

    name: str
    method: str
    path: str
    role: Role
    about: str
    answer: Schema
    serve: Callable[[Request], Any]
    parameters: tuple[Parameter, ...] = ()
    body: Schema | None = None
    status: int = 200
    others: bool = False  # further parameters, which depend on what is asked, may stand in the address


def text(about: str = "", **more: Any) -> Schema:
    """A text."""
    return {"type": "string", **({"description": about} if about else {}), **more}


def nullable(schema: Schema) -> Schema:
    """The same, or null where it is unknown."""
    return {**schema, "type": [schema["type"], "null"]}


def record(**properties: Schema) -> Schema:
    """An object that has exactly these."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def listed(schema: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": schema}


def paged(schema: Schema) -> Schema:
    """A page of such."""
    return record(
        items=listed(schema),
        page={"type": "integer"},
        size={"type": "integer"},
        total={
            "type": ["integer", "null"],
            "description": "how many there are in all; null where they are not counted",
        },
        next={"type": ["string", "null"], "description": "the address of the next page; null on the last one"},
    )


def ref(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


SLUG = Parameter("slug", "the story's short name", text(), in_path=True)
PAGING = (
    Parameter("page", "which page, from 1", {"type": "integer", "minimum": 1, "maximum": 100_000, "default": 1}),
    Parameter("size", "rows a page", {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE}),
)
MAX_FILTER = 200
"""Characters of a filter."""
ASKING = (
    Parameter("platform", "on this network", text(enum=list(Platform))),
    Parameter("stance", "taking this stance to the main claim", text(enum=[*Stance, "unclear"])),
    Parameter("unclear", "whether the stance cannot be told", text(enum=["1", "true", "0", "false"])),
    Parameter("language", "in this language", text(maxLength=MAX_FILTER)),
    Parameter("person", "by this person", text(maxLength=MAX_FILTER)),
    Parameter("publisher", "by, or embedded by, this publisher", text(maxLength=MAX_FILTER)),
    Parameter("tie", "tied to the story so", text(enum=list(TieKind))),
    Parameter("since", "posted on this day or at this time, or later", text(maxLength=MAX_FILTER)),
    Parameter("until", "posted earlier than that", text(maxLength=MAX_FILTER)),
    Parameter("q", "with these words", text(maxLength=MAX_FILTER)),
    Parameter("sort", "in this order", text(enum=list(Sort))),
)
