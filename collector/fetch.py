"""The one door to the network: polite, retried, guarded, bounded. Nothing else opens a connection."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from protego import Protego
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from .budget import Purse, Unlimited
from .dates import stamp
from .errors import FetchError, Refused, TryLater
from .evidence import Evidence
from .guard import PrivateAddress, guarded_transport
from .records import Post
from .settings import Settings
from .urls import is_web_address, join, split

if TYPE_CHECKING:
    from .readers import Content

Reader = Callable[[str, Evidence], Awaitable["Content"]]
"""Reads an answer of a source, as ``collector.workers.Readers.read`` does."""
REDIRECTS = (301, 302, 303, 307, 308)
TRANSIENT = (408, 425, 429, 500, 502, 503, 504)
ROBOTS_BYTES = 500_000
ROBOTS_KEPT = 24 * 3600.0
LONGEST_LIMIT = 900.0
"""Seconds that a rate limit is believed: the platforms' windows are a quarter of an hour at most."""


class Host:
    """The pace and the rules of one host."""

    def __init__(self, delay: float, concurrency: int) -> None:
        self.delay = delay
        self.slots = asyncio.Semaphore(concurrency)
        self.pace = asyncio.Lock()
        self.next_start = 0.0
        self.closed_until = 0.0
        self.rules: Protego | None = None
        self.rules_until = 0.0
        self.rules_lock = asyncio.Lock()


