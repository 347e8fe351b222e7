"""Who wrote an article: names out of bylines, which hold roles, agencies, addresses and the paper's own name besides."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from ..lexicon import agencies, publishers, word_lists
from ..markup.page import Page
from ..prose.names import RUN as CAPITALISED
from ..times import find_times
from ..values import unescape
from .around import is_around

MAX_BYLINES, MAX_BYLINE_LENGTH = 100, 2_000
"""Of a page: bylines, and characters of a byline that are read."""
MAX_NAME_LENGTH, MAX_NAME_WORDS = 79, 7
"""Of a name; longer ones are sentences."""
AUTHOR_TAGS = ("author", "article:author", "article:author_name", "byl", "byline", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "citation_author")  # fmt: skip
MARKS = (
    ".p-author .p-name", "[rel~=author]", "[itemprop~=author] [itemprop=name]", "[itemprop~=author]",
    "[rel~='schema:author'] [property~='schema:name'], [property~='schema:author'] [property~='schema:name'], [property=author] [property=name]",
    "[rel~='schema:author'], [property~='schema:author'], [property=author]",
)  # fmt: skip
NAMES = ", ".join(f"[class*={word}-name i], [class*={word}_name i], [class*={word}__name i], [class*={word}name i]" for word in ("author", "byline"))  # fmt: skip
LISTED = "[class*=authors i] > .author, [class*=bylines i] > .byline"
CLASSES = (".byline", ".author")
"""Elements that hold an author, the surest first; of those told by their class alone the first on the page counts, of names with those beside it."""
MAX_LINE, MIN_PARAGRAPH, MAX_BELOW = 160, 160, 40
"""Characters of a line that says who wrote an article, of a paragraph of it, and elements below the heading that are searched for such a line."""
MAX_LEVELS = 8
"""Between a post that the page shows and its author's name."""
ADDRESS = re.compile(r"https?:|www\.|//|@|^[\w-]{1,60}\.(?:com|org|net|info|[a-z]{2})[.,;]?$", re.I)
"""In a word that is an address, of a page, a mailbox or an account."""
ASIDE = re.compile(r"\([^()]*\)|\[[^\][]*\]|<[^<>]*>")
ACCOUNT = re.compile(r"[a-z0-9_.-]+")
"""A name that a publishing system gives its users."""
SENTENCE_ENDS = (".", "!", "?", "…", ".”", ".“", '."', ".»")


class Byline(NamedTuple):
    """A text that names authors, and whether the page says that it is an organisation's."""

    text: str
    organisation: bool = False


@cache
def _phrases(name: str) -> tuple[str, ...]:
    listed = re.split(r"[|\n]", word_lists("bylines")[name])
    return tuple(sorted((phrase.strip() for phrase in listed if phrase.strip()), key=len, reverse=True))


@cache
def _pattern(name: str, form: str) -> re.Pattern[str]:
    return re.compile(form % "|".join(map(re.escape, _phrases(name))), re.I)


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(word_lists("bylines")[name].split())


def read_authors(
    data: Any, tags: Iterable[tuple[str, str]], page: Page, paper: Iterable[str | None]
) -> tuple[str, ...]:
    """The authors of a page's article, each once: persons; where it names none, agencies and other organisations.

    ``data`` is the ``author`` of its JSON-LD, ``tags`` are its ``meta`` elements, ``paper`` the names of the paper
    itself, which is no author. By JSON-LD, else by ``meta`` elements, else by elements marked as the author, else by lines below the heading.
    Users of the publishing system ("ledgeradmin") are told where nothing else is.
    """
    own = {_key(name) for name in paper if name}
    organisations: list[str] = []
    marked = (_marked(page, selector, MAX_BYLINES) for selector in MARKS)
    classed = (
        _beside_first(page, NAMES),
        _beside_first(page, LISTED),
        *(_marked(page, selector, 1) for selector in CLASSES),
    )
    accounts: list[str] = []
    for bylines in (_said(data), _tagged(tags), *marked, *classed, lines_of_authors(page)):
        persons: list[str] = []
        for byline in bylines:
            names = [name for name in names_in(byline.text) if _key(name) not in own]
            names = [name for number, name in enumerate(names) if not (number and _is_medium(name))]
            full = any(" " in name and not _is_organisation(name) for name in names)
            for name in names:
                if full and " " not in name and not _is_organisation(name):
                    continue  # beside full names, a place or an account
                if byline.organisation or _is_organisation(name):
                    organisations.append(name)
                else:
                    (accounts if ACCOUNT.fullmatch(name) else persons).append(name)
        if persons:
            return _once(persons)
    return _once(organisations or accounts)


