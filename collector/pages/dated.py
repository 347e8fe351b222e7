"""When a page's article was published and changed, by what the page declares and by what it shows beside the heading.

The surest witness decides: JSON-LD, ``meta`` elements, microdata, what stands beside the heading, the address. Other
stories, remarks and footers are no witnesses, and a day of change is none of publication.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from ..dates import plausible, utc
from ..lexicon import word_lists
from ..markup.fragments import children
from ..markup.page import Page
from ..times import find_times
from ..urls import split
from .around import is_around, listed, tokens

MAX_NODES, MAX_LINE_LENGTH, MAX_CLIMB = 20_000, 140, 3
"""Nodes of a page that are searched; characters of a line that tells a date; elements from a text up to its line."""
LINES_BEFORE, LINES_AFTER = 4, 14
"""Lines before and after the heading in which a day without a word about it may be the article's."""
MAX_OTHER_WORDS = 60
"""Characters beside a day in a line that tells little else."""
DAY_IN_PATH = re.compile(r"(?:^|[/_-])((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=$|[/_.-])")
EXACT = re.compile(r"(?<!\d)(?:\d{4}-?\d\d|\d{9})")
"""A time that is written for machines; one for readers ("05/06/2024") yields to a ``meta`` element's."""
DIGIT = re.compile(r"\d")
COUNTRY_OF_END = {"uk": "GB"}
"""Countries whose domains end otherwise than their code."""
PUBLISHED_MARKS = (
    '[itemprop~="datePublished"], [property~="datePublished"], [property~="schema:datePublished"], [property~="dc:date"], [property~="dc:created"], '
    '[property~="dc:issued"], [property~="dcterms:issued"], [property~="dcterms:created"], time[pubdate], abbr.published, .dt-published'
)
MODIFIED_MARKS = '[itemprop~="dateModified"], [property="dateModified"], [property="schema:dateModified"], .dt-updated'

MACHINE = (
    "datetime",
    "data-timestamp",
    "data-utc",
    "data-time",
    "data-datetime",
    "data-date",
    "data-unixtime",
    "data-epoch",
    "data-published",
)
"""Attributes that hold the time for a script, which writes it as "3 hours ago" or in the reader's zone."""
TIMED = ", ".join(f"[{name}]" for name in MACHINE)
OTHERS = re.compile("related|recommend|trending|popular|latest|teaser|mostread|sidebar|comment|more_?stories", re.I)
"""Fields of other stories."""
NEAR = 1_000
"""The characters before a time in which one of these makes it theirs."""
MAX_CODE = 2_000_000
"""Characters of a page's scripts in which its time is looked for."""


class Dates(NamedTuple):
    """When an article was published and last changed; None where the page does not say."""

    published: str | None
    modified: str | None


class Line(NamedTuple):
    """A line of the page that holds a day: its times, and whether it says that they are of publication or of change."""

    published: tuple[str, ...]
    modified: tuple[str, ...]
    bare: tuple[str, ...]  # without a word about them
    near: bool  # marked as an article's date or byline


def read_dates(
    page: Page, tags: Mapping[str, str], news: Mapping[str, Any], *, locale: str | None, url: str | None
) -> Dates:
    """When the article of a page was published and changed.

    ``tags`` are the contents of its ``meta`` elements by name in small letters, ``news`` the JSON-LD object that describes
    it, ``locale`` its language and country, ``url`` its address.
    """
    changes = [_first(news.get("dateModified"), locale), _tagged(tags, "modified", locale)]
    modified = max((at for at in changes if at), default=None) or _marked(page, MODIFIED_MARKS, locale)
    told = news.get("datePublished")
    published = (
        (_first(told, locale) if EXACT.search(str(told)[:80]) else None)
        or _tagged(tags, "published", locale)
        or _first(told, locale)
        or _marked(page, PUBLISHED_MARKS, locale)
        or _first(news.get("uploadDate"), locale)
        or _first(news.get("dateCreated"), locale)
    )
    if published is None:
        shown = _shown(page, locale)
        day = _day_of(url)
        published = shown.published if shown.published or not day else day
        published = published or _in_scripts(page, locale)
        modified = modified or shown.modified
    return Dates(published, modified)


