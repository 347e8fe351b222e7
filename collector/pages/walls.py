"""Tells pages that stand before an article from the article: checks for bots, consent, log-ins; and what a paywall cuts off."""

import re
from typing import Any, NamedTuple

from ..lexicon import word_lists
from ..markup.page import Page
from ..urls import host_of

MAX_WALL_WORDS = 250
"""Words of a check for bots or a log-in; more are an article that carries the same scripts."""
MAX_MARKED_WORDS = 100
"""Words beside a script of such a check; pages of articles carry the scripts too."""
MAX_MISSING_WORDS = 150
"""Words of a page that says that there is nothing at its address."""
MAX_CONSENT_WORDS = 900
MIN_CONSENT_SHARE = 0.6
"""Share of the paragraphs that speak of consent, above which a page speaks of nothing else."""
MIN_WHOLE_WORDS = 500
"""Words of a text that is given whole to everybody, whatever the page declares; no teaser is as long."""
MAX_INVITATION, MAX_BUTTON, MAX_PRICE = 500, 160, 60
"""Characters of an invitation to subscribe, of what stands on buttons below it, and of other lines there."""
PRICE = re.compile(r"\d[.,\d]{0,6}\s?(?:€|\$|£|₽|₴|kr\b|eur\b|usd\b|chf\b|грн|руб)|(?:€|\$|£|chf)\s?\d")
QUOTED = re.compile(r'["“”„«»]')
INVITATIONS_FROM_END = 8
"""Paragraphs at the end of a text that are searched for an invitation."""
NEWS = re.compile(
    r'"@type"\s*+:\s*+(?:\[\s*+)?"(?:https?://schema\.org/)?(?:\w*NewsArticle|Article|BlogPosting|LiveBlogPosting)"'
)
NOT_FREE = re.compile(r'"isAccessibleForFree"\s*+:\s*+"?(?:https?://schema\.org/)?(?:false|no|0)\b', re.I)
PARAGRAPHS = "p, li, h1, h2, h3, td, dd, blockquote"


class Walled(NamedTuple):
    """A text without invitations to pay for the rest, and whether a paywall cut it off."""

    text: str
    cut: bool


def _table() -> dict[str, dict[str, Any]]:
    return word_lists("walls")


def _says(table: str, name: str, words: str) -> bool:
    """Whether small letters have one of the phrases of a list in them."""
    return any(phrase in words for phrase in _table()[table][name])


def wall_of(page: Page, url: str | None) -> str | None:
    """What a page is instead of an article, in words ("a check for bots, no article"); None where it may be one."""
    if _declares_news(page):
        return None
    words, count = _first_words(page)
    if count > MAX_CONSENT_WORDS:
        return None
    title = _title(page)
    heads = " | ".join([title, *(_line(node.text()).lower() for node in page.tree.css("h1, h2")[:3])])
    if _is_check(page, title, heads, count):
        return "a check for bots, no article"
    if url and host_of(url) in _table()["consent"]["hosts"]:
        return "a consent page, no article"
    if _asks_consent(page, heads, words, count):
        return "a consent page, no article"
    if count <= MAX_MISSING_WORDS and _says_at_the_head(title, page, _table()["missing"]["titles"]):
        return "a page that says that nothing is here, no article"
    if count <= MAX_MISSING_WORDS and _says_at_the_head(title, page, _table()["unavailable"]["titles"]):
        return "a page that says that the article cannot be read now or from here, no article"
    if count <= MAX_WALL_WORDS and _sells(title, page) and _has_price(words):
        return "an offer to subscribe, no article"
    if count <= MAX_MARKED_WORDS and page.tree.css_first("input[type=password]") and _says("login", "titles", heads):
        return "a log-in, no article"
    return None


def _first_words(page: Page) -> tuple[list[str], int]:
    """The page's paragraphs in small letters, and their words; no more than tell that there are many."""
    lines: list[str] = []
    count = 0
    for node in page.tree.css(PARAGRAPHS):
        line = _line(node.text()).lower()
        if line:
            lines.append(line)
            count += len(line.split())
            if count > MAX_CONSENT_WORDS:
                break
    return lines, count


def _declares_news(page: Page) -> bool:
    """Whether a page declares to be an article that was published."""
    if page.tree.css_first('meta[property="article:published_time"]') is not None:
        return True
    return _in_json_ld(page, NEWS)


