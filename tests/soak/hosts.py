"""Whether one host that accepts and never answers holds up the pass over all the others.

``python -m tests.soak.hosts [--stories 200] [--hosts 50] [--rounds 2] [--limit 900]``: one ``storywake collect`` of a
fresh copy of the same database, in turns with every host answering and with one silent.
"""

import argparse
import shutil
import threading
import time
from typing import Any

from ..loopback import Asked, Reply, Site
from .machine import Machine, finish, say
from .network import story_page

LINKS = 3
"""Pages on other hosts that each story links to."""
GOAL = 1.5
"""What a silent host may cost: wall time with it, in that without."""
TIMEOUT = 10
"""Seconds that an answer may take, the setting."""
SILENT = 7
"""The host that goes silent."""


class Hosts:
    """Many hosts on one port; one of them may be silent."""

    def __init__(self, stories: int, hosts: int) -> None:
        self.site = Site("0.0.0.0")
        self.port = self.site.url.rsplit(":", 1)[1]
        self.hosts = hosts
        self.silent: int | None = None
        self.released = threading.Event()
        self.pages: dict[tuple[str, str], str] = {}
        self.stories = [self._story(number) for number in range(stories)]
        self.asked_silent = 0
        self.site.routes = _Everything(self._answer)

    def address(self, host: int) -> str:
        return f"127.0.1.{host % self.hosts + 1}:{self.port}"

    def _story(self, number: int) -> list[tuple[int, str]]:
        """A story's pages, its own first: host and address each."""
        own = number % self.hosts
        others = [(own + 1 + (number * 7 + link * 11) % (self.hosts - 1)) % self.hosts for link in range(LINKS)]
        places = [(own, f"/s/{number}.html"), *((host, f"/p/{number}-{i}.html") for i, host in enumerate(others))]
        links = "".join(
            f'<p>As <a href="http://{self.address(host)}{path}">others reported</a>.</p>' for host, path in places[1:]
        )
        for host, path in places:
            words = f"<p>{' '.join(f'word{ord(c)}{number}' for c in path)} is what page {path} alone says.</p>"
            more = links if path == places[0][1] else ""
            self.pages[self.address(host), path] = story_page(f"Story {path}", [], words + more)
        return [(host, f"http://{self.address(host)}{path}") for host, path in places]

    def _answer(self, asked: Asked) -> Reply:
        host = asked.headers.get("host", "")
        if self.silent is not None and host == self.address(self.silent):
            self.asked_silent += 1
            self.released.wait(300)
        page = self.pages.get((host, asked.path))
        return Reply(page.encode(), headers={"Content-Type": "text/html"}) if page else Reply(b"", 404)

    def expected(self) -> set[tuple[str, str]]:
        """The pages that can be had: story and address."""
        found = set()
        for number, places in enumerate(self.stories):
            if places[0][0] != self.silent:
                found |= {(f"s{number}", url) for host, url in places if host != self.silent}
        return found


class _Everything(dict[str, Any]):
    def __init__(self, route: Any) -> None:
        self._route = route

    def get(self, path: str, default: Any = None) -> Any:
        return self._route


def measure(stories: int, hosts: int, rounds: int, limit: float) -> dict[str, Any]:
    """The rounds, in turns."""
    network = Hosts(stories, hosts)
    with network.site, Machine("sqlite", {"TIMEOUT": TIMEOUT}) as machine:
        machine.many([["watch", places[0][1], "--slug", f"s{n}"] for n, places in enumerate(network.stories)])
        fresh = machine.folder / "fresh"
        fresh.mkdir()
        for file in machine.folder.glob("storywake.db*"):
            shutil.copy(file, fresh)
        walls: dict[str, list[float]] = {"answering": [], "silent": []}
        lost = cut_off = requests = 0
        for _ in range(rounds):
            for name, silent in (("answering", None), ("silent", SILENT % hosts)):
                for file in machine.folder.glob("storywake.db*"):
                    file.unlink()
                for file in fresh.iterdir():
                    shutil.copy(file, machine.folder)
                network.silent = silent
                network.released.clear()
                started, before = time.monotonic(), len(network.site.log)
                running = machine.start("collect")
                ended = running.wait(limit)
                walls[name].append(round(time.monotonic() - started, 2))
                running.kill()
                network.released.set()
                cut_off += ended is None
                requests = len(network.site.log) - before
                rows = machine.ask("SELECT story, url FROM articles WHERE url IS NOT NULL")
                missing = network.expected() - {(row["story"], row["url"]) for row in rows}
                lost += len(missing)
                say(f"{name}: {walls[name][-1]} s, {requests} requests, {len(missing)} pages not collected")
    ratio = sum(walls["silent"]) / sum(walls["answering"])
    return {
        "stories": stories,
        "hosts": hosts,
        "timeout": machine.environment["STORYWAKE_TIMEOUT"],
        "wall_seconds": walls,
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "cut_off_at_limit": cut_off,
        "limit": limit,
        "pages_not_collected": lost,
        "requests_to_silent_host": network.asked_silent,
        "met": ratio <= GOAL and not lost and not cut_off,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a pass is cut off")
    given = parser.parse_args()
    finish("hosts", [measure(given.stories, given.hosts, given.rounds, given.limit)])


if __name__ == "__main__":
    main()
