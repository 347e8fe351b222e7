"""Every known export is read as the records beside it say: ``NAME`` with ``NAME.records.json`` in ``tests/fixtures/exports``.

What twarc2 and snscrape write was made by their own code; the others by the columns that 4CAT, Zeeschuimer and the rest document.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from storywake.collector.exports.documents import NOTHING_POSTED, exported
from storywake.collector.exports.known import NO_POSTS, Known, known_exports, table, whose
from storywake.collector.exports.tables import head_of
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Post
from storywake.collector.sources import SOURCES
from storywake.commands.extract import post_json
from storywake.jobs.imports import read_rows

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "exports"
PAYLOADS = ROOT / "tests" / "fixtures" / "payloads"
FILES = sorted(path for path in FIXTURES.iterdir() if not path.name.endswith(".records.json"))
WITHOUT = {"snscrape-telegram.jsonl": [f"1 of its documents {NOTHING_POSTED.replace('it tells', 'tell')}"]}
"""What is told of files in which not all is a post."""
NOBODYS = {"facebook/long-text", "facebook/odd-characters", "vk/missing-counts", "x/missing-counts"}
"""Payloads so bare that nothing in them is one platform's alone."""


def rows_of(path: Path, platform: str | None = None) -> tuple[list[Any], list[str]]:
    """What is read of a file: posts as records, messages as they are; and the notes."""
    notes: list[str] = []
    with Readers() as readers:
        rows = list(read_rows(str(path), readers, platform, notes))
    return [post_json(row) if isinstance(row, Post) else row for row in rows], notes


def written(folder: Path, content: str | bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_known_export_gives_its_records(path: Path) -> None:
    wanted = json.loads((FIXTURES / f"{path.name}.records.json").read_text())
    assert rows_of(path) == (wanted, WITHOUT.get(path.name, []))


def test_every_known_export_has_a_file() -> None:
    found: list[Known] = []
    for path in FILES:
        text = path.read_bytes()
        if path.suffix in (".csv", ".tab", ".txt"):
            head = head_of(text.decode("utf-16" if text.startswith(b"\xff\xfe") else "latin-1").split("\n"))
            found += [head.known] if head else []
        elif path.suffix != ".js":
            for line in text.decode().splitlines():
                item = json.loads(line)
                claims = whose(item.get("data", item) if "source_platform" in item else item)
                found += [claim for claim in claims if isinstance(claim, Known)]
    missing = [(known.tool, known.what) for known in known_exports() if known not in found]
    assert missing == []


def test_the_documentation_lists_the_known_exports() -> None:
    """Where this fails, put what ``table()`` gives into docs/imports.md."""
    assert table() in (ROOT / "docs" / "imports.md").read_text()


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*/*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_payload_is_claimed_by_its_platform_alone(path: Path) -> None:
    if path.name.endswith(".records.json"):
        return
    told = whose(json.loads(path.read_text()))
    if json.loads(path.with_name(f"{path.stem}.records.json").read_text()):
        assert told == (() if f"{path.parent.name}/{path.stem}" in NOBODYS else (path.parent.name,))
    else:
        assert set(told) <= {path.parent.name, NO_POSTS}


@pytest.mark.parametrize(
    "item",
    [
        {"id": "1", "text": "words"},
        {"id": "9abc", "text": "words", "user": {"name": "Ann"}},
        {"idstr": "5", "mid": "5", "text": "words", "user": {"screen_name": "weibo"}},
        {"url": "https://x.com/a/status/1", "title": "words"},
        {"id": 5, "message": "words"},
        [],
        {},
        "words",
        7,
        None,
    ],
)
def test_what_no_platform_knows_is_refused(item: Any) -> None:
    found = exported(item)
    assert (found.posts, found.why) == ([], "no platform knows this form as its own")


def test_what_two_platforms_know_is_refused_and_both_are_named_until_the_user_says_whose_it_is() -> None:
    item = {"uri": "at://did:plc:a/app.bsky.feed.post/3k", "author": {}, "id_str": "7", "full_text": "words"}
    found = exported(item)
    assert (found.posts, found.why) == (
        [],
        "Bluesky and X both know this form as theirs: say which with --platform",
    )
    assert [post.external_id for post in exported(item, "x").posts] == ["7"]


@pytest.mark.parametrize(
    "item",
    [
        {"data": [{"id": "1", "username": "a", "name": "A", "public_metrics": {"followers_count": 1}}]},
        {"id_str": "1", "screen_name": "a", "followers_count": 3, "description": "words"},
        {"_type": "snscrape.modules.twitter.User", "username": "a"},
        {"did": "did:plc:a", "handle": "a.example", "displayName": "A"},
        {"id": "1", "acct": "a@m.example", "followers_count": 5},
    ],
)
def test_accounts_are_no_posts(item: Any) -> None:
    found = exported(item)
    assert (found.posts, found.why) == ([], NOTHING_POSTED)


def test_each_platform_has_marks_or_says_itself_what_an_export_is() -> None:
    known = {claim for path in PAYLOADS.glob("*/*.json") if not path.name.endswith(".records.json")
             for claim in whose(json.loads(path.read_text()))}  # fmt: skip
    assert known - {NO_POSTS} == set(SOURCES) - {"web"}
