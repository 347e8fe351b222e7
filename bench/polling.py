"""When to look again: the error of the curve of reach at equal requests, beside hourly polling and exponential back-off.

Each post of a story is looked at by one rule from the moment that it appears; until the next look its count stands as it was
last seen. The error is the area between the true curve of all posts' reactions and the one seen, as a share of the
reactions at the end and of the hours: how much of the reach is missing, on average over time. It is relative, so
that each story weighs alike, and on no logarithm, since a chart of reach has none. Counts that only grow make the
story's error the sum of its posts' errors.

Every rule has one number that is solved for, so that all spend the same looks: hourly polling the hours between two looks;
back-off, whose waits double from the first wait on, its longest wait (and the first, where even that is too much); ours its
price. ``back_off_best`` is a harder peer, which knows in advance the factor with the smallest spending that fits. No wait is
shorter than 15 minutes or, but for the peers', longer than two days, as in the product.

``storywake bench polling --data FOLDER`` measures the threads of RumourEval 2017 as well.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from storywake.collector.clock import wait_for_counts
from storywake.collector.figures.tempo import PRICE, starting_tempo, tempo_after
from storywake.collector.records import Kind

from .cascades import HORIZON, Story, simulated, threads

FIRST = timedelta(minutes=15)
FIRST_HOURS = FIRST / timedelta(hours=1)
BUDGETS = {"1/4": 1 / 4, "1/10": 1 / 10, "1/24": 1 / 24}
"""Looks, as a share of one an hour at each post."""
GOAL = 1.5
MAX_SHARES = {"hourly": 0.5, "back_off": 1 / GOAL}
"""What part of each peer's error ours may have."""
STORIES, SEED = 6, 5
MIN_REACTIONS = 150
"""Of real stories; the few reactions of smaller ones make their error a matter of luck."""
STEPS = 9
TOLERANCE = 0.01


Wait = Callable[[float, int], float]
"""Hours until the next look at a post, by its age in hours at this one and what it gained since the last; first asked when it
appears.
"""
Rule = Callable[[Kind], Wait]
"""How posts of a kind are followed."""


def hourly(hours: float) -> Rule:
    """Equal waits."""
    return lambda kind: lambda age, gained: hours


def doubling(longest: float) -> Rule:
    """Waits that double; a longest wait beyond the horizon lengthens the first instead."""
    return _growing(2.0, FIRST_HOURS * max(1.0, longest / HORIZON), longest)


def back_off_best(part: float) -> Rule:
    """Waits that grow by a part, up to two days."""
    return _growing(1 + part, FIRST_HOURS, 48.0)


def _growing(factor: float, first: float, longest: float) -> Rule:
    def follow(kind: Kind) -> Wait:
        hours = first / factor

        def wait(age: float, gained: int) -> float:
            nonlocal hours
            hours = min(hours * factor, longest)
            return hours

        return wait

    return follow


def ours(price: float) -> Rule:
    """The product's waits."""

    def follow(kind: Kind) -> Wait:
        tempo, before = starting_tempo(kind), 0.0

        def wait(age: float, gained: int) -> float:
            nonlocal tempo, before
            tempo, before = tempo_after(tempo, gained, before, age), age
            return wait_for_counts(tempo, timedelta(hours=age), FIRST, price) / timedelta(hours=1)

        return wait

    return follow


class Seen(NamedTuple):
    """What a rule spent and missed."""

    looks: int
    error: float  # 0 to 1


def watch(stories: list[Story], rule: Rule) -> Seen:
    """Follows all stories by a rule. The error is the mean of theirs."""
    looks, errors = 0, []
    for story in stories:
        missed, reactions = 0.0, 0
        for post in (post for post in story if post.born < HORIZON):
            times = post.times[: bisect_right(post.times, HORIZON)]
            wait = rule(post.kind)
            seen, at = 0, post.born + wait(0.0, 0)
            while True:
                until = min(at, HORIZON)
                found = bisect_right(times, until)
                missed += (found - seen) * until - sum(times[seen:found])
                if at >= HORIZON:
                    break
                looks += 1
                at += wait(at - post.born, found - seen)
                seen = found
            reactions += len(times)
        errors.append(missed / max(reactions, 1) / HORIZON)
    return Seen(looks, sum(errors) / len(errors))


def at_equal_looks(stories: list[Story], make: Callable[[float], Rule], looks: float, low: float, high: float) -> Seen:
    """What a rule misses whose number between two bounds is such that it spends so many looks; more of it spends less."""
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        seen = watch(stories, make(middle))
        if abs(seen.looks / looks - 1) < TOLERANCE:
            break
        low, high = (middle, high) if seen.looks > looks else (low, middle)
    return seen


def bench_polling(data: str | None) -> dict[str, Any]:
    """The larger error of back-off to ours over all sets and budgets; 1.5 is the goal, and 2 to hourly polling."""
    sets = {"simulated": simulated(STORIES, SEED)}
    if data:
        sets["threads"] = [
            story for story in threads(Path(data)) if sum(len(post.times) for post in story) > MIN_REACTIONS
        ]
    figures: dict[str, Any] = {}
    shares: dict[str, list[float]] = {name: [] for name in (*MAX_SHARES, "back_off_best")}
    for name, stories in sets.items():
        every_hour = sum(HORIZON - post.born for story in stories for post in story if post.born < HORIZON)
        figures[name] = {"posts": sum(map(len, stories)), "looks_hourly": round(every_hour)}
        figures[name]["as_shipped"] = _shown(watch(stories, ours(PRICE)), every_hour)
        for budget, share in BUDGETS.items():
            looks = every_hour * share
            peers = {
                "hourly": at_equal_looks(stories, hourly, looks, 1.0, 100.0),
                "back_off": at_equal_looks(stories, doubling, looks, 0.5, 100 * HORIZON),
                "back_off_best": at_equal_looks(stories, back_off_best, looks, 0.01, 20.0),
            }
            own = at_equal_looks(stories, ours, looks, 1e-4, 20.0)
            figures[name][budget] = {rule: _shown(seen, every_hour) for rule, seen in ({"ours": own} | peers).items()}
            for peer, seen in peers.items():
                shares[peer].append(own.error / seen.error)
    worst = {peer: round(max(found), 3) for peer, found in shares.items()}
    return {
        "bench": "polling",
        "ratio": round(1 / worst["back_off"], 3),
        "goal": GOAL,
        "met": all(worst[peer] <= limit for peer, limit in MAX_SHARES.items()),
        "figures": {"error_share_at_worst": worst, "most": MAX_SHARES, **figures},
    }


def _shown(seen: Seen, every_hour: float) -> dict[str, float]:
    return {"looks_share": round(seen.looks / every_hour, 4), "error": float(f"{seen.error:.3g}")}
