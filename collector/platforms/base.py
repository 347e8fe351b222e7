"""What every source is, and what they share."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ..clock import LookKind
from ..errors import FetchError, OverBudget
from ..markup.embeds import find_embeds
from ..markup.page import Page
from ..net.evidence import Evidence
from ..net.fetch import Fetcher
from ..records import Kind, Post, embed_as_post
from ..settings import Settings


class Edit(NamedTuple):
    """A text that a post had until it was edited."""

    external_id: str
    replaced_at: str
    text: str


class Answer(NamedTuple):
    """One answer of a platform and what it says."""

    evidence: Evidence
    posts: list[Post]
    gone: tuple[str, ...] = ()  # external ids that the platform says no longer exist
    edits: tuple[Edit, ...] = ()  # what the platform tells of earlier texts


class Source(Protocol):
    """A platform that posts are read from. One file each, all alike."""

    name: str  # as in the records
    help: str  # what it reads and what it needs, in one line, for ``doctor`` and the documentation
    documentation: str  # where the platform describes its format

    whole_threads: bool  # whether its count of replies counts the answers to answers too
    thread_answers: int  # of how many answers one request for a thread tells the counts, where posts are asked about one by one; else 0
    search_units: int  # of its day's budget, what one search for links costs

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings it uses."""
        ...

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """Which looks a post of a kind is worth; () where nothing can be asked about it."""
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

    def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The replies to a post, page by page."""
        ...

    def quotes(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        ...

    def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, page by page."""
        ...


class Recorded:
    """The asking side of a platform that is read from articles and recordings alone: it asks for nothing."""

    settings: tuple[str, ...] = ()
    whole_threads = False
    thread_answers = 0
    search_units = 0

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """None."""
        return ()

    def missing(self, settings: Settings) -> str | None:
        """Nothing can be asked for, so nothing is missing."""
        return None

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """None."""
        for answer in NOTHING:
            yield answer

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """None."""
        for answer in NOTHING:
            yield answer

    async def quotes(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """None."""
        for answer in NOTHING:
            yield answer

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """None."""
        for answer in NOTHING:
            yield answer


NOTHING: tuple[Answer, ...] = ()


async def paid(
    fetcher: Fetcher,
    platform: str,
    most: int,
    ask: Callable[[], Awaitable[Evidence]],
    costs: Callable[[Evidence], Mapping[str, int]],
) -> Evidence:
    """Makes a request that costs at most ``most`` of the platform's budget; ``costs`` tells what its answer did.

    Raises OverBudget where the day's budget does not hold that much. A request that got no answer
    is free; one whose answer was cut off may have been charged, so what was held for it stays spent.
    """
    hold = fetcher.purse.hold(platform, most)
    if hold is None:
        raise OverBudget(platform, f"the day's budget is spent (left: {fetcher.purse.left(platform)}, asked: {most})")
    try:
        evidence = await ask()
    except FetchError as error:
        if not error.cut_off:
            fetcher.purse.settle(hold, {})
        raise
    fetcher.purse.settle(hold, costs(evidence))
    return evidence


async def pages(
    fetcher: Fetcher,
    platform: str,
    ask: Callable[[str | None], Awaitable[Evidence]],
    following: Callable[[Any], str | None],
    most: int,
) -> AsyncIterator[Answer]:
    """Answer after answer, each telling by a token where the next begins, ``most`` at most."""
    token: str | None = None
    for _ in range(most):
        evidence = await ask(token)
        yield Answer(evidence, await fetcher.read(platform, evidence))
        token = following(load(evidence))
        if not token:
            return


def load(evidence: Evidence) -> Any:
    """An answer's JSON; None where it holds none."""
    try:
        return json.loads(evidence.body)
    except (ValueError, RecursionError):
        return None


def readable(evidence: Evidence) -> bool:
    """Whether an answer is what platforms answer with: JSON or a page."""
    return load(evidence) is not None or evidence.body.lstrip()[:1] == b"<"


def shown_in_markup(platform: str, markup: str) -> list[Post]:
    """The posts of a platform that a piece of HTML embeds."""
    return [embed_as_post(embed) for embed in find_embeds(Page(markup)) if embed.platform == platform]
