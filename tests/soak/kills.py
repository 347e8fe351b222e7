"""Whether kills at the worst moments lose, double or hide anything.

``python -m tests.soak.kills [--kills 60] [--db sqlite]``: ``collect``, ``digest --send`` and ``run`` are killed by what the network sees:
while a link, a post or a mail is under way, or just after. Then an undisturbed pass, and a count. The figures
hold a table of where the kills fell.
"""

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from storywake.db.engine import open_database, reading

from ..loopback import Asked, Reply, Site
from .kills_mail import PHASES, Mailbox
from .machine import DATABASES, Machine, Running, finish, say, until
from .network import Item, Network, story_page

LINKS, POSTS, READERS = 6, 3, 4
ASKED = ("link", "link", "link", "page", "getPosts", "getPostThread", "getQuotes")
"""What a kill waits for while reading; links more often than the rest."""
FIRST_DAY = date(2026, 1, 1)
DOUBLED = {
    "reactions": "SELECT story, platform, external_id FROM reactions WHERE external_id IS NOT NULL GROUP BY story, platform, external_id",
    "articles": "SELECT story, url FROM articles WHERE url IS NOT NULL GROUP BY story, url",
    "observations": "SELECT platform, external_id, observed_at FROM observations GROUP BY platform, external_id, observed_at",
    "witnesses": "SELECT reaction_id, tie, source, words FROM witness GROUP BY reaction_id, tie, source, words",
}

FAULTS = (
    "lost_posts",
    "lost_articles",
    "links_never_read",
    "doubled",
    "runs_open",
    "mails_doubled",
    "readers_left_out",
    "deliveries_unexplained",
)
"""The figures of which each has to be nothing."""


