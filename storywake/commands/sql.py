"""``storywake sql``: read-only queries, saved questions, and the dictionary."""

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from storywake.address import database_address
from storywake.collector.errors import BadInput
from storywake.db.questions import ParameterType, SavedQuestion, asked, find_question, questions, unknown_story
from storywake.db.sql import Result, asking
from storywake.jobs.export import RowFormat, write_rows

app = typer.Typer(add_completion=False)


@app.command("sql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sql(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUERY|@NAME]", help="one reading statement, or a saved question; without it, the dictionary"
        ),
    ] = None,
    format: Annotated[RowFormat, typer.Option()] = RowFormat.TABLE,
    listing: Annotated[
        bool, typer.Option("--questions", help="list the saved questions and what they ask for")
    ] = False,
    datasette: Annotated[
        bool, typer.Option("--datasette", help="write the metadata with which Datasette shows this database")
    ] = False,
) -> None:
    """Read-only SQL; with no query, the dictionary of all views and tables.

    A saved question is asked by its name, its parameters as options: storywake sql @since-yesterday --story bridge
    """
    if query is not None and query.startswith("-"):
        raise typer.BadParameter(f"no such option: {query}")
    address = database_address()
    if datasette:
        _no_more([*context.args, *([query] if query else [])])
        _write_metadata(address)
    elif listing:
        _no_more(context.args)
        print(_all_questions(), end="")
    elif query is None:
        _no_more(context.args)
        print(_dictionary(), end="")
    else:
        values: dict[str, str] = {}
        if query.startswith("@"):
            question = find_question(query[1:])
            values = _values(question, context.args)
            query = asked(question, values)
        else:
            _no_more(context.args)
        with asking(address) as ask:
            said = unknown_story(values, lambda: _slugs(ask))
            if said:
                print(f"storywake: {said}", file=sys.stderr)
            with ask(query) as result:
                write_rows(sys.stdout.buffer, format, result.columns, result.rows)
        sys.stdout.buffer.flush()


def _slugs(ask: Callable[[str], AbstractContextManager[Result]]) -> list[str]:
    with ask("SELECT slug FROM story ORDER BY slug") as result:
        return [slug for (slug,) in result.rows]


def _write_metadata(address: str) -> None:
    """Writes Datasette's metadata to standard output, and how it is started to standard error. Raises BadInput."""
    from storywake.jobs.datasette import metadata  # here, since a question needs none of it

    path = address.removeprefix("sqlite:///")
    if path == address:
        raise BadInput("Datasette shows SQLite files; this database is none")
    print(json.dumps(metadata(Path(path).stem), ensure_ascii=False, indent=1))
    start = f"datasette {path} --metadata metadata.json --setting suggest_facets off --setting sql_time_limit_ms 5000"
    print(f"keep this as metadata.json, then: {start}", file=sys.stderr)


def _no_more(words: list[str]) -> None:
    if words:
        raise typer.BadParameter(f"unexpected: {' '.join(words)}")


def _values(question: SavedQuestion, words: list[str]) -> dict[str, str]:
    """The values of options such as ``--story bridge`` or ``--story=bridge``."""
    known = {parameter.name for parameter in question.parameters}
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name not in known:
            options = ", ".join(f"--{parameter.name}" for parameter in question.parameters) or "none"
            raise typer.BadParameter(f"@{question.name} has no option {word}; it has: {options}")
        if not equals and (value := next(rest, "")) == "":
            raise typer.BadParameter(f"--{name} needs a value")
        found[name] = value
    return found


def _all_questions() -> str:
    return "".join(line + "\n" for question in questions().values() for line in _told(question))


def _told(question: SavedQuestion) -> Iterable[str]:
    yield f"@{question.name}  {question.sentence}"
    for parameter in question.parameters:
        default = {None: "needed", "NULL": "all"}.get(parameter.default, parameter.default)
        form = "" if parameter.type == ParameterType.TEXT else f", {parameter.type}"
        yield f"    --{parameter.name}  {parameter.meaning} [{default}{form}]"


def _dictionary() -> str:
    from storywake.db.dictionary import dictionary  # here, since a question needs none of it

    lines = []
    for relation in dictionary().values():
        lines.append(f"{relation.name} ({relation.kind})\n  {relation.about}")
        name_width = max(len(column.name) for column in relation.columns)
        for name, form, unit, meaning, example in relation.columns:
            such = f"; such as {example}" if example else ""
            lines.append(f"    {name:{name_width}}  {form}{f', {unit}' if unit else ''}: {meaning}{such}")
        lines.append("")
    return "\n".join(lines)
