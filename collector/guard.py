"""Refuses private addresses at the only place that cannot be talked round: where the connection is made."""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import anyio
import httpcore
import httpx

SPECIAL = [
    ipaddress.ip_network(n) for n in ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "64:ff9b::/96", "2002::/16")
]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not loopback, private, link-local, shared or reserved."""
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in SPECIAL if net.version == ip.version)


class PrivateAddress(httpx.ConnectError):
    """A name that resolves to an address the collector does not connect to."""


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
        """A stream to the first address of ``host`` that answers.

        Raises PrivateAddress where every address is private, httpcore.ConnectError where none answers.
        """
        try:
            found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} does not resolve") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = addresses if self._allow_private else [a for a in addresses if is_public(a)]
        if not allowed:
            raise PrivateAddress(f"{host} is a private address")
        failure: Exception | None = None
        for address in allowed[:3]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never: the collector speaks to the network alone."""
        raise PrivateAddress("unix sockets are refused")

    async def sleep(self, seconds: float) -> None:
        """Pause, as httpcore asks between its own retries."""
        await anyio.sleep(seconds)


def guarded_transport(*, allow_private: bool, connections: int) -> httpx.AsyncHTTPTransport:
    """An HTTP/2-capable transport whose every connection goes through the guard."""
    limits = httpx.Limits(max_connections=connections * 4, max_keepalive_connections=connections * 4)
    transport = httpx.AsyncHTTPTransport(http2=True, limits=limits, retries=0)
    transport._pool._network_backend = GuardedBackend(allow_private=allow_private)
    return transport