class Fetcher:
    """Fetches addresses as evidence. Use as an async context manager.

    Each host is asked at most once in ``host_delay`` seconds, by ``host_concurrency`` requests at
    a time; its robots.txt is obeyed for pages (``robots=True``), its Retry-After always. An answer
    is read up to ``max_bytes`` after decompression and for ``timeout`` seconds in all. Addresses
    that are not public are refused on the address connected to, after every redirect too.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        purse: Purse | None = None,
        read: Reader | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._pause = pause
        self._clock = clock
        self._read_answer = read
        self._hosts: dict[str, Host] = {}
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._client = httpx.AsyncClient(
            transport=guarded_transport(allow_private=settings.allow_private, connections=settings.concurrency),
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(settings.timeout, pool=None),
            follow_redirects=False,
        )
        self.purse = purse or Unlimited()
        """What platforms may cost."""
        self.tokens: dict[str, str] = {}
        """Sessions that sources opened, by platform; gone with the fetcher, never stored."""
        self.requests = 0
        """Requests made so far, retries and robots.txt included."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        robots: bool = True,
    ) -> Evidence:
        """What ``url`` answers, redirects followed, passing faults retried.

        With ``etag`` or ``last_modified`` the answer may be 304 with an empty body. An answer of
        4xx is evidence too (a post that is gone). Raises Refused where the request is not allowed,
        TryLater where the fault outlasted every attempt, FetchError for anything else.
        """
        if params:
            parts = split(url)
            url += ("&" if parts and parts.query else "?") + urlencode(params, doseq=True)
        asked = {"Accept": "*/*", **(headers or {})}
        if etag:
            asked["If-None-Match"] = etag
        if last_modified:
            asked["If-Modified-Since"] = last_modified
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TryLater),
            stop=stop_after_attempt(self._settings.attempts),
            wait=self._wait,
            sleep=self._pause,
            reraise=True,
        )
        evidence: Evidence = await retrying(self._follow, url, asked, robots)
        attempts = int(retrying.statistics.get("attempt_number", 1))
        return evidence if attempts == 1 else msgspec.structs.replace(evidence, attempts=attempts)

    async def post(self, url: str, payload: Any) -> Evidence:
        """What ``url`` answers to a JSON object that is sent once, no redirect followed; used to sign in."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        status, answered, body, _ = await self._once(url, headers, "POST", json.dumps(payload).encode())
        return Evidence(
            url=url, final_url=url, fetched_at=stamp(datetime.now(UTC)), status=status, headers=answered, body=body
        )

    async def read(self, platform: str, evidence: Evidence) -> list[Post]:
        """The posts in a platform's answer, read by whom the fetcher was given for it. Raises Unreadable."""
        if self._read_answer is not None:
            return (await self._read_answer(platform, evidence)).posts
        from .readers import read  # here, since readers know the sources and those know the fetcher

        return read(platform, evidence).posts

    def slow_down(self, url: str, delay: float) -> None:
        """Leaves at least ``delay`` seconds between two requests to an address's host, where its operator asks for that.

        A pace of 0 set for the collector (a test server) stays.
        """
        host = self._host(url)
        host.delay = max(host.delay, delay) if self._settings.host_delay else 0.0

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        backoff: float = wait_exponential_jitter(multiplier=0.5, max=self._settings.max_wait, jitter=0.5)(state)
        asked = error.after if isinstance(error, TryLater) and error.after is not None else 0.0
        return max(backoff, asked)

    async def _follow(self, url: str, headers: dict[str, str], robots: bool) -> Evidence:
        chain = [url]
        here = url
        for _ in range(self._settings.max_redirects + 1):
            if not is_web_address(here):
                raise Refused(url, f"not a web address: {here[:200]}")
            try:
                if robots:
                    await self._obey(here)
                status, answered, body, location = await self._once(here, headers)
            except FetchError as error:
                if here != url:
                    error.reason = f"{error.reason} (redirected to {here[:200]})"
                error.url = url
                raise
            if location is None:
                return Evidence(
                    url=url,
                    final_url=here,
                    chain=tuple(chain),
                    fetched_at=stamp(datetime.now(UTC)),
                    status=status,
                    headers=answered,
                    body=body,
                )
            following = join(here, location)
            if following is None:
                raise FetchError(url, f"redirects to what is no address: {_line(location)}")
            if following in chain:
                raise FetchError(url, "redirects in a circle")
            if urlsplit(following).hostname != urlsplit(here).hostname:
                headers = {k: v for k, v in headers.items() if k != "Authorization"}
            chain.append(following)
            here = following
        raise FetchError(url, f"more than {self._settings.max_redirects} redirects")

    async def _once(
        self, url: str, headers: dict[str, str], method: str = "GET", content: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes, str | None]:
        """One request: status, headers, body, and where it redirects to."""
        begun = False
        async with self._turn(url) as answered:
            self.requests += 1
            try:
                async with (
                    asyncio.timeout(self._settings.timeout),
                    self._client.stream(method, url, headers=headers, content=content) as response,
                ):
                    location = response.headers.get("location") if response.status_code in REDIRECTS else None
                    answered()
                    self._heed_limit(url, response)
                    if response.status_code in TRANSIENT:
                        raise self._transient(url, response)
                    begun = True
                    body = b"" if location is not None else await self._read(url, response)
                    return response.status_code, dict(response.headers), body, location
            except TimeoutError:
                fault: FetchError = TryLater(url, f"no full answer within {self._settings.timeout:g} s")
            except PrivateAddress as error:
                fault = Refused(url, str(error))
            except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError, ValueError) as error:
                fault = Refused(url, f"not a usable address: {_line(error)}")
            except httpx.TimeoutException as error:
                fault = TryLater(url, f"timed out ({type(error).__name__})")
            except httpx.RemoteProtocolError as error:
                fault = TryLater(url, f"not proper HTTP: {_line(error)}")
            except httpx.TransportError as error:
                fault = TryLater(url, _line(error) or type(error).__name__)
        fault.cut_off = begun
        raise fault

    def _heed_limit(self, url: str, response: httpx.Response) -> None:
        """Holds a host's next request until its rate limit starts anew, where an answer says that nothing remains."""
        headers = response.headers
        remaining = (
            headers.get("x-ratelimit-remaining")
            or headers.get("x-rate-limit-remaining")
            or headers.get("ratelimit-remaining")
        )
        reset = headers.get("x-ratelimit-reset") or headers.get("x-rate-limit-reset") or headers.get("ratelimit-reset")
        wait = seconds_until(reset, datetime.now(UTC))
        if remaining is not None and wait is not None and remaining.strip().split(".")[0] == "0":
            host = self._host(url)
            host.next_start = max(host.next_start, self._clock() + min(wait, LONGEST_LIMIT))

    def _transient(self, url: str, response: httpx.Response) -> FetchError:
        after = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
        reason = f"answered {response.status_code}"
        if after is not None and after > self._settings.max_wait:
            host = self._host(url)
            host.closed_until = self._clock() + after
            return FetchError(url, f"{reason}, asks to wait {after:g} s")
        return TryLater(url, reason, after)

    async def _read(self, url: str, response: httpx.Response) -> bytes:
        """The body, decompressed piece by piece so that no piece can swell past the cap."""
        limit = self._settings.max_bytes
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError(url, f"a compression that was not asked for: {encoding[:40]}")
        body = bytearray()
        unzip = Inflater(limit) if encoding not in ("", "identity") else None
        received = 0
        async for piece in response.aiter_raw(65_536):
            received += len(piece)
            try:
                body += unzip.feed(piece) if unzip else piece
            except zlib.error:
                raise FetchError(url, "broken compression") from None
            if len(body) > limit or received > limit:
                raise FetchError(url, f"larger than {limit} bytes")
        return bytes(body)

    @asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[Callable[[], None]]:
        """Waits for the host's pace and for a free place. Yields what is to be called once the host answers.

        The host's next request starts no sooner than its delay after that answer, so that what
        the host sees keeps the pace too, however long the connection took.
        """
        host = self._host(url)
        paced = False

        def answered() -> None:
            nonlocal paced
            if paced:
                paced = False
                host.next_start = max(host.next_start, self._clock() + host.delay)
                host.pace.release()

        closed = host.closed_until - self._clock()
        if closed > 0:
            raise FetchError(url, f"the host asked to wait {closed:.0f} s more")
        async with host.slots, self._slots:
            await host.pace.acquire()
            paced = True
            try:
                while (wait := host.next_start - self._clock()) > 0:
                    await self._pause(wait)
                if not host.delay:
                    answered()
                yield answered
            finally:
                answered()

    def _host(self, url: str) -> Host:
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.netloc}"
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = Host(self._settings.host_delay, self._settings.host_concurrency)
        return host

    async def _obey(self, url: str) -> None:
        """Raises Refused where the host's robots.txt (RFC 9309) forbids the address to this agent."""
        host = self._host(url)
        async with host.rules_lock:
            if self._clock() >= host.rules_until:
                host.rules = await self._rules(url)
                host.rules_until = self._clock() + ROBOTS_KEPT
                asked = host.rules.crawl_delay("storywake")
                if asked:
                    host.delay = max(host.delay, min(float(asked), 30.0))
        assert host.rules is not None
        if not host.rules.can_fetch(url, "storywake"):
            raise Refused(url, "robots.txt forbids it")

    async def _rules(self, url: str) -> Protego:
        """robots.txt: none (4xx, unreadable) allows all; a server in trouble (5xx, no answer) allows nothing, as RFC 9309 asks."""
        parts = urlsplit(url)
        here = f"{parts.scheme}://{parts.netloc}/robots.txt"
        for _ in range(5):
            try:
                status, _, body, location = await self._once(here, {"Accept": "text/plain"})
            except TryLater as error:
                raise TryLater(url, f"robots.txt could not be read: {error.reason}", error.after) from None
            except Refused:
                raise
            except FetchError:
                return Protego.parse("")
            if location is None:
                break
            following = join(here, location)
            if following is None or not is_web_address(following):
                return Protego.parse("")
            here = following
        else:
            return Protego.parse("")
        return Protego.parse(body[:ROBOTS_BYTES].decode("utf-8", "replace") if status == 200 else "")


