"""The words of an article that only a page's state holds, as markup, from what publishing systems and editors keep there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any, NamedTuple

import regex

from ..lexicon import holding, parts, word_lists
from .inside import decoded
from .objects import MAX_OBJECTS, MAX_PATH, NESTED, cost_of, is_beside, kind_of, plain
from .page import Page
from .states import states, titles_of

MIN_BODY_WORDS = 40
"""Words of what may be an article's body; a teaser has fewer."""
MAX_ISLANDS = 100
"""Of a page."""
MARKUP = re.compile(r"<(?:p|div|br|h[1-6]|ul|ol|li|a|b|i|em|strong|span|blockquote|figure|section|article)\b", re.I)
TAGS = re.compile(r"<[^<>]*>")
EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
REFERENCES = ("__ref", "id")
"""Fields by which Apollo's stores name another of their objects."""


class _Forms(NamedTuple):
    """How bodies are kept; ``embeds.toml`` explains each list."""

    bodies: frozenset[str]
    beside: "regex.Pattern[str]"
    words: tuple[str, ...]
    blocks: frozenset[str]
    inline: frozenset[str]
    targets: tuple[str, ...]


@cache
def _forms() -> _Forms:
    table = word_lists("embeds")["told"]
    return _Forms(
        bodies=holding().body_fields | frozenset(table["bodies"].split()),
        beside=parts(table["beside"]),
        words=tuple(table["words"].split()),
        blocks=frozenset(table["blocks"].split()),
        inline=holding().link_types | frozenset(table["inline"].split()),
        targets=tuple(table["targets"].split()),
    )


class _Body(NamedTuple):
    """What may be an article's body: whether it stands under the page's own heading, its words, itself."""

    own: bool
    words: int
    markup: str


def told_by_states(page: Page) -> str | None:
    """The body of the page's article in its state, as markup; None where there is none.

    What stands under another heading, or beside an article, is none; what stands under the page's own goes before the rest.
    """
    titles = titles_of(page)
    best = max((body for data in _documents(page) for body in _bodies(page, data, titles)), default=None)
    return best.markup if best else None


def _documents(page: Page) -> Iterator[object]:
    """The objects that a page's scripts hold, but for JSON-LD, and those of Astro's islands, which stand in an attribute."""
    for node, data in states(page, lambda code: len(code) > MIN_BODY_WORDS):
        if "ld+json" not in (node.attributes.get("type") or ""):
            yield data
    for island in page.tree.css("astro-island[props]")[:MAX_ISLANDS]:
        yield decoded(island.attributes.get("props") or "")


def _bodies(page: Page, data: object, titles: frozenset[str]) -> Iterator[_Body]:
    """What may be the body in a document, each but once: of what lies in another only the outer."""
    writer = _Writer(page, data, titles)
    waiting: list[tuple[Any, str, bool, int]] = [(data, "", False, 0)]
    for _ in range(MAX_OBJECTS):
        if not waiting:
            return
        value, field, own, level = waiting.pop()
        if level > MAX_PATH or not page.take(cost_of(value)):
            continue
        if field in _forms().bodies and isinstance(value, str | list):
            markup = "".join(writer.blocks(value, level))
            count = len(TAGS.sub(" ", markup).split())
            if count >= MIN_BODY_WORDS:
                yield _Body(own, count, markup)
                continue
        if isinstance(value, list):
            waiting.extend((item, "", own, level + 1) for item in reversed(value) if isinstance(item, NESTED))
        elif isinstance(value, dict) and not is_beside(value, field, titles, in_body=False):
            own = own or _is_headed(value, titles)
            inside = [(_field(name), item) for name, item in value.items() if isinstance(item, (str, *NESTED))]
            waiting.extend((item, name, own, level + 1) for name, item in reversed(inside) if not _is_aside(name))


def _field(name: str) -> str:
    """A field's name in small letters, without the arguments that Apollo's stores write behind it."""
    return name.partition("(")[0].lower()


def _is_aside(name: str) -> bool:
    return bool(holding().beside.search(name) or _forms().beside.search(name))


def _is_headed(value: Mapping[str, Any], titles: frozenset[str]) -> bool:
    """Whether an object has the page's own heading."""
    heading = next(
        (value[f] for f in value if f.lower() in holding().heading_fields and isinstance(value[f], str)), None
    )
    told = plain(heading) if heading else ""
    return bool(told) and any(told in title or title in told for title in titles)


