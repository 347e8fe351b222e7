"""``stories`` and ``story`` as people use them: what they print, how they exit."""

import json
import os
import sys
from pathlib import Path

import pytest

from .test_cli import storywake

PAPER = "https://paper.example/bridge"
ELSEWHERE = {"STORYWAKE_PLATFORMS": '["web"]', "STORYWAKE_ALLOW_PRIVATE": "1", "STORYWAKE_COVERAGE": "0"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a story is watched."""
    folder = tmp_path_factory.mktemp("stories")
    done = storywake("watch", PAPER, "--claim", "It was never inspected.", "--slug", "bridge", folder=folder)
    assert (done.returncode, done.stdout) == (0, "bridge\n"), done.stderr
    return folder


def test_what_is_watched_is_a_line_a_story(home: Path) -> None:
    lines = storywake("stories", folder=home).stdout.splitlines()
    assert lines[0].split() == ["story", "title", "status", "watched", "until", "reactions", "last", "pass"]
    assert lines[1].split()[:3] == ["bridge", "–", "watched"]
    told = json.loads(storywake("stories", "--format", "json", folder=home).stdout)
    assert list(told) == ["slug", "title", "status", "watch_until", "reactions", "last_pass", "unread"]
    assert (told["slug"], told["title"], told["reactions"], told["last_pass"]) == ("bridge", None, 0, None)
    assert storywake("stories", "--format", "xml", folder=home).returncode == 2


def test_watching_what_is_watched_says_how_to_change_it(home: Path) -> None:
    done = storywake("watch", PAPER, folder=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == f"storywake: {PAPER} is watched already, as bridge: `storywake story bridge` shows and changes it\n"
    )


def test_blanks_are_no_claim_no_title_and_no_analyst(home: Path) -> None:
    for option, said in (("--add-claim", "the claim is empty"), ("--title", "the title is empty")):
        done = storywake("story", "bridge", option, " \n ", folder=home)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"storywake: {said}\n")
    done = storywake("people", "bridge", "--same", "A", "B", "--analyst", " \t", folder=home)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "storywake: the analyst has no name\n")
    storywake("watch", f"{PAPER}/2", "--claim", "  ", "--claim", " It fell. ", "--slug", "two", folder=home)
    assert "claims:\n  1. It fell.\npages" in storywake("story", "two", folder=home).stdout
    storywake("story", "two", "--remove", "--yes", folder=home)


def test_a_story_is_shown_and_changed(home: Path) -> None:
    assert f"address: {PAPER}" in storywake("story", "bridge", folder=home).stdout
    done = storywake("story", "bridge", "--title", "A bridge", "--add-page", "https://other.example/1", folder=home)
    assert done.stdout == "title: A bridge\npage added, read by the next pass: https://other.example/1\n"
    assert storywake("story", "bridge", folder=home).stdout.startswith("bridge: A bridge\n")
    for words in (["--pause", "--end"], ["--remove", "--pause"]):
        assert storywake("story", "bridge", *words, folder=home).returncode == 2
    unknown = storywake("story", "ferry", folder=home)
    assert (unknown.returncode, unknown.stderr) == (1, "storywake: no story 'ferry'; there are: bridge\n")


def test_a_paused_story_is_collected_only_by_name(home: Path) -> None:
    storywake("watch", "http://127.0.0.1:9/ferry", "--slug", "ferry", folder=home)
    storywake("story", "bridge", "--end", folder=home)
    assert storywake("story", "ferry", "--pause", folder=home).stdout == "paused\n"
    assert storywake("collect", folder=home, **ELSEWHERE).stdout == ""
    done = storywake("collect", "ferry", folder=home, **ELSEWHERE)
    assert json.loads(done.stdout)["story"] == "ferry"
    assert "ferry is paused; this one pass is made all the same" in done.stderr
    assert storywake("story", "ferry", "--resume", folder=home).stdout.startswith("watched until 20")


def test_a_story_is_removed_only_when_that_is_confirmed(home: Path) -> None:
    storywake("watch", "https://paper.example/third", "--slug", "third", folder=home)
    refused = storywake("story", "third", "--remove", folder=home, given="y\n")
    assert (refused.returncode, refused.stderr) == (
        1,
        "storywake: nobody can be asked whether to remove third: say --yes\n",
    )
    assert answered_on_a_terminal(home, b"n\n") == 1
    assert storywake("story", "third", folder=home).returncode == 0
    assert answered_on_a_terminal(home, b"y\n") == 0
    assert storywake("story", "third", folder=home).returncode == 1
    storywake("watch", "https://paper.example/third", "--slug", "third", folder=home)
    done = storywake("story", "third", "--remove", "--yes", folder=home)
    assert done.stdout == "removed third: 0 reactions, 0 posts, 0 answers\n"


def answered_on_a_terminal(home: Path, words: bytes) -> int:
    """Runs the removal on a terminal where somebody types ``words``; returns its exit status."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execv(sys.executable, [sys.executable, "-m", "storywake", "story", "third", "--remove"])
    shown = b""
    while b"?" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, words)
    while True:
        try:
            if not os.read(terminal, 1000):
                break
        except OSError:
            break
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
