"""What happens in the moved fortnight: stories, reactions to them, and networks that count what they are asked."""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import httpx

LATENCY = 0.2
"""Seconds until a network answers."""
BUSY, LATER, CUT, EMPTY, LIMITED = 0.03, 0.01, 0.01, 0.01, 0.005
"""Shares of the answers that are 503, 503 with a time to come back, cut off, empty, and 429 though we asked for little."""
LATER_SECONDS = (20, 300, 2700)
LIMITED_SECONDS = 60
CURSORS = ("cursor", "next_token", "pagination_token", "pageToken", "after", "eucontinue")
EXPIRED = 0.02
"""Share of the pages whose cursor the network no longer knows."""
OVERLAP = 1
"""Posts of a page that the next one has once more."""
HOLLOW, SHIFTED = 0.03, 0.05
"""Shares of the pages that are empty though more follow, and behind which the next begins too late, as where a post before it vanished."""
AGAIN = 1_000_000
"""What is added to a place so that it has another name."""
GONE = 0.1
"""Share of the answers that nobody answers which vanish."""


@dataclass(frozen=True)
class Story:
    """A story, by its page."""

    number: int
    slug: str
    title: str
    published: datetime

    @property
    def url(self) -> str:
        """Its address, which nobody else's begins with."""
        return f"https://www.northport-times.example/{self.slug}/"


@dataclass(eq=False)
class Thing:
    """A reaction: a post that links to the story, one that answers or quotes another, or one that the story's page shows."""

    network: str
    number: int
    story: Story
    how: str  # links, replies, quotes, embedded
    born: datetime
    parent: "Thing | None" = None
    children: "list[Thing]" = field(default_factory=list)
    gone: datetime | None = None

    def there(self, at: datetime) -> bool:
        """Whether its network shows it at a moment."""
        return self.born <= at and (self.gone is None or at < self.gone)

    @property
    def root(self) -> "Thing":
        """What opened its thread."""
        return self.parent.root if self.parent and self.how == "replies" else self

    def below(self, at: datetime, how: str = "replies") -> "Iterator[Thing]":
        """What is there at a moment of those that answer it, and of those that answer these."""
        for child in self.children:
            if child.how == how and child.there(at):
                yield child
                if how == "replies":
                    yield from child.below(at)

    def beside(self, at: datetime, how: str) -> "list[Thing]":
        """What is there at a moment of those that answer or quote it directly."""
        return [child for child in self.children if child.how == how and child.there(at)]


class Window(NamedTuple):
    """A limit: so much in any stretch of ``seconds``, or (0) on a day of ``zone``."""

    most: int
    seconds: int = 0
    zone: str = "UTC"

    def used(self, hits: "Sequence[Hit]", at: datetime) -> int:
        """What was asked in the stretch that ends at a moment."""
        if self.seconds:
            since = at - timedelta(seconds=self.seconds)
            return sum(hit.cost for hit in _newest(hits, since))
        day = at.astimezone(ZoneInfo(self.zone)).date()
        recent = _newest(hits, at - timedelta(days=2))
        return sum(hit.cost for hit in recent if hit.at.astimezone(ZoneInfo(self.zone)).date() == day)

    def fullest(self, hits: "Sequence[Hit]") -> int:
        """The most that was asked in any such stretch."""
        if not self.seconds:
            days = Counter[Any]()
            for hit in hits:
                days[hit.at.astimezone(ZoneInfo(self.zone)).date()] += hit.cost
            return max(days.values(), default=0)
        found, first, held = 0, 0, 0
        for last, hit in enumerate(hits):
            held += hit.cost
            while hits[first].at <= hit.at - timedelta(seconds=self.seconds):
                held -= hits[first].cost
                first += 1
            found = max(found, held)
            assert first <= last
        return found

    def said(self) -> str:
        """The stretch, for people."""
        names = {1: "second", 60: "minute", 300: "5 minutes", 600: "10 minutes", 900: "15 minutes", 3600: "hour"}
        return names.get(self.seconds, f"{self.seconds // 3600} h") if self.seconds else f"day ({self.zone})"


class Hit(NamedTuple):
    """A request that a network counted, and how much it counted for."""

    at: datetime
    cost: int = 1


def _newest(hits: Sequence[Hit], since: datetime) -> Iterator[Hit]:
    for hit in reversed(hits):
        if hit.at <= since:
            return
        yield hit