def lines_of_authors(page: Page) -> Iterator[Byline]:
    """The short lines between the heading and the first paragraph that say who wrote the article: ``Von Anna Berg, Kiel``, ``5 May. Text: Bo Ek``."""
    heading = page.tree.css_first("h1")
    body = page.tree.body
    if heading is None or body is None or is_around(heading):
        return
    below = False
    seen = 0
    for node in body.traverse(include_text=False):
        below = below or node.mem_id == heading.mem_id
        if not below or node.tag not in ("p", "div", "span", "address", "i", "em", "li"):
            continue
        line = " ".join((node.text(separator=" ") or "").split())
        if node.tag == "p" and len(line) >= MIN_PARAGRAPH:
            return
        seen += 1
        if seen > MAX_BELOW:
            return
        opening = (
            _pattern("by", r"(?:\A|(?<=[.,;|·–-]\s))(?:%s)(?:\s*:\s*|\s+)(?=[^\W\d_])").search(line)
            if len(line) <= MAX_LINE
            else None
        )
        if opening and line[opening.end()].isupper() and (opening.start() == 0 or ":" in opening[0]):
            yield Byline(line[opening.start() :])


def pasted_byline(line: str) -> tuple[str, ...]:
    """The authors that a line of pasted text names; () where it is no byline: ``Von Anna Berg, 4. März 2026, 8:15 Uhr``."""
    opening = _pattern("by", r"\A(?:%s)(?:\s*:\s*|\s+)(?=[^\W\d_])").match(line)
    if not opening or not line[opening.end()].isupper() or line.endswith(SENTENCE_ENDS):
        return ()
    return _once([name for name in names_in(line) if CAPITALISED.fullmatch(name)])


def names_in(byline: str) -> list[str]:
    """The names in a byline, without roles, addresses and what else it says: ``By ANN LEE and Bo Ek, Staff Writers``."""
    text = " ".join(unescape(ASIDE.sub(" ", byline[:MAX_BYLINE_LENGTH])).split())
    for time in reversed(list(find_times(text))):
        text = f"{text[: time.start]} , {text[time.end :]}"
    text = " ".join("," if ADDRESS.search(word) else word for word in text.split())
    found: list[str] = []
    for part in _parts(text):
        for piece in _pattern("and", r"(?:^|\s)(?:%s)(?=\s)").split(part):
            found.extend(name for half in _halves(piece) if (name := _name(half)))
    return found


def _parts(text: str) -> list[str]:
    """The parts of a byline that may hold names: without credits for pictures; ``Holm, Lena`` turned around, a ``Jr.`` with its name."""
    parts: list[str] = []
    for listed in text.split(";"):
        pieces = re.split(r"\s*[,|•·/\n]\s*|\s+[-–—]\s+|\s*&\s*", listed.strip())
        if len(pieces) == 2 and all(re.fullmatch(r"[^\W\d_][\w’'-]+\.?", piece) for piece in pieces):
            turn = not any(_is_role(p) or _is_organisation(p) or _is_suffix(p) for p in pieces)
            pieces = [f"{pieces[1]} {pieces[0]}"] if turn else pieces
        for piece in pieces:
            piece = _pattern("credits", r"(?:^|\s)(?:%s)\s*:.*").sub("", piece)
            piece = _pattern("credits_alone", r"(?:^|\s)(?:%s)\s.*").sub("", piece)
            if parts and piece.lower() in _phrases("generations"):
                parts[-1] += f" {piece}"
            elif not _is_suffix(piece):
                parts.append(piece)
    return parts


def _is_suffix(text: str) -> bool:
    return text.lower().strip() in (*_phrases("degrees"), *_phrases("generations"))


def _halves(text: str) -> list[str]:
    """The two full names that a short conjunction joins; else the text as it is."""
    halves = _pattern("short_and", r"(?:^|\s)(?:%s)\s").split(text)
    if not halves[0].strip() or all(len(half.split()) > 1 for half in halves):
        return halves
    return [text]


