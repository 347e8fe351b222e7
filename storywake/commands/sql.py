"""``storywake sql``: read-only queries, and the data dictionary."""

import sys
from typing import Annotated

import typer

from storywake.address import database_address
from storywake.db.sql import asking, dictionary
from storywake.jobs.export import RowFormat, write_rows


def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", help="one reading statement; without it, the data dictionary")
    ] = None,
    format: Annotated[RowFormat, typer.Option()] = RowFormat.TABLE,
) -> None:
    """Read-only SQL; with no query, the data dictionary."""
    with asking(database_address()) as ask:
        if query is None:
            for view, about in dictionary():
                with ask(f"SELECT * FROM {view} LIMIT 0") as result:  # noqa: S608
                    columns = ", ".join(result.columns)
                print(f"{view}\n  {chr(10).join('  ' + line for line in about).strip()}\n  columns: {columns}\n")
            return
        with ask(query) as result:
            write_rows(sys.stdout.buffer, format, result.columns, result.rows)
        sys.stdout.buffer.flush()
