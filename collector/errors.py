"""The errors that Storywake raises on purpose, each with a message of one line."""

from .urls import without_secrets


class StorywakeError(Exception):
    """The base of all."""


class BadInput(StorywakeError):
    """Something that the user gave cannot be used: an address, a file, a query."""


class LockTaken(BadInput):
    """Another process holds a lock that keeps others out."""


class LockLost(StorywakeError):
    """The lock that keeps other processes out is no longer held."""


class Unreadable(StorywakeError):
    """A fetched document cannot be read."""


class NoArticle(Unreadable):
    """A document is no article: another kind of file, or a page that stands before one. The message says what it is."""


class NoQuestion(StorywakeError):
    """An index cannot be asked about a story; the message says why."""


class FetchError(StorywakeError):
    """A request brought no usable answer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason
        self.cut_off = False
        """Whether the answer broke off after it had begun: the platform may have charged for it."""

    def __str__(self) -> str:
        return without_secrets(f"{self.url}: {self.reason}")


class Refused(FetchError):
    """The request is not allowed: a private address, robots.txt, a scheme other than http(s)."""


class OverBudget(FetchError):
    """The day's budget for a platform does not allow the request."""


class HostBusy(FetchError):
    """Another process asks the host; the request was not made."""


class TryLater(FetchError):
    """A temporary fault: a time-out, a dropped connection, a 5xx or 429 answer."""

    def __init__(
        self, url: str, reason: str, after: float | None = None, *, late: bool = False, spent: bool = False
    ) -> None:
        super().__init__(url, reason)
        self.after = after
        """Seconds that the server asks to wait; None where it does not say."""
        self.late = late
        """Whether no connection could be made in time."""
        self.spent = spent
        """Whether the answer used up all its time, so that another attempt right away is pointless."""
