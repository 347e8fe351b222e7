"""Clients that fetch the same pages, each in a process of its own, so that its processor time is its alone.

    python -m bench.fetchers NAME PORT HOSTS PAGES [DELAY]

Prints a JSON line: pages fetched, seconds by the wall and of the processor.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx

from storywake.collector.errors import FetchError
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings

CONCURRENCY = 50
"""Requests of each client at once; its other limits are those that it comes with."""
A_HOST = 4
"""Requests at once to one host, of those that bound them."""


def addresses(port: int, hosts: int, pages: int) -> list[str]:
    """Pages of so many hosts, in turns."""
    return [f"http://127.0.{1 + n % hosts // 250}.{1 + n % hosts % 250}:{port}/page/{n}" for n in range(pages)]


async def _by_all(urls: list[str], one: Callable[[str], Awaitable[bool]]) -> int:
    """Fetches by ``CONCURRENCY`` tasks, each of which takes the next address; the number of pages that came."""
    waiting = iter(urls)

    async def caller(waiting: Iterator[str]) -> int:
        return sum([await one(url) for url in waiting])

    return sum(await asyncio.gather(*(caller(waiting) for _ in range(CONCURRENCY))))


async def by_ours(urls: list[str], delay: float = 0.0) -> int:
    """The product's fetcher: robots.txt, guard, limits of size and time; a pace where one is given."""
    settings = Settings(
        _env_file=None, allow_private=True, host_delay=delay, host_concurrency=A_HOST, concurrency=CONCURRENCY
    )
    async with Fetcher(settings) as fetcher:

        async def one(url: str) -> bool:
            try:
                return (await fetcher.get(url)).status == 200
            except FetchError:
                return False

        return await _by_all(urls, one)


async def by_httpx(urls: list[str]) -> int:
    """httpx as it comes."""
    async with httpx.AsyncClient() as client:

        async def one(url: str) -> bool:
            response = await client.get(url)
            return response.status_code == 200 and len(response.content) > 0

        return await _by_all(urls, one)


async def by_aiohttp(urls: list[str]) -> int:
    """aiohttp as it comes."""
    import aiohttp

    async with aiohttp.ClientSession() as session:

        async def one(url: str) -> bool:
            async with session.get(url) as response:
                return response.status == 200 and len(await response.read()) > 0

        return await _by_all(urls, one)


async def by_minet(urls: list[str]) -> int:
    """minet's executor of threads, without a pace."""
    from minet.executors import HTTPThreadPoolExecutor

    def fetched() -> int:
        with HTTPThreadPoolExecutor(max_workers=CONCURRENCY) as executor:
            asked = executor.request(urls, key=lambda url: urlsplit(url).netloc, throttle=0, domain_parallelism=A_HOST)
            return sum(result.error is None and result.response.status == 200 for result in asked)

    return fetched()


CLIENTS: dict[str, Callable[[list[str]], Coroutine[Any, Any, int]]] = {
    "ours": by_ours,
    "httpx": by_httpx,
    "aiohttp": by_aiohttp,
    "minet": by_minet,
}


def main() -> None:
    """Fetches by the client that is named."""
    name, *numbers = sys.argv[1:5]
    port, hosts, pages = map(int, numbers)
    urls = addresses(port, hosts, pages)
    work = by_ours(urls, float(sys.argv[5])) if sys.argv[5:] else CLIENTS[name](urls)
    wall, cpu = time.perf_counter(), time.process_time()
    done = asyncio.run(work)
    print(json.dumps({"pages": done, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    main()
