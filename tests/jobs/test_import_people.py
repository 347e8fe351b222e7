"""Whose the posts of an import are does not turn on how many are stored at once."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.jobs import imports
from storywake.jobs.imports import import_file
from storywake.jobs.resolution import StoryPeople, update_people
from storywake.jobs.watch import watch

NAMES = (None, "Bo Ek", "A. Berg", "Anna Berg", "Bo Ek", "Cia Dahl", "Anna Lind")
ACCOUNTS = (1, 2, 3, 4, 2, 5, 1)
"""The name of the first account is told with its second post alone."""


def a_file(folder: Path) -> str:
    lines = [
        {
            "id": str(1_600_000_000_000_000_000 + n),
            "author_id": str(account),
            "created_at": f"2024-03-03T0{n}:00:00.000Z",
            "text": f"Post {n}",
            "edit_history_tweet_ids": [str(1_600_000_000_000_000_000 + n)],
            "author": {"id": str(account), "username": f"user{account}", "name": name},
        }
        for n, (account, name) in enumerate(zip(ACCOUNTS, NAMES, strict=True))
    ]
    path = folder / "posts.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return str(path)


def whose(engine: Engine) -> Sequence[Any]:
    with reading(engine) as connection:
        query = """SELECT p.key, w.name, w.rests_on FROM reaction r
        JOIN post p ON p.id = r.post_id LEFT JOIN person w ON w.id = r.person_id ORDER BY p.key"""
        return connection.execute(text(query)).all()


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_persons_are_those_that_all_accounts_at_once_give(
    engine: Engine, tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_BATCH", batch)
    story = watch(engine, Settings(), "https://news.example/story/0", slug="s")
    assert import_file(engine, Settings(), story, a_file(tmp_path)).posts == len(NAMES)
    found = whose(engine)
    assert {row.name for row in found} >= {"Bo Ek", "Cia Dahl", "Anna Lind"}
    update_people(engine, story.id)
    assert whose(engine) == found


def test_an_account_is_added_once_however_often_it_is_asked(sqlite: Engine, tmp_path: Path) -> None:
    story = watch(sqlite, Settings(), "https://news.example/story/0", slug="s")
    import_file(sqlite, Settings(), story, a_file(tmp_path))
    people, told = StoryPeople(sqlite, story.id), []
    for _ in range(2):
        people.add_new(lambda done, known, what: told.append(done))
    assert told == [0, 5, 0]
