"""Whether a page full of hostile links costs bounded memory and time, and nothing of what is good beside it.

``python -m tests.soak.hostile [--db sqlite] [--limit 600]``: one ``storywake collect`` of a story whose page links to every host of
``hostility.py`` and to good pages, and shows good posts. Memory is the proportional share (PSS) of the whole
process tree, summed, at its highest.
"""

import argparse
import random
import re
import threading
import time
from pathlib import Path
from typing import Any

from .hostility import hostile_hosts
from .machine import DATABASES, Machine, finish, say, tree
from .network import Network, story_page

GOOD_PAGES, GOOD_POSTS = 15, 15
MEMORY, SECONDS = 400, 150
"""The goals: mebibytes and seconds."""


class Memory:
    """Watches a process and all below it."""

    def __init__(self, pid: int) -> None:
        self.peak = 0.0
        self.processes = 0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            family = [self._pid, *tree(self._pid)]
            now = sum(map(proportional, family))
            if now > self.peak:
                self.peak, self.processes = now, len(family)

    def end(self) -> None:
        self._stop.set()
        self._thread.join()


def proportional(pid: int) -> float:
    """A process's proportional set size in MiB; 0 where it is gone (proc(5), smaps_rollup)."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def measure(kind: str, limit: float) -> dict[str, Any]:
    """One pass on one database."""
    network = Network(0, 0, busy=0)
    roots = [network.grow("bluesky") for _ in range(GOOD_POSTS)]
    paths = [f"/good/{number}.html" for number in range(GOOD_PAGES)]
    for number, path in enumerate(paths):
        words = " ".join(f"good{number}word{i}" for i in range(40))
        network.pages.page(path, story_page(f"Good report {number}", [], f"<p>{words}.</p>"))
    robots_page = story_page("Good page, odd robots", [], "<p>A page like others.</p>").encode()
    with network, hostile_hosts(robots_page) as bad, Machine(kind, {"BLUESKY_URL": network.bluesky.url}) as machine:
        good = [f"{network.pages.url.replace('127.0.0.1', 'localhost')}{path}" for path in paths]
        links = [*bad, *good]
        random.Random(3).shuffle(links)
        more = "".join(f'<p>As <a href="{link}">others reported</a> at length.</p>' for link in links)
        network.pages.page("/story", story_page("Story", [r.id for r in roots], more))
        machine.run("watch", f"{network.pages.url}/story", "--slug", "s")
        say(f"{kind}: {len(bad)} hostile links, {GOOD_PAGES} good ones, {GOOD_POSTS} posts")
        started = time.monotonic()
        running = machine.start("collect")
        memory = Memory(running.pid)
        ended = running.wait(limit)
        wall = time.monotonic() - started
        memory.end()
        said = running.said()
        running.kill()
        articles = {row["url"] for row in machine.ask("SELECT url FROM articles")}
        posts = {row["external_id"] for row in machine.ask("SELECT external_id FROM reactions")}
    lost = [url for url in good if url not in articles]
    missing = [root.id for root in roots if root.id not in posts]
    return {
        "db": kind,
        "hostile": len(bad),
        "peak_mib": round(memory.peak),
        "processes_at_peak": memory.processes,
        "goal_mib": MEMORY,
        "wall_seconds": round(wall, 1),
        "goal_seconds": SECONDS,
        "exit": ended,
        "good_pages_lost": len(lost),
        "good_posts_lost": len(missing),
        "hosts_noted": len(set(re.findall(r"127\.0\.2\.\d+", said))),
        "tracebacks": said.count("Traceback"),
        "last_said": said.strip().splitlines()[-1][:160] if said.strip() else "",
        "met": ended == 0
        and not lost
        and not missing
        and "Traceback" not in said
        and memory.peak <= MEMORY
        and wall <= SECONDS,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=DATABASES, default="sqlite")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which the pass is cut off")
    given = parser.parse_args()
    finish("hostile", [measure(given.db, given.limit)])


if __name__ == "__main__":
    main()
