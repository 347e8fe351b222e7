"""Which patterns and readers take time by the square of what they read: run by ``test_linear`` in a process of its own."""

import importlib
import json
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import regex

import collector
from collector.article import read_article
from collector.dates import find_day, utc
from collector.feeds import read_feed
from collector.flattened import find_flattened, find_links
from collector.language import detect
from collector.lexicon import lexicon
from collector.markup import read_fragment
from collector.organisations import publisher_pattern
from collector.statements import read_statements
from collector.urls import canonical
from collector.values import short_count, unescape

PIECES = [
    " ", "\n", "\t \n", ".", "a", "A", "1", "-", "—", "@", "(", ")", "(@", "(@a) ", " — a ", "x — a (@b) ", "a.", "1 ", "1 July ", "A ", "Aa Bb ",
    "Aa-Bb", "the ", "“a b c ", "”", "«", "\"a", "‘", ", ", "said ", "said that ", "according to ", "by ", "https://", "https://a.", "http://a/?", "&", "&#", "&#1",
    "<", "<p ", "<p>", "<b>", "<div>", "<a>", "<a href=x>", "<!--", "<pre> ", "<meta charset", "createTweet(", "VK.Widgets.Post('", "Ein von ", "A post shared by ",
    "The Times ", "University of ", "de la ", "Mr. ", "U.S. ", "1.", "1,", "\u00a0", "\u0301", "١", "年", "Её ", "– Ei, sanoo Aa Bb. ", "d'", "'",
]  # fmt: skip
SPARE = 0.25
"""Seconds of processor time under which nothing is told from noise."""
MOST = 3.2
"""How many times as long twice as much may take: 2 where time is in proportion, 4 where it goes by the square."""


def texts(size: int) -> Iterator[tuple[str, str]]:
    """Every piece repeated, between words that a pattern may wait for."""
    for piece in PIECES:
        lead, tail = ("x —", "y") if piece.isspace() else ("1 ", " 2024")
        yield f"{lead}{piece}*{tail}", lead + piece * (size // len(piece)) + tail


def patterns() -> dict[str, Any]:
    """Every compiled pattern of the collector's modules, and those that word lists make."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(collector.__path__, "collector."):
        if info.name == "collector.worker":
            continue
        for name, value in vars(importlib.import_module(info.name)).items():
            if isinstance(value, re.Pattern | regex.Pattern) and isinstance(value.pattern, str):
                found[f"{info.name}.{name}"] = value
    found["publishers"] = publisher_pattern()
    for language in ("en", "fi", "fr"):
        for name, value in lexicon(language)._asdict().items():
            if isinstance(value, regex.Pattern):
                found[f"{language}.{name}"] = value
    return found


READERS: dict[str, Callable[[str], object]] = {
    "read_article": lambda text: read_article(text + "x"),
    "read_page": lambda text: read_article("<html><body>" + text),
    "read_fragment": lambda text: read_fragment("<p>" + text),
    "read_feed": lambda text: read_feed(("<rss><channel><item><link>a</link><title><![CDATA[" + text).encode(), "https://n.example/"),
    "read_statements": lambda text: read_statements(text, "fi"),
    "find_flattened": find_flattened,
    "find_links": find_links,
    "find_day": find_day,
    "detect": detect,
    "canonical": lambda text: canonical("https://n.example/" + text),
    "short_count": short_count,
    "unescape": unescape,
    "utc": utc,
}  # fmt: skip


def taken(read: Callable[[str], object], text: str) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    read(text)
    return time.process_time() - began


def steep(name: str, read: Callable[[str], object], sizes: tuple[int, int]) -> Iterator[str]:
    """The texts on which twice as much takes far more than twice as long."""
    for (shown, short), (_, long) in zip(texts(sizes[0]), texts(sizes[1]), strict=True):
        slow = taken(read, long)
        if slow > SPARE and slow > MOST * min(taken(read, short), taken(read, short)) and taken(read, long) > SPARE:
            yield f"{name} on {shown!r}: {slow:.2f} s"


def main() -> None:
    """Prints what is steep as a JSON list."""
    found: list[str] = []
    if sys.argv[1] == "patterns":
        for name, pattern in patterns().items():
            found.extend(steep(name, lambda text, p=pattern: sum(1 for _ in p.finditer(text)), (5_000, 10_000)))  # type: ignore[misc]
    else:
        for name, reader in READERS.items():
            found.extend(steep(name, reader, (5_000, 10_000)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
