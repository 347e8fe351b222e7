"""Whose turn it is to ask a host, where several processes ask, and what they tell each other of it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from .pace import Host


class Turns(Protocol):
    """Who may ask a host. What one process learned of it (when it may be asked again, its robots.txt) reaches the next."""

    def turn(self, host: Host) -> AbstractAsyncContextManager[None]:
        """Waits until this process alone may ask a host, and tells ``host`` what others learned of it.

        Raises HostBusy where another process keeps it too long.
        """
        ...

    def asked(self, host: Host) -> None:
        """Call before each request: whoever comes next keeps the pace even where this process is killed meanwhile."""
        ...

    def robots(self, host: Host) -> tuple[bytes, float] | None:
        """A host's robots.txt as another process read it, and for how many seconds more it holds; None where none does."""
        ...

    def keep_robots(self, host: Host, body: bytes, seconds: float) -> None:
        """Keeps a host's robots.txt for others."""
        ...

    def close(self) -> None:
        """Gives back every host."""
        ...


class Alone:
    """No other process asks."""

    @asynccontextmanager
    async def turn(self, host: Host) -> AsyncIterator[None]:
        """At once."""
        yield

    def asked(self, host: Host) -> None:
        """Nobody has to know."""

    def robots(self, host: Host) -> tuple[bytes, float] | None:
        """Nobody read it."""
        return None

    def keep_robots(self, host: Host, body: bytes, seconds: float) -> None:
        """Nobody has to know."""

    def close(self) -> None:
        """There is nothing to give back."""
