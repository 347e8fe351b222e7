"""Streams of bytes for httpcore, straight on asyncio's transports: half of what its own, over anyio, costs a request."""

import asyncio
import select
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

MAX_BUFFERED_BYTES = 262_144
"""Bytes that are received ahead of their reader; then the sender waits."""


class Stream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """A connection, as httpcore reads and writes it. Raises httpcore's errors."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._received = bytearray()
        self._ended = False
        self._fault: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._holding = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keeps what came for the reader."""
        self._received += data
        if len(self._received) > MAX_BUFFERED_BYTES and not self._holding:
            self._holding = True
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        """The other side has sent everything."""
        self._ended = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wakes who still waits for the connection."""
        self._ended, self._fault = True, exc
        _wake(self._reader)
        _wake(self._writer)

    def pause_writing(self) -> None:
        """More is written than is sent."""
        self._writer = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """What was written is sent."""
        _wake(self._writer)
        self._writer = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at most ``max_bytes``; b"" at the end. Raises ReadTimeout after ``timeout`` seconds, ReadError."""
        if not self._received and not self._ended:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._reader
            except TimeoutError as error:
                raise httpcore.ReadTimeout from error
            finally:
                self._reader = None
        if not self._received and self._fault:
            raise httpcore.ReadError(str(self._fault)) from self._fault
        found = bytes(self._received[:max_bytes])
        del self._received[:max_bytes]
        if self._holding and not self._received:
            self._holding = False
            self._transport.resume_reading()
        return found

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends bytes. Raises WriteTimeout after ``timeout`` seconds, WriteError."""
        if self._transport.is_closing():
            raise httpcore.WriteError("the connection is closed")
        self._transport.write(buffer)
        if self._writer:
            try:
                async with asyncio.timeout(timeout):
                    await self._writer
            except TimeoutError as error:
                raise httpcore.WriteTimeout from error
        if self._fault:
            raise httpcore.WriteError(str(self._fault)) from self._fault

    async def aclose(self) -> None:
        """Closes at once: nothing that still has to be sent is left when httpcore closes."""
        self._transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted. Raises ConnectTimeout after ``timeout`` seconds, ConnectError."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                encrypted = await loop.start_tls(self._transport, self, ssl_context, server_hostname=server_hostname)
        except BaseException as error:
            self._transport.abort()
            raise _connect_fault(error) from error
        assert encrypted is not None
        self._transport = encrypted
        return self

    def get_extra_info(self, info: str) -> Any:
        """``is_readable``: whether something came, or the end, while nobody waited for it; else what the transport says."""
        if info != "is_readable":
            return self._transport.get_extra_info(info)
        if self._received or self._ended or self._transport.is_closing():
            return True
        waiting = select.poll()
        waiting.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(waiting.poll(0))


async def connect(
    address: str, port: int, timeout: float | None, local_address: str | None, options: Iterable[Any] | None
) -> Stream:
    """A connection to an IP address. Raises httpcore.ConnectTimeout after ``timeout`` seconds, httpcore.ConnectError."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout):
            transport, stream = await loop.create_connection(
                Stream, address, port, local_addr=(local_address, 0) if local_address else None
            )
    except (OSError, TimeoutError) as error:
        raise _connect_fault(error) from error
    for option in options or ():
        transport.get_extra_info("socket").setsockopt(*option)
    return stream


def _connect_fault(error: BaseException) -> BaseException:
    """The error as httpcore names it; what is not of the network stays."""
    if isinstance(error, TimeoutError):
        return httpcore.ConnectTimeout(str(error))
    return httpcore.ConnectError(str(error)) if isinstance(error, OSError) else error


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting and not waiting.done():
        waiting.set_result(None)
