"""``storywake reader``: who gets the mail, at what hour, in which language, of which stories."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.mailaddress import mail_address
from storywake.collector.printable import printable, printable_json
from storywake.db.engine import reading, writing
from storywake.db.status import Below
from storywake.db.stories import find_story
from storywake.jobs.digest_clock import day_at
from storywake.jobs.mail.readers import Language, Reader, default, everybody, take_in, take_out
from storywake.opening import settings_and_engine

MAX_THRESHOLD = 1_000_000
reader = typer.Typer(add_completion=False, no_args_is_help=True, help="Who gets the mail: add, list, remove.")


@reader.command()
def add(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="one bare mail address")],
    hour: Annotated[
        int | None, typer.Option(min=0, max=23, help="of the reader's own day (default: STORYWAKE_DIGEST_HOUR)")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="as Europe/Helsinki (default: STORYWAKE_TIME_ZONE)")
    ] = None,
    language: Annotated[Language, typer.Option(help="of the mail")] = Language.ENGLISH,
    story: Annotated[
        list[str] | None, typer.Option(metavar="SLUG", help="a story; may be repeated (default: all)")
    ] = None,
    threshold: Annotated[
        int, typer.Option(min=1, max=MAX_THRESHOLD, help="with fewer new reactions, and no change told, nothing is new")
    ] = 1,
    below: Annotated[Below, typer.Option(help="what comes where nothing is new: a line, or no mail")] = Below.LINE,
) -> None:
    """Add a reader, or change what one gets. Who had unsubscribed is taken in again: ask them first."""
    settings, engine = settings_and_engine()
    usual = default(settings, mail_address(address))
    if zone is not None:
        day_at(zone, datetime.now(UTC))
    with writing(engine) as connection:
        slugs = tuple(find_story(connection, slug).slug for slug in story) if story else None
        wanted = Reader(
            usual.address, usual.hour if hour is None else hour, zone or usual.zone, language, slugs, threshold, below
        )
        take_in(connection, wanted, now())
    print(printable(_shown(wanted)))


@reader.command("list")
def list_readers(
    as_json: Annotated[bool, typer.Option("--json", help="a JSON line each")] = False,
) -> None:
    """List the readers: those added, and those of STORYWAKE_DIGEST_TO."""
    settings, engine = settings_and_engine()
    with reading(engine) as connection:
        found = everybody(connection, settings)
    for one in found:
        print(printable_json(one._asdict()) if as_json else printable(_shown(one)))


@reader.command()
def remove(address: Annotated[str, typer.Argument(metavar="ADDRESS")]) -> None:
    """Take a reader out. One of STORYWAKE_DIGEST_TO is kept out."""
    settings, engine = settings_and_engine()
    with writing(engine) as connection:
        if not take_out(connection, settings, mail_address(address), now()):
            raise BadInput(f"{address}: no such reader")
    print(printable(f"{address}: gets no mail any more"))


def _shown(one: Reader) -> str:
    stories = "all stories" if one.stories is None else ", ".join(one.stories)
    under = "a line" if one.below == Below.LINE else "no mail"
    return f"{one.address}  {one.hour:02}:00 {one.zone}  {one.language}  {stories}  under {one.threshold} new: {under}"
