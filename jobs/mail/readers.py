"""Who gets the mail, at what hour, in which language and of which stories: from the table, else by the settings."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.settings import Settings
from storywake.db.readers import ReaderRow, add_reader, leave, remove_reader
from storywake.db.readers import readers as stored
from storywake.db.status import Below

from ..digest_clock import day_at, hour_of


class Language(StrEnum):
    """The languages of the mail."""

    ENGLISH = "en"
    FINNISH = "fi"
    SWEDISH = "sv"
    GERMAN = "de"


class Reader(NamedTuple):
    """Somebody who gets the mail, or for whom it is printed (no address)."""

    address: str | None
    hour: int
    zone: str
    language: Language = Language.ENGLISH
    stories: tuple[str, ...] | None = None  # slugs; None: all
    threshold: int = 1  # new reactions from which on a mail tells all
    below: Below = Below.LINE
    left: bool = False

    def day(self, moment: datetime) -> date:
        """The reader's date."""
        return day_at(self.zone, moment)

    def due(self, day: date) -> datetime:
        """When the reader's mail of a day is due, in UTC. Raises BadInput for a day outside the calendar."""
        return hour_of(self.zone, self.hour, day)

    def wants(self, slug: str) -> bool:
        """Whether the reader follows a story."""
        return self.stories is None or slug in self.stories


def everybody(connection: Connection, settings: Settings) -> list[Reader]:
    """Who gets the mail: those of the setting, then those of the table; nobody who left."""
    known = {row.address: _of_row(row) for row in stored(connection)}
    named = {address: known.get(address) or default(settings, address) for address in settings.digest_to}
    return [reader for reader in (named | known).values() if not reader.left]


def reader_of(connection: Connection, settings: Settings, address: str | None) -> Reader:
    """One reader, as the table or else the settings have it."""
    for row in stored(connection):
        if row.address == address:
            return _of_row(row)
    return default(settings, address)


def default(settings: Settings, address: str | None) -> Reader:
    """A reader by the settings alone."""
    return Reader(address, settings.digest_hour, settings.time_zone)


def take_in(connection: Connection, reader: Reader, at: str) -> None:
    """Stores a reader, or what one gets from now on."""
    add_reader(connection, _as_row(reader, at))


def let_go(connection: Connection, settings: Settings, address: str, at: str) -> None:
    """Notes that a reader unsubscribed; no setting brings them back, ``take_in`` does."""
    leave(connection, _as_row(default(settings, address), at))


def take_out(connection: Connection, settings: Settings, address: str, at: str) -> bool:
    """Takes a reader out; one of the setting is kept out. Whether there was anybody to take out."""
    if address in settings.digest_to:
        let_go(connection, settings, address, at)
        return True
    return remove_reader(connection, address)


def _of_row(row: ReaderRow) -> Reader:
    stories = tuple(row.stories.split("\n")) if row.stories else None
    return Reader(
        row.address, row.hour, row.time_zone, Language(row.language), stories, row.threshold, Below(row.below),
        row.left_at is not None,
    )  # fmt: skip


def _as_row(reader: Reader, at: str) -> ReaderRow:
    assert reader.address
    stories = None if reader.stories is None else "\n".join(reader.stories)
    return ReaderRow(
        reader.address, reader.hour, reader.zone, reader.language, stories, reader.threshold, reader.below, at
    )
