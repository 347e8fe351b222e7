"""Random values that belong to a database and never leave it."""

import secrets

from sqlalchemy import Connection
from sqlmodel import select

from . import models
from .statements import statements

SQL = statements("erasing")


def known_secret(connection: Connection, name: str) -> bytes | None:
    """The bytes that a database keeps under a name; None where none were made yet. Writes nothing."""
    value = connection.execute(select(models.Secret.value).where(models.Secret.name == name)).scalar()
    return bytes.fromhex(value) if value else None


def own_secret(connection: Connection, name: str) -> bytes:
    """The 32 random bytes that a database keeps under a name; made the first time, in the transaction of the caller."""
    find = select(models.Secret.value).where(models.Secret.name == name)
    if connection.execute(find).first() is None:
        connection.execute(SQL["add_secret"], {"name": name, "value": secrets.token_hex(32)})
    return bytes.fromhex(connection.execute(find).scalar_one())
