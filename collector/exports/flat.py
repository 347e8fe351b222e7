"""A row of a table, or an object of a tool, as a post: by the columns that the table of known exports names."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..addresses import identify
from ..markup.fragments import read_fragment
from ..markup.links import find_links
from ..records import Author, Kind, Post, PostAddress, Reach
from ..sources import SOURCES, is_final
from ..urls import canonical, is_web_address
from ..values import at, clean
from . import cells
from .known import Known, id_patterns

WEB = "web"
COUNTS = ("likes", "reposts", "replies", "quotes", "views")
COMMENTED = frozenset(("tiktok", "youtube", "reddit", "hackernews", "lemmy", "vk", "facebook", "instagram"))
"""Platforms on which an answer is a comment."""
MAX_ALIASES = 100_000
"""Handles of which it is remembered whose they are."""
UNADDRESSED = frozenset(("tiktok", "youtube"))
"""Platforms whose comments stand in tables under the address of their video, since they have none of their own."""
ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
BELOW_NOUGHT = re.compile(r"-\d{1,9}(?:\.0)?")
MAX_EXACT_LENGTH = 17
"""Characters, ".0" among them, of numbers that spreadsheets keep to the last digit."""
MAX_SEARCHED = 300
"""Characters of a cell in which a template's pattern looks."""
MARKED = re.compile(r"x\d{10,20}")
"""An id on X as rtweet writes it, so that spreadsheets keep it to the last digit."""
USABLE = re.compile(r"[\w.:@/%-]{1,300}")
AT_URI = re.compile(r"\Aat://([^/\s]{1,300})/app\.bsky\.feed\.post/(\w{1,40})\Z")
BARE_ADDRESS = re.compile(r"\A[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,4}/", re.I)
"""An address without its scheme."""
PART = re.compile(r"\{(\w+)(?:\|([^{}]+))?\}")
"""A cell within a template, or what the group of a pattern finds in it: ``{id}``, ``{link|PATTERN}``."""


class Unread(ValueError):
    """A row that gives no post; says why in a few words."""


