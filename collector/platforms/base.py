"""What a platform is: everything that is said of one in its own file, and what it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec

from ..clock import LookKind
from ..groups import FollowSettings
from ..markup.embeds import embeds_in
from ..markup.marks import Marks, ReadPath, Recogniser
from ..markup.page import Page
from ..net.budget import UTC_DAY, Budget
from ..net.evidence import Evidence
from ..records import Kind, Post, PostAddress, embed_as_post

if TYPE_CHECKING:
    from ..net.fetch import Fetcher


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
    again: float | None = None  # seconds after which the platform says that it can tell more
    lacking: str | None = None  # what the platform keeps out of the answer, in a line


class Break(NamedTuple):
    """A day from which a count means something else than before."""

    day: str
    metric: str  # views, likes, …
    words: str


class Row(NamedTuple):
    """A platform's line in the table of ``docs/platforms.md``."""

    without_key: str
    with_key: str
    counts: str


RECORDED = Row("the post as the article shows it, and recordings", "none", "as recorded")
"""The line of platforms that are never asked."""
SettingsT = TypeVar("SettingsT", bound=FollowSettings)


class Source(Generic[SettingsT]):
    """A platform. A subclass says what is its own; what it leaves out, the platform does not have or is not asked.

    Reading: ``read`` gives the posts of one object and ``inside`` where further objects lie; a platform whose posts
    need the whole payload overrides ``read_payload`` or ``read_markup`` instead.
    """

    # What it is
    name: str  # as in the records, settings and commands
    title: str  # for people
    rank = 50  # its place in lists, the lowest first; platforms of one rank stand by name
    help: str  # what it reads and what it needs, in one line
    row: Row
    documentation: str  # where the platform describes its format
    limits = ""  # what the platform allows and charges, and where it says so
    checked: str  # the day on which the limits were last read there

    # Addresses and embeds
    hosts: Mapping[str, ReadPath] = {}  # without "www."; how a path on a host of its own is read
    domains: Mapping[str, ReadPath] = {}  # the same for all subdomains of a domain
    profiles: Mapping[str, str] = {}  # a host, and the pattern of a profile's path, whose first group is the handle
    shares: Mapping[
        str, str
    ] = {}  # a host, and the pattern of a path behind which only a request shows which post it is
    federated = False  # whether many servers of any name speak it, each asked about its own posts
    marks = Marks()

    # Settings and money
    services: tuple[str, ...] = ()  # other services that are asked about it, whose settings stand in its group
    group: type[SettingsT]  # its settings, each named ``NAME_…``
    searches_words = False  # whether ``naming`` is asked: its search reads the words of posts, and costs no money
    search_budget = ""  # the budget that a search for links or words is charged to; "" where searching is free
    search_units = 1  # what a search costs of it
    resumes = False  # whether ``newer`` asks for what came after a post, since what is asked for again costs again
    search_holds: timedelta | None = None  # how far back ``linking`` reaches, where ``archive`` reaches further

    # Exports of other tools
    zeeschuimer: tuple[str, ...] = ()  # what Zeeschuimer calls it (github.com/digitalmethodsinitiative/zeeschuimer)

    # Counts
    breaks: tuple[Break, ...] = ()

    # Asking
    whole_threads = False  # whether its count of replies counts the answers to answers too
    thread_answers = (
        0  # where posts are asked about one by one: of how many answers a request for a thread tells the counts
    )

    def anywhere(self, host: str, path: str) -> PostAddress | None:
        """The post that a path names on a host that no platform claims; None where it names none."""
        return None

    def profile_anywhere(self, host: str, path: str) -> str | None:
        """The handle whose profile a path names on a host that no platform claims; None where it names none."""
        return None

    def is_final(self, external_id: str) -> bool:
        """Whether a post keeps this id for ever; one that may change is not stored as an id."""
        return True

    def budget(self, settings: SettingsT) -> int | None:
        """The most that a UTC day may cost, in the unit of ``shown_amount``; None where asking is free."""
        return None

    def budgets(self, settings: SettingsT) -> tuple[Budget, ...]:
        """What limits asking: by default ``budget`` alone; () where asking is free."""
        most = self.budget(settings)
        return () if most is None else (Budget(self.name, most, UTC_DAY, self.shown_amount),)

    def shown_amount(self, amount: int) -> str:
        """An amount of its budget for people."""
        return f"{amount} units"

    def exported(self, data: Any) -> Any:
        """The payload inside an item of Zeeschuimer's; the item itself where it wraps nothing."""
        return data

    def is_export(self, payload: Any) -> bool:
        """Whether a document of another tool is plainly of this platform; marks that need no code stand in ``exports/platforms.toml``."""
        return False

    def counts_at_once(self, settings: SettingsT) -> int:
        """Of how many posts one request tells the counts at the price of one; 1 where each is asked for or paid by itself."""
        return 1

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """Which looks a post of a kind is worth; () where nothing can be asked about it."""
        return ()

    def missing(self, settings: SettingsT) -> str | None:
        """What cannot be read with these settings, in one line; None where nothing is missing."""
        return None

    def normalise(self, payload: Any) -> list[Post]:
        """Every post in a decoded payload (JSON, or a page as a string), in its order, each once. Never raises."""
        found = self.read_markup(payload) if isinstance(payload, str) else self.read_payload(payload)
        told: dict[Any, Post] = {}
        for post in found:
            name = post.external_id or (post.author.handle, post.text)
            if name not in told or post.deleted or _facts(post) >= _facts(told[name]):
                told[name] = post
        return list(told.values())

    def located(self, payload: Any, address: str) -> Any:
        """A payload with what only the address that it came from tells; as it is where it says everything itself."""
        return payload

    def read_markup(self, markup: str) -> Iterable[Post]:
        """The posts in a page or a piece of one: those that it embeds."""
        return [embed_as_post(embed) for embed in embeds_in(Page(markup), self.own) if embed.platform == self.name]

    def read_payload(self, payload: Any) -> Iterable[Post]:
        """The posts in a payload, however deep they lie, in its order."""
        found: list[Post] = []
        waiting = [payload]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                posts, value = self.visited(value)
                found.extend(posts)
            if value and isinstance(value, list):
                waiting += value[::-1]
        return found

    def visited(self, item: dict[str, Any]) -> tuple[Iterable[Post], list[Any]]:
        """``read`` and ``inside`` of an object; overridden where both turn on the same question."""
        return self.read(item), self.inside(item)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """The post that an object is; () where it is none."""
        return ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """What of an object may hold further posts."""
        return []

    @cached_property
    def own(self) -> Recogniser:
        """Tells this platform's posts alone."""
        return Recogniser((self,))

    def identify(self, url: str | None) -> PostAddress | None:
        """The post of this platform that an address names; None where it names none."""
        return self.own.identify(url or "")

    def has_archive(self, settings: SettingsT) -> bool:
        """Whether ``archive`` is asked for what ``linking`` and ``replies`` do not reach."""
        return False

    async def posts(self, fetcher: Fetcher, settings: SettingsT, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Looks at posts again, or for the first time: those of ``wanted`` that carry an id or an address."""
        for answer in NOTHING:
            yield answer

    async def replies(self, fetcher: Fetcher, settings: SettingsT, post: Post) -> AsyncIterator[Answer]:
        """The replies to a post, page by page."""
        for answer in NOTHING:
            yield answer

    async def quotes(self, fetcher: Fetcher, settings: SettingsT, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        for answer in NOTHING:
            yield answer

    async def linking(self, fetcher: Fetcher, settings: SettingsT, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, page by page."""
        for answer in NOTHING:
            yield answer

    async def newer(
        self, fetcher: Fetcher, settings: SettingsT, wanted: str | Post, after: int | None
    ) -> AsyncIterator[Answer]:
        """Posts that link to an address, or the replies to a post, that came after the post of number ``after``; where ``resumes``."""
        for answer in NOTHING:
            yield answer

    async def archive(
        self, fetcher: Fetcher, settings: SettingsT, wanted: str | Post, since: datetime, until: datetime
    ) -> AsyncIterator[Answer]:
        """Posts of a stretch of time that link to an address, or the replies to a post, page by page, where ``search_holds`` is shorter."""
        for answer in NOTHING:
            yield answer

    async def naming(self, fetcher: Fetcher, settings: SettingsT, words: str) -> AsyncIterator[Answer]:
        """Posts that have all of some words, page by page."""
        for answer in NOTHING:
            yield answer


def _facts(post: Post) -> int:
    """How much a record tells: a post may stand in one payload whole, and in short where another passes it on."""
    parts = (post, post.author, post.reach)
    return sum(value not in (None, (), False) for part in parts for value in msgspec.structs.astuple(part))


NOTHING: tuple[Answer, ...] = ()


class Recorded(Source[FollowSettings]):
    """A platform that is read from articles and recordings alone: nothing is asked, so nothing is missing."""

    group = FollowSettings
    row = RECORDED
