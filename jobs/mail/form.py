"""A digest as a mail: headers, text, HTML and its pictures; and how its reader leaves (RFC 2369, RFC 8058)."""

from datetime import UTC, datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from storywake.collector.settings import Settings
from storywake.db.deliveries import Window

from ..report import one_line
from ..smtp import sender_address


class Address(BaseHeader):
    """A header with a web address of ours, which stays in one piece: folded as text it would be encoded."""

    max_count = 1
    parse = UnstructuredHeader.parse

    def fold(self, *, policy: Policy) -> str:
        """The header as a line."""
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", Address)
POLICY = EmailPolicy(header_factory=HEADERS)


class Digest(NamedTuple):
    """A reader's mail of a day, and the span of time that it covers."""

    day: str
    subject: str
    text: str
    html: str
    window: Window
    new: int = 0  # reactions
    told: tuple[str, ...] = ()  # marks of the changes that it tells
    pictures: dict[str, bytes] = {}  # PNG by content id
    leave_at: str | None = None  # where its reader unsubscribes


def mail(digest: Digest, settings: Settings, reader: str | None) -> EmailMessage:
    """The digest as a mail with a text and an HTML part. Raises BadInput for an invalid sender address."""
    sender_address(settings)
    message = EmailMessage(policy=POLICY)
    message["From"] = settings.mail_from
    message["To"] = reader or "undisclosed-recipients:;"
    message["Subject"] = one_line(digest.subject, 200)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(digest.day, reader or "", settings)
    message["Auto-Submitted"] = "auto-generated"
    if digest.leave_at:
        message["List-Unsubscribe"] = f"<{digest.leave_at}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(digest.text)
    message.add_alternative(digest.html, subtype="html")
    if digest.pictures:
        page = message.get_payload()[1]  # type: ignore[index]
        assert isinstance(page, EmailMessage)
        for name, picture in digest.pictures.items():
            page.add_related(picture, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png")
    return message


def message_id(day: str, reader: str, settings: Settings) -> str:
    """The Message-ID: equal for the same day and reader, so that mail systems recognise a repetition."""
    domain = settings.mail_from.rsplit("@", 1)[-1].strip("> ") or "localhost"
    return f"<{sha256(f'{day} {reader}'.encode()).hexdigest()[:24]}@{domain}>"
