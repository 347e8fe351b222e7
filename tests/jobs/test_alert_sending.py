"""Alerts on their way: by mail at most once, to webhooks until they are taken, never in quiet hours, never twice."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db.alert_messages import Subscriber, claim_new, remove_subscriber, save_subscriber, waiting
from storywake.db.alerts import Found, save_alerts
from storywake.db.engine import writing
from storywake.db.removal import remove_story
from storywake.db.stories import find_story
from storywake.jobs.alert_sending import is_quiet, send
from storywake.jobs.mail.readers import Language, Reader, take_in
from storywake.jobs.watch import watch_seed

from ..loopback import Asked, Reply, Site, raw_server, silence
from .mailserver import Mailbox

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailing(settings: Settings, mailbox: tuple[Mailbox, int]) -> Settings:
    server = {"smtp_host": "127.0.0.1", "smtp_port": mailbox[1], "smtp_tls": False, "mail_from": "wake@example.org"}
    return settings.model_copy(update={**server, "public_url": "https://wake.example"})


class Hook(Site):
    """A receiver that keeps what it takes, each id once, as the specification asks of it."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 200
        self.bodies: list[tuple[dict[str, str], bytes]] = []
        self.posts["/hook"] = self.take

    def take(self, asked: Asked, body: bytes) -> Reply:
        self.bodies.append((asked.headers, body))
        return Reply(b"\x00\xff no json", self.status, {"Location": "/hook"} if self.status == 302 else {})


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as running:
        yield running


def subscriber(engine: Engine, target: str, **values: object) -> Subscriber:
    given = {"kinds": (), "stories": (), "quiet": None, "zone": "UTC", "at": stamp(NOON), **values}
    given.setdefault("secret", SECRET if target.startswith("http") else None)
    with writing(engine) as connection:
        return save_subscriber(connection, target, **given)  # type: ignore[arg-type]


def happened(engine: Engine, key: str, kind: str = "silence", story: int | None = None, **facts: object) -> None:
    about = {"platform": "bluesky", "last_at": "2026-03-02T01:00:00Z", "failed": 3, "note": "no\r\nBcc: x@x", **facts}
    with writing(engine) as connection:
        assert save_alerts(connection, [Found(key, kind, story, None, stamp(NOON), about)], stamp(NOON)) == 1


