"""Sends one mail to one reader by SMTP (RFC 5321), step by step, to know how far it got."""

import re
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import NamedTuple

from storywake.collector.errors import BadInput
from storywake.collector.groups import revealed
from storywake.collector.mailaddress import mail_address
from storywake.collector.settings import Settings
from storywake.db.status import DeliveryStatus

from .report import one_line

QUIT_TIMEOUT = 5.0
"""Seconds that the server has to answer QUIT; the answer does not matter."""
FAULTS = (OSError, smtplib.SMTPException, ValueError)


def sender_address(settings: Settings) -> str:
    """The sender's address, without a display name. Raises BadInput for one that is none."""
    try:
        if settings.mail_from.isprintable():
            return mail_address(parseaddr(settings.mail_from)[1])
    except BadInput:
        pass
    raise BadInput(f"STORYWAKE_MAIL_FROM: {settings.mail_from[:80]!r} is not one mail address")


class Outcome(NamedTuple):
    """How a hand-over ended, and why."""

    status: DeliveryStatus
    note: str | None
    served: bool
    """Whether the server could be reached; if not, the next reader need not be tried."""


class _Refused(Exception):
    """The server's answer to a step that it did not accept."""


def hand_over(message: EmailMessage, settings: Settings, sender: str, reader: str) -> Outcome:
    """Sends a mail. Never raises for what the server does.

    The server has the mail when it accepts what follows DATA. Before the last byte of that is sent it does not have it;
    between then and its answer nobody knows.
    """
    assert settings.smtp_host
    try:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.timeout)
    except FAULTS as error:
        return Outcome(DeliveryStatus.REFUSED, _said(error), served=False)
    try:
        try:
            _greet(server, settings)
            _give(server, message, sender, reader)
        except (_Refused, *FAULTS) as error:
            return Outcome(DeliveryStatus.REFUSED, _said(error), served=True)
        try:
            code, reply = server.getreply()
        except FAULTS as error:
            return Outcome(
                DeliveryStatus.UNKNOWN, f"no answer after the whole mail was sent ({_said(error)})", served=True
            )
        if 200 <= code < 300:
            return Outcome(DeliveryStatus.HANDED_OVER, None, served=True)
        return Outcome(
            DeliveryStatus.REFUSED if 400 <= code < 600 else DeliveryStatus.UNKNOWN, _reply(code, reply), served=True
        )
    finally:
        _leave(server)


def _greet(server: smtplib.SMTP, settings: Settings) -> None:
    if settings.smtp_tls:
        server.starttls(context=ssl.create_default_context())
    server.ehlo_or_helo_if_needed()
    if settings.smtp_user:
        server.login(settings.smtp_user, revealed(settings.smtp_password))


def _give(server: smtplib.SMTP, message: EmailMessage, sender: str, reader: str) -> None:
    words = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=SMTP))
    _step(server.mail(sender), 250)
    _step(server.rcpt(reader), 250, 251)
    _step(server.docmd("DATA"), 354)
    server.send(words + (b"" if words.endswith(b"\r\n") else b"\r\n") + b".\r\n")


def _step(answer: tuple[int, bytes], *yes: int) -> None:
    if answer[0] not in yes:
        raise _Refused(_reply(*answer))


def _reply(code: int, reply: bytes) -> str:
    return one_line(f"{code} {reply.decode('utf-8', 'replace')}", 200)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return _reply(error.smtp_code, words if isinstance(words, bytes) else words.encode())
    return one_line(str(error), 200) or type(error).__name__


def _leave(server: smtplib.SMTP) -> None:
    with suppress(*FAULTS):
        if server.sock:
            server.sock.settimeout(QUIT_TIMEOUT)
            server.quit()
    server.close()
