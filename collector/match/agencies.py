"""Whose dispatch an article is: a news agency's, by its dateline, its last line or its byline."""

from functools import cache

import regex

from ..lexicon import agencies, word_lists
from ..records import Article

MAX_DATELINE, MAX_LAST = 120, 60
"""Characters of a text's beginning in which a dateline ends, and of its end in which an agency is named."""
MAX_CAPITALS = 2
"""Letters of an abbreviation that is only known in capitals: ``ap``, ``pa`` and ``tt`` are words."""


def agency_of(article: Article) -> str | None:
    """The agency whose text an article has, by the name that it is told by; None where nothing says so.

    ``LONDON (AP) — ``, ``/AFP``, a last line ``STT`` or ``Källa: TT``, or a byline without a person. What is written with an
    agency's help ("mit Material von dpa") is the paper's own.
    """
    text = article.text.strip()
    found = _dateline().match(text[:MAX_DATELINE]) or _last().search(text[-MAX_LAST:])
    if found:
        return _known(found["agency"])
    told = [_known(author) for author in article.authors]
    return told[0] if told and all(told) else None


def _known(spelling: str) -> str | None:
    return agencies().get(spelling.casefold())


@cache
def _dateline() -> "regex.Pattern[str]":
    """A dateline: ``WASHINGTON, March 3 (AP) — ``, ``Berlin (dpa/lsw) - ``, ``AFP - ``, ``TT: ``."""
    place = r"\p{Lu}[\p{L}\p{N}\s.,/'’-]{1,60}?"
    more = r"(?:\s*[/,–-]\s*[\w.]{1,12}){0,3}"
    return regex.compile(
        rf"(?:(?:{place}[\s,]*)?\(\s*{_names()}{more}\s*\)|{_names()}{more})\s*(?:\.?\s*[-–—]{{1,2}}|:)\s"
    )


@cache
def _last() -> "regex.Pattern[str]":
    """What ends a dispatch: ``(dpa)``, ``/AFP``, ``© AFP``, or a line ``STT–AFP``, ``Källa: TT``."""
    source = "|".join(map(regex.escape, word_lists("agencies")["source"].split("|")))
    begins = rf"(?:[(/©]|[.!?”»\"]\s*[–—-]|\n|\A)\s*(?:©\s*)?(?:(?i:{source})\s*:?\s*)?"
    more = r"(?:\s*[/,–-]\s*[\p{L}.]{2,12}){0,3}"
    return regex.compile(rf"{begins}{_names()}{more}\s*\)?[\s.]*\Z")


@cache
def _names() -> str:
    """A pattern of all spellings, the longest first; short ones in capitals alone."""
    spellings = sorted(agencies(), key=len, reverse=True)
    long = "|".join(regex.escape(name) for name in spellings if len(name) > MAX_CAPITALS)
    short = "|".join(regex.escape(name.upper()) for name in spellings if len(name) <= MAX_CAPITALS)
    return rf"(?<agency>(?i:{long})|{short})(?![\p{{L}}\p{{N}}])"
