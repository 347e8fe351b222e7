"""What a platform says of how its posts look in pages, and all platforms' marks joined for reading."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from ..records import PostAddress
from ..urls import split
from .page import Page

Attributes = dict[str, str | None]
ReadPath = Callable[[str, str], PostAddress | None]
"""The post that a path and a query name on a platform's host; None where they name none."""
SHARED_ELEMENTS = (
    "blockquote", "iframe", "[data-oembed-url]", "oembed[url]", "embed[src]", "object[data]", "a.embedly-card", "a[data-iframely-url]",
)  # fmt: skip
"""Elements that show posts of any platform: CKEditor's, Embedly's, Iframely's, and those of HTML."""
FEDERATED_PATH = re.compile(r"/(?:@\w|notice/|notes/|objects/|statuses/|videos/(?:embed|watch)/|p/[\w.]+/\d|display/)")
"""What addresses of posts hold on servers of any name."""
SLASH = r"(?:/|\\/|\\u002[fF]|%2F)"
POST_PATH = re.compile(
    rf"{SLASH}(?:status(?:es)?|embed|p|reels?|tv|posts?|videos?|permalink|comments|shorts|live|notice|notes|objects|share|t|s){SLASH}\w"
    rf"|watch\?v=|youtu\.be{SLASH}|t\.me{SLASH}\w+{SLASH}\d|@[\w.]+{SLASH}\d{{10}}|(?:wall|video)-?\d+_\d|fb\.watch|v[mt]\.tiktok"
)
"""What an address in a script holds that may name a post, however slashes are written."""
NO_HANDLES = frozenset(("i", "statuses", "web", "embed", "intent", "share", "hashtag", "search"))
"""First parts of a path that look like an account's name and are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """How pages show a platform's posts. Where each form is documented stands beside the platform's declaration."""

    classes: tuple[str, ...] = ()  # parts of the class names of its blockquotes
    selectors: tuple[str, ...] = ()  # CSS selectors of elements of its own
    amp: tuple[str, ...] = ()  # its AMP components
    openings: tuple[str, ...] = ()  # how its own elements open in markup that a page holds back
    names: tuple[str, ...] = ()  # one of these stands in whatever markup shows its posts
    addresses: tuple[str, ...] = ()  # attributes that hold a post's address
    ids: Mapping[str, Callable[[str], PostAddress | None]] = field(default_factory=dict)
    """Attributes that hold a post's id, and how it is read."""
    called: tuple[str, ...] = ()  # what types, classes and tags of publishing systems call its posts
    by_id: Callable[[str], PostAddress | None] | None = None
    """The post of an id, where something that is ``called`` so holds one; None where it is no id."""
    element: Callable[[str, Attributes], PostAddress | None] | None = None
    """The post that an element made for it alone (by tag and attributes) names; such an element holds no words."""
    scripts: tuple[re.Pattern[str], Callable[[re.Match[str]], PostAddress | None]] | None = None
    """The call by which a script shows a post, and the post that it names."""
    script_name: str | None = None  # stands in every script that makes such a call
    words: Callable[[Page, LexborNode], str | None] | None = None
    """The post's own words in a blockquote without a signature; None where it holds none of them."""
    placeholder: str | None = None  # what its embed says in the place of a picture or a quoted post
    no_links: re.Pattern[str] | None = None  # addresses of tags and accounts, which are no links of a post
    signed: Callable[[PostAddress, str], PostAddress] | None = None
    """The address of a post whose author's handle was found beside it, where the address alone does not name it."""
    handle: re.Pattern[str] | None = None  # the whole of a handle that tells the platform where markup is lost
    signature: re.Pattern[str] | None = None  # how its embed names the author: groups ``name`` and ``handle``


class Marked(Protocol):
    """What reading asks of a platform."""

    name: str
    hosts: Mapping[str, ReadPath]
    domains: Mapping[str, ReadPath]
    profiles: Mapping[str, str]
    shares: Mapping[str, str]
    marks: Marks

    def anywhere(self, host: str, path: str) -> PostAddress | None:
        """The post that a path names on a host that no platform claims."""
        ...

    def profile_anywhere(self, host: str, path: str) -> str | None:
        """The handle whose profile a path names on a host that no platform claims."""
        ...


