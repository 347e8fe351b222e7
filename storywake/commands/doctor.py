"""``storywake doctor``: checks that everything is configured and reachable."""

import smtplib
import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.dates import now
from storywake.collector.errors import StorywakeError
from storywake.collector.net.stream import Form
from storywake.collector.pictures.words import installed
from storywake.collector.printable import printable
from storywake.collector.settings import Settings, listed
from storywake.collector.sources import SOURCES, budgets
from storywake.collector.urls import without_secrets
from storywake.db.engine import open_database, reading, writing
from storywake.db.faults import first_line
from storywake.db.health import damage
from storywake.db.overview import failing_feeds, lacking, looks_now, unread_stories
from storywake.db.queue import standing
from storywake.db.runs import recent_runs
from storywake.db.spending import spent
from storywake.db.sql_postgresql import reading_risk
from storywake.db.stories import stories
from storywake.db.upkeep import keep_statistics
from storywake.db.upkeep import rebuild as tell_anew
from storywake.jobs.beside import beside
from storywake.jobs.coverage import unasked
from storywake.jobs.digest_clock import day_at
from storywake.jobs.mail.readers import everybody
from storywake.jobs.settling import waiting
from storywake.jobs.stream_standing import NO_PAST, lack, stream_standing, told_of
from storywake.jobs.wording import number_of


def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="first tell what is kept for the views anew from what it rests on")
    ] = False,
) -> None:
    """Check the configuration: database, platforms' credentials, mail, clock. Exits 1 where something is broken."""
    settings = Settings()
    if rebuild:
        engine = open_database(settings.db)
        with writing(engine) as connection:
            tell_anew(connection)
        keep_statistics(engine)
    broken = not _database(settings)
    spending: dict[str, int] = {}
    readers = len(settings.digest_to)
    if not broken:
        with reading(open_database(settings.db)) as connection:
            readers = len(everybody(connection, settings))
            at = datetime.now(UTC)
            spending = {name: spent(connection, budget, at) for name, budget in budgets(settings).items()}
            _watching(connection, settings)
            _queue(connection, settings)
            _stream(connection, settings)
    for source in SOURCES.values():
        missing = (
            source.missing(settings) if settings.asks(source.name) else "not asked: STORYWAKE_PLATFORMS leaves it out"
        )
        say(f"{'limited' if missing else 'ok':8} {source.name:11} {missing or source.help}")
        for budget in source.budgets(settings):
            if budget.name in spending:
                say(f"         budget      {budget.told(spending[budget.name])}")
        for one in source.breaks:
            say(f"         {one.metric:11} since {one.day} {one.words}")
    for other in beside(settings):
        say(f"{'limited' if other.missing else 'ok':8} {other.name:11} {other.missing or other.seen}")
    say(_pictures(settings))
    broken |= not _mail(settings, readers)
    broken |= not _clock(settings)
    print()
    say("settings (environment variables, or lines of .env)")
    for name, field in listed():
        say(f"  STORYWAKE_{name.upper()}={settings.shown(name)}  # {field.description}")
    if broken:
        raise typer.Exit(1)


def say(line: str) -> None:
    """Prints a line without terminal escapes and passwords."""
    print(printable(without_secrets(line)))


def _database(settings: Settings) -> bool:
    try:
        engine = open_database(settings.db)
        fault = damage(engine)
        if fault:
            say(f"broken   database    {settings.db} is damaged: {fault}")
            return False
        with reading(engine) as connection:
            runs = recent_runs(connection, 3)
            unsafe = reading_risk(connection)
    except (StorywakeError, SQLAlchemyError) as error:
        say(f"broken   database    {first_line(error)}")
        return False
    say(f"ok       database    {settings.db}")
    if unsafe:
        say(f"limited  sql         {unsafe}")
    for run in runs:
        say(
            f"         last run    {run.job} {run.started_at}: {run.status}"
            + (f", {number_of(len(run.notes.splitlines()), 'note')}" if run.notes else "")
        )
    return True


