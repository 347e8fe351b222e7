"""Whether the scheduler asks what costs money soon and within its budget, and runs once at a time, crashes included.

``python -m tests.soak.paid [--db postgresql] [--seconds 75]``: X and YouTube are played and keep the bill themselves. Then a second
scheduler is started; PostgreSQL is killed and comes back; each scheduler's requests carry its name, so that
two at work at once are seen by the network.
"""

import argparse
import re
import threading
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..loopback import Asked, Reply, Site
from .machine import DATABASES, Machine, Running, finish, say, until
from .network import Network, answer

BUDGET_X = 0.60
"""Dollars a UTC day."""
BUDGET_YOUTUBE = 450
POST, USER = 0.005, 0.010
UNITS = {"search": 0, "videos:batchGetStats": 0}
"""What a request costs of the bucket that all but searches and batches of counts share: one unit, but for these."""
SOON = 60.0
"""Seconds within which the first paid request is made."""
RECOVERY = 45.0
"""Seconds that the schedulers are watched after a crash."""
STARTING = 15.0
"""Seconds that a scheduler may need to find that another one runs."""


class Paid:
    """X's API v2 and YouTube's Data API v3: they grow with time, and keep the bill."""

    def __init__(self) -> None:
        self.x, self.youtube = Site(), Site()
        self.story = ""
        self.started = time.time()
        self.items: set[tuple[str, str]] = set()  # UTC day and what X charged for
        self.units: dict[str, int] = {}
        self.first: dict[str, float] = {}
        self._lock = threading.Lock()
        self.x.routes = _Routed(self._x)
        self.youtube.routes = _Routed(self._youtube)

    def dollars(self) -> dict[str, float]:
        """What X charges, by UTC day: each post and user returned, once a day."""
        with self._lock:
            days = {day for day, _ in self.items}
            return {
                day: round(sum(POST if item[0] == "p" else USER for d, item in self.items if d == day), 4)
                for day in days
            }

    def _tweets(self, ids: list[int]) -> Reply:
        day = datetime.now(UTC).date().isoformat()
        with self._lock:
            self.items |= {(day, f"p{i}") for i in ids} | {(day, f"u{i % 500}") for i in ids}
        age = int(time.time() - self.started)
        data = [
            {
                "id": str(i),
                "author_id": str(i % 500),
                "text": f"post {i} {self.story}",
                "created_at": datetime.now(UTC).isoformat(),
                "entities": {"urls": [{"expanded_url": self.story}]},
                "public_metrics": {"like_count": age, "reply_count": age // 5, "quote_count": 1, "retweet_count": 0},
            }
            for i in ids
        ]
        users = [{"id": str(i), "username": f"user{i}", "name": f"U {i}"} for i in sorted({i % 500 for i in ids})]
        return answer({"data": data, "includes": {"users": users}, "meta": {"result_count": len(data)}})

    def _x(self, asked: Asked) -> Reply:
        self.first.setdefault("x", time.time())
        if asked.path == "/2/tweets":
            return self._tweets([int(i) for i in asked.query["ids"][0].split(",")])
        size = int(asked.query.get("max_results", ["10"])[0])
        if not 10 <= size <= 100:
            return answer({"title": "Invalid Request"}, 400)
        words = asked.query.get("query", [asked.path])[0]
        number = int(re.sub(r"\D", "", words)[-6:] or 1)
        there = 5 + int(time.time() - self.started) // 2
        base = 10**15 + (number % 1000) * 10_000
        return self._tweets([base + i for i in range(min(size, there))])

    def _youtube(self, asked: Asked) -> Reply:
        name = asked.path.rsplit("/", 1)[-1]
        day = datetime.now(UTC).date().isoformat()
        self.first.setdefault("youtube", time.time())
        with self._lock:
            self.units[day] = self.units.get(day, 0) + UNITS.get(name, 1)
        now = datetime.now(UTC).isoformat()
        age = int(time.time() - self.started)
        if name == "commentThreads":
            return answer({"items": [_comment(asked.query["videoId"][0], i, now) for i in range(min(100, age))]})
        ids = asked.query.get("id", ["dQw4w9WgXcQ,aaaaaaaaaaa"])[0].split(",")
        counts = {"viewCount": str(age), "likeCount": "1", "commentCount": str(age)}
        return answer(
            {
                "items": [
                    {
                        "kind": "youtube#video",
                        "id": {"videoId": i} if name == "search" else i,
                        "snippet": {"title": f"Video {i}", "channelId": "c", "channelTitle": "C", "publishedAt": now},
                        "statistics": counts,
                    }
                    for i in ids
                ]
            }
        )


class _Routed(dict[str, Any]):
    def __init__(self, route: Any) -> None:
        self._route = route

    def get(self, path: str, default: Any = None) -> Any:
        return default if path == "/robots.txt" else self._route


def _comment(video: str, number: int, now: str) -> dict[str, Any]:
    snippet = {
        "videoId": video,
        "textOriginal": f"comment {number}",
        "authorDisplayName": f"@c{number}",
        "publishedAt": now,
    }
    return {
        "kind": "youtube#commentThread",
        "snippet": {
            "videoId": video,
            "totalReplyCount": 0,
            "topLevelComment": {"kind": "youtube#comment", "id": f"{video}{number}", "snippet": snippet},
        },
    }


STORY = """<html lang="en"><head><title>Bridge never inspected</title></head><body><article>
<p>The new harbour bridge was opened without a final inspection, according to a leaked engineering report.</p>
<blockquote class="twitter-tweet"><p lang="en">So nobody inspected it?</p>&mdash; Maria (@maria)
<a href="https://twitter.com/maria/status/1764200000000000001">March 3, 2024</a></blockquote>
<p>A video of the opening was shown all day long by the city's own channel, which did not comment.</p>
<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>{shown}</article></body></html>"""


def measure(kind: str, seconds: float) -> dict[str, Any]:
    """One run on one database."""
    paid = Paid()
    with paid.x, paid.youtube, Network(2, seconds + 600, busy=0, every=2) as free, Machine(kind, {}) as machine:
        free.page("/story")
        body = urlsplit(free.story)
        shown = free.pages.routes[body.path](Asked(0, body.path, parse_qs(""), {})).body.decode()
        free.pages.page("/story", STORY.replace("{shown}", shown))
        paid.story = free.story
        machine.set(
            PLATFORMS='["x", "youtube", "bluesky"]',
            BLUESKY_URL=free.bluesky.url,
            X_URL=paid.x.url,
            X_TOKEN="t",
            X_BUDGET=BUDGET_X,
            YOUTUBE_URL=paid.youtube.url,
            YOUTUBE_KEY="k",
            YOUTUBE_BUDGET=BUDGET_YOUTUBE,
            FIRST_LOOK_MINUTES=0.05,
            ASSESS_MINUTES=0.5,
            TIMEOUT=5,
        )
        machine.run("watch", free.story, "--slug", "bridge")
        say(f"{kind}: the first scheduler")
        started = time.time()
        first = machine.start("run", CONTACT="first")
        until(lambda: not first.alive(), seconds, 0.5)
        soon = {name: round(paid.first[name] - started, 1) if name in paid.first else None for name in ("x", "youtube")}
        second = machine.start("run", CONTACT="second")
        refused = second.wait(120)
        words = second.said().strip().splitlines()
        second.kill()
        say("a crash")
        handed = _crash(machine, first, (free.bluesky, free.pages, paid.x, paid.youtube))
        bill, units = paid.dollars(), dict(paid.units)
    x_kept = all(spent <= BUDGET_X + 1e-9 for spent in bill.values())
    youtube_kept = all(spent <= BUDGET_YOUTUBE for spent in units.values())
    in_time = all(wait is not None and wait <= SOON for wait in soon.values())
    return {
        "db": kind,
        "first_paid_request_after": soon,
        "x_dollars": bill,
        "x_budget": BUDGET_X,
        "youtube_units": units,
        "youtube_budget": BUDGET_YOUTUBE,
        "second_refused": refused == 1 and len(words) == 1,
        "second_said": " / ".join(words)[-200:],
        **handed,
        "met": in_time and x_kept and youtube_kept and refused == 1 and len(words) == 1 and handed["one_at_a_time"],
    }


def _crash(machine: Machine, first: Running, sites: tuple[Site, ...]) -> dict[str, Any]:
    """PostgreSQL is killed and restarted (on SQLite: the scheduler is killed), then others try to run beside the first."""
    if machine.postgres:
        machine.postgres.crash()
        time.sleep(2)
        machine.postgres.restart()
    else:
        first.kill()
    back = time.monotonic()
    others: list[Running] = []
    at_work: list[str] = []

    def watched() -> bool:
        if not others or not others[-1].alive():
            others.append(machine.start("run", CONTACT=f"other{len(others)}"))
        return time.monotonic() - back > RECOVERY

    until(watched, RECOVERY + 30, 5.0)
    seen = sorted((a.at, _name(a)) for site in sites for a in list(site.log) if a.at > back)
    for _, name in seen:
        if not at_work or at_work[-1] != name:
            at_work.append(name)
    others[-1].wait(STARTING)  # it may not have come to the lock yet
    alive = [other.alive() for other in others]
    running = first.alive() + sum(alive)
    said = first.said().strip().splitlines()
    clear = first.alive() or not machine.postgres or bool(said and said[-1].startswith("storywake: "))
    for other in others:
        other.kill()
    return {
        "after_crash": {
            "first_alive": first.alive(),
            "first_said": said[-1][-200:] if said and not first.alive() else None,
            "tracebacks": sum(line.startswith("Traceback") for line in said),
            "others_tried": len(others),
            "others_alive": sum(alive),
            "turns": at_work[:12],
            "turns_taken": len(at_work),
            "requests": len(seen),
        },
        # Whoever handed over makes no request more.
        "one_at_a_time": running == 1 and len(at_work) == len(set(at_work)) and len(at_work) >= 1 and clear,
    }


def _name(asked: Asked) -> str:
    found = re.search(r"; (\w+)\)", asked.headers.get("user-agent", ""))
    return found[1] if found else "?"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=DATABASES, action="append", help="may be repeated; by default both")
    parser.add_argument("--seconds", type=float, default=75, help="before the crash")
    given = parser.parse_args()
    finish("paid", [measure(kind, given.seconds) for kind in given.db or DATABASES])


if __name__ == "__main__":
    main()
