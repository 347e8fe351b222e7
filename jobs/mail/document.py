"""What a mail says, before it takes a form: HTML and text are written from the same lines."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from storywake.collector.printable import one_line

from ..report import web_only

MAX_WORDS = 280
"""Characters of a post."""
MAX_TITLE = 140
MAX_NAME = 60
MAX_ADDRESS = 500
"""Characters of an address that is linked; a longer one is left out."""


class Piece(NamedTuple):
    """Some words, perhaps a link."""

    words: str
    url: str = ""
    strong: bool = False


Line = tuple[Piece, ...]


class Bar(NamedTuple):
    """A part of the stance bar: its stance, its share in per cent, and how much of the bar's hundred it takes."""

    stance: str
    share: int
    width: int


class Shown(NamedTuple):
    """A post of a list."""

    name: str
    where: str
    words: str
    stance: str  # one of the four, unclear or ""
    says: str  # the stance in words
    rest: str  # how sure, counts, copies, why it is here
    links: Line


class Shares(NamedTuple):
    """How the stances towards the main claim stand."""

    claim: str
    bars: list[Bar]
    line: str
    notes: list[str]


class Listing(NamedTuple):
    """Posts under a heading."""

    title: str
    posts: list[Shown]


class Section(NamedTuple):
    """A story told whole."""

    title: Piece
    lines: list[Line]
    shares: Shares | None
    picture: str  # the content id of its chart, or ""
    picture_words: str
    listings: list[Listing]
    asked_title: str
    asked: list[Line]
    links: Line
    outlook: str  # how large it may become, or ""
    coverage: str


class Page(NamedTuple):
    """A whole mail."""

    language: str
    subject: str
    preview: str
    kicker: str
    sections: list[Section]
    others_title: str
    others: list[Line]
    note: str
    leave: Piece | None
    change: Piece | None


class Addresses:
    """Addresses of the pages, where it is known how readers reach them; else ""."""

    def __init__(self, public_url: str | None) -> None:
        self._root = (public_url or "").rstrip("/")

    def story(self, slug: str, since: str) -> str:
        """A story's page, what is new since then marked."""
        return self._at(f"/story/{quote(slug, safe='')}?{urlencode({'since': since})}")

    def reactions(self, slug: str, **asked: str) -> str:
        """A story's reactions, filtered."""
        return self._at(f"/story/{quote(slug, safe='')}/reactions?{urlencode(asked)}")

    def reaction(self, number: int | None) -> str:
        """A reaction's page."""
        return self._at(f"/reaction/{number}") if number is not None else ""

    def article(self, number: int | None) -> str:
        """An article's page."""
        return self._at(f"/article/{number}") if number is not None else ""

    def leaving(self, token: str | None) -> str:
        """Where a reader unsubscribes."""
        return self._at(f"/unsubscribe/{token}") if token else ""

    def changing(self, token: str | None) -> str:
        """Where a reader changes hour, time zone and language."""
        return self._at(f"/mail/{token}") if token else ""

    def _at(self, path: str) -> str:
        return self._root + path if self._root else ""


def outside(url: str | None) -> str:
    """The address of something on the web, where it may be linked; else ""."""
    found = web_only(url)
    return found if found.isprintable() and len(found) <= MAX_ADDRESS else ""


def name_of_story(title: str | None, slug: str, most: int = 48) -> str:
    """A story's name for a subject: the words of its title that the slug is made of, else its title, cut at a word."""
    whole = one_line(title, MAX_TITLE)
    if not whole:
        return slug
    words, parts = whole.split(), slug.casefold().split("-")
    plain = ["".join(c for c in word.casefold() if c.isalnum()) for word in words]
    if len(parts) > 1:
        for place in range(len(words) - len(parts) + 1):
            if plain[place : place + len(parts)] == parts:
                found = " ".join(words[place : place + len(parts)]).strip(" ,.;:!?\"'“”„«»")
                return found[:1].upper() + found[1:]
    if len(whole) <= most:
        return whole
    return whole[:most].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"
