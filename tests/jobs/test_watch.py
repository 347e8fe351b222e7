"""Starting to watch: what is watched already is not re-aimed, what is no document is refused in one line."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.claims import claims_of
from storywake.db.status import StoryStatus
from storywake.db.stories import find_story
from storywake.jobs.manage import Changes, change
from storywake.jobs.watch import watch

PAPER = "https://paper.example/bridge"
WORDS = "The new harbour bridge was opened without a final inspection, a leaked report says.\n\nThe city declined to answer."


def story_rows(engine: Engine) -> list[Any]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT slug, url FROM story ORDER BY id"))]


def test_a_slug_that_is_taken_is_refused_and_the_story_stays_as_it_is(engine: Engine, settings: Settings) -> None:
    watch(engine, settings, PAPER, claims=("It was never inspected.",), slug="bridge")
    with pytest.raises(BadInput, match=r"bridge is watched already: `storywake story bridge`.*--add-page.*--slug"):
        watch(engine, settings, "https://other.example/ferry", claims=("It sank.",), slug="bridge")
    assert story_rows(engine) == [("bridge", PAPER)]
    with engine.begin() as connection:
        assert len(claims_of(connection, find_story(connection, "bridge").id)) == 1


def test_an_address_that_is_watched_is_refused_with_its_slug_unless_another_is_given(
    engine: Engine, settings: Settings
) -> None:
    watch(engine, settings, PAPER, slug="bridge")
    for slug in (None, "bridge"):
        with pytest.raises(BadInput, match="is watched already, as bridge: "):
            watch(engine, settings, f"{PAPER}?utm_source=mail", slug=slug)
    watch(engine, settings, PAPER, slug="again")
    assert [slug for slug, _ in story_rows(engine)] == ["bridge", "again"]


@pytest.mark.parametrize("status", [StoryStatus.PAUSED, StoryStatus.ENDED])
def test_a_paused_or_ended_story_is_named_as_such(sqlite: Engine, settings: Settings, status: StoryStatus) -> None:
    watch(sqlite, settings, PAPER, slug="bridge")
    change(sqlite, settings, "bridge", Changes(status=status))
    with pytest.raises(BadInput, match=f"as bridge and is {status} \\(--resume\\)"):
        watch(sqlite, settings, PAPER)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n", "is a PDF: give the article's address"),
        (bytes(range(256)) * 40, "is neither HTML nor text"),
        (b"PK\x03\x04" + bytes(range(32)) * 60, "is a ZIP archive or an office document: give"),
        (b"GIF89a" + bytes(range(32)) * 60, "is a picture"),
        (
            b"<!doctype html><title>We value your privacy</title><h1>We value your privacy</h1><p>We and our partners store cookies on your device and process personal data.</p>",
            "is a consent page, no article",
        ),
        (b"\x00\x01\x00\x02E\x00i\x00\x03\x00n\x00" * 90, "is neither HTML nor text"),
    ],
)
def test_what_is_no_document_is_refused(
    sqlite: Engine, settings: Settings, tmp_path: Path, body: bytes, told: str
) -> None:
    (tmp_path / "story").write_bytes(body)
    with pytest.raises(BadInput, match=told):
        watch(sqlite, settings, str(tmp_path / "story"))
    assert story_rows(sqlite) == []


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-16"])
def test_a_text_in_two_bytes_a_sign_is_read(sqlite: Engine, settings: Settings, tmp_path: Path, charset: str) -> None:
    (tmp_path / "story.txt").write_bytes(("Brücke gesperrt\n\n" + "Die Brücke ist zu. " * 20).encode(charset))
    assert watch(sqlite, settings, str(tmp_path / "story.txt")).title == "Brücke gesperrt"


def test_a_folder_is_refused(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read .*: Is a directory"):
        watch(sqlite, settings, str(tmp_path))


def test_characters_that_no_store_keeps_are_left_out(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_bytes(b"The bri\x00dge was opened\n\n" + WORDS.encode())
    claim = "Nobody\x00 inspected \ud83d it."
    watch(engine, settings, str(file), claims=(claim,), slug="bridge")
    page = tmp_path / "story.html"
    page.write_text(
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry \\ud83d\\u0000 sank"}</script></head>'
        f"<body><article><p>{WORDS}</p></article></body></html>"
    )
    watch(engine, settings, str(page), slug="ferry")
    with engine.begin() as connection:
        titles = [find_story(connection, slug).title for slug in ("bridge", "ferry")]
        claims = [row.text for row in claims_of(connection, find_story(connection, "bridge").id)]
    assert titles == ["The bridge was opened", "Ferry  sank"]
    assert claims == ["Nobody inspected  it."]


@pytest.mark.parametrize("slug", ["", "a b", "../x", "a/b", "x" * 81, "\udcff"], ids=range(6))
def test_a_slug_that_no_address_bears_is_refused(sqlite: Engine, settings: Settings, slug: str) -> None:
    with pytest.raises(BadInput, match="is no short name"):
        watch(sqlite, settings, PAPER, slug=slug)


@pytest.mark.parametrize("url", ["https://paper.example/a\x00b", "https://paper.example/\udcff"], ids=["nul", "half"])
def test_an_address_with_characters_that_none_has_is_refused(engine: Engine, settings: Settings, url: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        watch(engine, settings, url)