class Trap:
    """Kills a process at what a server sees: the ``nth`` request of a kind, under way or ``late`` seconds after its answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kill: Callable[[], bool] = lambda: False
        self._kind, self._left, self._late = "", 0, -1.0
        self.fell: str | None = None
        self.sprung = threading.Event()

    def arm(self, kind: str, nth: int, late: float, kill: Callable[[], bool]) -> None:
        """Sets the trap; ``late`` below 0 is while the request is under way."""
        with self._lock:
            self._kind, self._left, self._late, self._kill = kind, nth, late, kill
            self.fell = None
            self.sprung.clear()

    def hit(self, kind: str) -> None:
        """Says that a request of a kind is here."""
        with self._lock:
            if kind != self._kind or self._left <= 0:
                return
            self._left -= 1
            if self._left:
                return
        if self._late < 0:
            self._spring(f"{kind}, under way")
        else:
            threading.Timer(self._late, self._spring, (f"{kind}, just after",)).start()

    def _spring(self, where: str) -> None:
        if self._kill():
            self.fell = where
        self.sprung.set()


class Stories:
    """Stories on loopback, each a page with links and posts of its own that never change."""

    def __init__(self, trap: Trap) -> None:
        self.network = Network(0, 0, busy=0)
        self.other = Site("127.0.0.2")
        self._trap = trap
        self.links: dict[str, list[str]] = {}
        self.posts: dict[str, list[str]] = {}
        for name, route in list(self.network.bluesky.routes.items()):
            self.network.bluesky.routes[name] = self._watched(name.rsplit(".", 1)[1], route)

    def _watched(self, kind: str, route: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
        def answer(asked: Asked) -> Reply:
            self._trap.hit(kind)
            return route(asked)

        return answer

    def add(self, slug: str) -> str:
        """One story more. Returns its address."""
        born = time.time() - 3600
        roots = [self._post(f"{slug}p{i}", born) for i in range(POSTS)]
        for number, root in enumerate(roots):
            reply, quote = self._post(f"{slug}r{number}", born), self._post(f"{slug}q{number}", born)
            reply.parent, quote.quoted = root, root
            root.children += [reply, quote]
        self.posts[slug] = [i for i in self.network.items if f"/{slug}" in i]
        for number in range(LINKS):
            path = f"/{slug}/{number}.html"
            words = " ".join(f"{slug}word{number}x{i}" for i in range(30))
            self.other.page(path, story_page(f"Report {number} on {slug}", [], f"<p>{words}.</p>"))
            self.other.routes[path] = self._watched("link", self.other.routes[path])
        self.links[slug] = [f"{self.other.url}/{slug}/{number}.html" for number in range(LINKS)]
        more = "".join(f'<p>As <a href="{link}">others reported</a> at length.</p>' for link in self.links[slug])
        self.network.pages.page(f"/{slug}.html", story_page(f"Story {slug}", [r.id for r in roots], more))
        route = self.network.pages.routes[f"/{slug}.html"]
        self.network.pages.routes[f"/{slug}.html"] = self._watched("page", route)
        return f"{self.network.pages.url}/{slug}.html"

    def _post(self, key: str, born: float) -> Item:
        item = Item("bluesky", key, f"at://did:plc:{key}/app.bsky.feed.post/{key}", born)
        self.network.items[item.id] = item
        return item

    def requests(self) -> int:
        return sum(self.network.requests().values()) + len(self.other.log)


class Rounds:
    """The kills on one database."""

    def __init__(self, machine: Machine, stories: Stories, box: Mailbox, trap: Trap) -> None:
        self.machine, self.stories, self.box, self.trap = machine, stories, box, trap
        self.random = random.Random(11)
        self.fell: Counter[str] = Counter()
        self.days: dict[str, list[str]] = {}
        self._number = 0

    def one(self, command: str) -> None:
        """One command, and where its kill fell."""
        self._number += 1
        late = self.random.choice((-1.0, -1.0, self.random.uniform(0, 0.04)))
        if command == "digest":
            day = (FIRST_DAY + timedelta(days=self._number)).isoformat()
            self.days[day] = [f"reader{i}@example.org" for i in range(READERS)]
            self.box.day = day
            kind, nth = self.random.choice(PHASES), self.random.randint(1, READERS)
            started = self.machine.start("digest", "--send", "--date", day, *_to(self.days[day]))
        else:
            slug = f"s{self._number}"
            self.machine.run("watch", self.stories.add(slug), "--slug", slug)
            kind, nth = self.random.choice(ASKED), 1
            if kind == "link":
                nth = self.random.randint(1, LINKS)
            if command == "run":
                self.box.day = self.today
            started = self.machine.start(*(["run"] if command == "run" else ["collect", slug]))
        self.trap.arm(kind, nth, late, started.kill)
        self._wait(started, command)

    def _wait(self, started: Running, command: str) -> None:
        ended = until(lambda: self.trap.sprung.is_set() or not started.alive(), 20 if command == "run" else 60, 0.02)
        if ended and self.trap.sprung.wait(0.2) and self.trap.fell:
            self.fell[f"{command}: {self.trap.fell}"] += 1
        elif started.kill():
            self.fell[f"{command}: elsewhere"] += 1

    @property
    def today(self) -> str:
        """The day of the digests that the scheduler sends."""
        return datetime.now(UTC).date().isoformat()

    def undisturbed(self) -> dict[str, str]:
        """The scheduler until it rests, a pass, and each day's digest once more. Returns what the digests said, by day."""
        self.trap.arm("", 0, -1, lambda: False)
        self.box.day = self.today
        scheduler = self.machine.start("run")
        until(lambda: bool(scheduler.said()), 180, 0.5)  # a busy machine starts it slowly
        quiet_since, seen = time.monotonic(), -1

        def rests() -> bool:
            nonlocal quiet_since, seen
            if self.stories.requests() != seen:
                quiet_since, seen = time.monotonic(), self.stories.requests()
            return time.monotonic() - quiet_since > 8

        until(rests, 180, 0.5)
        scheduler.stop(60)
        self.machine.run("collect")
        self.days[self.today] = [f"reader{i}@example.org" for i in range(READERS)]
        said = {}
        for day, readers in self.days.items():
            self.box.day = day
            said[day] = self.machine.run("digest", "--send", "--date", day, *_to(readers), fails=True)
        return said


