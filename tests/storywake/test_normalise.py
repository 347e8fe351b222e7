"""``storywake normalise``: what it prints, and what it says where it finds nothing."""

import gzip
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from storywake.cli import app
from storywake.collector.errors import BadInput
from storywake.commands.extract import normalise

FIXTURES = Path(__file__).parents[1] / "fixtures" / "payloads"


def test_a_file_without_posts_is_named_and_the_command_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = FIXTURES / "x" / "accounts.json"
    with pytest.raises(typer.Exit) as ended:
        normalise([page, FIXTURES / "x" / "client.json"], "x")
    out, told = capsys.readouterr()
    assert ended.value.exit_code == 1
    assert told == f"{page}: no post of x was found in it\n"
    assert [json.loads(line)["external_id"] for line in out.splitlines()] == ["501", "502"]


def test_an_empty_file_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("\n")
    with pytest.raises(typer.Exit):
        normalise([empty], "bluesky")
    assert capsys.readouterr().err == f"{empty}: no post of bluesky was found in it\n"


def test_the_scripts_of_an_archive_of_xs_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tweet = {
        "id_str": "901",
        "created_at": "Tue Mar 05 10:00:00 +0000 2024",
        "full_text": "My own words",
        "favorite_count": "3",
        "retweet_count": "1",
    }
    script = tmp_path / "tweets.js"
    script.write_text("window.YTD.tweets.part0 = " + json.dumps([{"tweet": tweet}], indent=1))
    normalise([script], "x")
    (post,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (post["external_id"], post["text"], post["reach"]["likes"]) == ("901", "My own words", 3)


def test_a_line_is_a_line_whatever_separators_its_words_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"id": "90", "author_id": "1", "text": "One\u2028two\u0085three"},
        {"id": "91", "author_id": "1", "text": "Four"},
    ]
    path = tmp_path / "lines.ndjson"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    normalise([path], "x")
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_packed_file_is_unpacked_and_a_broken_one_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = gzip.compress((FIXTURES / "x" / "client.json").read_bytes())
    whole, cut = tmp_path / "whole.json.gz", tmp_path / "cut.json.gz"
    whole.write_bytes(packed)
    cut.write_bytes(packed[:-40])
    normalise([whole], "x")
    assert [json.loads(line)["external_id"] for line in capsys.readouterr().out.splitlines()] == ["501", "502"]
    with pytest.raises(BadInput, match=r"^cannot read .*cut\.json\.gz: [^\n]*$"):
        normalise([cut], "x")


def test_what_a_tool_wrote_of_the_platform_is_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = FIXTURES.parent / "exports"
    normalise([exports / "apify-tiktok.jsonl", exports / "ytdlp-tiktok.info.json"], "tiktok")
    found = [json.loads(line)["external_id"] for line in capsys.readouterr().out.splitlines()]
    assert found == ["7300000000000000303", "7300000000000000301"]


@pytest.mark.parametrize("command", ["normalise", "import"])
def test_a_platform_that_is_none_is_bad_usage(tmp_path: Path, command: str) -> None:
    path = tmp_path / "posts.json"
    path.write_text("{}")
    asked = CliRunner().invoke(app, [command, str(path), "--platform", "mystery"])
    assert asked.exit_code == 2
    assert "mystery" in asked.output