class Inflater:
    """Undoes gzip or deflate (with or without its header), never yielding more than ``limit`` bytes and one piece."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._engine = zlib.decompressobj(47)
        self._fresh = True
        self._out = 0

    def feed(self, piece: bytes) -> bytes:
        """The next piece's content, cut just above the limit. Raises zlib.error."""
        room = self._limit - self._out + 1
        if room <= 0:
            return b""
        try:
            out = self._engine.decompress(piece, room)
        except zlib.error:
            if not self._fresh:
                raise
            self._engine = zlib.decompressobj(-15)
            out = self._engine.decompress(piece, room)
        self._fresh = False
        self._out += len(out)
        return out


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks for; None where it says nothing readable."""
    if not value:
        return None
    value = value.strip()
    if value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def seconds_until(value: str | None, now: datetime) -> float | None:
    """Seconds until a rate limit starts anew; None where the header says nothing readable.

    Platforms write a Unix time (X, Bluesky), an ISO 8601 time (Mastodon), or seconds to go (Reddit, RFC draft).
    """
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        try:
            return max(0.0, (datetime.fromisoformat(value.strip()) - now).total_seconds())
        except (ValueError, TypeError):
            return None
    return max(0.0, number - now.timestamp()) if number > 1e9 else max(0.0, number)


def _line(error: Exception | str) -> str:
    return " ".join(str(error).split())[:200]