def test_each_gets_what_it_wants_once(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int], hook: Hook
) -> None:
    story = watch_seed(engine, mailing, "moscow-times")
    happened(engine, "before")
    subscriber(engine, "all@example.org")
    subscriber(engine, "some@example.org", kinds=["correction"], stories=["moscow-times"])
    subscriber(engine, f"{hook.url}/hook")
    happened(engine, "silence")
    happened(
        engine,
        "fixed",
        "correction",
        story.id,
        what="The Times",
        before=None,
        after="It was July.",
        url="https://t.example/a",
    )
    assert send(engine, mailing, NOON).sent == 3
    assert send(engine, mailing, NOON + 60 * MINUTE).sent == 0
    told = {str(mail["To"]): mailbox[0].part(number) for number, mail in enumerate(mailbox[0].mails)}
    assert set(told) == {"all@example.org", "some@example.org"}
    assert "The Times corrected its article: It was July.\r\nhttps://t.example/a" in told["all@example.org"]
    assert "https://wake.example/story/moscow-times" in told["some@example.org"]
    assert "fell silent" in told["all@example.org"]
    assert "fell silent" not in told["some@example.org"]
    assert all(mail["Bcc"] is None for mail in mailbox[0].mails)
    [(headers, body)] = hook.bodies
    assert [one["kind"] for one in json.loads(body)["data"]["alerts"]] == ["silence", "correction"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_what_comes_in_quiet_hours_comes_after_them_as_one(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    subscriber(engine, "a@example.org", quiet=("22:00", "07:00"), zone="Europe/Helsinki")
    for hour in range(20, 29):
        happened(engine, f"at {hour}")
        send(engine, mailing, datetime(2026, 3, 28, 0, 0, tzinfo=UTC) + timedelta(hours=hour))
    assert len(mailbox[0].mails) == 1, "at seven in Helsinki, whose clocks went forward in that night"
    assert mailbox[0].part(0).count("fell silent") == 9
    assert send(engine, mailing, datetime(2026, 3, 29, 12, 0, tzinfo=UTC)).sent == 0


def test_quiet_hours_may_run_past_midnight(sqlite: Engine) -> None:
    night = subscriber(sqlite, "a@example.org", quiet=("22:30", "06:00"), zone="America/New_York")
    day = subscriber(sqlite, "b@example.org", quiet=("09:00", "17:00"))
    hours = [NOON.replace(hour=hour) for hour in range(24)]
    assert [at.hour for at in hours if is_quiet(night, at)] == [4, 5, 6, 7, 8, 9, 10]
    assert [at.hour for at in hours if is_quiet(day, at)] == list(range(9, 17))


@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_a_webhook_that_refuses_or_redirects_is_asked_again_under_the_same_id_until_it_takes_it(
    engine: Engine, mailing: Settings, hook: Hook, status: int
) -> None:
    subscriber(engine, f"{hook.url}/hook")
    happened(engine, "one")
    hook.status = status
    asked, moment = [], NOON
    for _ in range(60):
        before = len(hook.bodies)
        lines = send(engine, mailing, moment).lines
        asked += [moment] if len(hook.bodies) > before else []
        assert all(str(status) in line for line in lines)
        moment += MINUTE
    assert [(at - NOON) // MINUTE for at in asked] == [0, 1, 3, 7, 15, 31], "after 1, 2, 4, 8, 16 minutes"
    hook.status = 204
    assert send(engine, mailing, moment + 8 * MINUTE).sent == 1
    assert send(engine, mailing, moment + 9 * MINUTE).sent == 0
    assert len({headers["webhook-id"] for headers, _ in hook.bodies}) == 1
    assert len({body for _, body in hook.bodies}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in hook.bodies}) == len(hook.bodies)


def test_a_webhook_that_never_takes_it_is_given_up_after_days(sqlite: Engine, mailing: Settings, hook: Hook) -> None:
    subscriber(sqlite, f"{hook.url}/hook")
    happened(sqlite, "one")
    hook.status = 503
    for hours in range(0, 24 * 6, 3):
        send(sqlite, mailing, NOON + timedelta(hours=hours))
    with sqlite.begin() as connection:
        [row] = connection.execute(text("SELECT status, due_at FROM alert_message")).all()
    assert tuple(row) == ("given_up", None)
    assert 10 < len(hook.bodies) < 40


def test_webhooks_are_called_side_by_side(sqlite: Engine, mailing: Settings, hook: Hook) -> None:
    """Each answers only when all three were called: one after another none would."""
    together = threading.Barrier(3)

    def wait(asked: Asked, body: bytes) -> Reply:
        together.wait(mailing.timeout)
        return Reply(b"")

    for name in ("/a", "/b", "/c"):
        hook.posts[name] = wait
        subscriber(sqlite, f"{hook.url}{name}")
    happened(sqlite, "one")
    assert send(sqlite, mailing, NOON) == (3, [])


def test_one_that_hangs_or_answers_garbage_holds_up_nobody(
    sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    quick = mailing.model_copy(update={"timeout": 0.3})

    def rubbish(connection: socket.socket) -> None:
        connection.sendall(b"\x00\x01\x02 SSH-2.0 nonsense\r\n\r\n")

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x" * 100_000)

    with raw_server(silence) as one, raw_server(rubbish) as two, raw_server(endless) as three:
        for address in (one, two, three):
            subscriber(sqlite, f"{address}/hook")
        subscriber(sqlite, "a@example.org")
        happened(sqlite, "one")
        began = time.monotonic()
        result = send(sqlite, quick, NOON)
        assert time.monotonic() - began < 5
    assert result.sent == 2, "a 2xx is a yes, whatever follows it"
    assert ["no answer within" in line for line in result.lines] == [True, False]
    assert len(mailbox[0].mails) == 1


def test_private_addresses_are_refused(sqlite: Engine, settings: Settings, hook: Hook) -> None:
    subscriber(sqlite, f"{hook.url}/hook")
    happened(sqlite, "one")
    [line] = send(sqlite, settings.model_copy(update={"allow_private": False}), NOON).lines
    assert "private address" in line
    assert hook.bodies == []


def test_a_kill_while_sending_repeats_no_mail_and_loses_no_webhook(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int], hook: Hook
) -> None:
    for target in ("a@example.org", f"{hook.url}/hook"):
        killed = subscriber(engine, target)
        happened(engine, f"for {target}", note=None)
        with writing(engine) as connection:
            claim_new(connection, killed, waiting(connection, killed, 10), f"msg_{target[:4]}", stamp(NOON))
    result = send(engine, mailing, NOON + MINUTE)
    assert [headers["webhook-id"] for headers, _ in hook.bodies] == ["msg_http"]
    assert len(mailbox[0].mails) == 1, "the second alert alone: the first may have arrived"
    assert result.sent == 2
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT status, note FROM alert_message ORDER BY id")).all()
    assert [row.status for row in rows] == ["unknown", "handed_over", "handed_over"]
    assert rows[0].note == "cut off while sending"


def test_a_mail_that_is_refused_is_tried_again_and_one_in_doubt_is_not(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    subscriber(engine, "a@example.org")
    happened(engine, "one")
    mailbox[0].refuse = True
    assert "451" in send(engine, mailing, NOON).lines[0]
    mailbox[0].refuse = False
    assert send(engine, mailing, NOON + MINUTE).sent == 1
    happened(engine, "two")
    mailbox[0].after_data = "drop"
    assert "unknown" in send(engine, mailing, NOON + 2 * MINUTE).lines[0]
    mailbox[0].after_data = ""
    assert send(engine, mailing, NOON + 600 * MINUTE).sent == 0


def test_what_was_removed_is_told_to_nobody(engine: Engine, mailing: Settings, hook: Hook) -> None:
    story = watch_seed(engine, mailing, "moscow-times")
    subscriber(engine, f"{hook.url}/hook")
    happened(engine, "one", "headline", story.id, what="T", before="a", after="b", url=None)
    hook.status = 500
    send(engine, mailing, NOON)
    with writing(engine) as connection:
        remove_story(connection, find_story(connection, story.slug))
    assert send(engine, mailing, NOON + MINUTE).sent == 0
    assert len(hook.bodies) == 1
    with writing(engine) as connection:
        assert remove_subscriber(connection, f"{hook.url}/hook")
        assert connection.execute(text("SELECT COUNT(*) FROM alert_message")).scalar() == 0


def test_a_mail_to_a_reader_is_in_their_language_and_a_webhook_in_english(
    sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int], hook: Hook
) -> None:
    facts: dict[str, Any] = {
        "last_at": "2026-03-02T06:00:00Z",
        "failed": 3,
        "note": None,
        "others": None,
        "platform": "x",
    }
    with sqlite.begin() as connection:
        take_in(connection, Reader("a@example.org", 7, "UTC", Language.FINNISH), stamp(NOON))
    for target in ("a@example.org", "b@example.org", f"{hook.url}/hook"):
        subscriber(sqlite, target)
    happened(sqlite, "one", **facts)
    assert send(sqlite, mailing, NOON).sent == 3
    texts = {mail["To"]: mail.get_content() for mail in mailbox[0].mails}
    assert "x vaikeni: ei vastausta" in texts["a@example.org"] and "Viestit lopettaa" in texts["a@example.org"]
    assert "x fell silent: no answer since" in texts["b@example.org"]
    assert "x fell silent" in hook.bodies[0][1].decode()
