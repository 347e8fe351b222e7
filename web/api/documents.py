"""``openapi.json``: the API described for programs (OpenAPI 3.1.0, spec.openapis.org), from its table of operations."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from storywake import __version__
from storywake.db.dictionary import ColumnType, dictionary
from storywake.web.problems import API

from .operations import Operation, Parameter, Schema, record, ref, text

TYPES: dict[ColumnType, Schema] = {
    ColumnType.TEXT: {"type": "string"},
    ColumnType.INTEGER: {"type": "integer"},
    ColumnType.NUMBER: {"type": "number"},
    ColumnType.BOOLEAN: {"type": "boolean"},
    ColumnType.BYTES: {"type": "string"},
    ColumnType.TIME: {"type": "string"},
    ColumnType.DAY: {"type": "string"},
    ColumnType.MOMENT: {"type": "string"},
}
REFUSALS = (400, 401, 403, 404, 413, 429)
PROBLEM = record(type=text(), title=text(), status={"type": "integer"}, detail=text("what is wrong, in words"))


def view_schema(view: str) -> Schema:
    """A row of a view, as the dictionary describes it; each column may be null, for what is unknown."""
    told = dictionary()[view]
    columns: dict[str, Schema] = {}
    for column in told.columns:
        kind = TYPES[column.type]
        unit = f" ({column.unit})" if column.unit else ""
        columns[column.name] = {"type": [kind["type"], "null"], "description": column.meaning + unit}
    return {**record(**columns), "description": told.about}


def document(operations: Sequence[Operation], schemas: dict[str, Schema]) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(API + operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Storywake",
            "version": __version__,
            "description": "How news stories are received: stories, reactions, articles, people, what changed, what is said.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {"problem": PROBLEM, **schemas},
            "responses": {"refusal": _json("why it was not done", ref("problem"), "application/problem+json")},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(operation.status): _json(HTTPStatus(operation.status).phrase, operation.answer, "application/json")
    }
    answers |= {str(status): {"$ref": "#/components/responses/refusal"} for status in REFUSALS}
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.about,
        "description": f"For the role {operation.role}, or one that may more.",
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": answers,
    }
    if operation.others:
        values = {"type": "object", "additionalProperties": {"type": "string"}}
        told["parameters"].append({"name": "values", "in": "query", "style": "form", "explode": True, "schema": values})
    if operation.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": operation.body}}}
    return told


def _parameter(one: Parameter) -> dict[str, Any]:
    where = {"in": "path", "required": True} if one.in_path else {"in": "query", "required": False}
    return {"name": one.name, **where, "description": one.about, "schema": one.schema}


def _json(about: str, schema: Schema, kind: str) -> dict[str, Any]:
    return {"description": about, "content": {kind: {"schema": schema}}}
