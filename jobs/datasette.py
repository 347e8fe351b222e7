"""What Datasette (datasette.io) is told of a database: the dictionary as titles and descriptions, facets, and the saved
questions as canned queries (docs.datasette.io, "Metadata" and "Canned queries").
"""

from typing import Any

from storywake.db.dictionary import Column, dictionary
from storywake.db.private import PRIVATE
from storywake.db.questions import AGO, NO_VALUE, PLACE, Parameter, ParameterType, SavedQuestion, questions, quoted

FACETS = {
    "reactions": ["platform", "stance", "language", "tie"],
    "stances": ["stance"],
    "articles": ["role"],
    "changes": ["kind"],
    "remarks": ["stance"],
    "lag": ["platform"],
    "look": ["kind", "outcome"],
    "job_run": ["job", "status"],
}
DESCRIPTION = "How news stories are received: who reacted, with what stance, how far it travelled. Times are UTC; unknown is NULL."
TIME = "%Y-%m-%dT%H:%M:%SZ"


def metadata(database: str) -> dict[str, Any]:
    """The metadata of an SQLite file whose name without its ending is ``database``.

    Pages of private tables are refused; a query that is written there reads the whole file all the same.
    """
    tables: dict[str, Any] = {
        name: {"hidden": True, "allow": False} for name, columns in PRIVATE.items() if columns is None
    }
    for relation in dictionary().values():
        tables[relation.name] = {
            "description": relation.about,
            "columns": {column.name: _described(column) for column in relation.columns},
            "facets": FACETS.get(relation.name, []),
            "hidden": relation.kind == "table",
        }
    canned = {question.name: _canned(question) for question in questions().values()}
    return {
        "title": "Storywake",
        "description": DESCRIPTION,
        "databases": {database: {"tables": tables, "queries": canned}},
    }


def _described(column: Column) -> str:
    unit = f", {column.unit}" if column.unit else ""
    return f"{column.meaning} ({column.type}{unit})"


def _canned(question: SavedQuestion) -> dict[str, Any]:
    values = {parameter.name: _value(parameter) for parameter in question.parameters}
    told = "; ".join(f"{p.name}: {p.meaning} [{_default(p)}]" for p in question.parameters)
    return {
        "title": question.sentence,
        "description": told,
        "sql": PLACE.sub(lambda place: values.get(place[1], place[0]), question.query),
        "params": list(values),
    }


def _default(parameter: Parameter) -> str:
    return {None: "needed", NO_VALUE: "all"}.get(parameter.default, str(parameter.default))


def _value(parameter: Parameter) -> str:
    """The expression of a parameter, which Datasette fills with a text, "" where nothing was given."""
    given = f"NULLIF(:{parameter.name}, '')"
    if parameter.default is None or parameter.default == NO_VALUE:
        return given
    default = _moment(parameter.default) if parameter.type == ParameterType.MOMENT else quoted(parameter.default)
    value = f"COALESCE({given}, {default})"
    return f"CAST({value} AS INTEGER)" if parameter.type == ParameterType.INTEGER else value


def _moment(words: str) -> str:
    """A moment in words as SQLite reckons it (sqlite.org/lang_datefunc.html)."""
    ago = AGO.fullmatch(words)
    if ago:
        number, unit = (int(ago[1]) * 7, "day") if ago[2] == "week" else (int(ago[1]), ago[2])
        return f"STRFTIME('{TIME}', 'now', '-{number} {unit}s')"
    if words in ("today", "yesterday"):
        return f"STRFTIME('{TIME}', 'now', '-{int(words == 'yesterday')} days', 'start of day')"
    return f"STRFTIME('{TIME}', 'now')" if words == "now" else quoted(words)
