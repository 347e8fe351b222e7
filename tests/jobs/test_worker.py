"""A worker takes what is on the queue until it is told to stop, whatever fails; a scheduler that stands by follows one that ends."""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.lock import only_scheduler
from storywake.db.queue import Queue, standing
from storywake.db.stories import stories
from storywake.jobs import worker
from storywake.jobs.dispatch import dispatch_forever
from storywake.jobs.queue import fire, work_on
from storywake.jobs.resolution import update_people
from storywake.jobs.watch import watch
from storywake.jobs.worker import work

from ..loopback import Reply, Site

PAGE = b"""<html><head><title>The bridge was never inspected</title></head><body><article><h1>The bridge was never
inspected</h1><p>The bridge over the river Lune was never inspected, the town's engineer Anna Holm says in a report.</p>
</article></body></html>"""


@pytest.fixture
def alone(settings: Settings) -> Settings:
    """The settings of a worker that reads pages alone."""
    return settings.model_copy(
        update={"queue": True, "platforms": ["web"], "coverage": False, "stance_model": "linear", "allow_private": True}
    )


@pytest.fixture
def then_stop(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[object]]:
    """Has a function of the worker send this process SIGTERM when it is done; returns the list of what it was called with."""

    def after(name: str) -> list[object]:
        real = getattr(worker, name)
        called: list[object] = []

        def and_stop(*given: object) -> object:
            done = real(*given)
            called.append(given)
            os.kill(os.getpid(), signal.SIGTERM)
            return done

        monkeypatch.setattr(worker, name, and_stop)
        return called

    return after


def test_a_worker_reads_a_page_works_its_story_out_and_stops_when_told(
    postgresql_engine: Engine,
    alone: Settings,
    then_stop: Callable[[str], list[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    then_stop("tell_summary")
    kept: list[Engine] = []
    monkeypatch.setattr(worker, "keep_statistics", kept.append)
    with Site() as site, Queue(postgresql_engine) as queue:
        site.routes["/bridge"] = lambda _: Reply(PAGE, headers={"Content-Type": "text/html"})
        watch(postgresql_engine, alone, f"{site.url}/bridge", slug="bridge")
        fire(postgresql_engine, queue, "look", now())
        work(postgresql_engine, alone)
    with reading(postgresql_engine) as connection:
        [story] = stories(connection)
        found = standing(connection)
        looked = connection.exec_driver_sql("SELECT outcome FROM look WHERE kind = 'page'").scalars().all()
        [run] = connection.exec_driver_sql("SELECT job, counts FROM job_run").all()
    assert (story.title, looked) == ("The bridge was never inspected", ["ok"])
    assert run.job == "collect" and '"articles": 1' in run.counts
    assert found is not None and not any(tasks.failed or tasks.running for tasks in found.tasks.values())
    assert kept == [postgresql_engine], "the planner's statistics are kept as after a pass of one process"


def test_a_story_that_fails_is_told_and_the_next_is_worked_out(
    postgresql_engine: Engine,
    alone: Settings,
    then_stop: Callable[[str], list[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    summed_up = then_stop("tell_summary")
    first, second = (watch(postgresql_engine, alone, f"https://paper.example/{n}", slug=f"s{n}") for n in (1, 2))

    def failing(engine: Engine, story: int) -> None:
        if story == first.id:
            raise RuntimeError("no people")
        update_people(engine, story)

    monkeypatch.setattr(worker, "update_people", failing)
    with Queue(postgresql_engine) as queue:
        work_on(queue, first.id)
        work_on(queue, second.id)
        work(postgresql_engine, alone.model_copy(update={"concurrency": 1}))
    with reading(postgresql_engine) as connection:
        found = standing(connection)
    assert found is not None and found.tasks["story"].failed == 1
    assert len(summed_up) == 1


def test_a_scheduler_that_stands_by_fires_when_the_other_one_ends(
    postgresql_engine: Engine, alone: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "storywake")
    leader = ExitStack()
    leader.enter_context(only_scheduler(postgresql_engine))
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 2:
            leader.close()
        return len(waits) > 2

    dispatch_forever(postgresql_engine, alone, wait)
    assert [record.message for record in caplog.records if "scheduler" in record.message] == [
        "another scheduler fires; this one stands by",
        "this scheduler fires",
    ]
