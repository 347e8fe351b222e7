"""A story's figures, kept ready: what is dear to compute is made after each pass where the story changed, and not at each
request.

They name reactions, persons and accounts by id and hold nobody's words, so that what is deleted, erased or dropped is gone
from a page at once.
"""

import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.dates import now, stamp
from storywake.collector.figures.ages import Curve, curve, standing
from storywake.collector.figures.forecast import Forecast
from storywake.collector.settings import Settings
from storywake.collector.stance import COUNTED
from storywake.db.articles import addresses_by_publisher
from storywake.db.changes import keep_balance_changes
from storywake.db.claims import claims_of
from storywake.db.engine import reading, writing
from storywake.db.forecasts import keep_forecasts
from storywake.db.overview import lag_of, looks_by_source
from storywake.db.reporting import reach_of
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, find_story, reactions_by_platform, stories
from storywake.db.stories import standing as status_of
from storywake.db.summaries import Kept, keep_summary, kept_summary, other_curves, summary_state
from storywake.db.telling import affiliated_persons, named_persons, saying, voices_of

from .carried import by_account, by_publisher, first_posts, furthest_posts, people_who_matter
from .coordination import tell_coordination
from .correction import carrier, first_correction, reached
from .coverage import by_platform, unasked
from .figures import stance_now, stance_parts
from .forecasts import as_told, began_at, forecasts
from .paces import MAX_COMPARED, paces
from .series import engagement_by_hour, share_by_hour, shares_at, stance_table, thinned
from .tally import Item, known_sum, read_items
from .telling import most_telling, remarks_told
from .ticking import Tick, silent

DAY = timedelta(days=1)
REST = 10
"""A summary that took long is not made again before so many times as long have passed."""
QUICK = 2.0
"""Seconds; one that took less need not rest."""
FRESH_SECONDS = 60.0
"""How old kept figures are at least before a request has them looked at again."""
LARGE = 5_000
"""Reactions of a story from which making figures takes longer than a reader waits."""
VERSION = 10
"""Of what is kept: another one makes all be made anew."""
_making: dict[tuple[int, int], threading.Lock] = defaultdict(threading.Lock)


class Made(NamedTuple):
    """Figures as they were just made, the series that charts draw, the curve by which others are compared, and forecasts."""

    kept: Kept
    series: dict[str, Any]
    curve: Curve
    forecasts: dict[str, Forecast]


def summary_of(engine: Engine, story: StoryRow, settings: Settings) -> Kept:
    """The figures kept of a story; where there are none they are made and kept, once however many ask at the same time."""
    with reading(engine) as connection:
        kept = _kept(connection, story)
    if kept is not None:
        return kept
    with _making[id(engine), story.id]:
        with reading(engine) as connection:
            kept = _kept(connection, story)
        return kept or _make_and_keep(engine, story, settings)


def summary_soon(engine: Engine, story: StoryRow, settings: Settings) -> Kept | None:
    """The figures kept of a story. Where there are none, a small story's are made; those of a large one are begun beside,
    and None says that they are being worked out.
    """
    with reading(engine) as connection:
        kept = _kept(connection, story)
        if kept is not None:
            return kept
        large = sum(one.n for one in reactions_by_platform(connection, story.id)) > LARGE
    if not large:
        return summary_of(engine, story, settings)
    if not _making[id(engine), story.id].locked():
        threading.Thread(target=summary_of, args=(engine, story, settings), daemon=True).start()
    return None


def tell_summary(engine: Engine, story: StoryRow, settings: Settings, tick: Tick = silent) -> bool:
    """Makes a story's figures anew where what they rest on changed; one that was removed meanwhile has none. Returns
    whether they were made.
    """
    with reading(engine) as connection:
        if story.slug not in {known.slug for known in stories(connection)}:
            return False
        kept = _kept(connection, story)
        if kept is not None and (_rests(kept) or kept.state == _state(connection, story, now())):
            return False
    tick(0, None, f"summing up {story.slug}")
    with _making[id(engine), story.id]:
        _make_and_keep(engine, story, settings)
    return True