def _name(text: str) -> str | None:
    """The name in a piece of a byline; None where it holds none."""
    text = _pattern("by", r"^\s*(?:%s)(?:\s*:\s*|\s+)").sub("", f"{text} ").strip(" .:-–—\"'“”»«")
    text = _pattern("for", r"\s(?:%s)\s+(?=[^\W\d_]).*").sub("", text)
    words = text.split()
    known = next((n for n in range(2, len(words) - 1) if _key(" ".join(words[n:])) in _organisations()), None)
    text = " ".join(words[:known]) if known and len(_key(" ".join(words[known:]))) >= 7 else text
    if text[:1].islower() and _pattern("in", r"(?:%s)\s+[^\W\d_]").match(text):
        return None  # a place
    place = _pattern("in", r"\s(?:%s)\s+(?=[^\W\d_])").search(text)
    text = text[: place.start()] if place and text[place.end()].isupper() else text
    text = re.split(r"\s{0,4}\d", text)[0].strip(" .:-–—") if text[:1].isalpha() else ""
    text = _without_role(text) if text else ""
    words = text.split()
    if not 1 < len(text) <= MAX_NAME_LENGTH or len(words) > MAX_NAME_WORDS or _is_role(text):
        return None
    if len(words) > 1 and text.isupper() and not _is_organisation(text):
        text = re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text)
    return text


def _is_role(text: str) -> bool:
    """Whether a text is nothing but a role or a desk: ``Staff Writers``, ``Redaktion``."""
    return all(word.strip(".") in _listed("roles") | _listed("beside_roles") for word in text.casefold().split())


def _without_role(text: str) -> str:
    """A name without the role that follows it; a desk's name, of which less than two words are left, as it is."""
    words = text.split()
    if words[-1].casefold().strip(".") not in _listed("roles") | {"on", "at"}:
        return text
    while words and _is_role(words[-1]):
        words.pop()
    return " ".join(words) if len(words) > 1 else text


def _key(name: str) -> str:
    """A name as it is compared: small letters and digits."""
    return re.sub(r"^the|[\W_]", "", name.casefold())


@cache
def _organisations() -> frozenset[str]:
    return frozenset(_key(name) for name in (*agencies(), *_phrases("agencies"), *publishers()))


def _is_organisation(name: str) -> bool:
    """Whether a name is an agency's, a known publisher's or a desk's."""
    return _key(name) in _organisations() or name.split()[-1].casefold() in _listed("roles")


def _is_medium(name: str) -> bool:
    """Whether a name is that of a broadcaster or a paper, by its last word."""
    return name.split()[-1].casefold() in _listed("media")


def _once(names: list[str]) -> tuple[str, ...]:
    """Each name once, whatever its capitals."""
    return tuple({_key(name): name for name in reversed(names)}.values())[::-1]


def _said(data: Any) -> Iterator[Byline]:
    """The bylines of a JSON-LD ``author``: names, or objects with a name."""
    for item in (data if isinstance(data, list) else [data])[:MAX_BYLINES]:
        name = item.get("name") or _of_parts(item) if isinstance(item, dict) else item
        kind = str(item.get("@type")) if isinstance(item, dict) else ""
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str) and text.strip():
                yield Byline(text, "Organization" in kind)


def _of_parts(item: dict[str, Any]) -> str:
    """The name of a person of whom given and family name are told apart (schema.org ``Person``)."""
    told = (item.get(key) for key in ("givenName", "additionalName", "familyName"))
    return " ".join(name for name in told if isinstance(name, str))


def _tagged(tags: Iterable[tuple[str, str]]) -> Iterator[Byline]:
    for name, content in tags:
        if name in AUTHOR_TAGS:
            yield Byline(content)


def _marked(page: Page, selector: str, most: int) -> Iterator[Byline]:
    """The words of the first ``most`` elements that a selector finds in the article."""
    return (Byline((node.text(separator=" ") or "")[:200]) for node in islice(_in_article(page, selector), most))


def _beside_first(page: Page, selector: str) -> Iterator[Byline]:
    """The words of the first of these elements, and of those that stand beside it."""
    beside = None
    for node in islice(_in_article(page, selector), MAX_BYLINES):
        parent = node.parent.mem_id if node.parent is not None else None
        if beside not in (None, parent):
            return
        beside = parent
        yield Byline((node.text(separator=" ") or "")[:200])


def _in_article(page: Page, selector: str) -> Iterator[LexborNode]:
    shown = {node.mem_id for node in page.embed_nodes}
    for node in page.tree.css(selector):
        if node.tag not in ("link", "meta", "body", "article") and not is_around(node) and not _is_in(node, shown):
            yield node


def _is_in(node: LexborNode, holders: set[int]) -> bool:
    """Whether a node is one of some, or in one near it."""
    above: LexborNode | None = node
    for _ in range(MAX_LEVELS):
        if above is None or above.mem_id in holders:
            return above is not None
        above = above.parent
    return False
