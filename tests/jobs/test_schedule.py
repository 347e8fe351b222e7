"""Everything at its time: missed runs are caught up once, and only one scheduler runs."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.runs import end_run, start_run
from storywake.db.status import RunStatus
from storywake.jobs import schedule
from storywake.jobs.watch import watch_seed

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def ran(engine: Engine, job: str, at: datetime, status: RunStatus = RunStatus.DONE) -> None:
    with engine.begin() as connection:
        end_run(connection, start_run(connection, job, stamp(at), stamp(at)), stamp(at), status, {}, [])


def test_a_job_that_never_ran_is_due_at_once(sqlite: Engine, settings: Settings) -> None:
    for name in ("look", "assess"):
        assert schedule.first_due(sqlite, settings, name, NOON) == NOON


def test_an_interval_goes_on_from_the_last_run(sqlite: Engine, settings: Settings) -> None:
    ran(sqlite, "assess", NOON - timedelta(minutes=4))
    assert schedule.first_due(sqlite, settings, "assess", NOON) == NOON + timedelta(minutes=6)
    ran(sqlite, "look", NOON - timedelta(days=2))
    assert schedule.first_due(sqlite, settings, "look", NOON) == NOON, "a missed run is caught up at once"


def test_a_failed_run_does_not_count(sqlite: Engine, settings: Settings) -> None:
    ran(sqlite, "assess", NOON - timedelta(minutes=5), status=RunStatus.FAILED)
    assert schedule.first_due(sqlite, settings, "assess", NOON) == NOON


def test_the_digest_of_a_morning_spent_off_is_caught_up(sqlite: Engine, settings: Settings) -> None:
    ran(sqlite, "digest", NOON - timedelta(days=1))
    assert schedule.first_due(sqlite, settings, "digest", NOON) == NOON
    ran(sqlite, "digest", NOON - timedelta(hours=1))
    assert schedule.first_due(sqlite, settings, "digest", NOON) == datetime(2026, 1, 6, 6, 0, tzinfo=UTC)


def test_runs_are_recorded_and_stop_cleanly(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch_seed(engine, settings, "moscow-times")
    settled = threading.Event()
    left = {"look", "assess", "digest"}
    run_job = schedule.run_job

    def watched(engine: Engine, settings: Settings, name: str, at: str) -> None:
        run_job(engine, settings, name, at)
        left.discard(name)
        if not left:
            settled.set()

    monkeypatch.setattr(schedule, "run_job", watched)
    monkeypatch.setitem(schedule.JOBS, "look", lambda engine, settings: {"stories": 1})
    schedule.run_forever(
        engine, settings.model_copy(update={"digest_hour": datetime.now(UTC).hour}), lambda seconds: settled.wait(20)
    )
    with engine.begin() as connection:
        runs = {(row.job, row.status) for row in connection.execute(text("SELECT job, status FROM job_run"))}
        assert connection.execute(text("SELECT COUNT(*) FROM stance")).scalar() == 10
    assert runs >= {("assess", "done"), ("digest", "done")}, "a pass records itself"


def test_a_run_that_a_kill_cut_off_is_no_longer_running_when_the_scheduler_is_back(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "plan", lambda settings: {})  # nothing falls due
    with engine.begin() as connection:
        start_run(connection, "digest", stamp(NOON), stamp(NOON))
        start_run(connection, "collect", stamp(NOON), stamp(NOON))
    schedule.run_forever(engine, settings, lambda seconds: True)
    with engine.begin() as connection:
        runs = {row.job: row.status for row in connection.execute(text("SELECT job, status FROM job_run"))}
    assert runs == {"digest": "failed", "collect": "running"}, "a pass may be somebody's who collects by hand"


def test_a_failing_job_is_recorded_and_raises_nothing(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(schedule.JOBS, "assess", lambda engine, settings: 1 // 0)
    schedule.run_job(sqlite, settings, "assess", "2026-01-05T12:00:00Z")
    with sqlite.begin() as connection:
        [row] = connection.execute(text("SELECT status, notes FROM job_run")).all()
    assert row.status == "failed"
    assert "ZeroDivisionError" in row.notes


def test_a_second_scheduler_is_kept_out(engine: Engine, settings: Settings) -> None:
    from storywake.db.lock import only_scheduler

    with only_scheduler(engine), pytest.raises(BadInput, match="another scheduler"), only_scheduler(engine):
        pass
    with only_scheduler(engine):
        pass
