"""The list of reactions: every filter and order gives what going through all of them by hand gives."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bench.planted import PAPERS, plant
from storywake.collector.dates import stamp
from storywake.collector.records import Stance
from storywake.db.listing import Question, Sort, every_reaction, list_reactions

Row = dict[str, Any]
N = 300


@pytest.fixture
def planted(engine: Engine) -> Engine:
    plant(engine, N)
    plant(engine, 20, "other", seed=2)
    return engine


def everything(engine: Engine) -> list[Row]:
    with engine.begin() as connection:
        return [
            dict(row) for row in connection.execute(text("SELECT * FROM reactions WHERE story = 'planted'")).mappings()
        ]


def listed(engine: Engine, question: Question, limit: int = N, skip: int = 0) -> tuple[list[Row], int]:
    with engine.begin() as connection:
        return list_reactions(connection, "planted", question, limit, skip)


FILTERS: list[tuple[Question, Callable[[Row], bool]]] = [
    (Question(), lambda row: True),
    (Question(platform="x"), lambda row: row["platform"] == "x"),
    (Question(stance=Stance.DENY), lambda row: row["stance"] == "deny" and not row["unclear"]),
    (Question(unclear=True), lambda row: bool(row["unclear"])),
    (Question(language="fi", tie="links"), lambda row: row["language"] == "fi" and row["tie"] == "links"),
    (Question(person="Person 3"), lambda row: row["person"] == "Person 3"),
    (Question(since="2026-03-03", until="2026-03-04T12:00:00Z"), lambda row: "2026-03-03" <= row["posted_at"] < "2026-03-04T12:00:00Z"),
    (Question(words="FERRY"), lambda row: "ferry" in row["text"].lower()),
    (Question(words="kön TILL"), lambda row: "kön till" in row["text"].lower()),
    (Question(words="100 %_!"), lambda row: False),
    (Question(person="Nobody"), lambda row: False),
]  # fmt: skip


def test_each_filter_gives_what_fulfils_it(planted: Engine) -> None:
    whole = everything(planted)
    assert len(whole) == N
    for question, fulfils in FILTERS:
        found, total = listed(planted, question)
        assert {row["reaction_id"] for row in found} == {row["reaction_id"] for row in whole if fulfils(row)}, question
        assert total == len(found)
    assert sum(bool(listed(planted, question)[1]) for question, _ in FILTERS) == len(FILTERS) - 2


def test_each_order_holds_and_pages_follow_each_other(planted: Engine) -> None:
    orders: dict[Sort, Callable[[Row], Any]] = {
        Sort.REACH: lambda row: -(-1 if row["engagement"] is None else row["engagement"]),
        Sort.NEW: lambda row: [-ord(letter) for letter in row["posted_at"]],
        Sort.OLD: lambda row: row["posted_at"],
        Sort.UNSURE: lambda row: row["stance_probability"],
    }
    for sort, key in orders.items():
        found, _ = listed(planted, Question(sort=sort))
        assert [key(row) for row in found] == sorted(key(row) for row in found), sort
        pages = [listed(planted, Question(sort=sort), 70, skip)[0] for skip in range(0, N, 70)]
        assert [row for page in pages for row in page] == found


def test_growth_is_of_what_was_looked_at_lately(planted: Engine) -> None:
    found, total = listed(planted, Question(sort=Sort.GROWTH))
    newest = max(row["last_observed_at"] for row in found if row["last_observed_at"])
    lately = stamp(datetime.fromisoformat(newest) - timedelta(days=1))
    known = [row for row in found if row["growth"] is not None]
    fresh = [row["growth"] for row in known if row["last_observed_at"] >= lately]
    assert total == N and [row["growth"] for row in found[: len(fresh)]] == fresh
    assert fresh and fresh == sorted(fresh, reverse=True)
    assert found[: len(known)] == known, "what is unknown comes last"


def test_a_publishers_are_its_pages_its_posts_and_what_its_articles_embed(planted: Engine) -> None:
    paper = PAPERS[2]
    with planted.begin() as connection:
        [page] = connection.execute(
            text("SELECT url FROM article WHERE publisher = :p AND story_id = 1"), {"p": paper}
        ).scalars()
        shown = connection.execute(
            text("SELECT reaction_id FROM witness WHERE tie = 'embedded' AND source = :s"), {"s": page}
        )
        wanted = set(shown.scalars())
        post = connection.execute(
            text("SELECT post_id, account_id FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.id = 7")
        ).one()
        connection.execute(text("UPDATE account SET name = :p WHERE id = :a"), {"p": paper, "a": post.account_id})
        theirs = connection.execute(
            text("SELECT r.id FROM reaction r JOIN post p ON p.id = r.post_id WHERE p.account_id = :a"),
            {"a": post.account_id},
        )
        wanted |= set(theirs.scalars())
        connection.execute(
            text("UPDATE post SET platform = 'web', key = :s WHERE id = (SELECT post_id FROM reaction WHERE id = 9)"),
            {"s": page},
        )
    found, _ = listed(planted, Question(publisher=paper))
    assert {row["reaction_id"] for row in found} == wanted | {9}
    assert listed(planted, Question(publisher="No Paper"))[1] == 0


def test_all_of_them_come_in_order_with_their_columns(planted: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storywake.db.listing.MAX_AT_ONCE", 7)
    found, _ = listed(planted, Question(platform="x"))
    with planted.begin() as connection:
        columns, rows = every_reaction(connection, "planted", Question(platform="x"))
        assert [dict(zip(columns, row, strict=True)) for row in rows] == found
        columns, rows = every_reaction(connection, "planted", Question(platform="vk"))
        assert "reaction_id" in columns and list(rows) == []
        assert list_reactions(connection, "no such story", Question(), 50) == ([], 0)
