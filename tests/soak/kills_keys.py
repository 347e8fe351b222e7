"""Whether kills under ``storywake run`` with every key set lose or double a reaction, or spend money twice.

``python -m tests.soak.kills_keys [--minutes 4] [--db sqlite]``: X, YouTube, Threads, Bluesky with an account and Mastodon with a token are
played. The scheduler is killed at random: so many requests after its start, and a moment later. Then it runs undisturbed.
The networks keep the bill; it is compared with what is recorded as spent.
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from storywake.db.engine import open_database, reading

from . import planted_open, planted_social, planted_web
from .elsewhere import PORT
from .elsewhere import START as ELSEWHERE
from .fortnight import compare
from .machine import DATABASES, Machine, finish, say, until
from .planted import Network, Story, Window, World
from .played import Exchange, Played

PLATFORMS = ("x", "youtube", "threads", "bluesky", "mastodon", "web")
FIRST_LOOK = 60.0
"""Seconds between two looks at one thing, the setting."""
PATIENCE = 60.0
"""Seconds that a kill waits for its request."""
STORING = 3.0
"""Seconds before a kill in which an answer may not have been stored yet, on a busy machine."""
AT_ONCE = 2
"""Requests to one host that may be under way, and so cut off by a kill: the setting's default."""
BUDGET_X = 60.0
"""Dollars, so that what kills leave held does not end the day."""
SEARCHES = 50_000
"""Of YouTube and Threads a day, so that a search may come every few seconds."""
PAID = {"x": "api.x.com", "youtube": "www.googleapis.com", "threads": "graph.threads.net"}
BUDGETS = ("x", "x/posts", "youtube", "youtube/search", "youtube/counts", "threads")


class YouTube(planted_social.YouTube):
    """As it is, with more searches a day."""

    windows = dict.fromkeys(planted_social.YouTube.windows, (Window(SEARCHES, 24 * 3600),))


class Threads(planted_social.Threads):
    """As it is, with more searches a day."""

    windows = dict.fromkeys(planted_social.Threads.windows, (Window(SEARCHES, 24 * 3600),))


def world(start: datetime, minutes: float) -> World:
    """Two stories, one older than X's search reaches, and what happens about them: before, and while schedulers are killed."""
    told = [
        Story(n, f"story-{n}", f"The bridge number {n}", start - timedelta(days=18 if n == 1 else 0)) for n in (1, 2)
    ]
    social: list[Network] = [
        kind(14, False)
        for kind in (planted_social.X, YouTube, Threads, planted_open.Bluesky, planted_open.Mastodon)
    ]  # fmt: skip
    found = World([*social, planted_web.Paper(14, (), faults=False)], told)
    chance = random.Random(5)
    for network in found.networks:
        for story in told:
            for _ in range(5):
                born = start + timedelta(minutes=chance.uniform(-20, minutes))
                root = found.happen(network, story, "links", born)
                for _ in range(3 if network.hows else 0):
                    later = born + timedelta(minutes=chance.uniform(0, 3))
                    parent = chance.choice([root, *root.below(later)])
                    found.happen(network, story, chance.choice(network.hows), later, parent)
    for day in range(17):
        found.happen(found.networks[0], told[0], "links", told[0].published + timedelta(days=day, hours=3))
    return found


def measure(kind: str, minutes: float, limit: float) -> dict[str, Any]:
    """One run on one database."""
    planted = world(datetime.now(UTC), minutes)
    with Played(planted) as played, Machine(kind, {}, ELSEWHERE) as machine:
        machine.environment[PORT] = str(played.port)
        machine.set(
            PLATFORMS=json.dumps(PLATFORMS), BLUESKY_URL="https://public.api.bsky.app", CONSTELLATION_URL="https://constellation.microcosm.blue", X_TOKEN="t", X_BUDGET=BUDGET_X, YOUTUBE_KEY="k",
            YOUTUBE_SEARCHES=SEARCHES, THREADS_TOKEN="t", THREADS_BUDGET=SEARCHES, MASTODON_TOKEN="t", BLUESKY_HANDLE="me.example",
            BLUESKY_PASSWORD="p", FIRST_LOOK_MINUTES=FIRST_LOOK / 60, STANCE_MODEL="cues", WATCH_DAYS=30, TIMEOUT=10,
        )  # fmt: skip
        for story in planted.stories:
            machine.run("watch", story.url, "--slug", story.slug, "--claim", story.title)
        kills = _kill(machine, played, minutes)
        say(f"{kind}: {len(kills)} kills; now undisturbed")
        last = machine.start("run")
        engine = open_database(machine.address)
        complete = until(lambda: not _missing(engine, planted), limit, 5.0)
        undisturbed = time.monotonic()
        until(lambda: time.monotonic() - undisturbed > FIRST_LOOK, FIRST_LOOK + 1, 1.0)
        stopped = last.stop(60)
        rows = [compare(engine, planted, network) for network in planted.networks]
        money = _money(engine, planted, len(kills))
        engine.dispose()
        opened = machine.number("SELECT COUNT(*) AS n FROM job_run WHERE status = 'running'")
        tracebacks = sum("Traceback" in line for one in machine.started for line in one.said().splitlines())
    again = {name: _again(played.to(host), kills) for name, host in PAID.items()}
    wrong = [row for row in rows if any(row[key] for key in ("missing", "twice", "invented", "exceeded", "hasty"))]
    return {
        "db": kind,
        "kills": len(kills),
        "planted": sum(row["planted"] for row in rows),
        "found": sum(row["found"] for row in rows),
        "wrong": wrong,
        "requests": {row["network"]: row["requests"] for row in rows},
        "asked_again_though_answered": again,
        "money": money,
        "runs_open": opened,
        "stopped_after": stopped,
        "tracebacks": tracebacks,
        "met": complete
        and not wrong
        and not any(again.values())
        and not opened
        and not tracebacks
        and all(row["true"] for row in money.values()),
    }


