"""The networks of a planted world, on loopback, by the real clock."""

import asyncio
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from .planted import World


@dataclass
class Exchange:
    """A question to a network and its answer. Times are monotonic seconds; ``answered`` is None while it is under way."""

    host: str
    asked: str
    came: float
    status: int = 0
    answered: float | None = None


class Played:
    """One server for all hosts of a world: each request is answered by the network of the host that it names."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.clock = self
        self.log: list[Exchange] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._listening = threading.Event()

    @property
    def at(self) -> datetime:
        """The moment, for networks."""
        return datetime.now(UTC)

    def _serve(self) -> None:
        async def listen() -> None:
            server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=256)
            self.port = server.sockets[0].getsockname()[1]
            self._listening.set()

        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(listen())
        self._loop.run_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection. A client that is killed takes its connection along."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            exchange = Exchange(headers["host"], f"{target} {body.decode()}".strip(), time.monotonic())
            self.log.append(exchange)
            kept = [line.split(": ", 1) for line in head[1:] if line]
            request = httpx.Request(
                method, f"https://{exchange.host}{target}", headers=[(n, v) for n, v in kept], content=body
            )
            found = await self.world.answer(request)
            sent = await found.aread()
            exchange.status, exchange.answered = found.status_code, time.monotonic()
            lines = [
                f"HTTP/1.1 {found.status_code} X",
                *(f"{n}: {v}" for n, v in found.headers.items() if n != "transfer-encoding"),
            ]
            lines += [f"Content-Length: {len(sent)}", "Connection: close", "", ""]
            writer.write("\r\n".join(lines).encode() + sent)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def to(self, host: str) -> list[Exchange]:
        """The exchanges with a host so far, as they came."""
        return [one for one in list(self.log) if one.host == host]

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait(10)
        return self

    def __exit__(self, *rest: Any) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def path_of(exchange: Exchange) -> str:
    """What was asked for, without its parameters."""
    return urlsplit(exchange.asked.split(" ")[0]).path
