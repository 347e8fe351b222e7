"""A story is taken out while others write."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine, text

from storywake.db.engine import reading
from storywake.db.stories import add_story
from storywake.jobs.manage import remove

AT = "2026-03-01T10:00:00Z"
ANSWER = (
    "INSERT INTO evidence (story_id, source, url, final_url, chain, fetched_at, status, headers)"
    " VALUES (:story, 'web', 'https://paper.example/', 'https://paper.example/', '', :at, 200, '{}')"
)
WAITING = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = CURRENT_DATABASE() AND wait_event_type = 'Lock'"


def waits(connection: Connection) -> bool:
    connection.execute(text("SELECT pg_stat_clear_snapshot()"))
    return bool(connection.execute(text(WAITING)).scalar())


def test_a_story_whose_answer_is_being_stored_is_removed_with_that_answer(postgresql_engine: Engine) -> None:
    with postgresql_engine.begin() as connection:
        story = add_story(
            connection,
            slug="bridge",
            title=None,
            url="https://paper.example/",
            claims=(),
            created_at=AT,
            watch_until=AT,
        )
    with ThreadPoolExecutor(1) as other:
        with postgresql_engine.begin() as connection:
            connection.execute(text(ANSWER), {"story": story.id, "at": AT})
            removed = other.submit(remove, postgresql_engine, "bridge")
            with reading(postgresql_engine) as watching:
                while not removed.done() and not waits(watching):
                    pass
        assert removed.result(30).answers == 1
    with reading(postgresql_engine) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM evidence")).scalar() == 0
        assert connection.execute(text("SELECT COUNT(*) FROM story")).scalar() == 0
