"""Whether ``storywake run`` sees everything that happens on a network that grows, deletes and fails.

``python -m tests.soak.schedule [--minutes 10] [--quiet 90] [--roots 4] [--db sqlite]``: the network changes for the first part
of the run and rests for the last ``--quiet`` seconds (a tenth of the run and half a minute at least, since a
post of that age is looked at only so often); then what is stored is compared with what there is.
"""

import argparse
import time
from typing import Any

from .least import least_requests
from .machine import DATABASES, Machine, Running, finish, say
from .network import BUSY, Item, Network, silent_server, story_page

FIRST = 0.2
"""Minutes: the shortest wait between two looks at one thing."""
LINKS = 3
"""Pages that the story links to and that answer."""
STOPPING = 60.0
"""Seconds within which the scheduler has to stop when asked to."""


def measure(kind: str, minutes: float, quiet: float, roots: int) -> dict[str, Any]:
    """One run on one database."""
    seconds = minutes * 60
    with Network(roots, seconds - quiet) as network, silent_server() as (silent, held), Machine(kind, {}) as machine:
        pages = [f"/other/{number}.html" for number in range(LINKS)]
        for number, path in enumerate(pages):
            network.pages.page(path, story_page(f"Report {number} of the day before", [], f"<p>Number {number}.</p>"))
            network.pages.routes[path] = network.failing(network.pages.routes[path])
        other = [network.pages.url.replace("127.0.0.1", "localhost") + path for path in pages]
        machine.set(
            BLUESKY_URL=network.bluesky.url,
            MASTODON_URL=network.mastodon.url,
            MASTODON_TOKEN="t",
            PLATFORMS='["bluesky", "mastodon"]',
            FIRST_LOOK_MINUTES=FIRST,
            ASSESS_MINUTES=0.5,
        )
        machine.run("watch", network.page("/bridge", *other, f"{silent}/never"), "--slug", "bridge")
        say(f"{kind}: {len(network.items)} posts over {seconds - quiet:.0f} s, then {quiet:.0f} s of quiet")
        started = time.time()
        before = network.requests()
        scheduler = machine.start("run")
        ended_early = _watch(scheduler, started, seconds, network)
        asked = network.requests() - before
        ended = time.time()
        stopped = scheduler.stop(STOPPING)
        hours = (ended - started) / 3600
        least = least_requests(network, started, ended, first=FIRST * 60, links=LINKS, busy=BUSY)
        report = {
            "db": kind,
            "minutes": round(hours * 60, 2),
            "quiet_seconds": round(quiet),
            **compare(machine, network, ended),
            "requests": sum(asked.values()),
            "answered_503": network.busy_answers,
            "silent_host_connections": len(held),
            "per_hour": {kind: round(number / hours) for kind, number in sorted(asked.items())},
            "least_per_hour": {kind: round(number / hours) for kind, number in sorted(least.items())},
            "times_least": round(sum(asked.values()) / sum(least.values()), 2),
            "stopped_in": None if stopped is None else round(stopped, 1),
        }
        if ended_early:
            report["ended_early"] = scheduler.said()[-300:]
    report["met"] = (
        not ended_early
        and stopped is not None
        and not any(report[key] for key in ("missing", "deletions_missed", "deletions_false", "told_not_stored"))
        and not report.get("lag_rows")
    )
    return report


def _watch(scheduler: Running, started: float, seconds: float, network: Network) -> bool:
    """Lets the scheduler run. Returns whether it ended by itself."""
    while time.time() < started + seconds:
        status = scheduler.wait(min(20.0, max(0.1, started + seconds - time.time())))
        say(f"{time.time() - started:.0f} s: {sum(network.requests().values())} requests")
        if status is not None:
            return True
    return False


def compare(machine: Machine, network: Network, now: float) -> dict[str, Any]:
    """What is stored against what there is: the figures of the report."""
    rows = machine.ask(
        "SELECT platform, external_id, first_seen_at, deleted, replies, quotes FROM reactions WHERE external_id IS NOT NULL"
    )
    stored = {row["external_id"]: row for row in rows}
    living = [i for i in network.items.values() if i.there(now)]
    missing = [i for i in living if i.id not in stored]
    happened = [i for i in network.items.values() if i.gone and i.id in stored and _seen(stored[i.id]) < i.gone]
    deleted = {key for key, row in stored.items() if row["deleted"]}
    # What a platform last told of a post against what of that is stored, deletions taken out.
    untold = [
        i
        for i in living
        if i.id in stored
        and (stored[i.id]["replies"] or 0) + (stored[i.id]["quotes"] or 0)
        > sum(c.id in stored and c.id not in deleted for c in i.children)
    ]
    stale = [i for i in living if i.id in stored and _counts(i, now) != _told(stored[i.id])]
    figures: dict[str, Any] = {
        "exist": len(living),
        "stored": len(living) - len(missing),
        "missing": len(missing),
        "missing_by_platform": {
            p: sum(i.platform == p for i in missing)
            for p in ("bluesky", "mastodon")
            if any(i.platform == p for i in missing)
        },
        "deletions_happened": len(happened),
        "deletions_seen": sum(i.id in deleted for i in happened),
        "deletions_missed": sum(i.id not in deleted for i in happened),
        "deletions_false": sum(i.id in deleted for i in living),
        "told_not_stored": len(untold),
        "counts_out_of_date": len(stale),
    }
    try:
        figures["lag_rows"] = len(machine.ask("SELECT * FROM lag WHERE told > stored"))
    except RuntimeError:
        figures["lag_rows"] = None  # no such view yet
    return figures


def _seen(row: dict[str, Any]) -> float:
    from datetime import datetime

    return datetime.fromisoformat(row["first_seen_at"]).timestamp()


def _counts(item: Item, now: float) -> int:
    return len(item.replies(now)) + len(item.quotes(now))


def _told(row: dict[str, Any]) -> int | None:
    if row["replies"] is None and row["quotes"] is None:
        return None
    return (row["replies"] or 0) + (row["quotes"] or 0)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--quiet", type=float, help="seconds; by default 90, or a tenth of the run and 30")
    parser.add_argument("--roots", type=int, default=4, help="posts on each platform that the rest answers")
    parser.add_argument("--db", choices=DATABASES, default="sqlite")
    given = parser.parse_args()
    quiet = given.quiet if given.quiet is not None else max(90.0, given.minutes * 6 + 30)
    finish("schedule", [measure(given.db, given.minutes, quiet, given.roots)])


if __name__ == "__main__":
    main()
