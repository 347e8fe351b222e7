"""Whether those who read wait for one who writes.

``python -m tests.soak.beside [--rows 10000] [--limit 600]``: ``storywake sql``, ``report`` and the first page of ``serve`` are asked
again and again on SQLite, first alone, then while ``storywake import`` brings in a long file. What counts is idle
time: the time in which the asked process neither computed nor waited for a processor (Linux, schedstat), less what
it idles alone. A wait for a lock is idle time; a busy machine is not.
"""

import argparse
import csv
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .machine import START, Machine, finish, say, until

ALONE = 8
"""Times that each is asked with nobody writing."""
GOAL = 1.0
"""Seconds that a reader may idle more beside a writer."""
ASKED = {"sql": ["sql", "SELECT COUNT(*) AS n FROM reactions"], "report": ["report", "s"]}


def spent(pid: int) -> float:
    """Seconds that the threads of a process have computed, or waited for a processor (sched-stats: schedstat's first two fields)."""
    total = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            ran, waited, _ = file.read_text().split()
        except (OSError, ValueError):
            continue
        total += int(ran) + int(waited)
    return total / 1e9


class Asked:
    """The times that one thing took: wall and idle seconds, and what went wrong."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.idle: list[float] = []
        self.faults: list[str] = []

    def add(self, wall: float, busy: float, fault: str | None) -> None:
        self.wall.append(wall)
        self.idle.append(max(0.0, wall - busy))
        if fault:
            self.faults.append(fault[-160:])


def ask_command(machine: Machine, words: list[str], asked: Asked) -> None:
    """Runs a command and follows its main thread, whose idling is the command's."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", START, *words],
        env=machine.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    busy = 0.0
    while process.poll() is None:
        try:
            ran, waited, _ = Path(f"/proc/{process.pid}/schedstat").read_text().split()
            busy = (int(ran) + int(waited)) / 1e9
        except (OSError, ValueError):
            pass
        time.sleep(0.01)
    wall = time.monotonic() - started
    assert process.stderr
    error = process.stderr.read().decode("utf-8", "replace").strip()
    process.stderr.close()
    asked.add(wall, busy, error or "failed" if process.returncode else None)


def ask_page(url: str, pid: int, asked: Asked) -> None:
    """Asks for a page, and how long its server idled meanwhile."""
    started, before = time.monotonic(), spent(pid)
    fault = None
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            answer.read()
    except (OSError, urllib.error.URLError) as error:
        fault = str(error)
    asked.add(time.monotonic() - started, spent(pid) - before, fault)


def measure(rows: int, limit: float) -> dict[str, Any]:
    """Alone, then beside a writer."""
    with Machine("sqlite", {}) as machine:
        machine.run("watch", str(_article(machine.folder)), "--slug", "s")
        first, second = _rows(machine.folder, "first", 200), _rows(machine.folder, "second", rows)
        machine.run("import", str(first), "--story", "s")
        pages = machine.start("serve", "--port", "0")
        url = _address(machine, pages.pid)
        alone = {name: Asked() for name in (*ASKED, "page")}
        with reading(url, pages.pid, alone["page"]):
            for _ in range(ALONE):
                _round(machine, alone)
        say(f"alone: {_medians(alone)}; {rows} rows are being imported")
        started = time.monotonic()
        writer = machine.start("import", str(second), "--story", "s")
        beside = {name: Asked() for name in alone}
        with reading(url, pages.pid, beside["page"]):
            while writer.alive() and time.monotonic() - started < limit:
                _round(machine, beside)
        writing = time.monotonic() - started
        ended = writer.wait(0)
        writer.kill()
        said = writer.said().strip()
        stored = machine.number("SELECT COUNT(*) AS n FROM reactions")
    extra = {
        name: [max(0.0, idle - statistics.median(alone[name].idle)) for idle in asked.idle]
        for name, asked in beside.items()
    }
    faults = [fault for asked in beside.values() for fault in asked.faults]
    locked = [fault for fault in [*faults, said] if "locked" in fault]
    return {
        "rows": rows,
        "stored": stored,
        "writing_seconds": round(writing, 1),
        "writer_exit": ended,
        "asked": {name: len(asked.wall) for name, asked in beside.items()},
        "wall_alone_median": _medians(alone),
        "wall_beside_median": _medians(beside),
        "wall_beside_max": {name: round(max(asked.wall, default=0), 2) for name, asked in beside.items()},
        "idle_alone_max": {name: round(max(asked.idle), 2) for name, asked in alone.items()},
        "extra_wait_median": {name: round(statistics.median(w), 2) if w else None for name, w in extra.items()},
        "extra_wait_max": {name: round(max(w), 2) if w else None for name, w in extra.items()},
        "goal": GOAL,
        "faults": faults[:3],
        "fault_count": len(faults),
        "locked": len(locked),
        "met": ended == 0
        and stored >= rows
        and not faults
        and not locked
        and all(waits and max(waits) <= GOAL for waits in extra.values()),
    }


@contextmanager
def reading(url: str, server: int, asked: Asked) -> Iterator[None]:
    """Asks for the page again and again beside what else is done."""
    stop = threading.Event()

    def read() -> None:
        while not stop.wait(0.2):
            ask_page(url, server, asked)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield
    finally:
        stop.set()
        reader.join()


def _round(machine: Machine, asked: dict[str, Asked]) -> None:
    for name, words in ASKED.items():
        ask_command(machine, words, asked[name])


def _medians(asked: dict[str, Asked]) -> dict[str, float]:
    return {name: round(statistics.median(a.wall), 2) for name, a in asked.items() if a.wall}


def _address(machine: Machine, pid: int) -> str:
    """Where the server listens: found among the sockets of its process, since it may say port 0."""
    found: list[int] = []

    def listening() -> bool:
        owned = {
            match[1]
            for link in Path(f"/proc/{pid}/fd").iterdir()
            if (match := re.match(r"socket:\[(\d+)\]", _target(link)))
        }
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in owned:
                found.append(int(fields[1].split(":")[1], 16))
        return bool(found)

    if not until(listening, 60):
        raise RuntimeError("serve listens nowhere")
    return f"http://127.0.0.1:{found[0]}/"


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _article(folder: Path) -> Path:
    path = folder / "story.html"
    path.write_text(
        '<html lang="en"><head><title>Bridge never inspected</title></head><body><article>'
        "<p>The new harbour bridge was opened without a final inspection, a leaked report says.</p></article></body></html>"
    )
    return path


def _rows(folder: Path, name: str, count: int) -> Path:
    """A CSV of posts on X, as other tools export them."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["url", "text", "author", "created_at", "like_count", "retweet_count", "reply_count"])
        base = 1_764_200_000_000_000_000 + sum(name.encode()) * 10**9
        for number in range(count):
            words = f"The bridge was never inspected, says witness {number} of {name}."
            author = f"{name}{number % (count // 2 + 1)}"
            address = f"https://x.com/{author}/status/{base + number}"
            writer.writerow([address, words, author, f"2024-03-{number % 27 + 1:02}T09:00:00Z", number % 50, 1, 0])
    return path


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--limit", type=float, default=600, help="seconds after which the writer is not waited for")
    given = parser.parse_args()
    finish("beside", [measure(given.rows, given.limit)])


if __name__ == "__main__":
    main()
