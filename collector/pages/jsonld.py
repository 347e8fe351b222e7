"""JSON-LD in pages (schema.org): one tolerant reader, and the object that describes the page itself.

Written by hand and by templates, it is often not quite JSON: commas and semicolons too many, CDATA marks, comments,
broken escapes, quotation marks inside strings, an end that is missing. What can be read of it is.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from ..markup.page import Page
from ..urls import canonical
from ..values import innermost, types, unescape, walk

MAX_JSON_LD_OBJECTS, MAX_JSON_LD_LENGTH, MAX_DEPTH = 1_000, 2_000_000, 64
"""Of a page's JSON-LD: objects, characters of a script and levels that are read."""
MIN_SHARED_WORDS = 0.5
"""Share of two headlines' words, above which they head one article."""
JSON_LD_TYPES = frozenset(("application/ld+json", "application/json+ld", "text/ld+json"))
ARTICLE_ENDS = ("article", "blogposting", "liveblogposting", "socialmediaposting", "discussionforumposting", "report")
"""How the names of schema.org's types of articles end, in small letters."""
NAMESPACE = re.compile(r"(?:https?://(?:www\.)?schema\.org/|schema:)", re.I)
WRAPPING = re.compile(
    r"<!--|-->|(?://|/\*)?[ \t]{0,9}<!\[CDATA\[[ \t]{0,9}(?:\*/)?|(?://|/\*)?[ \t]{0,9}(?:\]\]>|\]\]&gt;)[ \t]{0,9}(?:\*/)?"
)
TOKEN = re.compile(
    r"""(?P<space>[\s,;]++|//[^\n]*+|/\*.*?(?:\*/|\Z))
    |(?P<open>[{\[])|(?P<close>[}\]])|(?P<colon>:)
    |"(?P<string>(?:[^"\\]|\\.|"(?![^\S\n]*+(?:[,:;}\]]|$|\n\s*+["}\]])))*+)"
    |'(?P<single>(?:[^'\\]|\\.|'(?!\s*+[,:;}\]]))*+)'
    |[“”„«](?P<curly>[^“”„«»"\n]*+)[“”»]
    |(?P<cut>["'].*)|(?P<word>[\w.+-]++)""",
    re.X | re.S,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
KEYS = {
    name.lower(): name
    for name in (
        "headline", "name", "url", "datePublished", "dateModified", "dateCreated", "uploadDate", "author", "creator", "publisher",
        "inLanguage", "articleBody", "liveBlogUpdate", "mainEntityOfPage", "mainEntity", "isPartOf", "alternativeHeadline",
    )
}  # fmt: skip


class Place(NamedTuple):
    """What a page says of itself outside its JSON-LD: its addresses, and its headings."""

    addresses: frozenset[str]  # canonical
    headings: tuple[str, ...]


def json_ld(page: Page) -> list[dict[str, Any]]:
    """The page's schema.org objects in order, those of ``@graph``, ``mainEntity`` and ``@reverse`` among them.

    Types and properties have their plain names (``NewsArticle``), and references by ``@id`` are resolved.
    """
    values = [
        value
        for _, kind, code in page.scripts
        if kind.split(";")[0].strip().lower() in JSON_LD_TYPES
        for value in read_json(code)
    ]
    named = _named(values)
    found: list[dict[str, Any]] = []
    for item in walk(values, lambda item: [item.get("@graph"), item.get("mainEntity"), *_reversed(item)]):
        found.append({key: _resolved(value, named) for key, value in _plain(item).items()})
        if len(found) == MAX_JSON_LD_OBJECTS:
            break
    return found


def read_json(text: str) -> list[Any]:
    """The JSON values in a script, one or several; what is broken in them is left out. [] where none can be read."""
    text = text.strip().lstrip("\ufeff")
    try:
        value = json.loads(text, strict=False)
        return read_json(value) if isinstance(value, str) and "{" in value else [value]
    except (ValueError, RecursionError):
        pass
    text = WRAPPING.sub("", text[:MAX_JSON_LD_LENGTH])
    starts = [place for place in (text.find("{"), text.find("[")) if place >= 0]
    if not starts:
        return []
    text = text[min(starts) :]
    if "&quot;" in text[:200] or "&#34;" in text[:200]:
        text = unescape(text)
    return [value for value in _lenient(text) if isinstance(value, dict | list)]


def _lenient(text: str) -> Iterator[Any]:
    """The values of a text that is nearly JSON; objects and lists that never end do so with the text."""
    root: list[Any] = []
    stack: list[Any] = [root]
    keys: list[str | None] = [None]
    too_deep = 0
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "cut":
            break
        if kind == "open" and (too_deep or len(stack) > MAX_DEPTH):
            too_deep += 1
        elif kind == "close" and too_deep:
            too_deep -= 1
        elif too_deep or kind in ("space", "colon"):
            continue
        elif kind == "open":
            inner: Any = {} if token["open"] == "{" else []
            _put(stack[-1], keys, inner)
            stack.append(inner)
            keys.append(None)
        elif kind == "close":
            if len(stack) > 1:
                stack.pop()
                keys.pop()
        elif isinstance(stack[-1], dict) and keys[-1] is None:
            keys[-1] = _value(token) if kind != "word" else token["word"]
        else:
            _put(stack[-1], keys, _value(token))
    yield from root


def _put(holder: Any, keys: list[str | None], value: Any) -> None:
    """Adds a value to a list, or under the key that waits for it to an object."""
    if isinstance(holder, list):
        holder.append(value)
    else:
        holder[keys[-1] or ""] = value
        keys[-1] = None


def _value(token: re.Match[str]) -> Any:
    """A string or number, or true, false and null; any other word is itself."""
    written = next((token[kind] for kind in ("string", "single", "curly") if token[kind] is not None), None)
    if written is not None:
        return ESCAPE.sub(_escaped, written)
    try:
        return json.loads(token["word"])
    except ValueError:
        return token["word"]


def _escaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        return chr(int(code, 16))
    return ESCAPES.get(found[3], found[3])


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """An object with plain names of types and properties, however they are written (IRIs, prefixes, other capitals)."""
    plain: dict[str, Any] = {}
    for key, value in item.items():
        name = NAMESPACE.sub("", key)
        name = name.lower() if name[:1] == "@" else KEYS.get(name.lower(), name)
        if name == "type" and "@type" not in item:
            name = "@type"
        plain.setdefault(name, value)
    kinds = types(plain)
    plain["@type"] = [NAMESPACE.sub("", kind).strip() if isinstance(kind, str) else kind for kind in kinds]
    return plain


def _reversed(item: dict[str, Any]) -> Iterator[Any]:
    """The objects that name ``item`` as their property (JSON-LD 1.1, 4.8: reverse properties)."""
    reverse = item.get("@reverse")
    for name, value in reverse.items() if isinstance(reverse, dict) else ():
        own = {key: kept for key, kept in item.items() if key != "@reverse"}
        for holder in value if isinstance(value, list) else [value]:
            if isinstance(holder, dict):
                yield {name: own, **holder}


def _named(values: list[Any]) -> dict[str, dict[str, Any]]:
    """Objects by their ``@id``; of several of one id, the one that says most."""
    named: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(walk(values, lambda item: list(item.values()))):
        if number == MAX_JSON_LD_OBJECTS * 10:
            break
        name = item.get("@id")
        if isinstance(name, str) and len(item) > len(named.get(name, ())):
            named[name] = item
    return named


def _resolved(value: Any, named: dict[str, dict[str, Any]]) -> Any:
    """A value whose references by ``@id`` are filled from the objects of these names, one level deep."""
    if isinstance(value, list):
        return [_resolved(item, named) if isinstance(item, dict) else item for item in value]
    if not isinstance(value, dict) or "@value" in value:
        return _unboxed(value)
    name = value.get("@id")
    known = named.get(name, {}) if isinstance(name, str) else {}
    said = {NAMESPACE.sub("", key): _unboxed(kept) for key, kept in value.items() if kept not in ("", None)}
    return {**known, **said}


def _unboxed(value: Any) -> Any:
    """A value without the object that tells its type or language (JSON-LD 1.1, 4.2)."""
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def describing(objects: Sequence[dict[str, Any]], place: Place) -> dict[str, Any]:
    """The object that describes the article on the page; {} where none does.

    Told by its address (``url``, ``@id``, ``mainEntityOfPage``, ``isPartOf``), then by a headline like the page's
    heading; an object with another address and another headline is a related story's. What only a ``WebPage`` of
    this page says (dates, language) is added.
    """
    ranked = [(_likeness(item, place), item) for item in objects if _is_article(item)]
    if max((likeness for likeness, _ in ranked), default=-1) <= 0:
        ranked += [(likeness, item) for item in _listed(objects) if (likeness := _likeness(item, place)) > 0]
    pages = [item for item in objects if _is_page(item) and _likeness(item, place) >= 0]
    likeness, best = max(ranked, key=lambda pair: pair[0], default=(-1, {}))
    if likeness < 0:
        best = {}
    page = next((item for item in pages if _likeness(item, place) > 0), pages[0] if pages and not best else {})
    return {**page, **best} if best or page else {}


def _listed(objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The articles in lists and among the parts of a page's objects: mostly other stories'."""
    inner = walk(list(objects), lambda item: [item.get("itemListElement"), item.get("item"), item.get("hasPart")])
    return [plain for item in islice(inner, MAX_JSON_LD_OBJECTS) if _is_article(plain := _plain(item))]


def _is_article(item: dict[str, Any]) -> bool:
    return any(isinstance(kind, str) and kind.lower().endswith(ARTICLE_ENDS) for kind in item["@type"])


def _is_page(item: dict[str, Any]) -> bool:
    return any(isinstance(kind, str) and kind.lower().endswith("webpage") for kind in item["@type"])


def _likeness(item: dict[str, Any], place: Place) -> int:
    """How surely an object describes the page: 3 by address, 2 by headline, 0 nothing said, -1 another's."""
    addresses = {canonical(found.split("#")[0]) for found in _addresses(item) if found.startswith("http")}
    if addresses & place.addresses:
        return 3
    headline = _string(item.get("headline")) or _string(item.get("name"))
    if headline and any(alike(headline, heading) for heading in place.headings):
        return 2
    elsewhere = bool(addresses and place.addresses) and headline is not None and bool(place.headings)
    return -1 if elsewhere else 0


def _addresses(item: dict[str, Any]) -> Iterator[str]:
    yield from addresses_of(item, ("url", "@id", "mainEntityOfPage", "isPartOf"))


def addresses_of(item: dict[str, Any], keys: Sequence[str] = ("url", "mainEntityOfPage", "@id")) -> Iterator[str]:
    """The addresses that an object names as its own or its page's."""
    for key in keys:
        values = item.get(key)
        for value in values if isinstance(values, list) else [values]:
            inner = [value.get("@id"), value.get("url")] if isinstance(value, dict) else [value]
            yield from (found for found in inner if isinstance(found, str))


def _string(value: Any) -> str | None:
    value = innermost(value)
    return value if isinstance(value, str) and value.strip() else None


def alike(headline: str, heading: str) -> bool:
    """Whether two headlines head one article: one holds the other, or they share most of their words."""
    one, other = (re.findall(r"\w+", unescape(text[:500]).casefold()) for text in (headline, heading))
    if not one or not other:
        return False
    if " ".join(one) in " ".join(other) or " ".join(other) in " ".join(one):
        return True
    return len({*one} & {*other}) > MIN_SHARED_WORDS * min(len({*one}), len({*other}))


def updates(item: dict[str, Any]) -> list[str]:
    """The headlines and words of a live blog's updates, a paragraph each."""
    listed = item.get("liveBlogUpdate")
    told = (update for update in (listed if isinstance(listed, list) else [listed]) if isinstance(update, dict))
    words = (said for update in told for said in (update.get("headline"), update.get("articleBody")))
    return [said.strip() for said in words if isinstance(said, str) and said.strip()]


def headings_of(texts: Iterable[str | None]) -> tuple[str, ...]:
    """The headings that there are, each once."""
    return tuple(dict.fromkeys(text for text in texts if text))
