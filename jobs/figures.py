"""A story's figures: stances counted and estimated, with their intervals, over time, and where the balance changed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storywake.collector.figures.over_time import (
    GROUPS,
    Stanced,
    changes,
    estimated,
    shares,
    so_far,
    summed,
    wilson,
)
from storywake.collector.figures.reach import engagement
from storywake.collector.figures.shares import Estimate
from storywake.collector.stance import COUNTED, STANCES
from storywake.db.claims import claims_of
from storywake.db.past import HourThen, ProbableNow, hours_then, probabilities_of
from storywake.db.reporting import (
    articles_of,
    links_of,
    people_of,
    reach_of,
    reacted_by,
    reactions_of,
    stance_counts,
    stance_over_time,
    witnesses_of,
)
from storywake.db.stories import StoryRow

from .series import thinned
from .tally import who_reacted

MEASURED = "blend"
"""The assessor that ``storywake.collector.figures.shares.shipped`` is made for."""
Guesses = Mapping[str, Mapping[str, Estimate | None]]
"""By claim, its estimates by hour."""


class Tally(NamedTuple):
    """What reactions to a claim counted as, added up."""

    counts: NDArray[np.int64]  # in the order of COUNTED
    unread: int  # how many of those that count nobody read
    sums: NDArray[np.float64]  # what an estimate adds up of the others

    def plus(self, other: "Tally", times: int = 1) -> "Tally":
        """With other reactions besides; without them where ``times`` is -1."""
        return Tally(
            self.counts + times * other.counts, self.unread + times * other.unread, self.sums + times * other.sums
        )


class Counted(NamedTuple):
    """What the reactions to a claim counted as at a time."""

    whole: Tally
    hours: list[str]  # in which any was posted
    sums: NDArray[np.float64]  # those of ``whole``, a row an hour


def story_facts(connection: Connection, story: StoryRow) -> dict[str, Any]:
    """Everything that a report of a story shows; unknown is None.

    Keys: story, claims, articles, people, people_who_reacted (their number), reactions, stance (now, by claim), reach (now, by platform), reach_over_time.
    """
    slug = story.slug
    witnesses = witnesses_of(connection, story.id)
    links = links_of(connection, story.id)
    reactions = reactions_of(connection, slug)
    for reaction in reactions:
        reaction["links"] = links.get(reaction["reaction_id"], [])
        reaction["witnesses"] = witnesses.get(reaction["reaction_id"], [])
    reach = reach_of(connection, slug)
    return {
        "story": {
            "slug": slug,
            "title": story.title,
            "url": story.url,
            "status": story.status,
            "watched_since": story.created_at,
            "watch_until": story.watch_until,
        },
        "claims": [row.text for row in claims_of(connection, story.id)],
        "articles": articles_of(connection, slug),
        "people": people_of(connection, slug),
        "people_who_reacted": len({who_reacted(*one) for one in reacted_by(connection, story.id)} - {None}),
        "reactions": reactions,
        "stance": stance_now(connection, slug),
        "reach": list({row["platform"]: {k: v for k, v in row.items() if k != "hour"} for row in reach}.values()),
        "reach_over_time": reach,
    }


def stance_now(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """How many reactions take each stance towards each claim: claim, support, deny, query, comment, unclear.

    In the claims' order. ``intervals`` has the 95 % interval of each one's share, (low, high) from 0 to 1.
    """
    table: dict[str, dict[str, Any]] = {}
    for row in stance_counts(connection, slug):
        table.setdefault(row.claim, {"claim": row.claim, **dict.fromkeys(COUNTED, 0)})[row.counted] = row.n
    for counts in table.values():
        total = sum(counts[stance] for stance in COUNTED)
        counts["intervals"] = {stance: wilson(counts[stance], total) for stance in COUNTED}
    return list(table.values())


def stance_parts(connection: Connection, slug: str) -> dict[str, Any]:
    """A story's stances in parts, each with its claim.

    ``stance_estimated`` (the shares now, of each claim), ``stance_over_time`` (the view's rows, their shares
    estimated), ``stance_changes`` (where the balance changed by more than chance) and ``stance_drawn`` (by claim, what
    ``drawn`` tells), ``stance_added_up`` (by claim, what a ``Tally`` holds besides its counts). Beside each estimate stand
    its 95 % interval and the counted share.
    """
    claims = _stanced(connection, slug)
    guesses = {claim: so_far(reactions) for claim, reactions in claims.items()}
    return {
        **_parts(connection, slug, claims, guesses),
        "stance_added_up": {claim: _added_up(reactions) for claim, reactions in claims.items()},
        "stance_drawn": {claim: drawn(claim, found) for claim, found in guesses.items()},
    }


def stance_in_full(connection: Connection, slug: str) -> dict[str, Any]:
    """What ``stance_parts`` tells but what is drawn, and ``stance_shares``: by hour, day, platform and language, likewise
    estimated.
    """
    claims = _stanced(connection, slug)
    told = [
        {"claim": claim, "by": name, **share._asdict()}
        for claim, reactions in claims.items()
        for name, group in GROUPS.items()
        for share in shares(reactions, group)
    ]
    guesses = {claim: so_far(reactions) for claim, reactions in claims.items()}
    return {**_parts(connection, slug, claims, guesses), "stance_shares": told}


def _stanced(connection: Connection, slug: str) -> dict[str, list[Stanced]]:
    """The reactions to a story with a stance, by claim."""
    claims: dict[str, list[Stanced]] = {}
    for row in probabilities_of(connection, MEASURED, slug):
        reach = engagement(row.likes, row.reposts, row.replies, row.quotes)
        claims.setdefault(row.claim, []).append(
            Stanced(row.at, row.counted, row.platform, row.language, reach, _chances(row), bool(row.by_person))
        )
    return claims


def _parts(connection: Connection, slug: str, claims: dict[str, list[Stanced]], guesses: Guesses) -> dict[str, Any]:
    return {
        "stance_estimated": [
            told for claim, reactions in claims.items() if (told := as_told(claim, estimated(reactions)))
        ],
        "stance_over_time": _over_time(connection, slug, guesses),
        "stance_changes": [
            {"claim": claim, **change._asdict()} for claim, reactions in claims.items() for change in changes(reactions)
        ],
    }


def stances_then(connection: Connection, story_id: int, until: str, since: str = "") -> dict[str, Counted]:
    """What was known at ``until`` of a story's reactions with a stance, by claim; without the claims that had none. With
    ``since`` only of reactions of which something was found after it.
    """
    groups: dict[str, list[HourThen]] = {}
    for row in hours_then(connection, MEASURED, story_id, until, since):
        groups.setdefault(row.claim, []).append(row)
    return {claim: _counted(rows) for claim, rows in groups.items()}


def _counted(rows: Sequence[HourThen]) -> Counted:
    counts = np.array([row.counts for row in rows], np.int64)
    sums = np.array([row.sums for row in rows], np.float64)
    whole = Tally(counts.sum(0), sum(row.unread for row in rows), sums.sum(0))
    return Counted(whole, [row.hour for row in rows], sums)


def _added_up(reactions: Sequence[Stanced]) -> dict[str, Any]:
    unread, sums = summed(reactions)
    return {"unread": unread, "sums": sums.tolist()}


def drawn(claim: str, guesses: Mapping[str, Estimate | None]) -> list[dict[str, Any]]:
    """Estimates by hour as ``stance_chart`` draws them: claim, hour, stance, share, low, high; thinned."""
    return thinned(
        [
            {"claim": claim, "hour": hour, "stance": stance, "share": share, "low": low, "high": high}
            for hour, guess in guesses.items()
            if guess
            for stance, share, low, high in zip(STANCES, guess.shares, guess.low, guess.high, strict=True)
        ],
        "claim",
    )


def _chances(row: ProbableNow) -> tuple[float, float, float, float] | None:
    """The probabilities of ``STANCES``; None where there are none or the reaction's language is not covered."""
    if row.support is None or row.covered in (False, 0):
        return None
    a, b, c, d = (float(getattr(row, stance)) for stance in STANCES)
    return a, b, c, d