class Reader:
    """Reads the rows of one export.

    ``value`` gives a row's value by a column's name. ``platform`` is what the user says the file is of. ``order`` is that of its days.
    ``odd`` counts, by field, values that were not understood, each with the first of them.
    """

    def __init__(self, known: Known, platform: str | None = None, order: str | None = None) -> None:
        self.known = known
        self.order = order
        self.odd: dict[str, tuple[int, str]] = {}
        self._platform = platform or known.platform
        self._aliases: dict[str, str] = {}  # handles whose lasting ids earlier rows told

    def post(self, value: Callable[[str], Any]) -> Post:
        """The post of a row. Raises Unread."""
        row = _Row(self.known.columns, value)
        is_answer = self._is_answer(row)
        address = self._address(row)
        platform = self._platform or (address.platform if address else WEB)
        identity = self._identity(row, platform, address, is_answer)
        url = self._url(row, identity, address, is_answer)
        words = self._words(row)
        under = self._is_comment(row, platform, address.external_id if address else None)
        if not (identity or (url and (address or platform == WEB)) or (under and words)):
            raise Unread(self._nothing(row, platform))
        parent = self._parent(row, platform, address, is_answer)
        parent = parent if parent != identity else None
        quoted, reposted = (self._named(row.first(field), platform) for field in ("quoted", "reposted"))
        is_repost = reposted is not None or row.says("is_repost")
        return Post(
            platform=platform,
            external_id=identity or (canonical(url) if url and platform == WEB else None),
            url=url,
            kind=self._kind(platform, is_repost, is_answer or parent is not None, quoted),
            author=self._author(row, platform, None if under else address),
            text=words,
            language=cells.language_of(row.first("language")),
            posted_at=self._time(row),
            in_reply_to=parent,
            quotes=(None if is_repost and platform == "x" else quoted) or (reposted if platform != "x" else None),
            links=tuple(
                link for link in self._links(row, words) if not quoted or self._named(link, platform) != quoted
            ),
            reach=Reach() if is_repost and self.known.counts_are_the_originals else self._reach(row, platform),
            counted_at=next(filter(None, map(cells.time, row.every("counted_at"))), None),
        )

    def _parent(self, row: "_Row", platform: str, address: PostAddress | None, is_answer: bool) -> str | None:
        """The id of what a row answers: the thread's where its parent is not told; for a comment the post that its address names."""
        told_by = ("parent", "thread") if is_answer else ("parent",)
        fields = told_by if is_answer or "is_answer" not in self.known.columns else ()
        named = (self._named(cell, platform) for field in fields for cell in row.every(field))
        told = next(filter(None, named), None)
        there = address.external_id if address else None
        return told or (there if self._is_comment(row, platform, there) else None)

    def _is_answer(self, row: "_Row") -> bool:
        """Whether a row answers something."""
        if self.known.columns.get("is_answer"):
            return row.says("is_answer")
        parent = row.first("parent")
        if parent and parent != "0":
            return True
        thread, own = row.first("thread"), row.first("id")
        return bool(thread and own and thread.rpartition("_")[2] != own.rpartition("_")[2])

    def _address(self, row: "_Row") -> PostAddress | None:
        for link in row.every("url"):
            shown = AT_URI.sub(r"https://bsky.app/profile/\1/post/\2", link)
            shown = f"https://{shown}" if BARE_ADDRESS.match(shown) else shown
            found: PostAddress | None = identify(shown) if is_web_address(shown) else None
            if found and (self._platform is None or found.platform == self._platform):
                return found
        return None

    def _identity(self, row: "_Row", platform: str, address: PostAddress | None, is_answer: bool) -> str | None:
        """The id of a row's post; that of its address where it tells none of its own."""
        there = address.external_id if address and address.external_id else None
        if self._is_comment(row, platform, there):
            return next(iter(self._fitting(row, platform, "comment_id", "id")), None)
        lasting = there is not None and is_final(platform, there)
        if self.known.by_address and lasting:
            return there
        own = self._fitting(row, platform, *(("answer_id", "id") if is_answer else ("id",)))
        if (
            own
            and not lasting
            and any(told.endswith(".0") and len(told) > MAX_EXACT_LENGTH for told in row.every("id"))
        ):
            raise Unread("a spreadsheet has rounded its id")
        return own[0] if own else there

    def _fitting(self, row: "_Row", platform: str, *fields: str) -> list[str]:
        """What of a row's fields is an id of the platform."""
        pattern = id_patterns().get(platform)
        told = [_id(cell, platform) for field in fields for cell in row.every(field)]
        return [cell for cell in told if pattern and pattern.fullmatch(cell)]

    def _is_comment(self, row: "_Row", platform: str, there: str | None) -> bool:
        """Whether a row of an unknown tool is something under the post that its address names."""
        if not self.known.by_address or there is None:
            return False
        if row.first("comment_id") or row.first("comment_text"):
            return there not in self._fitting(row, platform, "comment_id")
        own = self._fitting(row, platform, "id") if platform in UNADDRESSED else []
        return bool(own) and there not in own

    def _url(self, row: "_Row", identity: str | None, address: PostAddress | None, is_answer: bool) -> str | None:
        """Where a row's post is: not the address of what it stands under."""
        given = [link for link in row.every("url") if is_web_address(link)]
        told = row.first("answer_url") if is_answer else None
        if address and address.external_id == identity:
            return told or address.url
        if self.known.by_address and address:
            return None
        return told or (given[0] if given else None)

    def _named(self, told: str | None, platform: str) -> str | None:
        """The id of a post that a cell names by its id or its address; None where it names none that lasts."""
        if not told or told == "0":
            return None
        told = _id(told, platform)
        pattern = id_patterns().get(platform)
        if pattern and pattern.fullmatch(told):
            return told
        address = identify(told) if is_web_address(told) or told.startswith("at://") else None
        if not address or address.platform != platform or not address.external_id:
            return None
        known = re.sub(r"at://([^/]+)", lambda m: f"at://{self._aliases.get(m[1], m[1])}", address.external_id, count=1)
        return known if is_final(platform, known) else None

    def _kind(self, platform: str, is_repost: bool, answers: bool, quoted: str | None) -> Kind:
        if platform == WEB:
            return Kind.ARTICLE
        if is_repost:
            return Kind.REPOST
        if self.known.kind:
            return self.known.kind
        if answers:
            return Kind.COMMENT if platform in COMMENTED else Kind.REPLY
        return Kind.QUOTE if quoted else Kind.POST

    def _words(self, row: "_Row") -> str | None:
        title, words = row.first("title"), row.words("comment_text") or row.pieces() or row.shown() or row.words("text")
        if title and words and _opens(title, words):
            title = None
        return "\n\n".join(filter(None, (title, words))) or None

    def _author(self, row: "_Row", platform: str, address: PostAddress | None) -> Author:
        """Who wrote a row's post: the handle in its address goes before a column that may hold a name."""
        told, name, lasting = row.first("handle"), row.first("name"), row.first("author_id")
        lasting = _id(lasting, platform) if lasting else None
        followers = self._count(row, "followers", platform)
        if platform == WEB:
            return Author(name=name or told)
        there = address.handle if address and not (address.handle or "").startswith("did:") else None
        if there and there.isdecimal() and told:
            there = None
        handle = (there or told or (name if name and name.startswith("@") else "") or "").lstrip("@") or None
        if told and there and name is None and told.lstrip("@").casefold() != there.casefold():
            name = told
        if handle and lasting and lasting.startswith("did:") and len(self._aliases) < MAX_ALIASES:
            self._aliases[handle] = lasting
        return Author(handle=handle, name=name, external_id=lasting, followers=followers)

    def _time(self, row: "_Row") -> str | None:
        told = row.every("at")
        for cell in told:
            found = cells.time(cell, self.order)
            if found:
                return found
        if told:
            self._note("time", told[0])
        return None

    def _links(self, row: "_Row", words: str | None) -> tuple[str, ...]:
        told = tuple(link for cell in row.raw("links") for link in cells.addresses(cell))
        return tuple(dict.fromkeys(told or find_links(words or "")))

    def _reach(self, row: "_Row", platform: str) -> Reach:
        return Reach(**{field: self._count(row, field, platform) for field in COUNTS})

    def _count(self, row: "_Row", field: str, platform: str) -> int | None:
        for cell in row.every(field):
            found = cells.total(cell)
            if found is None and BELOW_NOUGHT.fullmatch(cell):
                # votes for less votes against; elsewhere "unknown"
                return int(float(cell)) if platform == "reddit" else None
            if found is None:
                self._note(field, cell)
            return found
        return None

    def _note(self, field: str, cell: str) -> None:
        times, first = self.odd.get(field, (0, cell))
        self.odd[field] = (times + 1, first)

    def _nothing(self, row: "_Row", platform: str) -> str:
        own = row.first("id")
        if own and ROUNDED.fullmatch(own):
            return "a spreadsheet has rounded its id, and it has no address"
        if own and platform in SOURCES:
            return f"no address, and {own[:40]!r} is no id of {SOURCES[platform].title}"
        return "no web address"