def _in_json_ld(page: Page, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern is found in the page's JSON-LD, as written."""
    return any("ld+json" in kind.lower() and pattern.search(code) for _, kind, code in page.scripts)


def _is_check(page: Page, title: str, heads: str, count: int) -> bool:
    if count > MAX_WALL_WORDS:
        return False
    body = _line(page.tree.body.text() if page.tree.body is not None else "").lower()[:20_000]
    few = count <= MAX_MARKED_WORDS and len(page.tree.css("p")) < 8
    told = _says("bots", "phrases", body)
    marked = few and _says("bots", "marks", page.markup[:200_000].lower())
    named = title.startswith(tuple(_table()["bots"]["titles"])) or (few and _says("bots", "titles", heads))
    return (named and (few or told)) or (told and marked) or (marked and count < 30) or (told and few and count < 60)


def _says_at_the_head(title: str, page: Page, says: list[str]) -> bool:
    """Whether title and heading both say, in one of some ways, that there is no such page; a story of one has a heading of its own."""
    return all(any(phrase in line[:80] for phrase in says) for line in _heads(title, page))


def _sells(title: str, page: Page) -> bool:
    """Whether title and heading both offer a subscription."""
    offer = _table()["subscription"]
    begins = tuple(offer["begins"])
    return all(
        line.startswith(begins) or any(phrase in line[:80] for phrase in offer["titles"])
        for line in _heads(title, page)
    )


def _heads(title: str, page: Page) -> tuple[str, str]:
    """A page's title and its first heading, in small letters."""
    heading = page.tree.css_first("h1, h2")
    return title, _line(heading.text()).lower() if heading is not None else title


def _has_price(words: list[str]) -> bool:
    """Whether one of a page's paragraphs says what something costs."""
    return any(PRICE.search(line[:MAX_INVITATION]) for line in words)


def _asks_consent(page: Page, heads: str, words: list[str], count: int) -> bool:
    """Whether most of a page's paragraphs ask for consent, under a heading or over a button that says so, or not."""
    told = [line for line in words if len(line) >= 40] or words
    asking = sum(_says("consent", "phrases", line) for line in told)
    named = _says("consent", "titles", heads) or (count <= MAX_WALL_WORDS and _has_consent_button(page))
    return asking >= (1 if named else 3) and asking >= MIN_CONSENT_SHARE * len(told) * (1 if named else 1.4)


def _has_consent_button(page: Page) -> bool:
    labels = (
        _line(node.text()).lower() for node in page.tree.css("button, [role=button], input[type=submit], a")[:200]
    )
    return any(label in _table()["consent"]["buttons"] for label in labels)


def without_invitations(page_is_closed: bool, text: str) -> Walled:
    """A text without the invitations to subscribe at its end, and whether there is more behind a paywall.

    ``page_is_closed``: whether the page declares that it is not free (``is_closed``).
    """
    paragraphs = [part for part in re.split(r"\n+", text) if part.strip()]
    first = max(1, len(paragraphs) - INVITATIONS_FROM_END)
    last = [part.lower().replace("’", "'") for part in paragraphs[first:]]
    may_invite = _says("paywall", "phrases", "\n".join(last))
    found = next((first + number for number, line in enumerate(last) if may_invite and _invites(line)), None)
    if found is None:
        return Walled(text, page_is_closed and len(text.split()) < MIN_WHOLE_WORDS)
    rest = [line for line in paragraphs[found + 1 :] if not _is_button(line)]
    if any(len(line) > MAX_PRICE for line in rest):
        return Walled(text, page_is_closed and len(text.split()) < MIN_WHOLE_WORDS)
    end = text.rfind(paragraphs[found])
    return Walled(text[:end].rstrip(), True)


def _invites(line: str) -> bool:
    return len(line) <= MAX_INVITATION and not QUOTED.search(line) and _says("paywall", "phrases", line)


def _is_button(line: str) -> bool:
    lower = line.lower().replace("’", "'")
    return _invites(lower) or (len(lower) <= MAX_BUTTON and _says("paywall", "buttons", lower))


def is_closed(page: Page) -> bool:
    """Whether a page declares that its text is not free to read (schema.org ``isAccessibleForFree``, ``article:content_tier``),

    or has in the text what a publishing system puts there in place of the rest.
    """
    if _in_json_ld(page, NOT_FREE) or page.tree.css_first(", ".join(_table()["paywall"]["gates"])) is not None:
        return True
    free = page.tree.css_first('[itemprop="isAccessibleForFree"]')
    if free is not None and (free.attributes.get("content") or free.text() or "").strip().lower() in (
        "false",
        "no",
        "0",
    ):
        return True
    tier = page.tree.css_first('meta[property="article:content_tier"], meta[name="article:content_tier"]')
    return tier is not None and (tier.attributes.get("content") or "").strip().lower() in _table()["paywall"]["tiers"]


def _title(page: Page) -> str:
    node = page.tree.css_first("title")
    return _line(node.text() if node is not None else "").lower()


def _line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("’", "'")
