"""``storywake export``: a story's reactions or evidence as a file."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from storywake.db.engine import reading
from storywake.db.reporting import export_rows
from storywake.db.sql import read_only
from storywake.db.stories import StoryRow, find_story
from storywake.jobs.export import RowFormat, write_rows, written
from storywake.jobs.warc import write_warc
from storywake.opening import settings_and_engine
from storywake.progress import Work, showing


class ExportFormat(StrEnum):
    """What a story can be written as: its reactions, or as ``warc`` its evidence."""

    CSV = RowFormat.CSV.value
    JSONL = RowFormat.JSONL.value
    PARQUET = RowFormat.PARQUET.value
    WARC = "warc"


def export(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    format: Annotated[ExportFormat, typer.Option()],
    out: Annotated[Path, typer.Option(metavar="FILE", help="the file to write")],
) -> None:
    """A story's reactions as a file, or its evidence as WARC."""
    _, engine = settings_and_engine()
    with reading(engine) as connection:
        wanted = find_story(connection, story)
    with showing(f"exporting {wanted.slug}", lambda _: f"stopped; {out} was not written") as work:
        if format == ExportFormat.WARC:
            done = f"{write_warc(engine, wanted, out, work.tick)} answers"
        else:
            done = f"{_write_reactions(engine, wanted, RowFormat(format.value), out, work)} reactions"
    print(f"{done} written to {out}", file=sys.stderr)


def _write_reactions(engine: Engine, story: StoryRow, form: RowFormat, out: Path, work: Work) -> int:
    """Writes a story's reactions as a file. Returns their number."""
    with reading(engine) as connection:
        rows = export_rows(connection, story.slug)
    with read_only(engine, "SELECT * FROM reactions LIMIT 0") as result:
        columns = result.columns

    def told() -> Iterator[list[Any]]:
        for done, row in enumerate(rows):
            work.tick(done, len(rows), f"writing the reactions to {story.slug}")
            yield [row[name] for name in columns]

    with written(out) as file:
        return write_rows(file, form, columns, told())
