"""``storywake doctor``: is everything set and within reach?"""

import smtplib
import time
from datetime import UTC, datetime

import typer

from collector.budget import limits, shown_amount
from collector.dates import now
from collector.errors import StorywakeError
from collector.settings import Settings
from collector.sources import SOURCES
from db.engine import open_database, reading
from db.ledger import recent_runs
from db.spending import spent
from jobs.digest import today

SECRET = ("token", "password", "secret", "key")


def doctor() -> None:
    """Check the configuration: database, platforms' credentials, mail, clock. Exits 1 where something is broken."""
    settings = Settings()
    broken = False
    try:
        engine = open_database(settings.db)
        with reading(engine) as connection:
            runs = recent_runs(connection, 3)
        print(f"ok       database    {engine.url.render_as_string(hide_password=True)}")
        for run in runs:
            print(
                f"         last run    {run.job} {run.started_at}: {run.status}"
                + (f", {len(run.notes.splitlines())} notes" if run.notes else "")
            )
    except StorywakeError as error:
        broken = True
        print(f"broken   database    {error}")
    spending: dict[str, int] = {}
    if not broken:
        with reading(engine) as connection:
            spending = {platform: spent(connection, platform, now()[:10]) for platform in limits(settings)}
    for source in SOURCES.values():
        missing = (
            source.missing(settings) if settings.asks(source.name) else "not asked: STORYWAKE_PLATFORMS leaves it out"
        )
        print(f"{'limited' if missing else 'ok':8} {source.name:11} {missing or source.help}")
        if source.name in spending:
            day = f"{shown_amount(source.name, spending[source.name])} of {shown_amount(source.name, limits(settings)[source.name])}"
            print(f"         budget      {day} spent today (UTC)")
    broken |= not _mail(settings)
    broken |= not _clock(settings)
    print("\nsettings (environment variables, or lines of .env)")
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "set" if value and any(mark in name for mark in SECRET) else value
        print(f"  STORYWAKE_{name.upper()}={shown if shown is not None else ''}  # {field.description}")
    if broken:
        raise typer.Exit(1)


def _mail(settings: Settings) -> bool:
    if not settings.smtp_host:
        print("limited  mail        no STORYWAKE_SMTP_HOST: the digest can be written, not sent")
        return True
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        print(f"broken   mail        {settings.smtp_host}:{settings.smtp_port}: {error}")
        return False
    print(f"ok       mail        {settings.smtp_host}:{settings.smtp_port}, {len(settings.digest_to)} readers")
    return True


def _clock(settings: Settings) -> bool:
    try:
        day = today(settings)
    except StorywakeError as error:
        print(f"broken   clock       {error}")
        return False
    year = datetime.now(UTC).year
    sane = 2024 <= year <= 2100
    print(
        f"{'ok' if sane else 'broken':8} clock       {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}, {day} in {settings.time_zone}"
    )
    return sane
