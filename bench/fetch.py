"""Pages a second fetched with every guard on, beside httpx, aiohttp and minet as they come, from hosts on loopback.

The hosts are addresses of the loopback range served by one process of their own, which takes its time to answer and keeps a log:
the pace of each host is read off that log. Each client runs in a process of its own.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from . import dead_hosts
from .fetchers import CLIENTS, CONCURRENCY

GOAL = 0.8
PAGES = 2000
ROUNDS = 3
LATENCY = ("50", "400")
"""Milliseconds after which the hosts answer: the quickest and the slowest of them."""
PACED_HOSTS, PACE_PAGES, PACE = 50, 4, 0.25
"""Of the run that proves the pace: hosts, pages of each, seconds between two."""


class Run(NamedTuple):
    """What a client did: pages fetched, seconds by the wall and of its processor."""

    pages: int
    wall: float
    cpu: float


def bench_fetch(folder: str | None) -> dict[str, Any]:
    """Fetches 2,000 pages from 500 hosts and from 50 by each client in turns; the ratio of pages a second to httpx's, the median of three
    rounds, from 500 hosts. Then a short run with a pace, proven by the log, and passes with hosts that never answer.
    """
    known = [name for name in CLIENTS if name in ("ours", "httpx") or find_spec(name)]
    hosts = {f"{count}_hosts": _compared(known, count) for count in (500, 50)}
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        with _served(log) as port:
            paced = _fetched("ours", port, PACED_HOSTS, PACED_HOSTS * PACE_PAGES, PACE)
        shortest = _shortest_gap(log)
        with _served(log) as port:
            dead = dead_hosts.passes(port)
    ratio = hosts["500_hosts"]["ratio"]
    unhindered = dead["times_as_long"] <= dead_hosts.MAX_TIMES_AS_LONG and dead["all_others_read"]
    whole = all(figures["whole"] for figures in hosts.values()) and paced.pages == PACED_HOSTS * PACE_PAGES
    return {
        "bench": "fetch",
        "ratio": ratio,
        "goal": GOAL,
        "met": ratio >= GOAL and whole and shortest >= PACE * 0.95 and unhindered,
        "figures": {
            "pages": PAGES,
            "requests_at_once": CONCURRENCY,
            "latency_ms": [int(bound) for bound in LATENCY],
            **hosts,
            "not_installed": sorted(CLIENTS.keys() - set(known)),
            "pace_asked_seconds": PACE,
            "pace_shortest_gap_in_log_seconds": round(shortest, 3),
            "dead_hosts": dead,
        },
    }


def _compared(known: list[str], hosts: int) -> dict[str, Any]:
    """The clients beside each other, from so many hosts."""
    runs: dict[str, list[Run]] = {name: [] for name in known}
    with tempfile.TemporaryDirectory() as scratch, _served(Path(scratch) / "log") as port:
        for _ in range(ROUNDS):
            for name in known:
                runs[name].append(_fetched(name, port, hosts, PAGES))
    walls = [peer.wall / ours.wall for ours, peer in zip(runs["ours"], runs["httpx"], strict=True)]
    cpus = [peer.cpu / ours.cpu for ours, peer in zip(runs["ours"], runs["httpx"], strict=True)]
    return {
        "ratio": round(median(walls), 2),
        "ratio_min": round(min(walls), 2),
        "ratio_max": round(max(walls), 2),
        "processor_time_ratio": round(median(cpus), 2),
        "whole": all(run.pages == PAGES for found in runs.values() for run in found),
        "pages_per_second": {name: round(PAGES / median(run.wall for run in runs[name])) for name in known},
        "processor_ms_per_page": {
            name: round(median(run.cpu for run in runs[name]) / PAGES * 1_000, 2) for name in known
        },
    }


@contextmanager
def _served(log: Path) -> Iterator[int]:
    """The server of pages; its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.page_server", str(log), *LATENCY], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _fetched(name: str, port: int, hosts: int, pages: int, *delay: float) -> Run:
    asked = [name, port, hosts, pages, *delay]
    done = subprocess.run(
        [sys.executable, "-m", "bench.fetchers", *map(str, asked)], stdout=subprocess.PIPE, text=True, check=True
    )
    return Run(**json.loads(done.stdout))


def _shortest_gap(log: Path) -> float:
    """Seconds between two requests to one host."""
    times: dict[str, list[float]] = {}
    for line in log.read_text().splitlines():
        host, at = json.loads(line)
        times.setdefault(host, []).append(at)
    return min((b - a for seen in times.values() for a, b in pairwise(seen)), default=0.0)
