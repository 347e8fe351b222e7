"""What every source is."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple, Protocol

from ..evidence import Evidence
from ..fetch import Fetcher
from ..records import Post
from ..settings import Settings


class Answer(NamedTuple):
    """One answer of a platform and what it says."""

    evidence: Evidence
    posts: list[Post]
    gone: tuple[str, ...] = ()  # external ids that the platform says no longer exist


class Source(Protocol):
    """A platform that posts are read from. One file each, all alike."""

    name: str  # as in the records
    help: str  # what it reads and what it needs, in one line, for ``doctor`` and the documentation
    documentation: str  # where the platform describes its format

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings it uses."""
        ...

    def missing(self, settings: Settings) -> str | None:
        """What cannot be read with these settings, in one line; None where nothing is missing."""
        ...

    def normalise(self, payload: Any) -> list[Post]:
        """Every post in a decoded payload, in its order; [] where it holds none. Never raises."""
        ...

    def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Looks at posts again, or for the first time: those of ``wanted`` that carry an id or an address."""
        ...

    def reactions(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The replies to a post and the posts that quote it, page by page."""
        ...
