"""Readers of the mail: taken in, changed, gone; and the secret words by which each can leave."""

import hashlib
import hmac
from typing import NamedTuple

from sqlalchemy import Connection, delete
from sqlmodel import col

from . import models
from .own_secret import known_secret, own_secret
from .rows import select_rows
from .statements import statements

SQL = statements("readers")
SECRET = "unsubscribe"  # noqa: S105 -- the name of the secret
TOKEN_LENGTH = 40
"""Hexadecimal digits of a token: 160 bits that nobody guesses."""


class ReaderRow(NamedTuple):
    """A reader as they are stored."""

    address: str
    hour: int
    time_zone: str
    language: str
    stories: str | None  # slugs, one a line; None: all
    threshold: int
    below: str
    added_at: str
    left_at: str | None = None


def readers(connection: Connection) -> list[ReaderRow]:
    """All readers, those who left among them, by address."""
    query = select_rows(models.Reader, ReaderRow).order_by(col(models.Reader.address))
    return [ReaderRow._make(row) for row in connection.execute(query)]


def add_reader(connection: Connection, row: ReaderRow) -> None:
    """Takes a reader in, or changes what they get; one who had left is back."""
    connection.execute(SQL["add_reader"], row._asdict())


def leave(connection: Connection, row: ReaderRow) -> None:
    """Notes that a reader left at ``added_at``; ``row`` is stored where they were not in the table."""
    connection.execute(SQL["leave"], row._asdict())


def remove_reader(connection: Connection, address: str) -> bool:
    """Takes a reader out. Whether they were in."""
    gone = delete(models.Reader).where(col(models.Reader.address) == address)
    return connection.execute(gone).rowcount > 0


class Tokens:
    """What the addresses end with where a reader unsubscribes or changes the mail: HMAC-SHA-256 of their mail address under a key of this
    database. It says nothing of who they are, and none is stored.
    """

    def __init__(self, connection: Connection) -> None:
        self._key = own_secret(connection, SECRET)

    def of(self, address: str) -> str:
        """A reader's token."""
        return _token(self._key, address)


def reader_of_token(connection: Connection, token: str) -> str | None:
    """The address of the reader, among all who were ever mailed, that a token belongs to; None where it is none's. Writes
    nothing: where no mail was ever made there is no key, and no token.
    """
    key, given = known_secret(connection, SECRET), token.encode("utf-8", "replace")
    if key is None:
        return None
    for row in connection.execute(SQL["mailed"]):
        if hmac.compare_digest(_token(key, row.address).encode(), given):
            return str(row.address)
    return None


def _token(key: bytes, address: str) -> str:
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:TOKEN_LENGTH]
