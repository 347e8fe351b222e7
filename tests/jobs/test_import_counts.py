"""Counts in files of other tools are those of the time at which the tool took them, and a file says nothing new twice."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.stories import StoryRow
from storywake.jobs.imports import import_file
from storywake.jobs.watch import watch

KEY = "1700000000000000007"
POSTED = "2024-05-02T08:00:00.000Z"
NAMES = "id,author_username,created_at,text,conversation_id,lang,public_metrics.like_count"


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    return watch(engine, Settings(), "https://news.example/story/0", slug="s")


def asked(engine: Engine, query: str) -> Sequence[Any]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def counts(engine: Engine) -> Sequence[Any]:
    return asked(engine, "SELECT observed_at, likes FROM observations ORDER BY observed_at")


def page(folder: Path, likes: int, retrieved_at: str | None) -> str:
    """A file of twarc2 with one page of posts."""
    post = {"id": KEY, "text": "It was late", "author_id": "7", "created_at": POSTED, "edit_history_tweet_ids": [KEY]}
    answer: dict[str, Any] = {"data": [post | {"public_metrics": {"like_count": likes, "retweet_count": 0}}]}
    if retrieved_at:
        answer["__twarc"] = {
            "url": "https://api.twitter.com/2/tweets",
            "version": "2.14.0",
            "retrieved_at": retrieved_at,
        }
    path = folder / f"{likes}.jsonl"
    path.write_text(json.dumps(answer) + "\n")
    return str(path)


def test_two_collections_give_two_counts_at_their_times_in_whatever_order_they_come(
    engine: Engine, tmp_path: Path, story: StoryRow
) -> None:
    for likes, at in ((90, "2024-05-04T08:00:00+00:00"), (30, "2024-05-03T09:00:00+01:00")):
        import_file(engine, Settings(), story, page(tmp_path, likes, at))
    assert counts(engine) == [("2024-05-03T08:00:00Z", 30), ("2024-05-04T08:00:00Z", 90)]
    assert asked(engine, "SELECT likes, last_observed_at FROM reactions") == [(90, "2024-05-04T08:00:00Z")]
    assert asked(engine, "SELECT likes, posts, observed_share FROM reach_over_time") == [(90, 1, 1.0)]
    assert asked(engine, "SELECT since, observed_at, gained, hours FROM steps WHERE NOT from_posting") == [
        ("2024-05-03T08:00:00Z", "2024-05-04T08:00:00Z", 60, 24.0)
    ]


def test_a_file_brought_in_again_changes_no_count_though_a_newer_one_came_since(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = (page(tmp_path, likes, None) for likes in (30, 90))
    for day, path in enumerate((older, newer, newer, older), 1):
        monkeypatch.setattr("storywake.jobs.imports.now", lambda at=f"2024-06-0{day}T08:00:00Z": at)
        import_file(engine, Settings(), story, path)
    assert counts(engine) == [("2024-06-01T08:00:00Z", 30), ("2024-06-02T08:00:00Z", 90)]
    assert asked(engine, "SELECT likes FROM reactions") == [(90,)]


def table(folder: Path, likes: Sequence[int]) -> str:
    """A file that does not say when its posts were counted."""
    path = folder / f"{'-'.join(map(str, likes))}.csv"
    rows = [f"{int(KEY) + n},ann,{POSTED},It was late,{KEY},en,{count}" for n, count in enumerate(likes)]
    path.write_text("\n".join([NAMES, *rows]) + "\n")
    return str(path)


@pytest.mark.parametrize(
    ("second", "known", "said"),
    [
        ((10, 20, 31), [90, 80, 70], "the lower ones of 3 posts are taken for older"),
        ((89, 81, 71), [89, 81, 71], None),
        ((10, 20, 71), [90, 80, 71], "the lower ones of 2 posts are taken for older"),
        ((90, 80, 69), [90, 80, 69 + 1], "the lower ones of 1 post are taken for older"),
    ],
)
def test_an_older_file_that_comes_later_turns_no_count_back_and_is_told_of(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch,
    second: Sequence[int], known: list[int], said: str | None,
) -> None:  # fmt: skip
    notes: tuple[str, ...] = ()
    for day, likes in enumerate(((90, 80, 70), second, second), 1):
        monkeypatch.setattr("storywake.jobs.imports.now", lambda at=f"2024-06-0{day}T08:00:00Z": at)
        notes = import_file(engine, Settings(), story, table(tmp_path, likes)).notes
        assert [row[0] for row in asked(engine, "SELECT likes FROM reactions ORDER BY external_id")] == (
            [90, 80, 70] if day == 1 else known
        )
        assert [said in note for note in notes] == [True] if said and day > 1 else notes == ()


@pytest.mark.parametrize("told", ["2999-01-01T00:00:00Z", "2023-01-01T00:00:00Z", "2024-05-04", "yesterday", "\ud800"])
def test_a_time_that_cannot_be_is_not_taken(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setattr("storywake.jobs.imports.now", lambda: "2024-06-01T08:00:00Z")
    import_file(engine, Settings(), story, page(tmp_path, 30, told))
    assert counts(engine) == [("2024-06-01T08:00:00Z", 30)]


def test_tables_and_browsers_tell_when_they_took_counts(engine: Engine, tmp_path: Path, story: StoryRow) -> None:
    table = tmp_path / "posts.csv"
    row = f"{KEY},ann,{POSTED},It was late,{KEY},en,30"
    table.write_text(f"{NAMES},__twarc.retrieved_at\n{row},2024-05-03T08:00:00+00:00\n")
    seen = tmp_path / "seen.ndjson"
    post = json.loads(Path(page(tmp_path, 90, None)).read_text())["data"][0]
    item = {"item_id": "1", "timestamp_collected": 1714809600000, "source_platform": "twitter.com", "data": post}
    seen.write_text(json.dumps(item) + "\n")
    for path in (table, seen):
        import_file(engine, Settings(), story, str(path))
    assert counts(engine) == [("2024-05-03T08:00:00Z", 30), ("2024-05-04T08:00:00Z", 90)]


def test_threads_are_due_where_more_answers_are_told_of_than_the_file_holds(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = "2024-06-01T08:00:00Z"
    monkeypatch.setattr("storywake.jobs.imports.now", lambda: at)
    told = {"1": (1, 0, None), "2": (0, None, "1"), "3": (2, 1, None), "4": (None, None, "3"), "5": (None, None, None)}
    with (tmp_path / "posts.jsonl").open("w") as lines:
        for key, (replies, quotes, above) in told.items():
            post = {"id": key, "text": "It was late", "author_id": "7", "created_at": POSTED, "conversation_id": key}
            counted = {"like_count": 1, "reply_count": replies, "quote_count": quotes}
            answers = {"referenced_tweets": [{"type": "replied_to", "id": above}]} if above else {}
            lines.write(json.dumps({**post, "public_metrics": counted, **answers}) + "\n")
    import_file(engine, Settings(), story, str(tmp_path / "posts.jsonl"))
    looks = """SELECT p.key, l.kind, l.told, l.due_at FROM look l JOIN post p ON p.id = l.post_id
    WHERE l.kind IN ('replies', 'quotes') ORDER BY p.key, l.kind DESC"""
    assert asked(engine, looks) == [
        ("1", "replies", 1, None),
        ("1", "quotes", 0, None),
        ("2", "replies", 0, None),
        ("2", "quotes", None, None),
        ("3", "replies", 2, at),
        ("3", "quotes", 1, at),
        ("4", "replies", None, None),
        ("4", "quotes", None, None),
        ("5", "replies", None, at),
        ("5", "quotes", None, at),
    ]