def _kill(machine: Machine, played: Played, minutes: float) -> list[float]:
    """Kills schedulers one after another for so many minutes. Returns when, in monotonic seconds."""
    chance = random.Random(11)
    ends, kills = time.monotonic() + minutes * 60, []
    while time.monotonic() < ends:
        scheduler, before = machine.start("run"), len(played.log)
        nth, late = chance.choice((1, 2, 3, 5, 8, 13, 21, 34)), chance.uniform(0, 0.6)
        _asked(played, before + nth)
        time.sleep(late)
        kills.append(time.monotonic())
        scheduler.kill()
        say(f"{len(kills)} kills, {len(played.log)} requests")
    return kills


def _asked(played: Played, number: int) -> None:
    until(lambda: len(played.log) >= number, PATIENCE, 0.01)


def _missing(engine: Any, planted: World) -> bool:
    return any(compare(engine, planted, network)["missing"] for network in planted.networks)


def _again(exchanges: Iterable[Exchange], kills: Sequence[float]) -> list[str]:
    """What was asked again within a look's wait though it had been answered well long before the kill between."""
    asked: defaultdict[str, list[Exchange]] = defaultdict(list)
    for one in exchanges:
        if one.status == 200 and one.answered:
            asked[one.asked].append(one)
    return [
        f"{later.asked[:120]}: {later.came - before.came:.1f} s later"
        for same in asked.values()
        for before, later in zip(same, same[1:], strict=False)
        if later.came - before.came < FIRST_LOOK - 1
        and not any(before.came <= kill <= (before.answered or 0) + STORING for kill in kills)
    ]


def _money(engine: Any, planted: World, kills: int) -> dict[str, dict[str, Any]]:
    """What is recorded as spent against the networks' own bills, by budget."""
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT platform, item, amount FROM spending")).all()
    spent: Counter[str] = Counter()
    held: Counter[str] = Counter()
    holds: Counter[str] = Counter()
    for row in rows:
        if row.item.startswith("held:"):
            held[row.platform] += row.amount
            holds[row.platform] += 1
        else:
            spent[row.platform] += row.amount
    billed: Counter[str] = Counter()
    for network in planted.networks:
        if isinstance(network, planted_social.X):
            for items in network.bill.values():
                billed["x"] += sum(items.values())
                billed["x/posts"] += sum(item.startswith("post") for item in items)
        elif isinstance(network, planted_social.YouTube):
            names = {"search": "youtube/search", "videos:batchGetStats": "youtube/counts", "units": "youtube"}
            billed.update({names[bucket]: sum(hit.cost for hit in hits) for bucket, hits in network.hits.items()})
        elif isinstance(network, planted_social.Threads):
            billed["threads"] += network.requests
    return {
        name: {
            "billed": billed[name],
            "recorded": spent[name],
            "held": held[name],
            "holds": holds[name],
            # Never less than the bill, and more only by what requests that were cut off may have cost.
            "true": spent[name] <= billed[name] <= spent[name] + held[name] and holds[name] <= AT_ONCE * kills,
        }
        for name in BUDGETS
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=DATABASES, action="append", help="may be repeated; by default both")
    parser.add_argument("--minutes", type=float, default=4, help="for which schedulers are killed")
    parser.add_argument("--limit", type=float, default=600, help="seconds in which the rest must be found")
    given = parser.parse_args()
    finish("kills_keys", [measure(kind, given.minutes, given.limit) for kind in given.db or DATABASES])


if __name__ == "__main__":
    main()
