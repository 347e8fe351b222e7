"""Whether an account is a paper's own: it has the paper's name, or the paper's domain."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import cldr, word_lists
from ..urls import host_of

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
    own = [squeezed(told) for told in ((handle or "").partition("@")[0].partition(".")[0], name) if told]
    return any(_is_named_after(whole, paper) for whole in own for paper in names)


def _is_named_after(whole: str, paper: str) -> bool:
    """Whether a squeezed name is a paper's with nothing but articles, a country, a desk or the like beside it."""
    if whole == paper:
        return True
    start = whole.find(paper) if len(paper) > 1 else -1
    return (
        start >= 0
        and _is_made_of(whole[:start], _beside().before)
        and _is_made_of(whole[start + len(paper) :], _beside().behind)
    )


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether a text is one or two of some words, or the code of a country."""
    if not text or text in words or text in _beside().codes:
        return True
    return any(text[:end] in words and text[end:] in words for end in range(1, len(text)))


class Beside(NamedTuple):
    """What may stand beside a paper's name in the name of its account, in letters and numbers alone."""

    before: frozenset[str]
    behind: frozenset[str]
    codes: frozenset[str]


@cache
def _beside() -> Beside:
    told = word_lists("papers")
    before, behind = (frozenset(map(squeezed, told[name].split())) for name in ("before", "behind"))
    countries = frozenset(map(squeezed, cldr()["countries"]))
    return Beside(before | countries, behind | countries, frozenset(told["codes"].split()))


THE = regex.compile(r"(?i)^the\s+")
BETWEEN = regex.compile(r"[^\p{L}\p{N}]+")


def squeezed(name: str) -> str:
    """A name's letters and numbers in lower case, without "the"."""
    return BETWEEN.sub("", THE.sub("", name)).casefold()


def _site(host: str) -> str:
    """The longest label of a host that may name its owner, without hyphens: ``kallvikherald`` of ``www.kallvik-herald.example``."""
    labels = [label.replace("-", "") for label in host.split(".")[:-1] if label not in NO_NAMES]
    return max(labels, key=len, default="")
