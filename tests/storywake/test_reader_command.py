"""``storywake reader``: taken in, listed, taken out; what is no reader is said in a line."""

import json
from pathlib import Path

import pytest

from storywake.db.engine import open_database
from storywake.db.stories import add_story
from storywake.start import main


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with one story, which the command uses."""
    address = f"sqlite:///{tmp_path}/storywake.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORYWAKE_DB", address)
    monkeypatch.setenv("STORYWAKE_DIGEST_TO", '["set@example.org"]')
    engine = open_database(address)
    with engine.begin() as connection:
        add_story(
            connection, slug="bridge", title="The bridge", url=None, claims=["It fell."],
            created_at="2024-01-01T00:00:00Z", watch_until="2030-01-01T00:00:00Z",
        )  # fmt: skip
    engine.dispose()
    return address


def run(*words: str) -> int | str | None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.argv", ["storywake", "reader", *words])
        try:
            main()
        except SystemExit as end:
            return end.code or 0
    return 0


def test_a_reader_is_taken_in_listed_changed_and_taken_out(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "anna@example.org", "--hour", "7", "--zone", "Europe/Helsinki", "--language", "fi", "--story", "bridge", "--below", "nothing") == 0  # fmt: skip
    assert run("add", "anna@example.org", "--hour", "8", "--language", "sv") == 0
    capsys.readouterr()
    assert run("list", "--json") == 0
    rows = {row["address"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(rows) == {"set@example.org", "anna@example.org"}
    assert (rows["anna@example.org"]["hour"], rows["anna@example.org"]["language"]) == (8, "sv")
    assert run("remove", "anna@example.org") == run("remove", "set@example.org") == 0
    capsys.readouterr()
    assert run("list") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words, said",
    [
        (("add", "anna@x.org, evil@x.org"), "is not one mail address"),
        (("add", "anna@example.org", "--zone", "Mars/Olympus"), "no time zone"),
        (("add", "anna@example.org", "--story", "ferry"), "ferry"),
        (("remove", "nobody@example.org"), "no such reader"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    database: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(*words) == 1
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "\n" not in error