def locale_of(language: str | None, url: str | None) -> str | None:
    """A page's language and country (``en-GB``): as it declares them, the country else by the end of its host."""
    tag = (language or "").strip().replace("_", "-").split(",")[0]
    host = parts.hostname if (parts := split(url)) else None
    end = (host or "").rpartition(".")[2]
    if len(end) == 2 and "-" not in tag:
        return f"{tag or 'und'}-{COUNTRY_OF_END.get(end, end.upper())}"
    return tag or None


def _first(value: Any, locale: str | None) -> str | None:
    """A JSON-LD value as a time; of a list the first that is one."""
    for item in value[:10] if isinstance(value, list) else [value]:
        found = utc(item.get("@value") if isinstance(item, dict) else item, locale)
        if found:
            return found
    return None


def _tagged(tags: Mapping[str, str], kind: str, locale: str | None) -> str | None:
    named = (tags[name] for name in word_lists("page_dates")["meta"][kind] if name in tags)
    return next((at for content in named if (at := utc(content, locale))), None)


def _marked(page: Page, selector: str, locale: str | None) -> str | None:
    """The time of the first element that its markup says to be an article's, outside of other stories."""
    for node in page.tree.css(selector):
        if node.tag != "meta" and is_around(node):
            continue
        found = _time_of(node, locale)
        if found:
            return found
    return None


def _time_of(node: LexborNode, locale: str | None) -> str | None:
    """The time that an element's attributes or words tell."""
    attributes = node.attributes
    for name in ("content", "datetime", "title"):
        found = utc(attributes.get(name), locale)
        if found:
            return found
    words = " ".join((node.text() or "")[:500].split())
    return next((at for time in find_times(words, locale) if (at := plausible(time.utc()))), None)


def _shown(page: Page, locale: str | None) -> Dates:
    """The days that a page shows beside its heading, or anywhere in the article with a word that says which they are."""
    heading = page.tree.css_first("article h1, main h1, h1, article h2")
    texts = list(_texts(page, heading))
    place = next((number for number, node in enumerate(texts) if node is heading), 0 if heading is None else len(texts))
    lines: dict[int, Line] = {}
    seen: set[int] = set()
    for number, node in enumerate(texts):
        if node is heading or not DIGIT.search((node.text(deep=False) or "") + _datetime(node)):
            continue
        top = _line_of(node, heading)
        if top.mem_id not in seen and (line := _read_line(top, locale)):
            seen.add(top.mem_id)
            lines[number] = line
    published = [at for line in lines.values() for at in line.published]
    modified = [at for line in lines.values() for at in line.modified]
    if not published:
        nearest = sorted(
            (place - number if number < place else number - place, line)
            for number, line in lines.items()
            if line.bare
            and (-LINES_BEFORE if line.near else 0) <= number - place <= (2 if line.near else 1) * LINES_AFTER
        )
        marked = [line for _, line in nearest if line.near]
        published = [at for line in (marked or [line for _, line in nearest])[:1] for at in line.bare]
    return Dates(next(iter(published), None), max(modified, default=None))


def _in_scripts(page: Page, locale: str | None) -> str | None:
    """The time of publication in the page's data for its scripts, where they tell one and no other story's."""
    fields = "|".join(map(re.escape, word_lists("page_dates")["meta"]["data"]))
    form = re.compile(
        rf"""(?<![\w$-])(?:{fields})\\{{0,3}}["']?\s{{0,4}}:\s{{0,4}}(?:new Date\()?\\{{0,3}}["']?([^"'\\,}}()\n]{{8,40}})""",
        re.I,
    )
    code = "\n".join(code for _, kind, code in page.scripts if "ld+json" not in kind)[:MAX_CODE]
    own = (
        match[1]
        for match in form.finditer(code)
        if not OTHERS.search(code, max(0, match.start() - NEAR), match.start())
    )
    found = {at for written in own if (at := utc(written.strip(), locale))}
    return found.pop() if len(found) == 1 else None


