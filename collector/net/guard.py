"""Refuses private addresses at the only place that cannot be talked round: where the connection is made."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from .pool import Pool

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLOSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20",
    )
)  # fmt: skip
"""Blocks of IANA's special-purpose registries (iana.org/assignments/iana-ipv4-special-registry, -ipv6-), multicast, 6bone.

All of IPv6 outside ``ALLOCATED`` is closed too: loopback, unique local, link and site local, 5f00::/16.
Tunnels (Teredo in 2001::/23, 6to4) are closed as a whole: they can lead to any IPv4 address, and no sites use them any more.
"""
ALLOCATED = ipaddress.IPv6Network("2000::/3")
"""All addresses assigned to hosts on the open internet (iana.org/assignments/ipv6-address-space)."""
WRAPPED = tuple(ipaddress.IPv6Network(block) for block in ("::ffff:0:0/96", "64:ff9b::/96"))
"""IPv6 addresses that stand for the IPv4 address in their last four bytes: mapped, and translated by NAT64 (RFC 6052)."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not loopback, private, link-local, shared or reserved."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in block for block in WRAPPED):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in ALLOCATED:
            return False
    return not any(ip in block for block in CLOSED)


def names_private_address(url: str) -> bool:
    """Whether a web address names this machine, or a private IP address, by itself; what other names lead to is seen when
    they are connected to.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False


class PrivateAddress(httpx.ConnectError):
    """A name resolves only to addresses that the collector does not connect to."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name itself and connects only to an address that it has checked."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the first address of ``host`` that answers; up to three are tried and share ``timeout`` (seconds).

        Raises PrivateAddress where every address is private, httpcore.ConnectError where none answers.
        """
        addresses = await _resolved(host, port)
        allowed = addresses if self._allow_private else [a for a in addresses if is_public(a)]
        if not allowed:
            raise PrivateAddress(f"{host} is a private address")
        failure: Exception | None = None
        tried = allowed[:3]
        share = timeout / len(tried) if timeout is not None else None
        for address in tried:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Always refused."""
        raise PrivateAddress("unix sockets are refused")

    async def sleep(self, seconds: float) -> None:
        """Waits, as httpcore asks between its own retries."""
        await asyncio.sleep(seconds)


async def _resolved(host: str, port: int) -> list[str]:
    """The IP addresses that a name stands for, each once; an address stands for itself, without asking the resolver's threads."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} does not resolve") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


MAX_IDLE_CONNECTIONS = 100
"""Connections kept open that no request uses."""
MAX_IDLE_TIME = 5.0
"""Seconds for which they are kept, httpx's own default: many servers close them soon after."""


def guarded_transport(*, allow_private: bool) -> httpx.AsyncHTTPTransport:
    """An HTTP/2-capable transport whose every connection goes through the guard."""
    context = httpx.create_ssl_context()
    transport = httpx.AsyncHTTPTransport(verify=context)
    backend = GuardedBackend(allow_private=allow_private)
    transport._pool = Pool(backend, context, MAX_IDLE_CONNECTIONS, MAX_IDLE_TIME)  # type: ignore[assignment]  # of the same shape
    return transport
