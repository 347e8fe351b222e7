"""``storywake extract``: what it says of a page that it could not read whole."""

import json
from pathlib import Path

import pytest

from storywake.collector.pages.article import MAX_NOTES
from storywake.commands.extract import extract

PROSE = (
    "<p>The harbour authority said on Tuesday that the bridge had been closed after engineers found cracks in it.</p>"
)
FRAME = '<iframe src="https://medium.com/media/{}"></iframe>'


def told(page: Path, body: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is said of a page, after its article was printed."""
    page.write_text(f'<html lang="en"><body><article><h1>Bridge closed</h1>{PROSE * 3}{body}</article></body></html>')
    extract(str(page))
    out, said = capsys.readouterr()
    assert json.loads(out)["title"] == "Bridge closed"
    return said.splitlines()


def test_a_frame_that_was_not_read_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    [line] = told(page, FRAME.format("0a1b"), capsys)
    assert line.startswith(f"{page}: ")
    assert line.endswith("was not read: https://medium.com/media/0a1b")


def test_a_text_that_is_cut_off_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [line] = told(tmp_path / "page.html", "<p>Subscribe to read the rest of this article.</p>", capsys)
    assert "behind a paywall" in line


def test_a_page_read_whole_needs_no_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(tmp_path / "page.html", "", capsys) == []


def test_a_page_says_a_thing_once_and_few_things(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(told(tmp_path / "page.html", FRAME.format("0a1b") * 3, capsys)) == 1
    many = "".join(FRAME.format(number) for number in range(500))
    assert len(told(tmp_path / "page.html", many, capsys)) == MAX_NOTES