def measure(kind: str, kills: int) -> dict[str, Any]:
    """The kills on one database, and what came of them."""
    trap = Trap()
    stories = Stories(trap)
    with stories.network, stories.other, Mailbox(trap.hit) as box, Machine(kind, {}) as machine:
        machine.set(
            BLUESKY_URL=stories.network.bluesky.url,
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=box.port,
            SMTP_TLS=0,
            MAIL_FROM="wake@example.org",
            DIGEST_TO="[" + ", ".join(f'"reader{i}@example.org"' for i in range(READERS)) + "]",
            DIGEST_HOUR=datetime.now(UTC).hour,
            TIMEOUT=5,
            FIRST_LOOK_MINUTES=0.1,
            ASSESS_MINUTES=0.2,
        )
        rounds = Rounds(machine, stories, box, trap)
        tries = 0
        while sum(rounds.fell.values()) < kills and tries < 2 * kills:
            tries += 1
            rounds.one(("collect", "digest", "collect", "run", "digest")[tries % 5])
            say(f"{kind}: {sum(rounds.fell.values())} kills in {tries} rounds")
        said = rounds.undisturbed()
        figures = count(machine, stories, box, rounds, said)
    fallen = sum(rounds.fell.values())
    worst = sum(n for where, n in rounds.fell.items() if "link" in where or "mail" in where)
    return {
        "db": kind,
        "kills": fallen,
        "fell": dict(sorted(rounds.fell.items())),
        "at_links_or_mails": worst,
        **figures,
        "met": worst * 2 >= fallen >= kills and not any(figures[key] for key in FAULTS),
    }


def count(machine: Machine, stories: Stories, box: Mailbox, rounds: Rounds, said: dict[str, str]) -> dict[str, Any]:
    """What is lost, doubled or left open."""
    posts = {(r["story"], r["external_id"]) for r in machine.ask("SELECT story, external_id FROM reactions")}
    articles = {(r["story"], r["url"]) for r in machine.ask("SELECT story, url FROM articles")}
    read = {f"{stories.other.url}{asked.path}" for asked in list(stories.other.log)}
    doubled = {
        name: n
        for name, query in DOUBLED.items()
        if (n := machine.number(f"SELECT COUNT(*) AS n FROM ({query} HAVING COUNT(*) > 1) d"))
    }
    opened = _open_deliveries(machine.address)
    due = [(day, reader) for day, readers in rounds.days.items() for reader in readers]
    return {
        "stories": len(stories.posts),
        "lost_posts": sum((slug, post) not in posts for slug, known in stories.posts.items() for post in known),
        "lost_articles": sum((slug, url) not in articles for slug, urls in stories.links.items() for url in urls),
        "links_never_read": sum(url not in read for urls in stories.links.values() for url in urls),
        "doubled": doubled,
        "runs_open": machine.ask("SELECT job, started_at FROM job_run WHERE status = 'running'"),
        "mails": sum(box.got.values()),
        "mails_doubled": sum(n > 1 for n in box.got.values()),
        "readers_due": len(due),
        "readers_left_out": sum(box.got[pair] != 1 and not _explained(said[pair[0]], pair[1]) for pair in due),
        "deliveries_open": len(opened),
        "deliveries_unexplained": sum(not _explained(said.get(row["day"], ""), row["reader"]) for row in opened),
    }


def _open_deliveries(address: str) -> list[Any]:
    """The day and reader of mails of which it is not known what became of them; a question is not told readers."""
    engine = open_database(address)
    with reading(engine) as connection:
        query = (
            "SELECT day, reader FROM delivery WHERE status <> 'handed_over' AND (status <> 'unknown' OR note IS NULL)"
        )
        found = list(connection.execute(text(query)).mappings())
    engine.dispose()
    return found


def _explained(said: str, reader: str) -> bool:
    """Whether a digest's output says of a reader more than that the mail went out before."""
    return any(reader in line and "already" not in line for line in said.splitlines())


def _to(readers: list[str]) -> list[str]:
    return [word for reader in readers for word in ("--to", reader)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60, help="on each database")
    parser.add_argument("--db", choices=DATABASES, action="append", help="may be repeated; by default both")
    given = parser.parse_args()
    finish("kills", [measure(kind, given.kills) for kind in given.db or DATABASES])


if __name__ == "__main__":
    main()
