"""``doctor`` says of each source beside the platforms what can be seen, and of counts since when they mean something else."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from storywake.cli import app


def lines(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> dict[str, str]:
    """What doctor prints of each source, by its name: the state and the words."""
    for name, value in {"STORYWAKE_DB": f"sqlite:///{folder}/s.db", **settings}.items():
        monkeypatch.setenv(name, value)
    printed = CliRunner().invoke(app, ["doctor"]).stdout.splitlines()
    return {line[9:20].strip(): f"{line[:8].strip()} {line[21:]}" for line in printed if line[:8].strip() or line[9:]}


def test_what_is_seen_beside_the_platforms_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = lines(monkeypatch, tmp_path)
    assert told["gdelt files"].startswith("ok pages in 66 languages")
    assert "often refuses" in told["gdelt"]
    assert "the story's languages" in told["wikipedia"]
    assert "not Coral's" in told["comments"]
    assert told["notes"].startswith("limited no Community Notes: STORYWAKE_X_NOTES is off")
    assert told["views"] == (
        " since 2026-08-27 a view counts from the first frame: views from before and after do not compare"
    )


@pytest.mark.parametrize(
    "settings, name, words",
    [
        ({"STORYWAKE_COVERAGE": "0"}, "gdelt files", "limited not asked: STORYWAKE_COVERAGE is off"),
        ({"STORYWAKE_COVERAGE": "0"}, "wikipedia", "limited not asked: STORYWAKE_COVERAGE is off"),
        ({"STORYWAKE_GDELT_URL": "https://gdelt.example"}, "gdelt files", "limited none: STORYWAKE_GDELT_URL is set"),
        ({"STORYWAKE_GDELT_URL": "https://gdelt.example"}, "gdelt", "ok its search"),
        ({"STORYWAKE_COMMENTS": "0"}, "comments", "limited not read: STORYWAKE_COMMENTS is off"),
        ({"STORYWAKE_PLATFORMS": '["x"]'}, "comments", "limited not asked: STORYWAKE_PLATFORMS leaves the web out"),
        ({"STORYWAKE_PLATFORMS": '["web"]'}, "notes", "limited not asked: STORYWAKE_PLATFORMS leaves X out"),
        ({"STORYWAKE_X_NOTES": "1"}, "notes", "ok Community Notes on X's posts, without their ratings"),
        ({"STORYWAKE_WIKIPEDIA_LANGUAGES": '["sv"]'}, "wikipedia", "ok articles that cite a story"),
    ],
)
def test_what_is_left_out_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], name: str, words: str
) -> None:
    assert lines(monkeypatch, tmp_path, **settings)[name].startswith(words)
