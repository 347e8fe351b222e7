"""Alerts in words: each a sentence, with the address of its evidence."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from storywake.collector.stance import STANCES
from storywake.db.alerts import Told

from .alerts import AlertKind
from .report import one_line, shown, web_only

MAX_WORDS = 200
"""Characters of what somebody said."""


class AlertText(NamedTuple):
    """An alert as it is told."""

    id: int
    kind: str
    at: str
    story: str | None  # its slug
    title: str | None
    text: str  # a sentence, in one line
    url: str | None  # of the evidence
    page: str | None  # of what it is about, here
    facts: dict[str, Any]


def worded(alert: Told, public_url: str | None) -> AlertText:
    """An alert in words. ``public_url`` is where the pages of this collector are; without it none is linked."""
    facts = json.loads(alert.facts)
    url = web_only(alert.url or facts.get("url")) or None
    where = f"reaction/{alert.reaction_id}" if alert.reaction_id else f"story/{alert.story}" if alert.story else ""
    page = f"{public_url.rstrip('/')}/{where}" if public_url else None
    text = one_line(SENTENCES[alert.kind](alert, facts), 600)
    title = one_line(alert.story_title, 120) or alert.story
    return AlertText(alert.id, alert.kind, alert.at, alert.story, title, text, url, page, facts)


def _who(alert: Told) -> str:
    name = alert.person or alert.author_name or (f"@{alert.author}" if alert.author else "somebody")
    return f"{one_line(name, 80)} on {alert.platform}"


def _said(alert: Told) -> str:
    return f": “{one_line(alert.text, MAX_WORDS)}”" if alert.text else ""


def _balance(alert: Told, facts: Mapping[str, Any]) -> str:
    before, after = json.loads(facts["before"]), json.loads(facts["after"])
    moved = sorted(STANCES, key=lambda stance: -abs(after.get(stance, 0) - before.get(stance, 0)))[:2]
    shares = ", ".join(f"{s} {100 * before.get(s, 0):.0f} % to {100 * after.get(s, 0):.0f} %" for s in moved)
    return f"The balance changed by more than chance: {shares}, towards “{one_line(facts['what'], MAX_WORDS)}”"


def _reach(alert: Told, facts: Mapping[str, Any]) -> str:
    return f"{_who(alert)} passed {shown(facts['reach'])} reactions, now {shown(facts['engagement'])}{_said(alert)}"


def _growth(alert: Told, facts: Mapping[str, Any]) -> str:
    usual = f"of {shown(facts['peers'])} days of posts there at that age half gained {facts['usual']:.0f} or fewer"
    return (
        f"{_who(alert)} grew unusually: {shown(facts['gained'])} gained on day {facts['day']} ({usual}){_said(alert)}"
    )


def _answer(alert: Told, facts: Mapping[str, Any]) -> str:
    return f"{_who(alert)}, whom the story names, reacted{_said(alert)}"


def _correction(alert: Told, facts: Mapping[str, Any]) -> str:
    return f"{_publisher(facts)} corrected its article: {one_line(facts['after'], MAX_WORDS) or 'no note was read'}"


def _headline(alert: Told, facts: Mapping[str, Any]) -> str:
    before, after = (one_line(facts[name], MAX_WORDS) for name in ("before", "after"))
    return f"{_publisher(facts)} changed its headline from “{before}” to “{after}”"


def _factcheck(alert: Told, facts: Mapping[str, Any]) -> str:
    return f"A fact-check rates “{one_line(facts['what'], MAX_WORDS)}”: {one_line(facts['after'], 80)}"


def _deletion(alert: Told, facts: Mapping[str, Any]) -> str:
    place = f"number {facts['place']} by reactions, of which it had {shown(facts['engagement'])}"
    return f"A leading post is gone: {_who(alert)}, {place}"


def _silence(alert: Told, facts: Mapping[str, Any]) -> str:
    if facts["failed"] is None:
        return f"{facts['platform']} brings nothing since {facts['last_at']}, while others brought {facts['others']}"
    why = f" ({one_line(facts['note'], MAX_WORDS)})" if facts["note"] else ""
    return f"{facts['platform']} fell silent: no answer since {facts['last_at']}, {facts['failed']} looks failed{why}"


def _publisher(facts: Mapping[str, Any]) -> str:
    return one_line(facts["what"], 80) or "A publisher"


SENTENCES: dict[str, Callable[[Told, Mapping[str, Any]], str]] = {
    AlertKind.BALANCE: _balance,
    AlertKind.REACH: _reach,
    AlertKind.GROWTH: _growth,
    AlertKind.ANSWER: _answer,
    AlertKind.CORRECTION: _correction,
    AlertKind.HEADLINE: _headline,
    AlertKind.FACTCHECK: _factcheck,
    AlertKind.DELETION: _deletion,
    AlertKind.SILENCE: _silence,
}
