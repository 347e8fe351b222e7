"""What is said of a database that is of no known kind, that is full, or that lies where nothing can be written."""

import ctypes
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.faults import in_words
from storywake.jobs.watch import watch_seed

from .test_cli import storywake

DROP, PAST_MODES = 24, 1
"""Linux's PR_CAPBSET_DROP and CAP_DAC_OVERRIDE, by which root writes where the modes of files say no."""


@pytest.fixture
def shelf(settings: Settings) -> Iterator[Path]:
    """A folder in which nobody may write, with a database of a story."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = open_database(f"sqlite:///{folder}/storywake.db")
        watch_seed(engine, settings, "moscow-times")
        engine.dispose()
        assert [path.name for path in folder.iterdir()] == ["storywake.db"]
        (folder / "storywake.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def _powerless() -> None:
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(DROP, PAST_MODES, 0, 0, 0)


def told(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of somebody who may not write in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "storywake", *words],
        cwd=folder, env=environment, capture_output=True, text=True, preexec_fn=_powerless,
    )  # fmt: skip


@pytest.mark.slow
def test_a_database_on_a_read_only_disk_is_read(shelf: Path) -> None:
    for words, said in (
        (("stories",), "moscow-times"),
        (("story", "moscow-times"), "status: watched"),
        (("sql", "SELECT COUNT(*) AS n FROM reactions", "--format", "csv"), "n\n5"),
        (("sql", "@first", "--story", "moscow-times", "--format", "csv"), "maxseddon"),
        (("report", "moscow-times"), "5 reactions"),
        (("export", "moscow-times", "--format", "csv", "--out", "-"), "maxseddon"),
    ):
        answer = told(shelf, *words)
        assert answer.returncode == 0 and "storywake:" not in answer.stderr, (words, answer.stderr)
        assert said in answer.stdout, words
    for words in (("story", "moscow-times", "--title", "Another"), ("collect",)):
        answer = told(shelf, *words)
        assert answer.returncode == 1
        assert answer.stderr == (
            "storywake: the database: it cannot be written here: its disk, folder or file is read-only\n"
        )


@pytest.mark.slow
def test_a_database_that_others_may_write_meanwhile_is_not_read_as_one_that_stays(shelf: Path) -> None:
    shelf.chmod(0o755)
    (shelf / "storywake.db").chmod(0o644)
    shelf.chmod(0o555)
    answer = told(shelf, "stories")
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (1, "", 1)
    assert "it cannot be written here: its disk, folder or file is read-only" in answer.stderr


@pytest.mark.slow
def test_what_a_log_beside_a_read_only_database_holds_is_not_left_out_in_silence(shelf: Path) -> None:
    shelf.chmod(0o755)
    (shelf / "storywake.db-wal").write_bytes(b"more")
    shelf.chmod(0o555)
    answer = told(shelf, "stories")
    assert answer.returncode == 1 and answer.stderr.count("\n") == 1
    assert "cannot open the database sqlite:///storywake.db" in answer.stderr


@pytest.mark.parametrize("address", ["mysql://me@host/name", "mysql+pymysql://host/name", "oracle://host/name"])
def test_a_database_of_another_kind_is_refused_with_those_that_there_are(tmp_path: Path, address: str) -> None:
    said = storywake("stories", folder=tmp_path, STORYWAKE_DB=address)
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "there are SQLite (sqlite:///storywake.db) and PostgreSQL (postgresql://host/name)" in said.stderr


def test_a_full_disk_is_told_in_a_plain_line(tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    engine = open_database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with reading(engine) as opened, pytest.raises(OperationalError) as caught:
        opened.execute(text("SELECT 1 FROM none_such"))
    assert "none_such" in str(in_words(caught.value))
    with engine.begin() as opened:
        opened.execute(text(f"PRAGMA max_page_count={pages}"))
        with pytest.raises(OperationalError, match="full") as caught:
            opened.execute(text("INSERT INTO secret (name, value) VALUES ('x', :value)"), {"value": "w" * 1_000_000})
    engine.dispose()
    assert in_words(caught.value) == (
        "the database: the disk that the database is on is full: nothing of this was stored; make room, then do it again"
    )
