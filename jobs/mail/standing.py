"""How a story stood at a time: how large it was, and the stances towards its claims. Read from the figures that a pass kept
where they still hold, else counted from what was known by then.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection

from storywake.collector.figures.over_time import running, wilson
from storywake.collector.figures.shares import shipped
from storywake.collector.stance import COUNTED, STANCES
from storywake.db import past
from storywake.db.claims import claims_of
from storywake.db.deliveries import Window
from storywake.db.past import Size
from storywake.db.stories import StoryRow
from storywake.db.summaries import Kept, kept_series

from ..figures import Counted, Tally, as_told, drawn, stances_then
from ..summary import summary_that_holds

Row = dict[str, Any]


class Balance(NamedTuple):
    """How the stances towards a claim stood: counts, shares (0 to 1) and their 95 % intervals."""

    claim: str
    counts: dict[str, int]  # by COUNTED
    shares: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    estimated: bool


class Standing(NamedTuple):
    """How a story stood at a time."""

    size: Size
    balances: list[Balance]  # in the claims' order
    tallies: dict[str, Tally]  # by claim, in the same order
    kept: Kept | None  # the figures that this was read from; None where it was counted
    counted: dict[str, Counted]  # by claim, what was counted; nothing where it was read


def standing(connection: Connection, story: StoryRow, until: str) -> Standing:
    """How a story stood at a time."""
    kept = summary_that_holds(connection, story)
    if kept is not None and kept.made_at <= until:
        size = Size(kept.figures["size"]["reactions"], kept.figures["size"]["people"])
        rows = kept.figures["stance"]
        tallies = {row["claim"]: _read_tally(row, kept.figures["added_up"][row["claim"]]) for row in rows}
        return Standing(size, [_read_balance(row) for row in rows], tallies, kept, {})
    by_claim = stances_then(connection, story.id, until)
    tallies = {claim: counted.whole for claim, counted in by_claim.items()}
    found = [balance_of(claim, tally) for claim, tally in tallies.items()]
    return Standing(past.size_then(connection, story.id, until), found, tallies, None, by_claim)


def hours_until(connection: Connection, story: StoryRow, stood: Standing) -> list[Row]:
    """The stances towards a story's main claim up to a time when it ``stood`` so, by hour, as ``stance_chart`` draws them:
    hour, stance, share, low, high.
    """
    main = next((claim.text for claim in claims_of(connection, story.id)), "")
    if stood.kept:
        drawn_then: list[Row] = kept_series(connection, story.id)["drawn"].get(main, [])
        return drawn_then
    return hours_of(main, stood.counted.get(main))


def balance_before(connection: Connection, story: StoryRow, window: Window, later: Standing) -> Balance | None:
    """How the stances towards the first claim with any stood before a span of time, at whose end they stood as ``later``."""
    came, gone = (stances_then(connection, story.id, at, window.since) for at in (window.until, window.since))
    if not came and not gone:
        return later.balances[0] if later.balances else None
    for claim, tally in later.tallies.items():
        for counted, times in ((came, -1), (gone, 1)):
            if claim in counted:
                tally = tally.plus(counted[claim].whole, times)
        if tally.counts.any():
            return balance_of(claim, tally)
    return None


def balance_of(claim: str, tally: Tally) -> Balance:
    """How the stances towards a claim stood: estimated where that can be, else counted."""
    guess = None if tally.unread else as_told(claim, shipped().estimate_summed(tally.sums))
    counts = dict(zip(COUNTED, tally.counts.tolist(), strict=True))
    if guess:
        shares: dict[str, float] = {name: guess[name] for name in STANCES}
        intervals: dict[str, tuple[float, float]] = guess["intervals"]
    else:
        total = sum(counts.values())
        shares = {name: counts[name] / total for name in COUNTED}
        intervals = {name: wilson(counts[name], total) for name in COUNTED}
    return Balance(claim, counts, shares, intervals, guess is not None)


def hours_of(claim: str, counted: Counted | None) -> list[Row]:
    """The shares of the four stances after each hour, with their intervals, as ``stance_chart`` draws them."""
    if counted is None or counted.whole.unread:
        return []
    return drawn(claim, running(counted.hours, counted.sums))


def _read_balance(row: Mapping[str, Any]) -> Balance:
    """A balance as a story's figures hold it (``jobs/summary.py``)."""
    intervals = {name: (low, high) for name, (low, high) in row["intervals"].items()}
    return Balance(row["claim"], {name: row[name] for name in COUNTED}, row["shares"], intervals, row["estimated"])


def _read_tally(row: Mapping[str, Any], added_up: Mapping[str, Any]) -> Tally:
    """A tally likewise."""
    return Tally(np.array([row[name] for name in COUNTED]), added_up["unread"], np.array(added_up["sums"]))
