"""``/healthz`` says whether this is alive, ``/metrics`` how everything stands (Prometheus' text format, prometheus.io)."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from storywake.collector.dates import known_moment, moment, now
from storywake.collector.settings import Settings
from storywake.collector.sources import budgets
from storywake.db.engine import reading
from storywake.db.looks import Look
from storywake.db.metrics import Count, standing_at
from storywake.db.queue import Standing, standing
from storywake.db.roles import Role
from storywake.db.runs import last_done
from storywake.db.spending import spent
from storywake.db.stories import stories
from storywake.jobs.settling import waiting
from storywake.jobs.stream_standing import Standing as Stream
from storywake.jobs.stream_standing import stream_standing

from .access import needs, open_to_all
from .headers import BARE

KEPT_SECONDS = 15.0
"""How long counts are kept, so that asking often costs little."""
PASSES = ("look", "collect")
"""Jobs that look at stories: the scheduler's, and one made by hand or on the page."""
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """Both."""
    lock = Lock()
    kept: dict[str, tuple[float, str]] = {}

    def health(request: Request) -> Response:
        try:
            age = pass_age(engine)
            heard = stream_age(engine, settings)
        except SQLAlchemyError:
            return JSONResponse({"alive": True, "database": False, "last_pass_seconds": None}, 503, BARE)
        return JSONResponse({"alive": True, "database": True, "last_pass_seconds": age, **heard}, headers=BARE)

    def metrics(request: Request) -> Response:
        with lock:
            made, words = kept.get("", (0.0, ""))
            if not words or time.monotonic() - made > KEPT_SECONDS:
                words = told(engine, settings)
                kept[""] = time.monotonic(), words
        return PlainTextResponse(words, headers=BARE, media_type=FORMAT)

    return [Route("/healthz", open_to_all(health)), Route("/metrics", needs(Role.READER, metrics))]


def pass_age(engine: Engine) -> int | None:
    """Seconds since the last pass that ended well began; None where there was none."""
    with reading(engine) as connection:
        done = [at for job in PASSES if (at := last_done(connection, job, now()))]
    last = moment(max(done)) if done else None
    return round((datetime.now(UTC) - last).total_seconds()) if last else None


def stream_age(engine: Engine, settings: Settings) -> dict[str, int | None]:
    """Seconds since the stream that is listened to was last heard, where the settings ask for one; None before the first event."""
    with reading(engine) as connection:
        found = stream_standing(connection, settings)
    return {"stream_seconds": None if found.silent is None else round(found.silent.total_seconds())} if found else {}


def told(engine: Engine, settings: Settings) -> str:
    """All metrics."""
    allowed = sorted(budgets(settings).items())
    at = now()
    with reading(engine) as connection:
        found = standing_at(connection, at)
        due = waiting(connection, settings, stories(connection, watched_at=at), at)
        queue = standing(connection)
        stream = stream_standing(connection, settings)
        spending: list[Count] = [((name,), spent(connection, b, datetime.now(UTC))) for name, b in allowed]
    age = pass_age(engine)
    return "".join(
        (
            _metric("looks", "Looks by how they ended the last time.", ("outcome",), found.looks),
            _metric("looks_due", "Looks that are due.", (), [((), len(due))]),
            _metric(
                "source_looks",
                "Looks by who is asked and how they ended the last time.",
                ("source", "outcome"),
                found.sources,
            ),
            _metric(
                "look_lag_seconds",
                "Seconds for which the look that waits longest is due, by kind.",
                ("kind",),
                _lags(due, at),
            ),
            _metric("assessed_last_hour", "Reactions assessed by runs of the last hour.", (), [((), found.assessed)]),
            _metric("reactions", "Reactions by network.", ("platform",), found.reactions),
            _metric("deliveries", "Mails by how they stand.", ("status",), found.deliveries),
            _metric("runs", "Runs by job and how they ended.", ("job", "status"), found.runs),
            _metric(
                "spent_today", "What counts against networks' budgets now, in their units.", ("platform",), spending
            ),
            _metric(
                "budget_per_day",
                "What networks may cost in the days or hours of their budgets, in their units.",
                ("platform",),
                [((name,), budget.most) for name, budget in allowed],
            ),
            _metric(
                "budget_left",
                "What networks may still cost, in their units.",
                ("platform",),
                [
                    (name, max(0, budget.most - amount))
                    for (name, amount), (_, budget) in zip(spending, allowed, strict=True)
                ],
            ),
            _queue(queue) if queue else "",
            _stream(stream) if stream else "",
            _metric("last_pass_seconds", "Seconds since the last pass.", (), [] if age is None else [((), age)]),
        )
    )


def _lags(due: Iterable[Look], at: str) -> list[Count]:
    """For how many seconds the look that waits longest is due, by kind."""
    first: dict[str, str] = {}
    for look in due:
        since = look.due_at or at
        first[look.kind] = min(first.get(look.kind, since), since)
    here = known_moment(at)
    return [
        ((kind,), max(0, round((here - (moment(since) or here)).total_seconds())))
        for kind, since in sorted(first.items())
    ]


def _queue(queue: Standing) -> str:
    """The shared queue, where there is one."""
    states: list[Count] = [
        ((task, state), number)
        for task, tasks in queue.tasks.items()
        for state, number in (("waiting", tasks.waiting), ("running", tasks.running), ("failed", tasks.failed))
    ]
    lags: list[Count] = [((task,), round(tasks.lag)) for task, tasks in queue.tasks.items()]
    return "".join(
        (
            _metric("queue_tasks", "Tasks on the shared queue.", ("task", "state"), states),
            _metric("queue_lag_seconds", "Seconds that the task that waits longest has waited.", ("task",), lags),
            _metric("workers", "Workers that gave a sign of life lately.", (), [((), queue.workers)]),
        )
    )


def _stream(stream: Stream) -> str:
    """The stream that is listened to, where there is one."""
    place, silent = stream.place, stream.silent
    heard: list[Count] = []
    if place and silent is not None:
        heard.append((("bluesky", place.host or "", place.kind or ""), round(silent.total_seconds())))
    lacking: Counter[tuple[str, ...]] = Counter()
    for one in stream.missing:
        span = known_moment(one.until) - known_moment(one.since)
        lacking[one.story, "left out" if one.cut else "waiting"] += max(0, round(span.total_seconds()))
    return "".join(
        (
            _metric("stream_seconds", "Seconds since a stream was last heard.", ("stream", "host", "form"), heard),
            _metric(
                "stream_unread_seconds",
                "Seconds of a stream's past that a story lacks: they wait to be read, or are left out.",
                ("story", "state"),
                sorted(lacking.items()),
            ),
        )
    )


def _metric(name: str, about: str, labels: tuple[str, ...], counts: Iterable[Count]) -> str:
    lines = [f"# HELP storywake_{name} {about}", f"# TYPE storywake_{name} gauge"]
    for values, number in counts:
        pairs = ",".join(f'{label}="{_escaped(value)}"' for label, value in zip(labels, values, strict=True))
        lines.append(f"storywake_{name}{{{pairs}}} {number}" if pairs else f"storywake_{name} {number}")
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
