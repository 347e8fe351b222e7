"""A real mail server on loopback that keeps what it gets, and misbehaves where it is told to."""

import asyncio
import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """A mail server's handler. What it does wrong is set by ``refuse``, ``unwelcome``, ``after_data`` and ``at_quit``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.readers: list[str] = []
        self.refuse = False
        self.unwelcome: set[str] = set()
        self.after_data = ""  # "drop": no answer, the connection is cut; "hang": no answer, the connection stays
        self.came = threading.Event()  # set when a whole mail came
        self.at_quit = "221 bye"  # "drop" cuts the connection

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.unwelcome:
            return "550 no such reader here"
        envelope.rcpt_tos.append(address)
        return "250 welcome"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 come back later"
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.readers.extend(envelope.rcpt_tos)
        self.came.set()
        if self.after_data == "drop":
            server.transport.abort()
        elif self.after_data == "hang":
            await asyncio.Event().wait()
        return "250 kept"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        if self.at_quit == "drop":
            server.transport.abort()
        return self.at_quit

    def part(self, number: int, kind: str = "plain") -> str:
        """The text of a mail's part."""
        body = self.mails[number].get_body((kind,))
        assert body is not None
        return str(body.get_content())


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """A running server: its mailbox and its port."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