def _watching(connection: Connection, settings: Settings) -> None:
    """Prints the state of looks, unread stories, and answers that platforms reported but that are not stored."""
    moment = now()
    watched = stories(connection, watched_at=moment)
    ids = [story.id for story in watched]
    looks = looks_now(connection, ids, settings.follow_depth, unasked(settings))
    say(
        f"         looks       {len(waiting(connection, settings, watched, moment))} due now, {looks.failed} failed, {looks.given_up} given up, {looks.put_off} put off"
        + (f"; most often: {looks.reason}" if looks.reason else "")
    )
    for address, reason in failing_feeds(connection):
        say(f"limited  feed        {address}: {reason}")
    for unread in unread_stories(connection, ids):
        say(f"limited  story       {unread.slug}: could not be read yet: {unread.reason}")
    for row in lacking(connection):
        told = f"told of {number_of(row['answers'], 'answer')} more than are stored ({number_of(row['posts'], 'post')}; since {row['since']})"
        say(f"         lag         {row['story']}: {told}")


def _queue(connection: Connection, settings: Settings) -> None:
    """Prints how the shared queue stands, where one is used."""
    if settings.queue and connection.dialect.name != "postgresql":
        say("limited  queue       STORYWAKE_QUEUE needs PostgreSQL: `storywake run` does not start")
        return
    found = standing(connection)
    if not settings.queue and not (found and found.workers):
        return
    waiting = sum(tasks.waiting for tasks in found.tasks.values()) if found else 0
    lag = max((tasks.lag for tasks in found.tasks.values()), default=0.0) if found else 0.0
    failed = sum(tasks.failed for tasks in found.tasks.values()) if found else 0
    workers = found.workers if found else 0
    state = "ok" if workers else "limited"
    say(
        f"{state:8} queue       {number_of(workers, 'worker')}, {number_of(waiting, 'task waits', 'tasks wait')} (the first for {lag:.0f} s), {failed} failed in the last day"
        + ("" if workers else ": start `storywake worker`")
    )
    for kind, tasks in found.tasks.items() if found else ():
        counts = f"{number_of(tasks.waiting, 'waits', 'wait')} (the first for {tasks.lag:.0f} s), {number_of(tasks.running, 'runs', 'run')}, {tasks.failed} failed"
        say(f"         queue       {kind}: {counts}")


def _stream(connection: Connection, settings: Settings) -> None:
    """Prints how listening to Bluesky's stream stands, and what stories lack of it, where it is asked for."""
    found = stream_standing(connection, settings)
    if found is None:
        return
    without_past = found.place is not None and found.place.kind == Form.V1
    state = "ok" if found.is_heard and not without_past else "limited"
    say(f"{state:8} stream      bluesky: {told_of(found)}" + (f"; {NO_PAST}" if without_past else ""))
    for one in found.missing:
        say(f"limited  stream      {one.story}: {lack(one)}")


def _pictures(settings: Settings) -> str:
    """Says what is looked at in pictures."""
    if not settings.pictures:
        return "limited  pictures    not looked at: STORYWAKE_PICTURES is off"
    languages = ", ".join(sorted(installed()))
    if not languages:
        return "limited  pictures    compared with the article's; the words in them are not read without tesseract (Debian's tesseract-ocr)"
    return f"ok       pictures    compared with the article's; the words in them are read by tesseract: {languages}"


def _mail(settings: Settings, readers: int) -> bool:
    if not settings.smtp_host:
        say("limited  mail        no STORYWAKE_SMTP_HOST: the digest can be written, not sent")
        return True
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        say(f"broken   mail        {settings.smtp_host}:{settings.smtp_port}: {error}")
        return False
    say(f"ok       mail        {settings.smtp_host}:{settings.smtp_port}, {number_of(readers, 'reader')}")
    if not settings.public_url:
        say(
            "limited  mail        no STORYWAKE_PUBLIC_URL: links lead to the posts alone, and no reader can unsubscribe"
        )
    return True


def _clock(settings: Settings) -> bool:
    try:
        day = day_at(settings.time_zone, datetime.now(UTC)).isoformat()
    except StorywakeError as error:
        say(f"broken   clock       {error}")
        return False
    year = datetime.now(UTC).year
    sane = 2024 <= year <= 2100
    say(
        f"{'ok' if sane else 'broken':8} clock       {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}, {day} in {settings.time_zone}"
    )
    return sane
