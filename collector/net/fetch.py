"""The fetcher, which makes every request: paced, retried, guarded, bounded. Nothing else opens a connection."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import msgspec
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from ..dates import stamp
from ..errors import FetchError, Refused, TryLater
from ..groups import NetSettings
from ..records import Post
from ..urls import is_web_address, join, keys_in, split, without_credentials
from .body import Reader
from .budget import Purse, Unlimited
from .evidence import Evidence
from .guard import PrivateAddress, guarded_transport
from .pace import Host, Patience, retry_after
from .redirects import headers_for, refresh_of
from .robots import robots_of, rules_of
from .statuses import TRANSIENT, is_unasked, leads_on, status_of
from .turns import Alone, Turns

ReadPosts = Callable[[str, Evidence], Awaitable[list[Post]]]
"""Reads the posts in an answer of a source: ``storywake.collector.reading.workers.Readers.posts``."""
ROBOTS_MAX_AGE = 24 * 3600.0
ROBOTS_RETRY_WAIT = 300.0
"""Seconds until a robots.txt that did not come in time is asked for again."""
MAX_CONNECT_TIME = 10.0
"""Seconds in which a connection must be made."""
JSON_HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}


class Fetcher:
    """Fetches addresses as evidence. Use as an async context manager.

    Each host is asked at most once in ``host_delay`` seconds, by ``host_concurrency`` requests at
    a time; its robots.txt is obeyed for pages (``robots=True``), its Retry-After always. An answer
    is read up to ``max_bytes`` after decompression and for ``timeout`` seconds in all; an address takes twice
    that at most, redirects and repetitions included, waits left out. Addresses that are not public are refused on the address connected to, after every redirect too.
    """

    def __init__(
        self,
        settings: NetSettings,
        *,
        purse: Purse | None = None,
        read: ReadPosts | None = None,
        hosts: dict[str, Host] | None = None,
        turns: Turns | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._pause = pause
        self._clock = clock
        self._read = read
        self._hosts = hosts if hosts is not None else {}
        self._turns = turns or Alone()
        for host in self._hosts.values():
            host.renew(settings.host_concurrency)
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._reader = Reader(settings.max_bytes)
        self._keys = {key for address in settings.feeds for key in keys_in(address) if len(key) >= 6}
        self._client = httpx.AsyncClient(
            transport=guarded_transport(allow_private=settings.allow_private),
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(settings.timeout, connect=min(settings.timeout, MAX_CONNECT_TIME), pool=None),
            follow_redirects=False,
        )
        self.purse = purse or Unlimited()
        """Where the spending on platforms is kept."""
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
        """The answer of ``url``, after redirects and retries.

        With ``etag`` or ``last_modified`` the answer may be 304 with an empty body. A 4xx
        answer is returned too: it may say that a post is gone. Raises Refused where the request is not allowed,
        TryLater where a temporary fault outlasted every attempt, FetchError for anything else.
        """
        if params:
            parts = split(url)
            url += ("&" if parts and parts.query else "?") + urlencode(params, doseq=True)
        asked = {"Accept": "*/*", **(headers or {})}
        if etag:
            asked["If-None-Match"] = etag
        if last_modified:
            asked["If-Modified-Since"] = last_modified
        return await self._tried(url, asked, robots)

    async def _tried(self, url: str, asked: dict[str, str], robots: bool, content: bytes | None = None) -> Evidence:
        """An answer, tried again after passing faults; with ``content`` by POST."""
        patience = Patience(2 * self._settings.timeout)
        retrying = AsyncRetrying(
            retry=retry_if_exception(patience.again),
            stop=stop_after_attempt(self._settings.attempts),
            wait=self._wait,
            sleep=self._pause,
            reraise=True,
        )
        evidence: Evidence = await retrying(self._follow, url, asked, robots, patience, content)
        attempts = int(retrying.statistics.get("attempt_number", 1))
        return evidence if attempts == 1 else msgspec.structs.replace(evidence, attempts=attempts)

    async def api(
        self,
        base: str,
        path: str = "",
        params: Mapping[str, str | list[str] | None] | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Evidence:
        """What a platform's interface answers. No robots.txt is read for it: that is about pages.

        A slash at the end of ``base`` and parameters that are None are left out; ``token`` is sent as bearer token
        (RFC 6750). Raises what ``get`` does.
        """
        asked = {name: value for name, value in (params or {}).items() if value is not None}
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.get(
            base.rstrip("/") + path, params=asked, headers={**bearer, **(headers or {})}, robots=False
        )

    async def post(self, url: str, payload: Any) -> Evidence:
        """The answer of ``url`` to JSON, sent once; used to sign in. Redirects are faults. Raises what ``get`` raises."""
        return await self._follow(url, JSON_HEADERS, False, Patience(self._settings.timeout), _as_json(payload))

    async def query(self, url: str, payload: Any) -> Evidence:
        """The answer of an interface that is asked in JSON, tried as often as ``get`` tries. Redirects are faults."""
        return await self._tried(url, JSON_HEADERS, False, _as_json(payload))

    def host_closed(self, url: str) -> float:
        """Seconds for which the host of an address asks to be left alone (Retry-After, rate limit); 0 where it does not."""
        host = self._host(url)
        return max(host.closed(), host.limited_until - self._clock(), 0.0)

    def paced_for(self, url: str) -> float:
        """Seconds until the pace allows another request to the host of an address; 0 while a request is under way."""
        host = self._host(url)
        return 0.0 if host.busy else max(0.0, host.wait())

    def silent_for(self, url: str) -> float:
        """Seconds since the host of an address has left requests unanswered; 0 where it answers or is not asked."""
        return self._host(url).silent()

    def noted(self, url: str) -> str:
        """An address as it may be stored: without user and password, and without the keys in feeds' addresses."""
        for key in self._keys:
            url = url.replace(f"={key}", "=***")
        return without_credentials(url)

    async def read(self, platform: str, evidence: Evidence) -> list[Post]:
        """The posts in a platform's answer, read by whom the fetcher was given for it. Raises Unreadable."""
        assert self._read is not None, "this fetcher was given no reader"
        return await self._read(platform, evidence)

    def session(self, url: str) -> str:
        """The token of the session that was opened at the host of an address; "" where none is."""
        return self._host(url).session

    def keep_session(self, url: str, token: str) -> None:
        """Keeps the token of a session as long as what is known of its host, so beyond this fetcher; "" forgets it."""
        self._host(url).session = token

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

    async def _follow(
        self, url: str, headers: dict[str, str], robots: bool, patience: Patience, content: bytes | None = None
    ) -> Evidence:
        """One attempt at an address, redirects followed; the robots.txt of each host on the way is obeyed where ``robots``.

        With ``content`` it is sent by POST, and to nobody but ``url``.
        """
        chain = [url]
        here, known = url, False
        for _ in range(self._settings.max_redirects + 1):
            if not is_web_address(here):
                raise Refused(url, f"not a web address: {here[:200]}")
            try:
                if robots:
                    await self._obey(here, patience)
                status, answered, body, location = await self._once(here, headers, patience, content)
                if location is None and robots and status == 200:
                    refresh = refresh_of(here, answered, body)
                    location = None if refresh in chain else refresh
            except FetchError as error:
                if here != url:
                    error.reason = f"{error.reason} (redirected to {here[:200]})"
                error.url = url
                raise
            if location is None:
                return Evidence(
                    url=self.noted(url),
                    final_url=self.noted(here),
                    chain=tuple(map(self.noted, chain)),
                    fetched_at=stamp(datetime.now(UTC)),
                    status=status,
                    headers=answered,
                    body=body,
                )
            if content is not None:
                raise FetchError(url, "redirects what was sent")
            following = join(here, location)
            if following is None:
                raise FetchError(url, f"redirects to what is no address: {_line(location)}")
            known |= "set-cookie" in answered  # with a cookie the same address may answer otherwise
            if chain.count(following) > known:
                raise FetchError(url, "redirects in a circle")
            headers = headers_for(headers, here, following)
            chain.append(following)
            here = following
        raise FetchError(url, f"more than {self._settings.max_redirects} redirects")

    async def _once(
        self, url: str, headers: dict[str, str], patience: Patience, content: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes, str | None]:
        """Makes one request. Returns status, headers, body, and the ``Location`` of a redirect."""
        host = self._host(url)
        begun = spoke = False
        async with self._turn(url) as answered:
            self.requests += 1
            start = self._clock()
            host.asked()
            allowed = min(self._settings.timeout, max(patience.left, 0.0))
            try:
                async with (
                    asyncio.timeout(allowed) as until,
                    self._client.stream(
                        "GET" if content is None else "POST", url, headers=headers, content=content
                    ) as response,
                ):
                    spoke = True
                    host.spoke(True)
                    location = leads_on(response.status_code, response.headers)
                    answered()
                    host.heed(response.headers)
                    if response.status_code in TRANSIENT:
                        raise self._transient(url, response)
                    if is_unasked(response.status_code, headers):
                        raise FetchError(url, "answered 304 to a request that named no version")
                    begun = True
                    body = b"" if location is not None else await self._reader.read(url, response, until)
                    status = status_of(response.status_code, response.headers, headers)
                    return status, dict(response.headers), body, location
            except TimeoutError:
                fault: FetchError = TryLater(url, f"no full answer within {allowed:g} s", spent=True)
            except PrivateAddress as error:
                fault = Refused(url, str(error))
            except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError, ValueError) as error:
                fault = Refused(url, f"not a usable address: {_line(error)}")
            except httpx.ConnectTimeout as error:
                fault = TryLater(url, f"timed out ({type(error).__name__})", late=True)
            except httpx.TimeoutException as error:
                fault = TryLater(url, f"timed out ({type(error).__name__})", spent=True)
            except httpx.RemoteProtocolError as error:
                fault = TryLater(url, f"not proper HTTP: {_line(error)}")
            except httpx.TransportError as error:
                fault = TryLater(url, _line(error) or type(error).__name__)
            finally:
                patience.left -= self._clock() - start
                host.done(spoke)
        fault.cut_off = begun
        raise fault

    def _transient(self, url: str, response: httpx.Response) -> FetchError:
        after = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
        reason = f"answered {response.status_code}"
        host = self._host(url)
        if after is not None and after > self._settings.max_wait:
            host.closed_until = self._clock() + after
            return FetchError(url, f"{reason}, asks to wait {after:g} s")
        if after is not None:
            host.limited_until = max(host.limited_until, self._clock() + after)
        return TryLater(url, reason, after)

    @asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[Callable[[], None]]:
        """Waits for the host's pace, then for a free slot. Yields a function to be called once the host answers.

        The next request to the host starts no sooner than ``delay`` after that answer, so that the host sees
        the pace kept, however long the connection took.
        """
        host = self._host(url)
        paced = False

        def answered() -> None:
            nonlocal paced
            if paced:
                paced = False
                host.next_start = max(host.next_start, self._clock() + host.delay)
                host.pace.release()

        self._is_open(host, url)
        async with host.slots, self._turns.turn(host):
            await host.pace.acquire()
            paced = True
            try:
                while (wait := host.wait()) > 0:
                    await self._pause(wait)
                if not host.delay:
                    answered()
                async with self._slots:
                    self._is_open(host, url)
                    self._turns.asked(host)
                    yield answered
            finally:
                answered()

    @staticmethod
    def _is_open(host: Host, url: str) -> None:
        if host.closed():
            raise FetchError(url, f"the host asked to wait {host.closed():.0f} s more")

    def _host(self, url: str) -> Host:
        parts = split(url)
        key = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}" if parts else ""
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = Host(key, self._settings.host_delay, self._settings.host_concurrency, self._clock)
        return host

    async def _obey(self, url: str, patience: Patience) -> None:
        """Raises Refused where the host's robots.txt (RFC 9309) forbids the address to this agent."""
        host = self._host(url)
        async with host.rules_lock:
            if self._clock() >= host.rules_until:
                host.rules = None
                body, age = self._turns.robots(host) or await self._fetch_rules(url, host, patience)
                host.rules, host.rules_until = rules_of(body), self._clock() + age
                asked = host.rules.crawl_delay("storywake")
                if asked:
                    host.delay = max(host.delay, min(float(asked), 30.0))
        if host.rules is None:
            raise TryLater(url, "robots.txt could not be read: it did not come in time", spent=True)
        if not host.rules.can_fetch(url, "storywake"):
            raise Refused(url, "robots.txt forbids it")

    async def _fetch_rules(self, url: str, host: Host, patience: Patience) -> tuple[bytes, float]:
        """A host's robots.txt, and for how many seconds it holds. Raises what ``robots_of`` raises."""
        whole = patience.left >= self._settings.timeout
        try:
            body = await robots_of(url, lambda here: self._once(here, {"Accept": "text/plain"}, patience))
        except TryLater as error:
            if whole and (error.spent or error.late):
                host.rules_until = self._clock() + ROBOTS_RETRY_WAIT
            raise
        self._turns.keep_robots(host, body, ROBOTS_MAX_AGE)
        return body, ROBOTS_MAX_AGE


def _line(error: Exception | str) -> str:
    return " ".join(str(error).split())[:200]


def _as_json(payload: Any) -> bytes:
    return json.dumps(payload).encode()
