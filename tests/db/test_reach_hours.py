"""What a story's posts gained is kept hour by hour, and its curve is at any time what going through every look tells."""

from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby, permutations
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storywake.db.engine import open_database
from storywake.db.removal import remove_story
from storywake.db.stories import find_story
from storywake.jobs.erase import erase

from .test_latest import COUNTS, World, at
from .test_migrations import at_revision

CURVE = text("SELECT * FROM reach_over_time ORDER BY story, platform, hour")


def gone_through(connection: Connection) -> list[dict[str, Any]]:
    """The curve of each story and platform, post by post and hour by hour."""
    seen = connection.execute(
        text("""SELECT s.slug AS story, p.platform, r.post_id, SUBSTR(r.first_seen_at, 1, 13) AS since
        FROM reaction r JOIN post p ON p.id = r.post_id JOIN story s ON s.id = r.story_id
        WHERE r.dropped_at IS NULL ORDER BY s.slug, p.platform""")
    ).all()
    looks = connection.execute(text("SELECT * FROM observation ORDER BY observed_at")).all()
    found = []
    for (story, platform), group in groupby(seen, lambda row: (row.story, row.platform)):
        posts = list(group)
        ids = {row.post_id for row in posts}
        looked = {(look.post_id, look.observed_at[:13]) for look in looks if look.post_id in ids}
        came = {row.since for row in posts if any(row.post_id == post and hour < row.since for post, hour in looked)}
        for hour in sorted(came | {hour for _, hour in looked}):
            known = [row.post_id for row in posts if row.since <= hour]
            last = {k.post_id: k for k in looks if k.post_id in known and k.observed_at[:13] <= hour}
            if known:
                counts = {n: [getattr(k, n) for k in last.values() if getattr(k, n) is not None] for n in COUNTS}
                found.append(
                    {
                        "story": story, "platform": platform, "hour": f"{hour}:00:00Z",
                        **{name: sum(told) if told else None for name, told in counts.items()},
                        "posts": len(known), "observed_share": len(last) / len(known),
                    }
                )  # fmt: skip
    return found


def curve(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(CURVE).mappings()]


@pytest.mark.parametrize("seed", range(10, 12))
def test_whatever_happens_the_curve_is_what_going_through_every_look_tells(engine: Engine, seed: int) -> None:
    world = World(engine, seed)
    for number in range(80):
        happened = world.step()
        with engine.begin() as connection:
            wanted = gone_through(connection)
            assert curve(connection) == wanted, (number, happened)
    assert wanted
    erase(engine, "x", "user1")
    with engine.begin() as connection:
        assert curve(connection) == gone_through(connection)
        remove_story(connection, find_story(connection, "bridge"))
        assert {row["story"] for row in curve(connection)} == {"ferry"}
        assert curve(connection) == gone_through(connection)


THREE_POSTS = (
    "INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', 'x', 'x'), (2, 'ferry', 'watched', 'x', 'x')",
    "INSERT INTO post (id, platform, key, kind, first_seen_at) VALUES (1, 'x', '1', 'post', 'x'), (2, 'x', '2', 'post', 'x'), (3, 'reddit', '3', 'post', 'x')",
    "INSERT INTO reaction (id, story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at, dropped_at) VALUES "
    "(1, 1, 1, 'links', 'x', 'x', 1, '2026-03-02T08:10:00Z', NULL), (2, 2, 1, 'links', 'x', 'x', 1, '2026-03-02T10:00:00Z', NULL), "
    "(3, 1, 2, 'links', 'x', 'x', 1, '2026-03-02T09:30:00Z', NULL), (4, 2, 3, 'links', 'x', 'x', 1, '2026-03-02T07:30:00Z', '2026-03-03T00:00:00Z')",
    "INSERT INTO observation (post_id, observed_at, likes, views) VALUES (1, '2026-03-02T08:10:00Z', 10, NULL), (1, '2026-03-02T09:40:00Z', 35, 5), "
    "(1, '2026-03-02T11:00:00Z', 50, NULL), (2, '2026-03-02T09:50:00Z', NULL, 4), (2, '2026-03-02T10:05:00Z', 3, 9), (3, '2026-03-02T09:00:00Z', 8, 8)",
)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO observation (post_id, observed_at, likes) SELECT id, '2026-03-02T10:30:00Z', 5 FROM post",
        "INSERT INTO observation (post_id, observed_at, likes) SELECT p.id, o.observed_at || p.id, 5 FROM post p, observation o WHERE o.post_id = 1",
        "UPDATE observation SET likes = CASE WHEN likes > 40 THEN NULL ELSE COALESCE(likes, 0) + 7 END",
        "UPDATE observation SET observed_at = REPLACE(observed_at, 'T', ' ')",
        "UPDATE observation SET post_id = 3, observed_at = observed_at || post_id",
        "DELETE FROM observation WHERE likes > 30",
        "DELETE FROM observation",
        "UPDATE reaction SET dropped_at = CASE WHEN dropped_at IS NULL THEN first_seen_at END",
        "UPDATE reaction SET first_seen_at = '2026-03-02T10:20:00Z'",
    ],
)
def test_a_statement_that_changes_many_rows_is_told_as_one_after_another(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        for planted in THREE_POSTS:
            connection.execute(text(planted))
        before = curve(connection)
        assert before == gone_through(connection)
        connection.execute(text(statement))
        assert curve(connection) == gone_through(connection) != before


AT_ONCE = (
    "INSERT INTO observation (post_id, observed_at, likes) VALUES (1, '2026-03-02T12:10:00Z', 70)",
    "INSERT INTO observation (post_id, observed_at, likes) VALUES (1, '2026-03-02T12:20:00Z', 90)",
    "UPDATE reaction SET dropped_at = '2026-03-02T12:30:00Z' WHERE id = 1",
)


def is_waiting(other: Future[None], connection: Connection) -> bool:
    """Whether another transaction waits for a lock; False once it is over."""
    while not other.done():
        if connection.execute(text("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")).scalar_one():
            return True
    return False


@pytest.mark.parametrize(("first", "second"), tuple(permutations(AT_ONCE, 2)))
def test_of_two_who_write_at_once_one_waits_and_both_are_told(
    postgresql_engine: Engine, first: str, second: str
) -> None:
    def write_second() -> None:
        with postgresql_engine.begin() as connection:
            connection.execute(text(second))

    with postgresql_engine.begin() as connection:
        for planted in THREE_POSTS:
            connection.execute(text(planted))
    with ThreadPoolExecutor(1) as threads:
        with postgresql_engine.begin() as connection:
            connection.execute(text(first))
            other = threads.submit(write_second)
            assert is_waiting(other, connection)
        other.result()
    with postgresql_engine.begin() as connection:
        assert curve(connection) == gone_through(connection)


def test_a_database_of_an_earlier_version_is_filled(address: str) -> None:
    old = at_revision(address, "0016")
    values = {"at": at(1), "later": at(2)}
    with old.begin() as connection:
        for statement in (
            "INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', :at, :at)",
            "INSERT INTO post (id, platform, key, kind, first_seen_at) VALUES (1, 'x', '1', 'post', :at)",
            "INSERT INTO observation (post_id, observed_at, likes) VALUES (1, :at, 7), (1, :later, 9)",
            "INSERT INTO reaction (id, story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at) VALUES (1, 1, 1, 'links', 'x', 'x', 1, :at)",
        ):
            connection.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        assert [row["likes"] for row in curve(connection)] == [7, 9]
        connection.execute(text("UPDATE observation SET likes = 8 WHERE likes = 7"))
        assert [row["likes"] for row in curve(connection)] == [8, 9]
    opened.dispose()
