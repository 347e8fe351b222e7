"""Pages a second fetched with every guard on, beside a bare httpx client, from fifty hosts on loopback.

The hosts are fifty addresses of the loopback range served by one process of their own, which keeps a log:
the pace of each host is read off that log.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from storywake.collector.errors import FetchError
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings

GOAL = 0.7
PAGES = 5000
HOSTS = 50
ROUNDS = 3
CONCURRENCY = 50
PACE_PAGES = 4
PACE = 0.25


def bench_fetch(folder: str | None) -> dict[str, Any]:
    """Both fetch 5,000 pages; ratio of pages a second, medians of three rounds. Then a short run with pace on, proven by the log."""
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        server = subprocess.Popen(
            [sys.executable, "-m", "bench.page_server", str(log)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout
            port = int(server.stdout.readline())
            urls = [f"http://127.0.1.{1 + n % HOSTS}:{port}/page/{n}" for n in range(PAGES)]
            rates: dict[str, list[float]] = {"ours": [], "peer": []}
            fetched = {"ours": 0, "peer": 0}
            for _ in range(ROUNDS):
                for name, work in (("ours", _ours), ("peer", _peer)):
                    start = time.perf_counter()
                    fetched[name] += asyncio.run(work(urls))
                    rates[name].append(PAGES / (time.perf_counter() - start))
            pace_urls = [f"http://127.0.2.{1 + n % HOSTS}:{port}/page/{n}" for n in range(HOSTS * PACE_PAGES)]
            asyncio.run(_ours(pace_urls, PACE))
        finally:
            server.terminate()
            server.wait()
            assert server.stdout
            server.stdout.close()
        shortest = _shortest_gap(log)
    whole = all(count == ROUNDS * PAGES for count in fetched.values())
    ratios = sorted(a / b for a, b in zip(rates["ours"], rates["peer"], strict=True))
    ratio = ratios[ROUNDS // 2]
    return {
        "bench": "fetch",
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio >= GOAL and whole and shortest >= PACE * 0.95,
        "figures": {
            "pages": PAGES,
            "hosts": HOSTS,
            "fetched": fetched,
            "ours_pages_per_second": round(sorted(rates["ours"])[ROUNDS // 2]),
            "bare_httpx_pages_per_second": round(sorted(rates["peer"])[ROUNDS // 2]),
            "ratio_min": round(ratios[0], 2),
            "ratio_max": round(ratios[-1], 2),
            "pace_asked_seconds": PACE,
            "pace_shortest_gap_in_log_seconds": round(shortest, 3),
        },
    }


async def _ours(urls: list[str], delay: float = 0.0) -> int:
    settings = Settings(
        _env_file=None, allow_private=True, host_delay=delay, host_concurrency=4, concurrency=CONCURRENCY
    )
    done = 0
    async with Fetcher(settings) as fetcher:
        queue = iter(urls)

        async def worker() -> None:
            nonlocal done
            for url in queue:
                try:
                    evidence = await fetcher.get(url)
                except FetchError:
                    continue
                done += evidence.status == 200

        await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return done


async def _peer(urls: list[str]) -> int:
    limits = httpx.Limits(max_connections=CONCURRENCY * 4, max_keepalive_connections=CONCURRENCY * 4)
    done = 0
    async with httpx.AsyncClient(limits=limits) as client:
        queue = iter(urls)

        async def worker() -> None:
            nonlocal done
            for url in queue:
                response = await client.get(url)
                done += response.status_code == 200 and len(response.content) > 0

        await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return done


def _shortest_gap(log: Path) -> float:
    times: dict[str, list[float]] = {}
    for line in log.read_text().splitlines():
        host, at = json.loads(line)
        if host.startswith("127.0.2."):
            times.setdefault(host, []).append(at)
    gaps = [b - a for seen in times.values() for a, b in pairwise(seen)]
    return min(gaps, default=0.0)