class Asked(NamedTuple):
    """A request."""

    host: str
    path: str
    query: dict[str, list[str]]
    body: dict[str, Any]
    headers: httpx.Headers

    def one(self, name: str, otherwise: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [otherwise])[0]


class Network:
    """A network in its documented form: what it shows at a moment, what it allows, and what goes wrong there."""

    name: ClassVar[str]
    platform: ClassVar[str] = ""  # as in the records, where that is not its name
    hosts: ClassVar[tuple[str, ...]]
    windows: ClassVar[dict[str, tuple[Window, ...]]] = {}
    hows: ClassVar[tuple[str, ...]] = ("replies", "quotes")
    shown: ClassVar[bool] = False  # whether its posts are found on the story's page alone
    buries: ClassVar[bool] = True  # whether it tells, where it is asked, that an answer is gone

    def __init__(self, seed: int, faults: bool = True) -> None:
        self.things: list[Thing] = []
        self.by_id: dict[str, Thing] = {}
        self.hits: dict[str, list[Hit]] = defaultdict(list)
        self.requests = 0
        self.exceeded: list[str] = []
        self.hasty: list[str] = []
        self._closed: dict[str, tuple[datetime, datetime]] = {}  # since when, and until when
        self._random = random.Random(f"{seed} {self.name}")
        self._faults = faults

    # What happens there

    def add(self, thing: Thing) -> None:
        """Has a reaction happen."""
        self.things.append(thing)
        self.by_id[self.id_of(thing)] = thing
        if thing.parent:
            thing.parent.children.append(thing)

    def id_of(self, thing: Thing) -> str:
        """The external id of a reaction."""
        return str(thing.number)

    def embed(self, thing: Thing) -> str:
        """How a page shows a post."""
        raise NotImplementedError

    def linking(self, words: str, at: datetime) -> list[Thing]:
        """The posts that link to the story whose address is in ``words``, the newest first."""
        found = [t for t in self.things if t.how == "links" and t.there(at) and _near(t.story.url) in words]
        return sorted(found, key=lambda t: t.born, reverse=True)

    # What it counts

    def bucket(self, asked: Asked) -> str:
        """Which of its limits a request counts against."""
        return ""

    def cost(self, asked: Asked, bucket: str) -> int:
        """What a request counts for."""
        return 1

    def answer(self, asked: Asked, at: datetime) -> Any:
        """The JSON, text or response to a request."""
        raise NotImplementedError

    def refusal(self, asked: Asked, wait: float, at: datetime) -> httpx.Response:
        """What is answered where more is asked than is allowed, with the network's own header."""
        return httpx.Response(429, headers={"Retry-After": str(int(wait))})

    def told(self, bucket: str, at: datetime) -> dict[str, str]:
        """The headers of an answer that tell what is left."""
        return {}

    async def __call__(self, asked: Asked, clock: Any) -> httpx.Response:
        """The answer to a request, after a while."""
        came = clock.at
        self.requests += 1
        since, until = self._closed.get(asked.host, (came, came))
        if since < came < until - timedelta(seconds=1):
            self.hasty.append(f"{asked.host}{asked.path} at {came:%d %H:%M:%S}, until {until:%H:%M:%S}")
        await asyncio.sleep(LATENCY)
        bucket = self.bucket(asked)
        full = [w for w in self.windows.get(bucket, ()) if w.used(self.hits[bucket], came) >= w.most]
        self.hits[bucket].append(Hit(came, self.cost(asked, bucket)))
        if full:
            self.exceeded.append(f"{bucket} {full[0].most} in {full[0].said()} at {came:%d %H:%M:%S}")
            found = self.refusal(asked, full[0].seconds or 3600, clock.at)
        else:
            found = self._spoilt(asked, clock.at) or self._sent(asked, bucket, clock.at)
        cut = self._faults and found.status_code == 200 and self._random.random() < CUT
        found.headers.pop("content-length", None)
        return httpx.Response(found.status_code, headers=found.headers, stream=_Body(found.content, cut))

    def _spoilt(self, asked: Asked, at: datetime) -> httpx.Response | None:
        """An answer that goes wrong; None where this one does not."""
        chance = self._random.random() if self._faults else 1.0
        if chance < BUSY:
            return httpx.Response(503, content=b"busy")
        if chance < BUSY + LATER:
            wait = self._random.choice(LATER_SECONDS)
            self._closed[asked.host] = (at, at + timedelta(seconds=wait))
            return httpx.Response(503, headers={"Retry-After": str(wait)}, content=b"later")
        if chance < BUSY + LATER + EMPTY:
            return httpx.Response(200, content=b"")
        if chance < BUSY + LATER + EMPTY + LIMITED:
            return httpx.Response(429, content=b"slow down")
        if chance < BUSY + LATER + EMPTY + 2 * LIMITED:
            return self.refusal(asked, LIMITED_SECONDS, at)
        if self._faults and chance > 1 - EXPIRED and any(asked.one(name) for name in CURSORS):
            return httpx.Response(400, json={"error": "InvalidRequest", "message": "the cursor has expired"})
        return None

    def page(self, found: Sequence[Thing], start: int, size: int) -> tuple[Sequence[Thing], int | None]:
        """A page of a list, and where the next one begins: a little before this one's end, so that posts come twice; or
        too late; or it is empty, and another follows.
        """
        start %= AGAIN
        end, chance = start + size, self._random.random() if self._faults else 0.5
        if chance < HOLLOW and start < len(found):
            return [], start + AGAIN
        following = end + 1 if chance > 1 - SHIFTED else end - OVERLAP
        return found[start:end], following if end < len(found) else None

    def _sent(self, asked: Asked, bucket: str, at: datetime) -> httpx.Response:
        found = self.answer(asked, at)
        if isinstance(found, httpx.Response):
            return found
        text = isinstance(found, str | bytes)
        body = (found.encode() if isinstance(found, str) else found) if text else json.dumps(found).encode()
        kind = "text/html; charset=utf-8" if text else "application/json"
        headers = {"Content-Type": kind, **self.told(bucket, at)}
        return httpx.Response(200, headers=headers, content=body)


