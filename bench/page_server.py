"""A server of pages on every address of the loopback range; logs host and time of each request.

    python -m bench.page_server LOG [SHORTEST LONGEST]

Each host answers after a time of its own, between so many milliseconds; without them at once.
"""

import asyncio
import ipaddress
import json
import sys
import time
from pathlib import Path

BODY = (
    b"<html><head><title>Page</title></head><body>"
    + b"<p>Words of a page that is as long as pages are.</p>" * 200
    + b"</body></html>"
)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
DEAD = ("127.0.9.1", "127.0.9.2")
"""Hosts that take connections and never answer."""
STRIDE = 181
"""Spreads the latencies over hosts that are numbered one after another; a prime number."""


def latency(host: str, shortest: float, longest: float) -> float:
    """Seconds after which a host answers, the same each time; from ``shortest`` to ``longest``."""
    number = int(ipaddress.IPv4Address(host))
    return shortest + (longest - shortest) * (number * STRIDE % 1_000) / 1_000


async def serve(log: Path, shortest: float, longest: float) -> None:
    """Serves until stopped; prints its port."""
    lines: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        wait = latency(host, shortest, longest)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines.append(json.dumps([host, time.monotonic()]))
                if host in DEAD:
                    await reader.read()
                    return
                if wait:
                    await asyncio.sleep(wait)
                writer.write(ROBOTS if head.startswith(b"GET /robots.txt") else PAGE)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "0.0.0.0", 0, backlog=1_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(15, stop.set)
    await stop.wait()
    log.write_text("\n".join(lines))


if __name__ == "__main__":
    bounds = [float(milliseconds) / 1_000 for milliseconds in sys.argv[2:4]] or [0.0, 0.0]
    asyncio.run(serve(Path(sys.argv[1]), *bounds))