class _Writer:
    """Writes the blocks of a document as markup, within the budget of its page."""

    def __init__(self, page: Page, data: object, titles: frozenset[str]) -> None:
        self.page = page
        self.store = data if isinstance(data, dict) else {}
        self.titles = titles

    def blocks(self, value: object, level: int, *, within: bool = False) -> Iterator[str]:
        """The paragraphs in a value; ``within`` a block, words without a kind of their own are parts of its line."""
        if level > MAX_PATH or not self.page.take(cost_of(value)):
            return
        if isinstance(value, str):
            yield from self._of_text(value, level)
        elif isinstance(value, list):
            items = [self._named(item) for item in value]
            if any(_is_inline(item, within=within) for item in items):
                line = "".join(self._inline(item, level + 1) for item in items).strip()
                yield f"<p>{line}</p>" if line else ""
            else:
                for item in items:
                    yield from self.blocks(item, level + 1)
        elif isinstance(value, dict):
            yield from self._of_block(value, level)

    def _of_text(self, value: str, level: int) -> Iterator[str]:
        text = value.strip()
        data = decoded(text) if text[:1] in ("{", "[") else None
        if isinstance(data, NESTED):
            yield from self.blocks(data, level + 1)
        elif MARKUP.search(text):
            yield text if text.startswith("<") else f"<p>{text}</p>"
        elif " " in text:
            yield from (f"<p>{escape(part, quote=False)}</p>" for part in EMPTY_LINE.split(text))

    def _of_block(self, value: dict[str, Any], level: int) -> Iterator[str]:
        if _is_aside(kind_of(value)) or is_beside(value, "", self.titles, in_body=True):
            return
        fields = {_field(name): item for name, item in value.items()}
        words = next((fields[f] for f in _forms().words if isinstance(fields.get(f), str) and fields[f].strip()), None)
        if words is not None:
            yield from self._of_text(words, level + 1)
            return
        for name, item in fields.items():
            if name in _forms().blocks and isinstance(item, NESTED):
                yield from self.blocks(item, level + 1, within=True)

    def _inline(self, item: object, level: int) -> str:
        """A part of a line, as markup."""
        if isinstance(item, str):
            return escape(item, quote=False)
        if not isinstance(item, dict) or level > MAX_PATH or not self.page.take() or _is_aside(kind_of(item)):
            return ""
        words = next((item[f] for f in _forms().words if isinstance(item.get(f), str)), None)
        if words is None:
            held = (item[f] for f in ("children", "content", "props") if isinstance(item.get(f), NESTED))
            inner: Any = next(held, [])
            pieces = inner if isinstance(inner, list) else [inner]
            if not self.page.take(cost_of(pieces)):
                return ""
            words = "".join(self._inline(self._named(part), level + 1) for part in pieces)
        elif not MARKUP.search(words):
            words = escape(words, quote=False)
        target = _target(item)
        return f'<a href="{escape(target)}">{words}</a>' if target else words

    def _named(self, item: Any) -> Any:
        """An item itself: what a reference names, and one of React's elements (``["$", "p", null, {"children": …}]``) as an object."""
        if isinstance(item, list) and len(item) >= 4 and item[0] == "$" and isinstance(item[3], dict):
            return {**item[3], "tag": item[1]}
        if isinstance(item, dict) and len(item) <= 4:
            name = next((item[f] for f in REFERENCES if isinstance(item.get(f), str)), None)
            held = self.store.get(name) if name else None
            return held if isinstance(held, dict) else item
        return item


def _is_inline(item: object, *, within: bool) -> bool:
    """Whether an item is part of a line: by its kind, or as words without one."""
    if not within or isinstance(item, str):
        return within
    if not isinstance(item, dict) or any(isinstance(item.get(f), dict) for f in ("model", "data")):
        return False
    kind = kind_of(item)
    return kind in _forms().inline or (not kind and isinstance(item.get("text"), str))


def _target(item: Mapping[str, Any]) -> str | None:
    """Where a part of a line leads; None where it does not."""
    marks: Sequence[Any] = item["marks"] if isinstance(item.get("marks"), list) else ()
    places = [item, *(m for m in marks if isinstance(m, dict))]
    places += [p[f] for p in places for f in ("data", "attrs", "attributes", "fields") if isinstance(p.get(f), dict)]
    said = (place.get(f) for place in places for f in _forms().targets)
    return next((s for s in said if isinstance(s, str) and s.startswith(("http:", "https:", "/"))), None)
