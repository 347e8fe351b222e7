"""Which requests are let in: those addressed to this server by name, and a limited number from each client."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import is_api, problem

LOCAL = ("localhost", "127.0.0.1", "::1")
HOUR = 3600.0
MAX_CLIENTS = 10_000


class Known:
    """Refuses requests whose Host header is not in ``hosts``, so that no other site can read these pages through a
    browser.

    (DNS rebinding: an attacker's host name comes to resolve to this machine, and the browser takes these pages for the
    attacker's own.) A path with unprintable characters is answered with 404.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = {name.lower().strip("[]") for name in (*LOCAL, *hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with 400 or 404, or passes the request on."""
        if scope["type"] in ("http", "websocket"):
            if name_of(Headers(scope=scope).get("host", "")) not in self._hosts:
                words = "this server does not go by that name; STORYWAKE_SERVE_HOSTS can add it\n"
                await PlainTextResponse(words, 400)(scope, receive, send)
                return
            if not scope["path"].isprintable():
                found = Request(scope)
                answer = problem(404, "no such page") if is_api(found) else PlainTextResponse("no such page\n", 404)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def name_of(host: str) -> str:
    """The name in a Host header, without its port and an IPv6 address's brackets, in lower case."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


class Clients:
    """Counts the requests of each client in the last hour.

    A client is an IPv4 address, or an IPv6 network of 64 bits.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._came: OrderedDict[str, deque[float]] = OrderedDict()

    def admits(self, address: str) -> bool:
        """Whether a client may make another request; counts it if so."""
        now = self._clock()
        times = self._came.setdefault(network_of(address), deque())
        self._came.move_to_end(network_of(address))
        while times and times[0] <= now - HOUR:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        if len(self._came) > MAX_CLIENTS:
            self._came.popitem(last=False)
        return True


def network_of(address: str) -> str:
    """What stands for a client: its IPv4 address, or its IPv6 network of 64 bits; other words as they are."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
