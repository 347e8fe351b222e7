"""``storywake alert``: who is told at once of what, and sending it."""

import json
import re
import sys
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.mailaddress import mail_address
from storywake.collector.net.guard import names_private_address
from storywake.collector.net.webhook import new_secret
from storywake.collector.printable import printable
from storywake.collector.urls import is_web_address, without_secrets
from storywake.db.alert_messages import Subscriber, remove_subscriber, save_subscriber, subscribers, undelivered
from storywake.db.engine import reading, writing
from storywake.db.stories import find_story
from storywake.jobs.alert_sending import send
from storywake.jobs.alerts import AlertKind, find
from storywake.opening import settings_and_engine
from storywake.progress import showing

HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="a mail address, or an address that alerts are posted to")
]

alert = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Alerts on what happens, by mail or webhook: who gets them; sending.",
)


@alert.command()
def add(
    target: Target,
    kind: Annotated[list[AlertKind] | None, typer.Option(help="only this kind; may be repeated (default: all)")] = None,
    story: Annotated[
        list[str] | None, typer.Option(metavar="STORY", help="only this story; may be repeated (default: all)")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(metavar="HH:MM-HH:MM", help="hours in which nothing is sent; it comes after them")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="time zone of these hours (default: STORYWAKE_TIME_ZONE)")
    ] = None,
) -> None:
    """Tell TARGET from now on; a known one is changed. Prints the secret by which a new webhook is signed."""
    settings, engine = settings_and_engine()
    hook = is_web_address(target)
    if hook and not settings.allow_private and names_private_address(target):
        raise BadInput("alerts are not posted to a private address; STORYWAKE_ALLOW_PRIVATE=1 allows it")
    wanted = target if hook else mail_address(target)
    hours, in_zone = _quiet(quiet), _zone(zone or settings.time_zone)
    with writing(engine) as connection:
        for slug in story or ():
            find_story(connection, slug)
        known = {one.target for one in subscribers(connection)}
        added = save_subscriber(
            connection,
            wanted,
            kinds=kind or (),
            stories=story or (),
            quiet=hours,
            zone=in_zone,
            secret=new_secret() if hook else None,
            at=now(),
        )
    print(f"{'changed' if wanted in known else 'added'}: {printable(_shown(added))}", file=sys.stderr)
    if hook and wanted not in known:
        print(added.secret)


@alert.command("list")
def list_all() -> None:
    """Who gets which alerts, as JSON lines; secrets are left out."""
    _, engine = settings_and_engine()
    with reading(engine) as connection:
        everybody, lacking = subscribers(connection), undelivered(connection)
    for one in everybody:
        open_messages, note = lacking.get(one.id, (0, None))
        row = {
            "target": without_secrets(one.target),
            "kinds": one.kinds.split(",") if one.kinds else None,
            "stories": one.stories.split(",") if one.stories else None,
            "quiet": f"{one.quiet_from}-{one.quiet_until}" if one.quiet_from else None,
            "zone": one.zone,
            "added_at": one.added_at,
            "not_delivered": open_messages,
            "note": note,
        }
        print(printable(json.dumps(row, ensure_ascii=False)))


@alert.command()
def remove(target: Target) -> None:
    """Tell TARGET no more."""
    _, engine = settings_and_engine()
    with writing(engine) as connection:
        if not remove_subscriber(connection, target if is_web_address(target) else mail_address(target)):
            raise BadInput(f"nobody is told at {without_secrets(target)!r}")


@alert.command("send")
def send_now() -> None:
    """Find what happened and send it now; the scheduler does that each minute."""
    settings, engine = settings_and_engine()
    moment = datetime.now(UTC)
    with showing("finding and sending alerts"):
        found = find(engine, settings, moment)
        result = send(engine, settings, moment)
    for line in result.lines:
        print(printable(line), file=sys.stderr)
    print(f"{found} found, {result.sent} messages sent", file=sys.stderr)
    if result.lines:
        raise typer.Exit(1)


def _shown(one: Subscriber) -> str:
    about = [one.kinds or "all kinds", one.stories or "all stories"]
    quiet = [f"quiet {one.quiet_from} to {one.quiet_until} {one.zone}"] if one.quiet_from else []
    return f"{without_secrets(one.target)} ({', '.join([*about, *quiet])})"


def _quiet(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    begins, _, ends = text.partition("-")
    if not HOURS.fullmatch(begins) or not HOURS.fullmatch(ends) or begins == ends:
        raise typer.BadParameter(f"{text!r} are no hours; write them as 22:00-07:00", param_hint="--quiet")
    return begins, ends


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(
            f"{text!r} is no time zone; write one as Europe/Helsinki", param_hint="--zone"
        ) from None
    return text
