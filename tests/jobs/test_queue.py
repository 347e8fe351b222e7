"""Several workers on one PostgreSQL: what is put on the queue, who takes it, and whose turn it is to ask a host."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from typer.testing import CliRunner

from storywake.cli import app
from storywake.collector.dates import now
from storywake.collector.errors import BadInput, FetchError, HostBusy, LockTaken
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.pace import Host
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.hosts import SharedTurns, turns_of
from storywake.db.lock import only_scheduler
from storywake.db.looks import add_look
from storywake.db.queue import MAX_SILENCE_SECONDS, Queue, prepare, standing
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.queue import Task, fire, plan_looks, work_on
from storywake.jobs.stream import follow
from storywake.web.health import told

from ..loopback import Asked, Reply, Site
from ..naps import Naps
from ..storywake.test_cli import storywake

HOST = "https://paper.example"


@pytest.fixture
def queue(postgresql_engine: Engine) -> Iterator[Queue]:
    """Its queue."""
    with Queue(postgresql_engine) as opened:
        yield opened


def host(naps: Naps, delay: float = 100.0) -> Host:
    return Host(HOST, delay, 2, naps.clock)


def watched(connection: Connection, url: str | None) -> StoryRow:
    return add_story(
        connection, slug="bridge", title="The bridge", url=url, claims=["It fell."], created_at=now(),
        watch_until="2100-01-01T00:00:00Z",
    )  # fmt: skip


def run_sql(engine: Engine, statement: str, **values: object) -> list[tuple[object, ...]]:
    with writing(engine) as connection:
        connection.execute(text("SET LOCAL search_path = public, storywake_queue"))
        result = connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def test_a_host_is_asked_by_one_process_at_a_time_and_the_next_keeps_its_pace(postgresql_engine: Engine) -> None:
    naps = Naps()
    one, other = SharedTurns(postgresql_engine, naps), SharedTurns(postgresql_engine, naps)

    async def both() -> None:
        mine, theirs = host(naps), host(naps)
        async with one.turn(mine), one.turn(mine):  # two requests of one process
            one.asked(mine)
            with pytest.raises(HostBusy, match="another worker"):
                async with other.turn(theirs):
                    pass
            async with other.turn(Host("https://b.example", 1.0, 2, naps.clock)):
                pass
        async with other.turn(theirs):
            assert 50 < theirs.wait() <= 100
            assert theirs.closed() == 0

    asyncio.run(both())
    for turns in (one, other):
        turns.close()


def test_a_killed_process_frees_its_host_and_leaves_the_pace_that_it_owes(postgresql_engine: Engine) -> None:
    naps = Naps()
    one, other = SharedTurns(postgresql_engine, naps), SharedTurns(postgresql_engine, naps)

    async def killed() -> None:
        turn = one.turn(host(naps))
        await turn.__aenter__()
        one.asked(host(naps))
        one.close()  # as a kill does: the session ends
        theirs = host(naps)
        async with other.turn(theirs):
            assert 50 < theirs.wait() <= 100

    asyncio.run(killed())
    for turns in (one, other):
        turns.close()


def test_what_one_process_learned_of_a_host_holds_for_the_next(postgresql_engine: Engine) -> None:
    """A Retry-After of ten minutes, and the rules of its robots.txt."""
    settings = Settings(_env_file=None, allow_private=True, host_delay=0, attempts=1, timeout=5, queue=True)
    with Site() as site:
        site.routes["/robots.txt"] = lambda asked: Reply(b"User-agent: *\nDisallow: /no\n")
        site.routes["/later"] = lambda asked: Reply(b"", 429, {"Retry-After": "600"})

        async def ask(path: str) -> str:
            turns = turns_of(postgresql_engine, settings)
            async with Fetcher(settings, turns=turns) as fetcher:
                with pytest.raises(FetchError) as caught:
                    await fetcher.get(f"{site.url}{path}")
            turns.close()
            return str(caught.value)

        assert "robots.txt forbids it" in asyncio.run(ask("/no"))
        assert "answered 429" in asyncio.run(ask("/later"))
        assert "asked to wait" in asyncio.run(ask("/other"))
        assert [asked.path for asked in site.log] == ["/robots.txt", "/later"]


def test_the_stream_asks_its_archive_in_turns_with_other_workers(postgresql_engine: Engine) -> None:
    settings = Settings(_env_file=None, allow_private=True, host_delay=0, attempts=1, timeout=5, queue=True)
    asked = []

    def plan(_: Asked, body: bytes) -> Reply:
        asked.append(body)
        return Reply(b"", 429, {"Retry-After": "600"})

    with Site() as site:
        site.posts["/xrpc/network.bsky.jetstream.planSnapshot"] = plan
        chosen = settings.model_copy(update={"bluesky_stream_url": site.url.replace("http", "ws")})

        async def listen_once() -> None:
            ended = asyncio.Event()

            async def end(_: float) -> None:
                ended.set()

            await follow(postgresql_engine, chosen, ended.is_set, end)

        for _ in range(2):
            asyncio.run(listen_once())
    assert len(asked) == 1


def test_a_task_waits_once_and_its_lock_is_told(postgresql_engine: Engine, queue: Queue) -> None:
    work_on(queue, 1)
    work_on(queue, 1)
    work_on(queue, 2)
    assert queue.under_way() == {"story 1", "story 2"}
    with reading(postgresql_engine) as connection:
        found = standing(connection)
    assert found is not None
    assert (found.tasks["story"].waiting, found.tasks["story"].running, found.workers) == (2, 0, 0)


def test_looks_are_put_on_the_queue_by_host_and_a_busy_host_is_left_for_later(
    postgresql_engine: Engine, queue: Queue
) -> None:
    settings = Settings(_env_file=None, platforms=["web"], coverage=False, queue=True)
    with writing(postgresql_engine) as connection:
        story = watched(connection, "https://a.example/1")
        for page in ("https://b.example/1", "https://b.example/2", "https://c.example/1"):
            add_look(connection, story.id, "link", "web", page, "linked", now())
    assert plan_looks(postgresql_engine, settings, queue) == 3
    assert queue.under_way() == {f"looks https://{name}.example" for name in "abc"}
    assert plan_looks(postgresql_engine, settings, queue) == 0
    given = run_sql(postgresql_engine, "SELECT jsonb_array_length(args->'looks') FROM procrastinate_jobs ORDER BY id")
    assert sorted(given) == [(1,), (1,), (2,)]


def test_what_a_dead_worker_had_taken_is_given_to_others_and_what_waits_twice_is_done_once(
    postgresql_engine: Engine, queue: Queue
) -> None:
    work_on(queue, 1)
    work_on(queue, 2)
    run_sql(
        postgresql_engine,
        "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - make_interval(secs => :silence)) RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM w)",
        silence=MAX_SILENCE_SECONDS + 1,
    )
    work_on(queue, 2)
    assert queue.take_back() == 2
    assert run_sql(postgresql_engine, "SELECT lock, status::text FROM procrastinate_jobs ORDER BY lock") == [
        ("story 1", "todo"),
        ("story 2", "todo"),
    ]
    assert queue.take_back() == 0


def test_the_jobs_of_the_schedule_become_tasks(postgresql_engine: Engine, queue: Queue) -> None:
    with writing(postgresql_engine) as connection:
        watched(connection, None)
    for job in ("look", "assess", "alerts", "digest", "notes"):
        fire(postgresql_engine, queue, job, now())
        fire(postgresql_engine, queue, job, now())
    with reading(postgresql_engine) as connection:
        found = standing(connection)
    assert found is not None
    assert {task: row.waiting for task, row in found.tasks.items()} == dict.fromkeys(set(Task) - {Task.LOOKS}, 1)


def test_one_scheduler_fires_and_another_is_kept_out(postgresql_engine: Engine) -> None:
    with only_scheduler(postgresql_engine), pytest.raises(LockTaken), only_scheduler(postgresql_engine):
        pass


def test_the_queue_is_made_once_and_sqlite_says_why_it_has_none(postgresql_engine: Engine, sqlite: Engine) -> None:
    with reading(postgresql_engine) as connection:
        assert standing(connection) is None
    for _ in range(2):
        prepare(postgresql_engine)
    with reading(postgresql_engine) as connection:
        assert standing(connection) == ({}, 0)
    with pytest.raises(BadInput, match="needs PostgreSQL"):
        Queue(sqlite)


def test_the_commands_say_in_a_line_that_sqlite_has_no_queue(sqlite: Engine) -> None:
    for command in ("run", "worker"):
        done = CliRunner().invoke(app, [command], env={"STORYWAKE_DB": str(sqlite.url), "STORYWAKE_QUEUE": "1"})
        assert (done.exit_code, done.stdout) == (1, "")
        assert "needs PostgreSQL" in str(done.exception)


def test_doctor_tells_the_queue_by_kind_of_task(postgresql_engine: Engine, queue: Queue, tmp_path: Path) -> None:
    work_on(queue, 1)
    work_on(queue, 2)
    address = postgresql_engine.url.render_as_string(hide_password=False)
    said = storywake("doctor", folder=tmp_path, STORYWAKE_DB=address, STORYWAKE_QUEUE="1").stdout
    assert "0 workers, 2 tasks wait" in said
    assert "queue       story: 2 wait (the first for " in said
    assert " s), 0 run, 0 failed" in said


def test_the_queue_stands_in_the_metrics(postgresql_engine: Engine, queue: Queue) -> None:
    settings = Settings(_env_file=None, queue=True)
    work_on(queue, 1)
    words = told(postgresql_engine, settings)
    assert 'storywake_queue_tasks{task="story",state="waiting"} 1' in words
    assert 'storywake_queue_lag_seconds{task="story"} 0' in words
    assert "storywake_workers 0" in words
