"""Alembic's entry: runs on the connection that it is handed."""

from alembic import context
from sqlmodel import SQLModel

import storywake.db.models  # noqa: F401

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=SQLModel.metadata, render_as_batch=connection.dialect.name == "sqlite"
)
context.run_migrations()
