"""Long work as people see it: it shows itself, and Ctrl-C ends it in a line that says what stands."""

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ..loopback import Asked, Reply, Site
from .test_cli import storywake

ROOT = Path(__file__).parents[2]
PRESS = """\
import os, signal, sys
place, nth = os.environ["PRESSED_AT"].split()
module, _, name = place.rpartition(".")
calls = 0
def heard(frame, event, arg):
    global calls
    if event == "call" and frame.f_code.co_name == name and frame.f_globals.get("__name__") == module:
        calls += 1
        if calls == int(nth):
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)
sys.setprofile(heard)
"""
"""Stands for the moment at which the keys are pressed: the n-th call of a function."""


def pressed(folder: Path, at: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command during which Ctrl-C is pressed at a call, "module.function n". The lines of progress are left out."""
    (folder / "press").mkdir(exist_ok=True)
    (folder / "press" / "sitecustomize.py").write_text(PRESS)
    path = os.pathsep.join([str(folder / "press"), str(ROOT)])
    done = storywake(*words, folder=folder, PYTHONPATH=path, PRESSED_AT=at)
    done.stderr = "".join(line for line in done.stderr.splitlines(True) if not line.endswith(" s)\n"))
    return done


def number(folder: Path, query: str) -> int:
    return int(json.loads(storywake("sql", query, "--format", "json", folder=folder).stdout)[0]["n"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run and a file waits to be brought in."""
    folder = tmp_path_factory.mktemp("stops")
    assert storywake("demo", folder=folder).returncode == 0
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["url", "author", "body"])
    writer.writerows([f"https://x.com/u{n}/status/{900000 + n}", f"u{n}", f"Words {n}"] for n in range(4200))
    (folder / "rows.csv").write_text(rows.getvalue())
    return folder


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "warc", "activitystreams"])
def test_an_export_that_is_stopped_leaves_nothing_behind(home: Path, form: str) -> None:
    before = sorted(p.name for p in home.iterdir())
    at = "storywake.jobs.kept.web_address 1" if form == "warc" else "storywake.db.archive._archived 3"
    done = pressed(home, at, "export", "moscow-times", "--format", form, "--out", "out.file")
    assert (done.returncode, done.stderr) == (1, "storywake: stopped; out.file was not written\n")
    assert sorted({p.name for p in home.iterdir()} - {"press"}) == sorted(set(before) - {"press"})


def test_an_import_that_is_stopped_says_how_many_rows_are_stored_and_goes_on(home: Path) -> None:
    before = number(home, "select count(*) as n from reactions")
    done = pressed(home, "storywake.jobs.intake.take_in 3", "import", "rows.csv", "--story", "moscow-times")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "storywake: stopped after 4,000 rows: those are stored, run it again to go on\n"
    assert number(home, "select count(*) as n from reactions") == before + 4000
    done = pressed(home, "storywake.jobs.assess._assess_claim 1", "import", "rows.csv", "--story", "moscow-times")
    assert done.stdout == "rows.csv: 4200 posts, 200 new reactions, 0 bad rows\n"
    assert done.stderr.startswith("storywake: stopped while stances were assessed; what is stored stands")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_reading_anew_that_is_stopped_says_how_much_was_read(home: Path) -> None:
    done = pressed(home, "storywake.jobs.renormalise._filed 1", "renormalise", "moscow-times")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == "storywake: stopped after 0 of 1 answers: what was read of them stands, run it again to go on\n"
    )


def test_a_suggestion_that_is_stopped_says_how_to_go_on(home: Path) -> None:
    done = pressed(home, "storywake.jobs.remarks.places_of 1", "label", "--suggest", "moscow-times")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "storywake: stopped; run it again to go on\n")


