"""Connections kept by host: a request looks at those to its own host alone, however many others are open."""

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import cast

import httpcore

Origin = tuple[bytes, bytes, int | None]
"""Scheme, host and port."""


class Pool:
    """Open connections, as a transport of httpx asks them. Of idle ones the last ``max_idle`` used are kept, for ``max_idle_time`` seconds.

    It bounds no requests under way: the fetcher does. httpcore's own pool looks at all connections before and after each request,
    and closes idle ones as soon as there are more than ``max_keepalive_connections`` of any kind.
    """

    def __init__(
        self,
        backend: httpcore.AsyncNetworkBackend,
        ssl_context: ssl.SSLContext,
        max_idle: int,
        max_idle_time: float,
    ) -> None:
        self._backend = backend
        self._ssl_context = ssl_context
        self._max_idle = max_idle
        self._max_idle_time = max_idle_time
        self._open: dict[Origin, list[httpcore.AsyncHTTPConnection]] = {}
        self._users: dict[httpcore.AsyncHTTPConnection, int] = {}
        self._idle: dict[httpcore.AsyncHTTPConnection, Origin] = {}
        """Those that nobody uses, the one that was used last at the end."""

    async def __aenter__(self) -> "Pool":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes all connections."""
        for connection in [connection for connections in self._open.values() for connection in connections]:
            await connection.aclose()
        self._open, self._users, self._idle = {}, {}, {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """The answer, whose body gives the connection back when it is closed. Raises httpcore's errors."""
        url = request.url
        origin = (url.scheme, url.host, url.port)
        while True:
            connection = await self._take(origin, url.origin)
            try:
                response = await connection.handle_async_request(request)
            except httpcore.ConnectionNotAvailable:  # taken to carry several requests at once, and does not
                await self._give_back(origin, connection)
            except BaseException:
                await self._give_back(origin, connection)
                raise
            else:
                break

        async def done() -> None:
            await self._give_back(origin, connection)

        # AsyncHTTPConnection answers with a stream that can be closed, which the type of the response does not say
        body = _Body(cast(_Closable, response.stream), done)
        return httpcore.Response(
            response.status, headers=response.headers, content=body, extensions=response.extensions
        )

    async def _take(self, origin: Origin, address: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        """A connection that can carry a request, opened where there is none."""
        taken = None
        for connection in tuple(self._open.get(origin, ())):
            if connection in self._idle and (connection.is_closed() or connection.has_expired()):
                self._forget(origin, connection)
                await connection.aclose()
            elif taken is None and connection.is_available():
                taken = connection
                self._users[taken] += 1
                self._idle.pop(taken, None)
        if taken is None:
            taken = httpcore.AsyncHTTPConnection(
                address,
                ssl_context=self._ssl_context,
                keepalive_expiry=self._max_idle_time,
                http1=True,
                http2=True,
                network_backend=self._backend,
            )
            self._open.setdefault(origin, []).append(taken)
            self._users[taken] = 1
        return taken

    async def _give_back(self, origin: Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        """Ends one use of a connection; closes it where it is of no more use, and the oldest idle ones beyond the most that are kept."""
        if connection not in self._users:
            return
        self._users[connection] -= 1
        ending = []
        if not self._users[connection]:
            if connection.is_idle() and not connection.is_closed():
                self._idle[connection] = origin
            else:
                ending.append(connection)
                self._forget(origin, connection)
        while self._idle:
            oldest, where = next(iter(self._idle.items()))
            if len(self._idle) <= self._max_idle and not oldest.has_expired():
                break
            ending.append(oldest)
            self._forget(where, oldest)
        for one in ending:
            await one.aclose()

    def _forget(self, origin: Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        self._users.pop(connection)
        self._idle.pop(connection, None)
        self._open[origin].remove(connection)
        if not self._open[origin]:
            del self._open[origin]


class _Closable(AsyncIterable[bytes]):
    async def aclose(self) -> None: ...


class _Body:
    """A body that tells when it is closed."""

    def __init__(self, stream: "_Closable", done: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._done = done
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        """Closes the body; where that is cut short, its connection is closed too."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._stream.aclose()
        finally:
            await self._done()