class Recogniser:
    """Tells posts of some platforms by their addresses and by what pages show of them."""

    def __init__(self, platforms: Iterable[Marked]) -> None:
        self._platforms = tuple(platforms)
        self.marks = {platform.name: platform.marks for platform in self._platforms}
        marks = tuple(self.marks.values())
        self._hosts = {host: read for p in self._platforms for host, read in p.hosts.items()}
        self._domains = tuple((f".{end}", read) for p in self._platforms for end, read in p.domains.items())
        self._profiles = {host: (p.name, form) for p in self._platforms for host, form in p.profiles.items()}
        self._shares = {
            host.removeprefix("www."): (p.name, host, re.compile(form))
            for p in self._platforms
            for host, form in p.shares.items()
        }
        self.selector = ", ".join((*SHARED_ELEMENTS, *(s for m in marks for s in m.selectors)))
        self.amp_selector = ", ".join((self.selector, "amp-iframe", *(s for m in marks for s in m.amp)))
        self.classes = (*(c for m in marks for c in m.classes), "embedly-card")
        self.names = tuple(n for m in marks for n in m.names)
        openings = "|".join(re.escape(o) for m in marks for o in m.openings)
        self.held = re.compile("<(?:blockquote|iframe|amp-|p>)" + (f"|{openings}" if openings else ""), re.I)
        self.addresses = ("cite", *(a for m in marks for a in m.addresses), "data-embed-url", "data-oembed-url")
        self.ids = tuple(pair for m in marks for pair in m.ids.items())
        self.elements = tuple(m.element for m in marks if m.element)
        self.scripts = tuple((m.script_name, *m.scripts) for m in marks if m.scripts and m.script_name)
        self.no_links = tuple(m.no_links for m in marks if m.no_links)
        self.signatures = tuple(m.signature for m in marks if m.signature)
        self._called = tuple((word, name, m.by_id) for name, m in self.marks.items() for word in m.called)
        known_hosts = (*self._hosts, *self._shares, *(f"x{end}" for end, _ in self._domains))
        ends = sorted({".".join(host.split(".")[-2:]) for host in known_hosts})
        self._ends = re.compile("|".join(map(re.escape, ends)))
        self._tops = re.compile("|".join(re.escape(top) for top in sorted({end[end.rfind(".") :] for end in ends})))
        self._handles = tuple((name, m.handle) for name, m in self.marks.items() if m.handle)

    def identify(self, url: str) -> PostAddress | None:
        """The post that ``url`` names, or None where it names none on a platform known by its address.

        Mastodon, Lemmy and other federated servers are known by the shape of the path alone; there the
        external id is the ActivityPub uri, which the address may not tell: then it is None. So it is of a share
        link, whose post only a request shows.
        """
        place = _place(url)
        if place is None:
            return None
        host, path, query = place
        shared = self._shared(host, path)
        if shared:
            return shared
        read = self._hosts.get(host) or next((read for end, read in self._domains if host.endswith(end)), None)
        if read:
            return read(path, query)
        found = (platform.anywhere(host, path) for platform in self._platforms)
        return next((address for address in found if address), None)

    def has_host(self, host: str) -> bool:
        """Whether a host, without "www.", is a platform's own."""
        return host in self._hosts or host in self._profiles or any(host.endswith(end) for end, _ in self._domains)

    def mentions(self, value: str) -> bool:
        """Whether a value holds what addresses of posts do: a platform's host, or a path that federated servers have."""
        named = self._tops.search(value) and self._ends.search(value)
        return (named or FEDERATED_PATH.search(value)) is not None

    def word_in(self, text: str) -> str | None:
        """The platform whose posts a text in lower case calls by their name; None where it calls none so."""
        return next((name for word, name, _ in self._called if word in text), None)

    def by_word(self, text: str) -> Callable[[str], PostAddress | None] | None:
        """How ids are read of the posts that a text in lower case calls by their name; None where it calls none so."""
        return next((by for word, _, by in self._called if by and word in text), None)

    def is_share(self, url: str) -> bool:
        """Whether ``url`` is a platform's share link, so that only a request shows which post it names."""
        place = _place(url)
        return place is not None and self._shared(place[0], place[1]) is not None

    def _shared(self, host: str, path: str) -> PostAddress | None:
        known = self._shares.get(host) or self._shares.get(host.partition(".")[2])
        if known is None:
            return None
        name, shown, form = known
        found = form.match(path)
        return PostAddress(name, None, f"https://{shown}{found[0].rstrip('/')}", None) if found else None

    def profile_of(self, url: str) -> tuple[str, str] | None:
        """The account (platform, handle) whose profile ``url`` is; None where it is none known by its address."""
        parts = split(url)
        if parts is None:
            return None
        host = (parts.hostname or "").removeprefix("www.")
        path = unquote(parts.path)
        if host in self._profiles:
            platform, form = self._profiles[host]
            found = re.match(form, path)
            return (platform, found[1]) if found and found[1].lower() not in NO_HANDLES else None
        handles = ((p.name, p.profile_anywhere(host, path)) for p in self._platforms)
        return next(((name, handle) for name, handle in handles if handle), None)

    def platform_of(self, handle: str) -> str | None:
        """The platform whose handles look like ``handle``; None where none does."""
        return next((name for name, form in self._handles if form.fullmatch(handle)), None)


def _place(url: str) -> tuple[str, str, str] | None:
    """Host, path and query of a web address; None where it is none."""
    parts = split(url)
    if parts is None or not parts.hostname or parts.scheme not in ("http", "https"):
        return None
    path = parts.fragment.removeprefix("!") if parts.path == "/" and parts.fragment[:2] == "!/" else parts.path
    return parts.hostname.removeprefix("www."), unquote(path), parts.query
