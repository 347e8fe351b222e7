"""Whether an account is a paper's own: it has the paper's name, or the paper's domain."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import regex

from ..urls import host_of

MIN_LETTERS = 5
"""Letters of a name, or of a site's name, that an account's name may begin or end with (KallvikHeraldNews)."""
ADDED = frozenset(
    {
        "news",
        "official",
        "online",
        "live",
        "breaking",
        "hq",
        "world",
        "digital",
        "tv",
        "media",
        "uutiset",
        "nyheter",
        "nachrichten",
    }
)
"""What a paper's account adds to its name, however short that is (BBC Breaking)."""
NO_NAMES = frozenset({"www", "com", "org", "net", "info", "co", "news", "online", "example"})
"""Labels of a host that name nobody."""


class Papers(NamedTuple):
    """Papers by the names and hosts that they are known by."""

    names: frozenset[str]  # in letters and numbers alone
    hosts: frozenset[str]


def papers(names: Iterable[str | None], urls: Iterable[str | None]) -> Papers:
    """The papers of some publishers' names and articles' addresses."""
    hosts = {host for url in urls if url and (host := host_of(url))}
    told = {squeezed(name) for name in names if name} | {label for host in hosts if (label := _site(host))}
    return Papers(frozenset(told - {""}), frozenset(hosts))


def is_papers_own(known: Papers, handle: str | None, name: str | None, links: Collection[str] = ()) -> bool:
    """Whether an account is the own one of a paper: of one that is known, or of one that it links to itself in ``links``."""
    linked = papers((), links)
    hosts, names = known.hosts | linked.hosts, known.names | linked.names
    domain = (handle or "").casefold().rpartition("@")[2]
    if "." in domain and any(domain == host or domain.endswith(f".{host}") for host in hosts):
        return True
    own = [squeezed(word) for word in ((handle or "").partition("@")[0].partition(".")[0], name or "") if word]
    return any(
        word == paper
        or (len(paper) >= MIN_LETTERS and (word.startswith(paper) or word.endswith(paper)))
        or (len(paper) > 1 and word.startswith(paper) and word.removeprefix(paper) in ADDED)
        for word in own
        for paper in names
    )


THE = regex.compile(r"(?i)^the\s+")
BETWEEN = regex.compile(r"[^\p{L}\p{N}]+")


def squeezed(name: str) -> str:
    """A name's letters and numbers in lower case, without "the"."""
    return BETWEEN.sub("", THE.sub("", name)).casefold()


def _site(host: str) -> str:
    """The longest label of a host that may name its owner, without hyphens: ``kallvikherald`` of ``www.kallvik-herald.example``."""
    labels = [label.replace("-", "") for label in host.split(".")[:-1] if label not in NO_NAMES]
    return max(labels, key=len, default="")
