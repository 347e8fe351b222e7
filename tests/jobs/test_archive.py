"""Evidence again: as WARC that others read, and read anew with today's parsers; files of other tools brought in."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from warcio.archiveiterator import ArchiveIterator

from storywake.collector.errors import Unreadable
from storywake.collector.net.evidence import Evidence
from storywake.collector.platforms.x import formats
from storywake.collector.reading.answers import Content
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Post
from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow
from storywake.jobs.collect import collect
from storywake.jobs.imports import import_file
from storywake.jobs.renormalise import renormalise
from storywake.jobs.warc import write_warc
from storywake.jobs.watch import watch

from ..loopback import Site
from .test_live_story import PAGE, AppView, embed


def tables(engine: Engine) -> dict[str, int]:
    with engine.begin() as connection:
        return {
            t: connection.execute(text(f"SELECT COUNT(*) FROM {t}")).scalar_one()
            for t in ("post", "reaction", "witness", "observation", "article", "article_revision", "person")
        }


@pytest.fixture
def collected(sqlite: Engine, site: Site, settings: Settings) -> StoryRow:
    settings = settings.model_copy(update={"bluesky_url": site.url})
    AppView(site, ["one"]).replies = 1  # so that its thread is asked for
    site.page("/bridge", PAGE.format(more=embed("one", "So nobody inspected it?")))
    story = watch(sqlite, settings, f"{site.url}/bridge", slug="bridge")
    asyncio.run(collect(sqlite, settings, [story]))
    return story


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # warcio's own spool
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_warc_is_read_back_by_others(sqlite: Engine, collected: StoryRow, tmp_path: Path) -> None:
    out = tmp_path / "bridge.warc.gz"
    with out.open("wb") as file:
        count = write_warc(sqlite, collected, file)
    with out.open("rb") as file:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Target-URI"),
                r.http_headers and r.http_headers.get_statuscode(),
                r.content_stream().read(),
            )
            for r in ArchiveIterator(file, check_digests="raise")
        ]
    assert records[0][0] == "warcinfo"
    responses = [r for r in records if r[0] == "response"]
    assert len(responses) == count >= 3
    page = next(r for r in responses if r[1].endswith("/bridge"))
    assert page[2] == "200"
    assert b"leaked engineering report" in page[3]


def test_reading_evidence_anew_changes_nothing_with_the_same_parsers(
    sqlite: Engine, settings: Settings, collected: StoryRow
) -> None:
    before = tables(sqlite)
    result = renormalise(sqlite, settings, collected)
    assert result.read >= 3
    assert (result.reactions, result.revisions, result.notes) == (0, 0, [])
    assert tables(sqlite) == before


def test_reading_evidence_anew_brings_back_what_was_lost(
    sqlite: Engine, settings: Settings, collected: StoryRow
) -> None:
    before = tables(sqlite)
    with sqlite.begin() as connection:
        for table in (
            "look",
            "shown",
            "stance",
            "witness",
            "reaction",
            "observation",
            "post_revision",
            "post",
            "person",
        ):
            connection.execute(text(f"DELETE FROM {table}"))
    assert renormalise(sqlite, settings, collected).reactions == before["reaction"]
    after = tables(sqlite)
    assert {k: after[k] for k in ("post", "reaction", "observation")} == {
        k: before[k] for k in ("post", "reaction", "observation")
    }


V1 = {
    "created_at": "Wed Jan 07 11:07:51 +0000 2015",
    "id_str": "201",
    "full_text": "old words",
    "user": {"id_str": "11", "screen_name": "ann", "name": "Ann"},
    "favorite_count": 3,
}
V2 = {
    "data": [{"id": "202", "text": "new words", "author_id": "12", "created_at": "2024-03-03T09:00:00Z"}],
    "includes": {"users": [{"id": "12", "username": "bob", "name": "Bob"}]},
}
ZEESCHUIMER = {
    "nav_index": "1",
    "item_id": "7200000000000000001",
    "source_platform": "tiktok.com",
    "source_platform_url": "https://www.tiktok.com/",
    "data": {
        "id": "7200000000000000001",
        "desc": "moving words",
        "createTime": 1709456400,
        "author": {"uniqueId": "cy"},
        "stats": {"diggCount": 5},
    },
}
ZEESCHUIMER_X = {
    "source_platform": "twitter.com",
    "data": {
        "rest_id": "203",
        "legacy": {
            "id_str": "203",
            "full_text": "web words",
            "created_at": "Wed Jan 07 11:07:51 +0000 2015",
            "favorite_count": 1,
        },
        "core": {"user_results": {"result": {"rest_id": "13", "legacy": {"screen_name": "dan", "name": "Dan"}}}},
        "views": {"count": "900"},
    },
}
ARCHIVE = {
    "type": "OrderedCollection",
    "orderedItems": [
        {
            "type": "Create",
            "object": {
                "id": "https://m.example/users/eve/statuses/1",
                "type": "Note",
                "attributedTo": "https://m.example/users/eve",
                "published": "2024-03-03T09:00:00Z",
                "content": "<p>own words</p>",
            },
        }
    ],
}
FILES: dict[str, tuple[str, list[tuple[Any, ...]], int]] = {
    "twarc1.jsonl": (json.dumps(V1) + "\nnot json\n", [("x", "201", "ann", "old words", 3)], 1),
    "twarc2.jsonl": (
        json.dumps(V2) + "\n" + json.dumps({"hello": 1}) + "\n",
        [("x", "202", "bob", "new words", None)],
        1,
    ),
    "zeeschuimer.ndjson": (
        json.dumps(ZEESCHUIMER) + "\n" + json.dumps(ZEESCHUIMER_X) + "\n",
        [("tiktok", "7200000000000000001", "cy", "moving words", 5), ("x", "203", "dan", "web words", 1)],
        0,
    ),
    "outbox.json": (
        json.dumps(ARCHIVE),
        [("mastodon", "https://m.example/users/eve/statuses/1", "eve@m.example", "own words", None)],
        0,
    ),
    "4cat.csv": (
        "id,thread_id,timestamp,author,author_fullname,body,link,like_count\n204,204,2024-03-03 09:00:00,fay,Fay,table words,https://x.com/fay/status/204,7\n205,205,2024-03-03 09:00:00,gus,Gus,nowhere,,1\n",
        [("x", "204", "fay", "table words", 7)],
        1,
    ),
    "addresses.csv": (
        "https://twitter.com/hal/status/206\nhttps://other.example/coverage?utm_source=x\nnonsense\n",
        [("web", "https://other.example/coverage", None, None, None), ("x", "206", "hal", None, None)],
        1,
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_foreign_files_come_in_and_bad_rows_are_named(
    sqlite: Engine, settings: Settings, tmp_path: Path, name: str
) -> None:
    content, wanted, bad = FILES[name]
    (tmp_path / name).write_text(content)
    story = watch(sqlite, settings, "https://news.example/story", slug="s")
    result = import_file(sqlite, settings, story, str(tmp_path / name))
    with sqlite.begin() as connection:
        rows = [
            tuple(r)
            for r in connection.execute(
                text("SELECT platform, external_id, author, text, likes FROM reactions ORDER BY platform, external_id")
            )
        ]
    assert rows == wanted
    assert len(result.bad) == bad
    assert all(name in line for line in result.bad)
    assert import_file(sqlite, settings, story, str(tmp_path / name)).reactions == 0, "twice changes nothing more"


def test_a_hostile_file_costs_a_line(
    sqlite: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line over 20 kB is read by a worker; what ends the worker, or takes it too long, is told by the line's number."""
    in_worker: list[int] = []
    read = Readers.read_in_worker

    def counted(self: Readers, source: str, evidence: Evidence) -> Content:
        in_worker.append(len(evidence.body))
        if b"hostile" in evidence.body:
            raise Unreadable("took longer than 5 s to read")
        return read(self, source, evidence)

    monkeypatch.setattr(Readers, "read_in_worker", counted)
    large = {**V1, "id_str": "301", "padding": "x" * 30_000}
    lines = [V1, {**V1, "id_str": "300", "padding": "hostile" * 5000}, large]
    (tmp_path / "large.jsonl").write_text("\n".join(map(json.dumps, lines)))
    story = watch(sqlite, settings, "https://news.example/story", slug="s")
    result = import_file(sqlite, settings, story, str(tmp_path / "large.jsonl"))
    assert result.bad == [f"{tmp_path / 'large.jsonl'}, line 2: took longer than 5 s to read"]
    assert (result.posts, len(in_worker)) == (2, 2)
    (tmp_path / "whole.json").write_text(json.dumps({"statuses": [large, {**large, "id_str": "302"}]}, indent=1))
    whole = import_file(sqlite, settings, story, str(tmp_path / "whole.json"))
    assert (whole.posts, whole.reactions, whole.bad) == (2, 1, [])
    assert len(in_worker) == 3


