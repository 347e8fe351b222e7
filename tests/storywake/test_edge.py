"""Where the command meets people: terminals, wrong settings, Ctrl-C."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs.report import report
from storywake.jobs.watch import watch, watch_seed

from ..loopback import Asked, Reply, Site
from .test_cli import storywake

ESCAPES = "\x1b]0;owned\x07\x1b[31mred\x9b2J\u202e"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PLATFORMS", '["twitter"]', "'x', 'bluesky'"),
        ("PLATFORMS", "bluesky", "is not JSON"),
        ("FEEDS", '["feeds.example/rss"]', "is no web address"),
        ("BLUESKY_URL", "bsky.app", "is no web address"),
        ("BLUESKY_STREAM_URL", "https://stream.example", "is no address of a stream"),
        ("DIGEST_TO", '["nobody"]', "is not one mail address"),
        ("TIME_ZONE", "Mars/Olympus", "is no time zone"),
        ("DIGEST_HOUR", "24", "less than or equal to 23"),
        ("FIRST_LOOK_MINUTES", "0", "greater than 0"),
        ("TIMEOUT", "inf", "finite number"),
        ("STANCE_MODEL", "oracle", "'blend'"),
    ],
)
def test_a_wrong_setting_is_refused_in_a_line_that_names_it(tmp_path: Path, name: str, value: str, words: str) -> None:
    said = storywake("sql", folder=tmp_path, **{f"STORYWAKE_{name}": value})
    assert (said.returncode, said.stderr.count("\n")) == (1, 1), said.stderr
    assert said.stderr.startswith(f"storywake: setting STORYWAKE_{name}: ")
    assert words in said.stderr


def test_settings_that_are_changed_are_checked_as_well(settings: Settings) -> None:
    with pytest.raises(ValueError, match="platforms"):
        settings.model_copy(update={"platforms": ["twitter"]})
    assert settings.model_copy(update={"x_token": "t"}).model_copy().allow_private


SECRETS = {
    "STORYWAKE_X_TOKEN": "hush-1",
    "STORYWAKE_YOUTUBE_KEY": "hush-2",
    "STORYWAKE_LLM_URL": "http://user:hush-3@llm.example/v1",
    "STORYWAKE_FEEDS": '["https://me:hush-4@feeds.example/a", "https://feeds.example/b?key=hush-5&n=1"]',
    "STORYWAKE_SMTP_PASSWORD": "hush-6",
}


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hush-7@127.0.0.1:1/none",
        "postgresql://me:hush/#?7@127.0.0.1:1/none",
        "postgresql://127.0.0.1:1/none?user=me&password=hush-7",
    ],
)
def test_doctor_and_errors_show_no_password_wherever_it_stands(tmp_path: Path, address: str) -> None:
    said = storywake("report", "x", folder=tmp_path, STORYWAKE_DB=address, **SECRETS)
    assert said.stderr.startswith("storywake: cannot open the database")
    assert "hush" not in said.stderr
    said = storywake("doctor", folder=tmp_path, STORYWAKE_DB=address, **SECRETS)
    assert "hush" not in said.stdout + said.stderr
    assert "STORYWAKE_X_TOKEN=set" in said.stdout
    assert "https://feeds.example/b?key=***&n=1" in said.stdout
    assert "broken   database" in said.stdout


def test_secrets_do_not_show_in_what_programs_print_of_settings() -> None:
    assert "hush" not in repr(Settings(_env_file=None, x_token="hush", smtp_password="hush"))


def test_doctor_finds_a_damaged_database(tmp_path: Path) -> None:
    assert storywake("demo", folder=tmp_path).returncode == 0
    path = tmp_path / "storywake.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'post'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    said = storywake("doctor", folder=tmp_path)
    assert said.returncode == 1
    assert "broken   database    sqlite:///storywake.db is damaged" in said.stdout
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("query", ["-- how many\nselect 1 as n", "--how many\nselect 1 as n", "-- a=b\nselect 1 as n"])
def test_a_query_may_begin_with_a_comment(tmp_path: Path, query: str) -> None:
    for words in (("sql", query, "--format", "csv"), ("sql", "--format=csv", query)):
        assert storywake(*words, folder=tmp_path).stdout == "n\n1\n"
    assert storywake("sql", "--fromat", "csv", folder=tmp_path).returncode == 2


def test_what_others_wrote_does_not_steer_the_terminal(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/storywake.db"
    engine = open_database(address)
    watch_seed(engine, Settings(_env_file=None), "moscow-times")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE article SET url = :e, title = :e, publisher = :e"), {"e": f"http://x/{ESCAPES}"}
        )
        connection.execute(text("UPDATE post SET url = :e, text = :e"), {"e": f"http://x/{ESCAPES}"})
    engine.dispose()
    said = [
        storywake("report", "moscow-times", folder=tmp_path),
        storywake("report", "moscow-times", "--format", "json", folder=tmp_path),
        storywake("sql", f'select url, text as "{ESCAPES}" from reactions', folder=tmp_path),
        storywake("report", f"no{ESCAPES}", folder=tmp_path),
        storywake("import", f"no{ESCAPES}", folder=tmp_path),
        storywake("digest", folder=tmp_path),
    ]
    for each in said:
        assert not UNSAFE.search(each.stdout + each.stderr), each.args
    assert json.loads(said[1].stdout)["articles"][0]["title"] == f"http://x/{ESCAPES}", "JSON loses nothing"


def test_notes_of_a_pass_do_not_steer_the_terminal(tmp_path: Path, site: Site) -> None:
    environment = quick(site)
    link = f'<p>A paragraph of the story with <a href="http://127.0.0.1:1/{ESCAPES}">a link</a> in it.</p>'
    site.page("/a", f"<html><head><title>T</title></head><body><article>{link}</article></body></html>")
    assert storywake("watch", f"{site.url}/a", "--slug", "s", folder=tmp_path, **environment).returncode == 0
    said = storywake("collect", folder=tmp_path, **environment)
    assert "http://127.0.0.1:1/" in said.stderr
    assert not UNSAFE.search(said.stderr)


def quick(site: Site) -> dict[str, str]:
    return {
        "STORYWAKE_ALLOW_PRIVATE": "1",
        "STORYWAKE_HOST_DELAY": "0",
        "STORYWAKE_COVERAGE": "0",
        "STORYWAKE_PLATFORMS": '["bluesky"]',
        "STORYWAKE_BLUESKY_URL": site.url,
        "STORYWAKE_ATTEMPTS": "1",
    }


def started(folder: Path, *words: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "storywake", *words],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_stopped_while_it_starts_it_says_so_in_a_line(tmp_path: Path) -> None:
    """An import hook stands for the moment at which the keys are pressed: the first module that is loaded for the command."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Press:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == os.environ['PRESSED_AT']:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Press())\n"
    )
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", ""), str(Path(__file__).parents[2])])
    for module in ("pydantic", "sqlalchemy", "typer", "storywake.db.engine"):
        said = storywake("stories", folder=tmp_path, PYTHONPATH=path, PRESSED_AT=module)
        assert (said.returncode, said.stderr) == (1, "storywake: stopped\n"), module


