"""A mail server that says what it sees at every step of a delivery."""

import socket
from collections import Counter
from collections.abc import Callable
from typing import Any, Self

from aiosmtpd.controller import Controller

PHASES = ("mail connected", "mail sender", "mail reader", "mail data", "mail data", "mail quit")
"""The steps at which ``seen`` is called, in their order; data more often than the rest when one is drawn."""


class Mailbox:
    """Keeps how often each reader got the mail of the ``day`` under way."""

    def __init__(self, seen: Callable[[str], None]) -> None:
        self._seen = seen
        self.day = ""
        self.got: Counter[tuple[str, str]] = Counter()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Connected."""
        self._seen("mail connected")
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """The sender is named."""
        self._seen("mail sender")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """The reader is named."""
        self._seen("mail reader")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The mail is here, and kept, and not yet answered."""
        self.got.update((self.day, reader) for reader in envelope.rcpt_tos)
        self._seen("mail data")
        return "250 kept"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        """Goodbye."""
        self._seen("mail quit")
        return "221 Bye"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *rest: Any) -> None:
        self._controller.stop()
