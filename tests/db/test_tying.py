"""Many ties at once are stored as they are one by one."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.db.engine import writing
from storywake.db.posts import save_posts
from storywake.db.reactions import Tied, save_reaction, save_reactions
from storywake.db.stories import add_story

AT = "2024-03-03T12:00:00Z"
POSTS = [Post(platform="x", external_id=str(n), author=Author(handle="ann"), text=f"words {n}") for n in (1, 2, 3)]
TIES = [
    Tie(kind=TieKind.MENTIONS, source="import:a", rests_on="an analyst brought it in", confidence=1.0),
    Tie(kind=TieKind.REPLIES, source="1", rests_on="it answers", confidence=1.0),
    Tie(kind=TieKind.LINKS, source="https://news.example/a", rests_on="its text links", confidence=1.0),
]


@pytest.mark.parametrize("seed", range(4))
def test_many_ties_at_once_are_stored_as_they_are_one_by_one(engine: Engine, seed: int) -> None:
    with writing(engine) as connection:
        stories = [
            add_story(connection, slug=slug, title=slug, url=None, claims=(), created_at=AT, watch_until=AT).id
            for slug in ("one", "two")
        ]
        save_posts(connection, POSTS, AT)
        given = list(product(POSTS, TIES[seed % 3 :] + TIES[: seed % 3], range(2)))
        batches = [given[:5], given[3:], given] if seed else [given]
        for batch in batches:
            several = [Tied(stories[0], post, tie, depth) for post, tie, depth in batch]
            single = [save_reaction(connection, stories[1], post, tie, AT, depth=depth) for post, tie, depth in batch]
            assert save_reactions(connection, several, AT).total() == sum(single)
        assert rows(connection, stories[0]) == rows(connection, stories[1])
        unknown = Post(platform="x", external_id="9", text="not stored")
        assert save_reactions(connection, [Tied(stories[0], unknown, TIES[0], 0)], AT).total() == 0


def rows(connection: Any, story: int) -> list[tuple[Any, ...]]:
    found = connection.execute(
        text(
            "SELECT r.post_id, r.tie, r.tie_source, r.rests_on, r.depth, w.tie, w.source FROM reaction r"
            " JOIN witness w ON w.reaction_id = r.id WHERE r.story_id = :story ORDER BY r.post_id, w.id"
        ),
        {"story": story},
    )
    return [tuple(row) for row in found]