@pytest.fixture
def other() -> Iterator[Site]:
    """Another web site on loopback."""
    with Site() as running:
        yield running


def test_stopped_during_a_pass_it_says_so_in_a_line(tmp_path: Path, site: Site, other: Site) -> None:
    environment = quick(site)
    asked, over = threading.Event(), threading.Event()

    def slow(_: Asked) -> Reply:
        asked.set()
        over.wait(20)
        return Reply(b"")

    links = "".join(
        f'<p>A paragraph of the story with <a href="{other.url}/slow/{n}">a link</a>.</p>' for n in range(30)
    )
    site.page("/a", f"<html><head><title>T</title></head><body><article>{links}</article></body></html>")
    for number in range(30):
        other.routes[f"/slow/{number}"] = slow
    assert storywake("watch", f"{site.url}/a", "--slug", "s", folder=tmp_path, **environment).returncode == 0
    process = started(tmp_path, "collect", **environment)
    assert asked.wait(60)
    process.send_signal(signal.SIGINT)
    try:
        _, error = process.communicate(timeout=60)
    finally:
        over.set()
    *shown, last = error.splitlines()
    assert (process.returncode, last) == (1, "storywake: stopped; what was stored stands: 0 posts, 0 reactions")
    assert all(line.startswith("storywake: looking") or line.endswith(" s)") for line in shown), "progress alone"


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = storywake("serve", "--port", str(taken.getsockname()[1]), folder=tmp_path)
    assert said.returncode == 1
    assert said.stderr.startswith("storywake: cannot listen at 127.0.0.1:")
    assert said.stderr.count("\n") == 1


def test_a_text_report_of_a_story_keeps_its_lines(sqlite: Engine, settings: Settings) -> None:
    watch(sqlite, settings, "https://news.example/a", slug="s")
    assert report(sqlite, "s").count("\n") > 5
