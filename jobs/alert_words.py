"""Alerts in words: each a sentence, with the address of its evidence."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from storywake.collector.stance import STANCES
from storywake.db.alerts import Told

from .alerts import AlertKind
from .mail.readers import Language
from .mail.words import Words
from .report import one_line, shown, web_only

ENGLISH = Words(Language.ENGLISH, "UTC")
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


def worded(alert: Told, public_url: str | None, words: Words = ENGLISH) -> AlertText:
    """An alert in the words of a language. ``public_url`` is where the pages of this collector are; without it none is
    linked.
    """
    facts = json.loads(alert.facts)
    url = web_only(alert.url or facts.get("url")) or None
    where = f"reaction/{alert.reaction_id}" if alert.reaction_id else f"story/{alert.story}" if alert.story else ""
    page = f"{public_url.rstrip('/')}/{where}" if public_url else None
    text = one_line(_sentence(alert, facts, words), 600)
    title = one_line(alert.story_title, 120) or alert.story
    return AlertText(alert.id, alert.kind, alert.at, alert.story, title, text, url, page, facts)


def _sentence(alert: Told, facts: Mapping[str, Any], words: Words) -> str:
    phrase = _phrase(alert.kind, facts)
    known = {name: shown(facts[name]) for name in ("reach", "engagement", "gained") if isinstance(facts.get(name), int)}
    told = {**facts, **known, **VALUES[alert.kind](facts, words)}
    return _say(words, phrase, **told, who=_who(alert, words), said=_said(alert, words))


def _phrase(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == AlertKind.SILENCE and facts["failed"] is None:
        return "quiet"
    if kind == AlertKind.ANSWER and not facts.get("own"):
        return "namesake"
    return str(kind)


def _say(words: Words, phrase: str, **values: object) -> str:
    return words.word("alert", phrase).format(**values)


def _who(alert: Told, words: Words) -> str:
    name = alert.person or alert.author_name or (f"@{alert.author}" if alert.author else _say(words, "somebody"))
    return _say(words, "who", name=one_line(name, 80), platform=alert.platform)


def _said(alert: Told, words: Words) -> str:
    return _say(words, "said", text=one_line(alert.text, MAX_WORDS)) if alert.text else ""


def _balance(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    before, after = json.loads(facts["before"]), json.loads(facts["after"])
    moved = sorted(STANCES, key=lambda stance: -abs(after.get(stance, 0) - before.get(stance, 0)))[:2]
    shares = [
        _say(words, "share", stance=words.word("stances", s), before=f"{100 * before.get(s, 0):.0f}", after=f"{100 * after.get(s, 0):.0f}")
        for s in moved
    ]  # fmt: skip
    return {"shares": ", ".join(shares), "claim": one_line(facts["what"], MAX_WORDS)}


def _growth(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {"peers": shown(facts["peers"]), "usual": f"{facts['usual']:.0f}"}


def _correction(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {**_publisher(facts, words), "note": one_line(facts["after"], MAX_WORDS) or _say(words, "no_note")}


def _headline(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {**_publisher(facts, words), **{name: one_line(facts[name], MAX_WORDS) for name in ("before", "after")}}


def _factcheck(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {"claim": one_line(facts["what"], MAX_WORDS), "rating": one_line(facts["after"], 80)}


def _silence(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    note = facts.get("note")
    return {"why": f" ({one_line(note, MAX_WORDS)})" if note else ""}


def _publisher(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {"publisher": one_line(facts["what"], 80) or _say(words, "publisher")}


def _nothing(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {}


VALUES: dict[str, Callable[[Mapping[str, Any], Words], dict[str, str]]] = {
    AlertKind.BALANCE: _balance,
    AlertKind.REACH: _nothing,
    AlertKind.GROWTH: _growth,
    AlertKind.ANSWER: _nothing,
    AlertKind.CORRECTION: _correction,
    AlertKind.HEADLINE: _headline,
    AlertKind.FACTCHECK: _factcheck,
    AlertKind.DELETION: _nothing,
    AlertKind.QUOTE: _nothing,
    AlertKind.SILENCE: _silence,
}
"""By kind of alert: the values of its phrase that its facts do not hold as they are told."""
