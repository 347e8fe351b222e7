"""``storywake restore``: the database put back from a copy."""

from pathlib import Path
from typing import Annotated

import typer

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading, unopened
from storywake.db.restore import restore_sqlite
from storywake.db.stories import stories
from storywake.jobs.wording import number_of
from storywake.progress import showing


def restore(
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="a copy of an SQLite database, as its backup makes it")],
) -> None:
    """Put a copy in the place of the SQLite database, all of it or nothing, while no scheduler runs.

    PostgreSQL has pg_restore.
    """
    settings = Settings()
    engine = unopened(settings.db)
    if engine.dialect.name != "sqlite":
        raise BadInput("only an SQLite database is restored by this command; PostgreSQL has pg_restore")
    with showing(f"restoring {copy}", lambda _: "stopped; the database is as it was") as work:
        restore_sqlite(engine, copy, lambda done, known: work.tick(done, known, "pages written"))
    with reading(open_database(settings.db)) as connection:
        print(f"{settings.db} is what {copy} was: {number_of(len(stories(connection)), 'story', 'stories')}")