def _texts(page: Page, heading: LexborNode | None) -> Iterator[LexborNode]:
    """The elements in order that hold text of their own, outside of what stands around the article; the heading too."""
    kept: set[int] = set()
    above = heading
    while above is not None:
        kept.add(above.mem_id)
        above = above.parent
    waiting = [page.tree.body]
    for _ in range(MAX_NODES):
        node = waiting.pop() if waiting else None
        if node is None:
            return
        if node.mem_id not in kept and (
            node.tag in listed("around", "elements") or tokens(node) & listed("around", "words")
        ):
            continue
        if heading is not None and node.mem_id == heading.mem_id:
            yield heading
            continue
        if _datetime(node) or (node.text(deep=False) or "").strip():
            yield node
        inner = [child for child in children(node) if not (child.tag or "-").startswith("-")]
        waiting.extend(reversed(inner))


def _datetime(node: LexborNode) -> str:
    """What a node tells the page's scripts of its time; "" where that is nothing."""
    attributes = node.attributes
    return next((value for name in MACHINE if (value := attributes.get(name))), "") if attributes else ""


def _line_of(node: LexborNode, heading: LexborNode | None) -> LexborNode:
    """The element that holds the whole line in which ``node`` stands."""
    for _ in range(MAX_CLIMB):
        parent = node.parent
        if parent is None or parent.tag in ("body", "article", "main", "header") or node.tag in ("p", "div", "li"):
            break
        if len(parent.text() or "") > MAX_LINE_LENGTH or (
            heading is not None and parent.css_first(heading.tag or "h1")
        ):
            break
        node = parent
    return node


def _read_line(node: LexborNode, locale: str | None) -> Line | None:
    """What a line says of the article's dates; None where it holds none, or much else."""
    words = " ".join((node.text(separator=" ") or "").split())
    if len(words) > MAX_LINE_LENGTH:
        return None
    found: dict[str, list[str]] = {"published": [], "modified": [], "bare": []}
    end, kind, other = 0, "bare", len(words)
    exact = _exact(node, locale)
    for time in find_times(words, locale):
        kind = _kind(words[end : time.start]) or ("bare" if kind == "never" else kind)
        end, other = time.end, other - (time.end - time.start)
        at = plausible(exact.get(time.day.isoformat()) or time.utc())
        if at and kind != "never":
            found[kind].append(at)
    if end == 0:
        kind = _kind(words) or "bare"
        found[kind if kind in found else "bare"].extend(exact.values())
        other = 0 if exact else other
    near = bool(tokens(node) & listed("near", "words")) or node.tag == "time" or bool(exact)
    bare = found["bare"] if other <= MAX_OTHER_WORDS else []
    if not (found["published"] or found["modified"] or bare):
        return None
    return Line(tuple(found["published"]), tuple(found["modified"]), tuple(bare), near)


def _exact(node: LexborNode, locale: str | None) -> dict[str, str]:
    """The times in attributes of a line, by their day."""
    found = (utc(_datetime(inner), locale) for inner in (node, *node.css(TIMED)))
    return {at[:10]: at for at in found if at}


def _kind(before: str) -> str | None:
    """What the words before a day say that it is: ``published``, ``modified``, or ``never`` an article's; None: nothing."""
    words = re.findall(r"[^\W\d_]+|©", before.casefold())[-4:]
    for word in reversed(words):
        for kind in ("modified", "published", "never"):
            if word in listed("labels", kind):
                return kind
    return None


def _day_of(url: str | None) -> str | None:
    """The day in an address's path, as many papers' and weblogs' have it."""
    parts = split(url)
    found = DAY_IN_PATH.search(parts.path) if parts else None
    return utc("-".join(found.groups())) if found else None
