"""``storywake alert``: who is told, listed without secrets, taken out; what cannot be told is said in a line."""

import json
from pathlib import Path

import pytest

from storywake.start import main


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORYWAKE_DB", f"sqlite:///{tmp_path}/storywake.db")


def run(*words: str) -> int | str | None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.argv", ["storywake", "alert", *words])
        try:
            main()
        except SystemExit as end:
            return end.code or 0
    return 0


def test_a_webhook_is_given_a_secret_once_and_listed_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "https://desk.example.org/hook", "--kind", "correction", "--quiet", "22:00-07:00") == 0
    secret = capsys.readouterr().out.strip()
    assert secret.startswith("whsec_")
    assert run("list") == 0
    shown = capsys.readouterr().out
    [row] = map(json.loads, shown.splitlines())
    assert (row["target"], row["kinds"], row["quiet"]) == (
        "https://desk.example.org/hook",
        ["correction"],
        "22:00-07:00",
    )
    assert secret not in shown
    assert run("remove", "https://desk.example.org/hook") == 0
    assert run("list") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words, said",
    [
        (("add", "http://127.0.0.1:8000/hook"), "private address"),
        (("add", "http://localhost./hook"), "private address"),
        (("add", "http://[::1]/hook"), "private address"),
        (("add", "anna@x.org, evil@x.org"), "is not one mail address"),
        (("add", "https://desk.example.org/", "--story", "ferry"), "ferry"),
        (("remove", "nobody@example.org"), "nobody is told"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_line(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 1
    assert said in capsys.readouterr().err


def test_a_private_address_may_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYWAKE_ALLOW_PRIVATE", "1")
    assert run("add", "http://127.0.0.1:8000/hook") == 0
