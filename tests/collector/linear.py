"""Which patterns and readers take time by the square of what they read: run by ``test_linear`` in a process of its own."""

import ast
import importlib
import json
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import regex

import storywake
from storywake import collector, db, jobs, web
from storywake.collector.dates import utc
from storywake.collector.lexicon import lexicon
from storywake.collector.markup.fragments import read_fragment
from storywake.collector.markup.links import find_links
from storywake.collector.markup.literals import returned
from storywake.collector.pages.article import read_article
from storywake.collector.pages.feeds import read_feed
from storywake.collector.pages.shown import find_flattened
from storywake.collector.prose.language import detect
from storywake.collector.prose.organisations import publisher_pattern
from storywake.collector.prose.statements import read_statements
from storywake.collector.times import find_day, find_times
from storywake.collector.urls import canonical
from storywake.collector.values import short_count, unescape
from tests.collector.openings import openings

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
    """Every compiled pattern of the modules, and those that word lists make."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(storywake.__path__, "storywake."):
        if info.name in ("storywake.collector.reading.worker", "storywake.__main__"):
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


LONGEST = {".prose.": 2_000, "authors.py": 2_000, "agencies.py": 300}
"""Characters of the longest text that some patterns are put to: sentences, bylines, the ends of an article."""
ENGINES = {"re": re, "regex": regex}
FLAGS = {"I": re.I, "M": re.M, "S": re.S, "X": re.X}


def written_inline() -> dict[str, tuple[Any, Callable[[str], object]]]:
    """Patterns that stand as literals in functions' calls of ``re`` and ``regex``, and what is done with them.

    What a literal leaves open (an f-string's fields) stands for a letter.
    """
    found: dict[str, tuple[Any, Callable[[str], object]]] = {}
    for path in sources():
        functions = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))
        nodes = [node for function in functions for node in ast.walk(function)]
        asked = {
            n.func.value: n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        for call in nodes:
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
                continue
            engine = ENGINES.get(call.func.value.id) if isinstance(call.func.value, ast.Name) else None
            words = literal(call.args[0])
            if engine and words is not None:
                given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
                names = {n.attr for node in given for n in ast.walk(node) if isinstance(n, ast.Attribute)}
                pattern = engine.compile(words, sum(FLAGS[name] for name in names & FLAGS.keys()))
                found[f"{path.name}:{call.lineno}"] = (pattern, whole(pattern, asked.get(call, call.func.attr)))
    return found


def whole(pattern: Any, how: str) -> Callable[[str], object]:
    """A pattern put to a text as a function puts it: at its start, or from every place."""
    if how in ("match", "fullmatch"):
        put: Callable[[str], object] = getattr(pattern, how)
        return put
    return lambda text: sum(1 for _ in pattern.finditer(text))


def sources() -> list[Path]:
    """The files of all packages."""
    packages = [storywake, collector, db, jobs, web]
    return sorted(path for package in packages for path in Path(package.__path__[0]).rglob("*.py"))


def uses() -> dict[str, set[str]]:
    """The methods that are called of each name, by file and in all: ``{"literals.TOKEN": {"match"}, "TOKEN": …}``."""
    found: dict[str, set[str]] = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                for name in (node.value.id, f"{path.stem}.{node.value.id}"):
                    found.setdefault(name, set()).add(node.attr)
    return found


def as_used() -> dict[str, tuple[Any, Callable[[str], object]]]:
    """Every pattern, and how it is put to a text: those that are only asked at one place are not searched for."""
    how = uses()
    found = {}
    for name, pattern in patterns().items():
        parts = name.split(".")
        asked = how.get(".".join(parts[-2:])) or how.get(parts[-1]) or set()
        at_start = bool(asked) and asked <= {"match", "fullmatch"}
        found[name] = (pattern, whole(pattern, max(asked) if at_start else "finditer"))
    return found


def steep_by_itself(name: str, pattern: Any, read: Callable[[str], object], size: int) -> Iterator[str]:
    """The texts of the pattern's own making on which twice as much takes far more than twice as long."""
    for lead, piece in openings(pattern):
        for shown, make in (("{lead}{piece}*", once), ("({lead}{piece})*", again)):
            slow = taken(read, make(lead, piece, 2 * size))
            if slow > SPARE and slow > MOST * taken(read, make(lead, piece, size)):
                yield f"{name} on {shown.format(lead=lead[:40], piece=piece[:40])!r}: {slow:.2f} s"


def once(lead: str, piece: str, size: int) -> str:
    """What a repeat waits for, and what it takes for long; then what no pattern wants."""
    return lead + piece * (size // len(piece)) + "\0"


def again(lead: str, piece: str, size: int) -> str:
    """The same, begun over and over."""
    return (lead + piece * 3) * (size // len(lead + piece * 3)) + "\0"


def literal(node: ast.expr) -> str | None:
    """What a literal says; None where it is none, or nothing but fields."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        pieces = [literal(value) if isinstance(value, ast.Constant) else "a" for value in node.values]
        return "".join(piece or "" for piece in pieces)
    return None


READERS: dict[str, Callable[[str], object]] = {
    "read_article": lambda text: read_article(text + "x"),
    "read_page": lambda text: read_article("<html><body>" + text),
    "read_fragment": lambda text: read_fragment("<p>" + text),
    "read_feed": lambda text: read_feed(("<rss><channel><item><link>a</link><title><![CDATA[" + text).encode(), "https://n.example/"),
    "read_statements": lambda text: read_statements(text, "fi"),
    "find_flattened": find_flattened,
    "find_links": find_links,
    "find_day": find_day,
    "find_times": lambda text: list(find_times(text)),
    "detect": detect,
    "canonical": lambda text: canonical("https://n.example/" + text),
    "short_count": short_count,
    "returned": lambda text: returned("(function(a){return {x:a}}" + text.removeprefix("x —") * 4, 0),
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
        for name, (pattern, reader) in {**as_used(), **written_inline()}.items():
            searched = whole(pattern, "finditer") if name.startswith("storywake.collector.") else reader
            found.extend(steep(name, searched, (5_000, 10_000)))
    elif sys.argv[1] == "openings":
        for name, (pattern, reader) in {**as_used(), **written_inline()}.items():
            longest = next((size for part, size in LONGEST.items() if part in name), 12_000)
            found.extend(steep_by_itself(name, pattern, reader, longest // 2))
    else:
        for name, reader in READERS.items():
            found.extend(steep(name, reader, (5_000, 10_000)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