def freshen(engine: Engine, story: StoryRow, settings: Settings) -> None:
    """Makes figures anew that are older than ``FRESH_SECONDS`` where the story changed since, such as by a label; not
    while somebody else does.
    """
    with reading(engine) as connection:
        kept = _kept(connection, story)
    if kept is not None and _age(kept) >= FRESH_SECONDS and not _making[id(engine), story.id].locked():
        tell_summary(engine, story, settings)


def summary_now(engine: Engine, story: StoryRow, settings: Settings) -> Kept:
    """A story's figures as they are now: the kept ones where nothing changed, else made and not kept."""
    with reading(engine) as connection:
        kept = _kept(connection, story)
        if kept is not None and kept.state == _state(connection, story, now()):
            return kept
    return _make(engine, story, settings).kept


def summary_that_holds(connection: Connection, story: StoryRow) -> Kept | None:
    """The figures kept of a story where nothing that they rest on changed since, whatever the day."""
    kept = _kept(connection, story)
    return kept if kept is not None and kept.state.split(" ", 2)[2] == summary_state(connection, story.id) else None


def _kept(connection: Connection, story: StoryRow) -> Kept | None:
    """What is kept of a story; None where another version of Storywake kept it, which it could not be read by."""
    kept = kept_summary(connection, story.id)
    return kept if kept is not None and kept.state.split(" ")[0] == str(VERSION) else None


def _rests(kept: Kept) -> bool:
    return kept.took > QUICK and 0 <= _age(kept) < REST * kept.took


def _age(kept: Kept) -> float:
    """Seconds since figures were made."""
    return (datetime.now(UTC) - datetime.fromisoformat(kept.made_at)).total_seconds()


def _state(connection: Connection, story: StoryRow, at: str) -> str:
    """What the figures rest on. While a story is watched also the day, for they say what changed since yesterday."""
    story = find_story(connection, story.slug)
    day = at[:10] if status_of(story, at) is StoryStatus.WATCHED else ""
    return f"{VERSION} {day} {summary_state(connection, story.id)}"


def _make_and_keep(engine: Engine, story: StoryRow, settings: Settings) -> Kept:
    tell_coordination(engine, story)
    made = _make(engine, story, settings)
    with writing(engine) as connection:
        keep_summary(connection, story.id, made.kept, made.series, made.curve)
        keep_forecasts(connection, story.id, made.forecasts, made.kept.made_at)
        keep_balance_changes(connection, story.id, made.kept.figures["changes"], made.kept.made_at)
    return made.kept