class _Body(httpx.AsyncByteStream):
    """A body as it comes from a network: it may end before its time."""

    def __init__(self, body: bytes, cut: bool) -> None:
        self._body, self._cut = body, cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body[: len(self._body) // 2] if self._cut else self._body
        if self._cut:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def _near(url: str) -> str:
    return url.removeprefix("https://www.").rstrip("/")


def read(request: httpx.Request) -> Asked:
    """A request as networks see it."""
    sent = request.content
    body = json.loads(sent) if sent else {}
    return Asked(request.url.host, request.url.path, parse_qs(request.url.query.decode()), body, request.headers)


class World:
    """All networks, and everything that happens in them."""

    def __init__(self, networks: Sequence[Network], stories: Sequence[Story], *, seed: int = 14) -> None:
        self.networks = networks
        self.stories = stories
        self.clock: Any = None
        self.strangers: Counter[str] = Counter()  # requests to hosts that nobody plays
        self._random = random.Random(seed)
        self._number = 0
        self._hosts = {host: network for network in networks for host in network.hosts}

    def plant(self, network: Network, start: datetime, days: float, daily: float) -> None:
        """Has ``daily`` posts a day and story begin threads on a network."""
        for story in self.stories:
            for _ in range(round(daily * days)):
                born = start + timedelta(days=self._random.uniform(0, days))
                root = self.happen(network, story, "embedded" if network.shown else "links", born)
                for _ in range(self._random.choice((0, 0, 1, 2, 4)) if network.hows and not network.shown else 0):
                    later = born + timedelta(hours=self._random.expovariate(1 / 5))
                    if later < start + timedelta(days=days):
                        parent = self._random.choice([root, *root.below(later)])
                        self.happen(network, story, self._random.choice(network.hows), later, parent)
        for thing in network.things:
            later = thing.born + timedelta(hours=self._random.uniform(3, 48))
            if thing.parent and not thing.children and self._random.random() < GONE:
                thing.gone = later

    def happen(self, network: Network, story: Story, how: str, born: datetime, parent: Thing | None = None) -> Thing:
        """One reaction, to the second, as networks tell times."""
        self._number += 1
        thing = Thing(network.name, self._number, story, how, born.replace(microsecond=0), parent)
        network.add(thing)
        return thing

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """What the network of a request's host answers."""
        asked = read(request)
        network = self._hosts.get(asked.host)
        if network is None:
            self.strangers[asked.host] += 1
            return httpx.Response(404, stream=_Body(b"", False))
        return await network(asked, self.clock)


def stamp(at: datetime) -> str:
    """A time as most networks write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
