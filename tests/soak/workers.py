"""Whether several workers on one PostgreSQL lose, double or hurry anything while they are killed.

``python -m tests.soak.workers [--tasks 20000] [--hosts 40] [--seconds 120] [--limit 1800]``: three workers and two schedulers resolve
short links at hosts that keep a log; for ``--seconds`` one of the five is killed every few seconds and started again. Then the work
must end by itself.
"""

import argparse
import random
import threading
import time
from collections import Counter, defaultdict
from typing import Any

from storywake.collector.dates import now
from storywake.db.engine import open_database, reading, writing
from storywake.db.looks import add_looks
from storywake.db.queue import standing
from storywake.db.stories import add_story

from ..loopback import Asked, Reply, Site
from .machine import Machine, finish, say, until

ROLES = ("run", "run", "worker", "worker", "worker")
DELAY = 0.05
"""Seconds between two requests to one host, the setting."""
TAKES = 0.01
"""Seconds in which a host answers."""
EARLY = 0.005
"""Seconds by which a request may seem early, since the log is written by threads."""
EVERY = (4.0, 10.0)
"""Seconds between two kills, at random."""
TWICE = "SELECT COUNT(*) - COUNT(DISTINCT url) AS n FROM evidence WHERE story_id IS NOT NULL"
"""Answers that are kept beside another one of the same address: no more than were asked for again after a kill."""
LEFT = "SELECT COUNT(*) AS n FROM look WHERE kind = 'short' AND due_at IS NOT NULL"


class Hosts:
    """Hosts on one port that log when they were asked, and for what, and notice a second request under way."""

    def __init__(self, hosts: int) -> None:
        self.site = Site("0.0.0.0")
        self.port = self.site.url.rsplit(":", 1)[1]
        self.names = [f"127.0.1.{number + 1}:{self.port}" for number in range(hosts)]
        self.starts: defaultdict[str, list[float]] = defaultdict(list)
        self.asked: Counter[tuple[str, str]] = Counter()
        self.at_once = 0
        self._under_way: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.site.routes = _Everything(self._answer)

    def early(self) -> int:
        """How many requests came before their host's pace allowed them."""
        return sum(
            later - before < DELAY - EARLY
            for starts in self.starts.values()
            for before, later in zip(starts, starts[1:], strict=False)
        )

    def _answer(self, asked: Asked) -> Reply:
        host = asked.headers.get("host", "")
        with self._lock:
            self.starts[host].append(time.monotonic())
            self.asked[host, asked.path] += 1
            self._under_way[host] += 1
            self.at_once += self._under_way[host] > 1
        time.sleep(TAKES)
        with self._lock:
            self._under_way[host] -= 1
        return (
            Reply(b"", 404)
            if asked.path == "/robots.txt"
            else Reply(b"<p>here</p>", headers={"Content-Type": "text/html"})
        )


class _Everything(dict[str, Any]):
    def __init__(self, route: Any) -> None:
        self._route = route

    def get(self, path: str, default: Any = None) -> Any:
        return self._route


def measure(tasks: int, hosts: int, seconds: float, limit: float, seed: int) -> dict[str, Any]:
    """One run."""
    chance = random.Random(seed)
    network = Hosts(hosts)
    settings = {
        "QUEUE": 1,
        "HOST_DELAY": DELAY,
        "HOST_CONCURRENCY": 1,
        "PLATFORMS": '["web"]',
        "FACT_CHECK_FEEDS": "[]",
    }
    with network.site, Machine("postgresql", {**settings, "STANCE_MODEL": "linear"}) as machine:
        _plant(machine.address, [f"http://{network.names[n % hosts]}/{n}" for n in range(tasks)])
        started = time.monotonic()
        running = [machine.start(role) for role in ROLES]
        until(lambda: bool(network.asked), limit)
        began = time.monotonic()
        kills: Counter[str] = Counter()
        while time.monotonic() - began < seconds:
            time.sleep(chance.uniform(*EVERY))
            which = chance.randrange(len(ROLES))
            running[which].kill()
            kills[ROLES[which]] += 1
            running[which] = machine.start(ROLES[which])
            say(f"{kills.total()} kills, {sum(network.asked.values()):,} requests")
        ended = until(lambda: machine.number(LEFT) == 0, limit, every=5.0)
        drained = until(lambda: _waiting(machine.address) == 0, 120, every=2.0)
        wall = time.monotonic() - began
        done = machine.number("SELECT COUNT(*) AS n FROM look WHERE kind = 'short' AND outcome = 'ok'")
        twice = machine.number(TWICE)
        alive = sum(one.alive() for one in running)
        said = [line for one in running for line in one.said().splitlines() if "Traceback" in line]
    pages = {place: times for place, times in network.asked.items() if place[1] != "/robots.txt"}
    again = sum(times - 1 for times in pages.values())
    early = network.early()
    return {
        "tasks": tasks,
        "hosts": hosts,
        "kills": dict(kills),
        "start_seconds": round(began - started, 1),
        "wall_seconds": round(wall, 1),
        "done_once": done,
        "asked_again_after_a_kill": again,
        "asked_at_once": network.at_once,
        "before_its_pace": early,
        "queue_empty": drained,
        "alive": alive,
        "tracebacks": len(said),
        "kept_twice": twice,
        "met": ended
        and drained
        and done == tasks
        and len(pages) == tasks
        and not network.at_once
        and not early
        and alive == len(ROLES)
        and not said
        and twice <= again
        and again <= 2 * hosts * kills["worker"],
    }


def _plant(address: str, links: list[str]) -> None:
    engine = open_database(address)
    with writing(engine) as connection:
        story = add_story(
            connection, slug="bridge", title="The bridge", url=None, claims=["It fell."], created_at=now(),
            watch_until="2100-01-01T00:00:00Z",
        )  # fmt: skip
        add_looks(connection, [(story.id, "short", "web", link, "a short link") for link in links], now())
    engine.dispose()


def _waiting(address: str) -> int:
    engine = open_database(address)
    with reading(engine) as connection:
        found = standing(connection)
    engine.dispose()
    return sum(tasks.waiting for name, tasks in found.tasks.items() if name in ("looks", "story")) if found else 0


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=20_000, help="looks, each at an address of its own")
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=120, help="for which processes are killed")
    parser.add_argument("--limit", type=float, default=1800, help="seconds in which the rest must be done")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    finish("workers", [measure(given.tasks, given.hosts, given.seconds, given.limit, given.seed)])


if __name__ == "__main__":
    main()