def started(folder: Path, *words: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "storywake", *words],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Slow:
    """A story whose article waits to be answered."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.asked, self.over = threading.Event(), threading.Event()
        self.folder = folder
        self.environment = {
            "STORYWAKE_ALLOW_PRIVATE": "1",
            "STORYWAKE_PLATFORMS": '["web"]',
            "STORYWAKE_COVERAGE": "0",
            "STORYWAKE_HOST_DELAY": "0",
        }
        site.routes["/story"] = self._answer
        done = storywake("watch", f"{site.url}/story", "--slug", "slow", folder=folder)
        assert done.returncode == 0, done.stderr

    def _answer(self, _: Asked) -> Reply:
        self.asked.set()
        self.over.wait(60)
        page = b"<html><head><title>A slow story</title></head><body><article><p>It came at last.</p></article></body>"
        return Reply(page, headers={"Content-Type": "text/html"})


@pytest.fixture
def slow(site: Site, tmp_path: Path) -> Iterator[Slow]:
    """A story whose article is answered once ``over`` is set."""
    story = Slow(site, tmp_path)
    yield story
    story.over.set()


def test_a_long_pass_shows_itself_in_lines_where_there_is_no_terminal(slow: Slow) -> None:
    process = started(slow.folder, "collect", **slow.environment)
    assert process.stderr
    first = process.stderr.readline()
    slow.over.set()
    printed, _ = process.communicate(timeout=60)
    assert first.startswith("storywake: looking") and first.endswith(" s)\n")
    assert [json.loads(line)["story"] for line in printed.splitlines()] == ["slow"], "standard output stays clean"
    assert process.returncode == 0


def test_a_long_pass_shows_itself_as_a_bar_on_a_terminal(slow: Slow) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(slow.folder)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "storywake", "collect"],
            {**os.environ, **slow.environment, "TERM": "xterm", "PYTHONPATH": str(ROOT)},
        )
    shown = b""
    while "━".encode() not in shown:
        shown += os.read(terminal, 1000)
    slow.over.set()
    while True:
        try:
            if not os.read(terminal, 1000):
                break
        except OSError:
            break
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"looking" in shown


@pytest.fixture
def other() -> Iterator[Site]:
    """Another web site on loopback."""
    with Site() as running:
        yield running


def test_a_pass_that_is_stopped_says_what_it_stored(slow: Slow, site: Site, other: Site) -> None:
    slow.over.set()
    links = "".join(f'<p>See <a href="{other.url}/other">what came before</a> and the rest.</p>' for _ in range(5))
    embed = '<blockquote class="twitter-tweet"><p>It rained.</p>&mdash; Ann (@ann) <a href="https://twitter.com/ann/status/20">June 1, 2024</a></blockquote>'
    site.page(
        "/story", f"<html><head><title>A story</title></head><body><article>{links}{embed}</article></body></html>"
    )
    asked, over = threading.Event(), threading.Event()

    def answer(_: Asked) -> Reply:
        asked.set()
        over.wait(60)
        return Reply(b"")

    other.routes["/other"] = answer
    process = started(slow.folder, "collect", **slow.environment)
    try:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        printed, error = process.communicate(timeout=60)
    finally:
        over.set()
    lines = [line for line in error.splitlines() if not line.endswith(" s)")]
    assert (process.returncode, printed) == (1, "")
    stored = number(slow.folder, "select count(*) as n from reactions")
    assert stored == 1
    assert len(lines) == 1
    assert lines[0].startswith("storywake: stopped; what was stored stands: ") and lines[0].endswith(" 1 reactions")


def test_a_pass_that_is_stopped_while_it_assesses_ends(slow: Slow) -> None:
    """Within asyncio, Ctrl-C is heard only where something is waited for, and nothing is while stances are assessed."""
    (slow.folder / "a.txt").write_text("The bridge fell.\n\nNobody was hurt, said Anna Berg, who lives beside it.\n")
    assert storywake("watch", "a.txt", "--slug", "text", "--claim", "It fell.", folder=slow.folder).returncode == 0
    assert storywake("story", "text", "--add-claim", "It was old.", folder=slow.folder).returncode == 0
    (slow.folder / "one.csv").write_text("url,body\nhttps://x.com/a/status/31,It did not fall at all\n")
    slow.over.set()
    environment = slow.environment | {"STORYWAKE_STANCE_MODEL": "cues"}
    os.environ.update(environment)
    try:
        done = pressed(slow.folder, "storywake.jobs.resolution.update_people 1", "collect", "text")
    finally:
        for name in environment:
            del os.environ[name]
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "storywake: stopped; what was stored stands: 0 posts, 0 reactions\n"


def test_a_pass_that_is_stopped_while_it_works_out_persons_ends_before_it_writes_them(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slow.folder / "a.txt").write_text("The bridge fell.\n\nNobody was hurt, said Anna Berg, who lives beside it.\n")
    assert storywake("watch", "a.txt", "--slug", "text", folder=slow.folder).returncode == 0
    slow.over.set()
    for name, value in slow.environment.items():
        monkeypatch.setenv(name, value)
    with closing(sqlite3.connect(slow.folder / "storywake.db")) as database, database:
        database.execute("UPDATE reaction SET person_id = NULL")
        assert database.execute("DELETE FROM person").rowcount == 1
    done = pressed(slow.folder, "storywake.collector.match.person.account_holder 1", "collect", "text")
    assert number(slow.folder, "select count(*) as n from people") == 0
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "storywake: stopped; what was stored stands: 0 posts, 0 reactions\n"


def test_what_says_nothing_of_itself_ends_in_one_line_as_well(home: Path) -> None:
    done = pressed(home, "storywake.jobs.report.totals 1", "report", "moscow-times")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "storywake: stopped\n")