def test_a_row_that_breaks_its_reader_is_named_and_the_rest_comes_in(
    sqlite: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(item: dict[str, Any], shape: str) -> Iterable[Post]:
        if item.get("full_text") == "breaks":
            raise ValueError("a fault of the reader")
        return right(item, shape)

    right = formats.read
    monkeypatch.setattr(formats, "read", read)
    broken = {"source_platform": "x.com", "data": {"id_str": "1", "user": {"screen_name": "a"}, "full_text": "breaks"}}
    (tmp_path / "z.ndjson").write_text(f"{json.dumps(broken)}\n{json.dumps(ZEESCHUIMER_X)}\n")
    story = watch(sqlite, settings, "https://news.example/story", slug="s")
    result = import_file(sqlite, settings, story, str(tmp_path / "z.ndjson"))
    assert result.posts == 1
    [line] = result.bad
    assert line.startswith(f"{tmp_path / 'z.ndjson'}, line 1: cannot be read: ")


def test_a_line_of_json_ends_at_a_line_end_alone(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    post = {**V1, "full_text": "one\u2028two\x85three"}
    post.pop("text", None)
    (tmp_path / "t.jsonl").write_text(
        "\n".join(json.dumps({**post, "id_str": str(n)}, ensure_ascii=False) for n in (401, 402))
    )
    story = watch(sqlite, settings, "https://news.example/story", slug="s")
    result = import_file(sqlite, settings, story, str(tmp_path / "t.jsonl"))
    assert (result.posts, result.bad) == (2, [])
