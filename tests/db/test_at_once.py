"""Many looks and reactions written at once are told to the kept tables as they are one by one."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storywake.collector.records import Author, Post, Reach, Tie, TieKind
from storywake.db import at_once
from storywake.db.engine import open_database, writing
from storywake.db.posts import save_posts
from storywake.db.reactions import Tied, save_reactions
from storywake.db.stories import StoryRow

from .test_latest import COUNTS, World, at, kept, looked_for
from .test_reach_hours import curve, gone_through


class Crowd(World):
    """Two stories to which much happens at once."""

    def posts(self) -> list[Post]:
        numbers = self.draw.sample(range(12), self.draw.choice((1, 2, 9, 12)))
        return [
            self.post(n, reach=Reach(**{name: self.draw.choice((None, n * 7)) for name in COUNTS})) for n in numbers
        ]

    def observe(self, connection: Connection, _: StoryRow) -> None:
        for hours in self.draw.choices((0, 0, 1, 30), k=2):
            save_posts(connection, self.posts(), at(self.hour - hours))

    def tie(self, connection: Connection, story: StoryRow) -> None:
        posts = self.posts()
        save_posts(connection, posts, at(self.hour))
        tie = Tie(
            kind=self.draw.choice(list(TieKind)), source="https://c.example/", rests_on="so it is", confidence=0.5
        )
        stories = {story.id, self.any(connection, "SELECT id FROM story").id}
        save_reactions(connection, [Tied(one, post, tie, 0) for one, post in product(stories, posts)], at(self.hour))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_many_at_once_are_told_as_one_by_one(
    engine: Engine, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MIN_ROWS", 2)
    world = Crowd(engine, seed)
    for number in range(40):
        happened = world.step()
        with engine.begin() as connection:
            assert kept(connection) == looked_for(connection), (number, happened)
            assert curve(connection) == gone_through(connection), (number, happened)
            assert not connection.execute(text("SELECT * FROM at_once")).all()


def test_who_writes_by_hand_afterwards_is_told(engine: Engine) -> None:
    world = Crowd(engine, 1)
    posts = [world.post(n, author=Author(handle="ann"), reach=Reach(likes=n)) for n in range(at_once.MIN_ROWS)]
    tie = Tie(kind=TieKind.LINKS, source="https://c.example/", rests_on="so it is", confidence=0.5)
    with writing(engine) as connection:
        save_posts(connection, posts, at(1))
        save_reactions(connection, [Tied(1, post, tie, 0) for post in posts], at(1))
    with writing(engine) as connection:
        connection.execute(
            text("INSERT INTO observation (post_id, observed_at, likes) SELECT id, :at, 50 FROM post"), {"at": at(3)}
        )
    with writing(engine) as connection:
        rows: list[dict[str, Any]] = curve(connection)
        assert [row["likes"] for row in rows] == [sum(range(at_once.MIN_ROWS)), 50 * at_once.MIN_ROWS]


def test_a_row_put_in_by_hand_silences_the_triggers_no_longer_than_until_the_next_opening(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/db"
    world = Crowd(open_database(address), 1)
    posts = [world.post(n, author=Author(handle="ann"), reach=Reach(likes=n)) for n in range(at_once.MIN_ROWS)]
    tie = Tie(kind=TieKind.LINKS, source="https://c.example/", rests_on="so it is", confidence=0.5)
    with writing(world.engine) as connection:
        story = world.any(connection, "SELECT id FROM story").id
        save_posts(connection, posts, at(0))
        save_reactions(connection, [Tied(story, post, tie) for post in posts], at(0))
        connection.execute(text("INSERT INTO at_once (id) VALUES (1)"))
        save_posts(connection, posts[:1], at(1))
    world.engine.dispose()
    opened = open_database(address)
    with writing(opened) as connection:
        assert kept(connection) == looked_for(connection)
        assert curve(connection) == gone_through(connection)
        connection.execute(text("INSERT INTO at_once (id) VALUES (1)"))
        save_posts(connection, posts[:1], at(2))
        save_posts(connection, posts, at(3))
        assert kept(connection) == looked_for(connection)
        assert curve(connection) == gone_through(connection)
        assert not connection.execute(text("SELECT * FROM at_once")).all()
    opened.dispose()