def _make(engine: Engine, story: StoryRow, settings: Settings) -> Made:
    began, at = time.monotonic(), now()
    since = stamp(datetime.fromisoformat(at) - DAY)
    with reading(engine) as connection:
        state = _state(connection, story, at)
        correction = first_correction(connection, story.id)
        items = read_items(connection, story.slug, carrier(correction))
        parts = stance_parts(connection, story.slug)
        reach = reach_of(connection, story.slug)
        claims = [claim.text for claim in claims_of(connection, story.id)]
        main = claims[0] if claims else ""
        start = began_at(connection, story, [item.at for item in items])
        engaged = engagement_by_hour(reach)
        own = curve(
            start,
            at,
            [item.at for item in items],
            {"engagement": engaged, "deny": share_by_hour(parts["stance_over_time"], main, "deny")},
        )
        others = other_curves(connection, story.id)
        told = forecasts(own, others)
        said = saying(connection, story.id)
        named, affiliated = named_persons(connection, story.id), affiliated_persons(connection, story.id)
        size = _size(items, since, engaged)
        figures = {
            "since": since,
            "size": size,
            "stance": _stance(connection, story, parts, since),
            "added_up": parts["stance_added_up"],
            "changes": parts["stance_changes"],
            "telling": most_telling(connection, items, said),
            "remarks": remarks_told(connection, story.slug, said),
            "first": first_posts(items),
            "furthest": furthest_posts(items),
            "paces": _paces(connection, items),
            "accounts": by_account(items),
            "publishers": by_publisher(items, addresses_by_publisher(connection, story.id)),
            **people_who_matter(items, named, affiliated),
            "voices": voices_of(connection, story.id),
            "correction": reached(connection, story.id, correction, items),
            "beside": standing(own, others),
            "forecast": as_told(told, start, {"reactions": size["reactions"], "engagement": size["engagement"]}),
            "reach": _latest(reach),
            "reach_drawn": len({row["hour"] for row in reach}) > 1,
            "stance_table": stance_table(parts["stance_over_time"], main),
            "looks": looks_by_source(connection, story.id, settings.follow_depth, unasked(settings)),
            "lag": by_platform(lag_of(connection, story.slug)),
        }
    series = {
        "stance": thinned(parts["stance_over_time"], "claim"),
        "reach": thinned(reach, "platform"),
        "drawn": parts["stance_drawn"],
    }
    return Made(Kept(state, at, time.monotonic() - began, figures), series, own, told)


def _paces(connection: Connection, items: list[Item]) -> list[dict[str, Any]]:
    """How fast posts gather, without their authors' names."""
    rows = paces(connection, furthest_posts(items, MAX_COMPARED))
    return [{name: value for name, value in row.items() if name != "author"} for row in rows]


def _size(items: list[Item], since: str, engaged: dict[str, float]) -> dict[str, Any]:
    """How many reactions by how many people, with how much engagement and views, and what of it is new since a time."""
    first: dict[str, str] = {}
    for item in items:
        if item.who:
            first[item.who] = min(first.get(item.who, item.first_seen_at), item.first_seen_at)
    before = [hour for hour in engaged if hour <= since]
    gathered = known_sum([item.engagement for item in items])
    return {
        "reactions": len(items),
        "new_reactions": sum(item.first_seen_at > since for item in items),
        "people": len(first),
        "new_people": sum(at > since for at in first.values()),
        "engagement": gathered,
        "engagement_then": engaged[max(before)] if before else None,
        "views": known_sum([item.views for item in items]),
        "telling_views": sum(item.views is not None for item in items),
        "telling_engagement": sum(item.engagement is not None for item in items),
        "deleted": sum(item.deleted for item in items),
        "assessed": sum(item.counted is not None for item in items),
    }


def _stance(connection: Connection, story: StoryRow, parts: dict[str, Any], since: str) -> list[dict[str, Any]]:
    """The stances towards each claim: counts, their shares with 95 % intervals (``estimated`` where they could be),
    ``order`` (the largest first), ``leads`` (whether the first one's interval lies above the others'), and ``then``, the
    shares at a time.
    """
    estimated = {row["claim"]: row for row in parts["stance_estimated"]}
    found = []
    for counts in stance_now(connection, story.slug):
        claim, total = counts["claim"], sum(counts[name] for name in COUNTED)
        guess = estimated.get(claim)
        known = guess or {name: counts[name] / total for name in COUNTED}
        shares = {name: known[name] for name in COUNTED if name in known}
        intervals = (guess or counts)["intervals"]
        order = sorted(shares, key=lambda name: -shares[name])
        found.append(
            {
                **counts,
                "estimated": guess is not None,
                "shares": shares,
                "intervals": intervals,
                "order": order,
                "leads": intervals[order[0]][0] > max(intervals[name][1] for name in order[1:]),
                "then": shares_at(parts["stance_over_time"], claim, since),
            }
        )
    return found


def _latest(reach: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each network's last row of ``reach_over_time``."""
    return list({row["platform"]: {k: v for k, v in row.items() if k != "hour"} for row in reach}.values())