class _Row:
    """A row's values by field."""

    def __init__(self, columns: Mapping[str, tuple[str, ...]], value: Callable[[str], Any]) -> None:
        self._columns = columns
        self._value = value

    def raw(self, field: str) -> list[Any]:
        """The values of a field's columns, as they are."""
        return [self._value(name) for name in self._columns.get(field, ()) if "{" not in name]

    def every(self, field: str) -> list[str]:
        """The filled values of a field, the first candidate first."""
        return [found for name in self._columns.get(field, ()) if (found := self._filled(name)) is not None]

    def first(self, field: str) -> str | None:
        """The first filled value of a field."""
        for name in self._columns.get(field, ()):
            found = self._filled(name)
            if found is not None:
                return found
        return None

    def words(self, field: str) -> str | None:
        """The first text of a field: "-" and "none" are words too."""
        for value in self.raw(field):
            if isinstance(value, str) and value.strip():
                return clean(value).strip()
        return None

    def pieces(self) -> str | None:
        """The text that a cell holds as JSON objects with a piece each: ``{"text":"so "},{"text":"it was"}``."""
        for value in self.raw("pieces"):
            try:
                told = json.loads(f"[{value}]")
            except (ValueError, RecursionError):
                return clean(str(value)).strip() or None
            return clean("".join(str(at(piece, "text") or "") for piece in told)).strip() or None
        return None

    def shown(self) -> str | None:
        """The words of a cell that holds HTML."""
        markup = self.words("markup")
        return read_fragment(markup).text if markup else None

    def says(self, field: str) -> bool:
        """Whether a column of a field says yes, or the word that the table names behind the column (``type=retweet``)."""
        for name in self._columns.get(field, ()):
            column, _, wanted = name.partition("=")
            value = self._value(column)
            if (cells.filled(value) or "").casefold() == wanted if wanted else cells.is_yes(value):
                return True
        return False

    def _filled(self, name: str) -> str | None:
        if "{" not in name:
            return cells.filled(self._value(name))
        parts = {found[0]: _part(self._value(found[1]), found[2]) for found in PART.finditer(name)}
        return None if None in parts.values() else PART.sub(lambda found: parts[found[0]] or "", name)


def _id(told: str, platform: str) -> str:
    """An id without what a spreadsheet puts behind it, and without the letter that R's rtweet puts before it."""
    told = told.removesuffix(".0")
    return told[1:] if platform == "x" and told[:1] == "x" and told[1:].isdecimal() else told


def _opens(title: str, words: str) -> bool:
    """Whether a title is made from how a text begins, perhaps behind its author's name: ``Ann - The bridge was…``."""
    begun = " ".join(words.split())
    told = [" ".join(part.split()).rstrip("….") for part in (title, title.partition(" - ")[2])]
    return any(part and begun.startswith(part) for part in told)


def _part(value: Any, pattern: str | None = None) -> str | None:
    """A cell, or what a pattern's group finds in it, as a part of an address or id; None where it cannot be one, or a
    spreadsheet has rounded it.
    """
    told = (cells.filled(value) or "").lstrip("@")
    if pattern:
        found = re.search(pattern, told[:MAX_SEARCHED])
        return found[1] if found else None
    if MARKED.fullmatch(told):
        return told[1:]
    whole = told.removesuffix(".0")
    rounded = ROUNDED.fullmatch(told) or (whole != told and len(told) > MAX_EXACT_LENGTH)
    return whole if USABLE.fullmatch(whole) and not rounded else None
