"""What is told again as it is stored costs no writing, and leaves the tables as writing it would."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from storywake.collector.records import Author, Kind, Post, Reach
from storywake.db import accounts, many, posts
from storywake.db.engine import open_database, writing
from storywake.db.posts import mark_deleted, save_posts

QUERIES = (
    """SELECT p.platform, p.key, p.url, p.kind, a.key, p.text, p.language, p.posted_at, p.links, p.labels, p.first_seen_at,
    p.deleted_at, p.own_words FROM post p LEFT JOIN account a ON a.id = p.account_id ORDER BY p.key""",
    "SELECT platform, key, external_id, handle, name, followers, links, labels FROM account ORDER BY key",
    """SELECT p.key, o.observed_at, o.likes, o.followers FROM observation o JOIN post p ON p.id = o.post_id
    ORDER BY p.key, o.observed_at""",
    "SELECT p.key, v.replaced_at, v.text FROM post_revision v JOIN post p ON p.id = v.post_id ORDER BY p.key, v.replaced_at",
)


def rows(engine: Engine) -> list[list[tuple[Any, ...]]]:
    with writing(engine) as connection:
        return [[tuple(row) for row in connection.execute(text(query))] for query in QUERIES]


def a_post(draw: Random) -> Post:
    """One of a few posts, of which more or less is told, and not always the same."""
    number = draw.randrange(4)
    return Post(
        platform="x",
        external_id=str(number),
        url=draw.choice((None, f"https://x.example/{number}")),
        kind=draw.choice((Kind.POST, Kind.POST, Kind.REPLY)),
        author=Author(
            handle=f"ann{number % 2}",
            external_id=draw.choice((None, f"id{number % 2}")),
            name=draw.choice((None, "Ann", "Ann", "Ann Lee")),
            followers=draw.choice((None, 3, 4)),
        ),
        text=draw.choice((None, "Words", "Words", "Other words")),
        posted_at=draw.choice((None, "2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z")),
        links=draw.choice(((), ("https://a.example/",))),
        labels=draw.choice((None, (), ("spam",))),
        reach=Reach(likes=draw.choice((None, 1, 2))),
        deleted=draw.random() < 0.1,
    )


@pytest.fixture
def other(tmp_path: Any) -> Iterator[Engine]:
    """Another database."""
    engine = open_database(f"sqlite:///{tmp_path}/other.db")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("seed", range(6))
def test_the_tables_are_as_if_everything_were_written(
    engine: Engine, other: Engine, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Random(seed)
    batches = [([a_post(draw) for _ in range(draw.randrange(1, 4))], draw.random() < 0.3) for _ in range(25)]
    for hour, (told, copied) in enumerate(batches):
        at = f"2026-03-02T{hour % 24:02}:{hour // 24:02}:00Z"
        for where in (engine, other):
            with monkeypatch.context() as patch, writing(where) as connection:
                if where is other:
                    patch.setattr(posts, "_is_known", lambda row, stored: False)
                    patch.setattr(accounts, "tells_nothing_new", lambda row, stored, names: False)
                    patch.setattr(many, "insert_new", many.run_many)
                save_posts(connection, told, at, copied=copied)
                if hour % 9 == 8:
                    mark_deleted(connection, "x", ["1"], at)
        assert rows(engine) == rows(other)


def test_a_post_told_again_is_observed_and_not_written(engine: Engine) -> None:
    post = Post(
        platform="x", external_id="1", author=Author(handle="ann", name="Ann"), text="Words", reach=Reach(likes=1)
    )
    with writing(engine) as connection:
        assert save_posts(connection, [post], "2026-03-02T10:00:00Z") == {("x", "1")}
    written: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: written.append(given[2].split("(")[0]))
    with writing(engine) as connection:
        assert save_posts(connection, [post], "2026-03-02T11:00:00Z") == set()
    assert [words.strip() for words in written if words.startswith(("INSERT", "UPDATE"))] == ["INSERT INTO observation"]
