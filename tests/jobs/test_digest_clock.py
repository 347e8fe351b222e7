"""When the digest is due: at its hour, again the same day after a refusal, and whatever a clock once ahead wrote."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db.runs import end_run, start_run
from storywake.db.status import RunStatus
from storywake.jobs import schedule

from .mailserver import Mailbox

SIX = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
FAR = datetime(2031, 1, 1, 6, 0, tzinfo=UTC)


def ran(engine: Engine, job: str, at: datetime, status: RunStatus = RunStatus.DONE) -> None:
    with engine.begin() as connection:
        end_run(connection, start_run(connection, job, stamp(at), stamp(at)), stamp(at), status, {}, [])


def test_after_a_refusal_it_comes_again_and_again_until_the_day_ends(engine: Engine, settings: Settings) -> None:
    moment = SIX
    pauses: list[float] = []
    while len(pauses) < 30:
        ran(engine, "digest", moment, RunStatus.FAILED)
        again = schedule.first_due(engine, settings, "digest", moment)
        pauses.append((again - moment) / timedelta(minutes=1))
        moment = again
        if moment == SIX + timedelta(days=1):
            break
    assert pauses[:6] == [5, 10, 20, 40, 60, 60]
    assert set(pauses[6:-1]) == {60}
    assert moment == SIX + timedelta(days=1), "the next day's hour, when the day has ended"


def test_a_day_that_went_well_is_over_and_an_hour_not_come_yet_is_waited_for(
    sqlite: Engine, settings: Settings
) -> None:
    assert schedule.first_due(sqlite, settings, "digest", SIX - timedelta(hours=3)) == SIX
    ran(sqlite, "digest", SIX, RunStatus.FAILED)
    ran(sqlite, "digest", SIX + timedelta(minutes=5))
    assert schedule.first_due(sqlite, settings, "digest", NOON) == SIX + timedelta(days=1)


def test_the_day_ends_in_the_readers_zone(sqlite: Engine, settings: Settings) -> None:
    there = settings.model_copy(update={"time_zone": "Pacific/Auckland"})
    hour = datetime(2026, 1, 4, 17, 0, tzinfo=UTC)
    ran(sqlite, "digest", hour, RunStatus.FAILED)
    last = datetime(2026, 1, 5, 10, 58, tzinfo=UTC)
    ran(sqlite, "digest", last, RunStatus.FAILED)
    assert schedule.first_due(sqlite, there, "digest", last) == hour + timedelta(days=1)
    with pytest.raises(ValueError, match="no time zone"):
        settings.model_copy(update={"time_zone": "Mars/Olympus"})


@pytest.mark.parametrize("job", ["discover", "refresh", "assess", "digest"])
@pytest.mark.parametrize("status", [RunStatus.DONE, RunStatus.FAILED])
def test_a_run_dated_by_a_clock_once_ahead_delays_nothing(
    engine: Engine, settings: Settings, job: str, status: RunStatus
) -> None:
    ran(engine, job, FAR, status)
    assert schedule.first_due(engine, settings, job, NOON) == NOON


def test_a_job_whose_readers_were_refused_is_not_done_and_says_who(
    engine: Engine, settings: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    now = datetime.now(UTC)
    mailing = settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_port": mailbox[1], "smtp_tls": False, "digest_hour": 0,
            "digest_to": ["a@example.org", "b@example.org"],
        }
    )  # fmt: skip
    mailbox[0].unwelcome = {"b@example.org"}
    schedule.run_job(engine, mailing, "digest", stamp(now))
    with engine.begin() as connection:
        [run] = connection.execute(text("SELECT status, notes FROM job_run")).all()
    assert run.status == "failed"
    assert run.notes.splitlines() == ["1 sent, 1 refused", "b@example.org: refused: 550 no such reader here"]
    mailbox[0].unwelcome = set()
    schedule.run_job(engine, mailing, "digest", stamp(now))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT status FROM job_run ORDER BY id DESC LIMIT 1")).scalar() == "done"
        rows = connection.execute(text("SELECT reader, status, attempts FROM delivery ORDER BY reader")).all()
    assert [tuple(row) for row in rows] == [("a@example.org", "handed_over", 1), ("b@example.org", "handed_over", 2)]
    assert mailbox[0].readers == ["a@example.org", "b@example.org"]


def test_the_scheduler_asks_each_minute_and_runs_it_only_when_it_is_due(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def job(engine: Engine, settings: Settings) -> dict[str, int]:
        runs.append("digest")
        return {"sent": 0}

    monkeypatch.setitem(schedule.JOBS, "digest", job)
    today = settings.model_copy(update={"digest_hour": 0})
    for _ in range(3):
        schedule._fire(sqlite, today, "digest", partial(schedule.run_job, sqlite, today))
    assert runs == ["digest"]
