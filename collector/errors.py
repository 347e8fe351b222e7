"""Every error that Storywake raises on purpose; each carries one clear line for a person."""

from .urls import without_secrets


class StorywakeError(Exception):
    """The root: what went wrong, in one line."""


class BadInput(StorywakeError):
    """Something given by a person cannot be used: an address, a file, a query."""


class LockLost(StorywakeError):
    """The lock that lets one process alone do something is no longer held."""


class Unreadable(StorywakeError):
    """A fetched document or payload is not in the format its source documents."""


class NoQuestion(StorywakeError):
    """An index cannot be asked about a story: why, so that it may be noted."""


class FetchError(StorywakeError):
    """An address gave no usable answer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason
        self.cut_off = False
        """Whether the answer had begun, so that the platform may have charged for it."""

    def __str__(self) -> str:
        return without_secrets(f"{self.url}: {self.reason}")


class Refused(FetchError):
    """The fetcher would not ask: a private address, robots.txt, a scheme other than http(s)."""


class OverBudget(FetchError):
    """The day's budget for a platform does not allow the request."""


class TryLater(FetchError):
    """A passing fault: a time-out, a dropped connection, a 5xx or 429 answer."""

    def __init__(
        self, url: str, reason: str, after: float | None = None, *, late: bool = False, spent: bool = False
    ) -> None:
        super().__init__(url, reason)
        self.after = after
        """Seconds the server asked to wait, where it did."""
        self.late = late
        """Whether no connection came in time."""
        self.spent = spent
        """Whether an answer took all the time it may, so that asking again at once is no use."""
