"""``restore`` as people use it: what it refuses, and that what it refuses leaves the database as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storywake.db.engine import open_database
from storywake.db.lock import only_scheduler

from .test_cli import storywake


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """A folder with a database of a story, and ``copy``, which was made before."""
    (tmp_path / "copy").write_bytes(migrated_sqlite.read_bytes())
    assert storywake("watch", "https://paper.example/bridge", "--slug", "bridge", folder=tmp_path).returncode == 0
    return tmp_path


def watched(folder: Path) -> int:
    return len(storywake("stories", "--format", "json", folder=folder).stdout.splitlines())


def test_a_copy_replaces_the_database(home: Path) -> None:
    assert watched(home) == 1
    done = storywake("restore", "copy", folder=home)
    assert (done.returncode, done.stdout) == (0, "sqlite:///storywake.db is what copy was: 0 stories\n"), done.stderr
    assert watched(home) == 0


def test_a_copy_stands_in_for_a_file_that_is_gone(home: Path) -> None:
    (home / "storywake.db").unlink()
    (home / "storywake.db-wal").write_bytes(b"of the file that is gone")
    assert storywake("restore", "copy", folder=home).returncode == 0
    assert storywake("doctor", folder=home).stdout.startswith("ok ")


def test_nothing_is_restored_beside_a_scheduler(home: Path) -> None:
    engine = open_database(f"sqlite:///{home}/storywake.db")
    with only_scheduler(engine):
        done = storywake("restore", "copy", folder=home)
    engine.dispose()
    assert (done.returncode, done.stderr) == (1, "storywake: another scheduler is running on this database\n")
    assert watched(home) == 1


def of_a_later_version(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def damaged(copy: Path) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2])


def of_another_program(copy: Path) -> None:
    copy.unlink()
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("CREATE TABLE note (text TEXT)")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (of_a_later_version, "another schema (9999)"),
        (damaged, "copy is "),
        (of_another_program, "no database of Storywake's"),
        (lambda copy: copy.write_text("words"), "no database of Storywake's"),
        (Path.unlink, "copy is no file"),
    ],
)
def test_what_is_no_whole_copy_is_refused(home: Path, change, words: str) -> None:  # type: ignore[no-untyped-def]
    change(home / "copy")
    done = storywake("restore", "copy", folder=home)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert watched(home) == 1


def test_a_database_that_is_none_any_more_is_told_how_to_be_replaced(home: Path) -> None:
    (home / "storywake.db").write_text("no database at all " * 500)
    done = storywake("restore", "copy", folder=home)
    assert done.returncode == 1
    assert "move it, storywake.db-wal and storywake.db-shm away and restore again" in done.stderr


def test_the_database_is_no_copy_of_itself(home: Path) -> None:
    done = storywake("restore", "storywake.db", folder=home)
    assert (done.returncode, done.stderr) == (1, "storywake: storywake.db is the database itself\n")


def test_postgresql_is_restored_by_its_own_tools(home: Path) -> None:
    done = storywake("restore", "copy", "--db", "postgresql://nobody@127.0.0.1:1/none", folder=home)
    assert done.returncode == 1
    assert "pg_restore" in done.stderr
