"""What tests of mails share."""

from collections.abc import Iterator

import pytest

from .mailserver import Mailbox, mail_server


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server on loopback: what it was given, and its port."""
    with mail_server() as running:
        yield running
