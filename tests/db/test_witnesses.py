"""A reaction found in several ways shows the strongest, and keeps the others as witnesses."""

from itertools import pairwise

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import add_story

AT = "2024-03-03T12:00:00Z"
POST = Post(platform="x", external_id="1", author=Author(handle="ann"), text="words")


def tie(kind: TieKind, number: int = 0) -> Tie:
    return Tie(kind=kind, source=f"by {kind} {number}", rests_on=f"it {kind}", confidence=0.5)


def tied(engine: Engine, *ways: tuple[Tie, int]) -> list[bool]:
    """Ties a post to a story in several ways, each at a depth; whether each was new."""
    with engine.begin() as connection:
        story = add_story(connection, slug="s", title=None, url=None, claims=(), created_at=AT, watch_until=AT)
        save_posts(connection, [POST], AT)
        return [save_reaction(connection, story.id, POST, way, AT, depth=depth) for way, depth in ways]


def shown(engine: Engine, columns: str, table: str = "reaction") -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM {table}"))]


@pytest.mark.parametrize("stronger, weaker", list(pairwise(TieKind)), ids=str)
@pytest.mark.parametrize("stronger_first", [True, False])
def test_the_strongest_tie_is_shown_whichever_was_found_first(
    engine: Engine, stronger: TieKind, weaker: TieKind, stronger_first: bool
) -> None:
    ways = [(tie(stronger), 0), (tie(weaker), 0)]
    assert tied(engine, *(ways if stronger_first else ways[::-1])) == [True, False]
    assert shown(engine, "tie, tie_source, rests_on") == [(stronger, f"by {stronger} 0", f"it {stronger}")]
    assert len(shown(engine, "id", "witness")) == 2


def test_of_equal_ties_the_first_is_shown(engine: Engine) -> None:
    tied(engine, (tie(TieKind.LINKS, 7), 0), (tie(TieKind.LINKS, 3), 0), (tie(TieKind.LINKS, 7), 0))
    assert shown(engine, "tie_source") == [("by links 7",)]
    assert len(shown(engine, "id", "witness")) == 2, "the same way twice is one witness"


def test_its_depth_is_that_of_the_shortest_way(engine: Engine) -> None:
    tied(engine, (tie(TieKind.QUOTES, 1), 2), (tie(TieKind.QUOTES, 2), 1), (tie(TieKind.QUOTES, 3), 3))
    assert shown(engine, "depth") == [(1,)]
