"""How large a story was at each age, and where it stands among others of that age."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ..dates import known_moment, stamp

AGES = (1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, *range(72, 24 * 15, 24), *range(24 * 21, 24 * 400, 24 * 7))
"""Hours at which stories are compared: close at first, then by the day and by the week."""
MIN_STORIES = 5
"""Other stories; fewer are no company to stand in."""
COMPARED = ("reactions", "engagement", "deny")
"""What is compared: numbers of reactions, their engagement, the share that denies the main claim."""
Curve = dict[str, list[Any]]


def curve(start: str, at: str, times: Sequence[str], over_time: Mapping[str, Mapping[str, float]]) -> Curve:
    """What a story that came out at ``start`` had at each of ``AGES`` up to ``at``.

    ``times`` are those of its reactions, ``over_time`` the other figures by hour; None where nothing was known by then.
    """
    ages = [age for age in AGES if _later(start, age) <= at]
    ordered = sorted(times)
    found: Curve = {"age": list(ages), "reactions": [], **{name: [] for name in over_time}}
    place = 0
    for age in ages:
        end = _later(start, age)
        while place < len(ordered) and ordered[place] <= end:
            place += 1
        found["reactions"].append(place)
        for name, values in over_time.items():
            found[name].append(latest(values, end))
    return found


def latest(values: Mapping[str, float], at: str) -> float | None:
    """The value of the last hour that began by a time; None where none did."""
    hours = [hour for hour in values if hour <= at]
    return values[max(hours)] if hours else None


def standing(own: Curve, others: Iterable[Curve]) -> dict[str, Any] | None:
    """Where a story stands at the last age that it reached: ``age`` (hours) and by figure its ``value``, of how many
    stories (``of``) that were ever so old, and how many of them had less (``more_than``).

    A figure is left out where it is unknown, or known of fewer than ``MIN_STORIES`` others; None where nothing is left.
    """
    if not own["age"]:
        return None
    age = own["age"][-1]
    company = [(other, other["age"].index(age)) for other in others if age in other["age"]]
    found: dict[str, Any] = {}
    for name in COMPARED:
        value = own[name][-1] if name in own else None
        theirs = [other[name][place] for other, place in company if name in other and other[name][place] is not None]
        if value is not None and len(theirs) >= MIN_STORIES:
            found[name] = {"value": value, "of": len(theirs), "more_than": sum(one < value for one in theirs)}
    return {"age": age, **found} if found else None


def _later(start: str, hours: int) -> str:
    return stamp(known_moment(start) + timedelta(hours=hours))