def as_told(claim: str, found: Estimate | None) -> dict[str, Any] | None:
    """The estimated shares of a claim's reactions: claim, support, deny, query, comment, and ``intervals`` (95 %)."""
    return found and {
        "claim": claim,
        **dict(zip(STANCES, found.shares, strict=True)),
        "intervals": {s: (low, high) for s, low, high in zip(STANCES, found.low, found.high, strict=True)},
    }


def _over_time(connection: Connection, slug: str, guesses: Guesses) -> list[dict[str, Any]]:
    """The rows of the view ``stance_over_time``, their shares estimated where they can be: low, high, counted_share
    beside. Each hour has all four stances, also those that no reaction was counted as: their share may be estimated.
    """
    rows = _all_four(stance_over_time(connection, slug))
    totals: dict[tuple[str, str], int] = {}
    for row in rows:
        at = row["claim"], row["hour"]
        totals[at] = totals.get(at, 0) + row["cumulative"]
    for row in rows:
        guess = guesses.get(row["claim"], {}).get(row["hour"])
        row["counted_share"] = row["share"]
        row["low"], row["high"] = wilson(row["cumulative"], totals[row["claim"], row["hour"]])
        if guess and row["stance"] in STANCES:
            place = STANCES.index(row["stance"])
            row["share"], row["low"], row["high"] = guess.shares[place], guess.low[place], guess.high[place]
    return rows


def _all_four(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ``stance_over_time``, with one of zero for each hour and stance that has none."""
    there = {(row["claim"], row["hour"], row["stance"]) for row in rows}
    hours = {(row["claim"], row["hour"]): row for row in rows}
    none = {"reactions": 0, "cumulative": 0, "share": 0.0}
    missing = [
        {**row, "stance": stance, **none}
        for (claim, hour), row in hours.items()
        for stance in STANCES
        if (claim, hour, stance) not in there
    ]
    return rows + missing
