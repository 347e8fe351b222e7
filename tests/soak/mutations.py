"""Fixtures changed at random and read: answers by worker processes, files of other tools as an import reads them. No exception
may leave, no worker outlive its limit.

    python -m tests.soak.mutations [--count 100000 | --minutes 60] [--seed 1]

Prints a JSON line: what was read, exceptions by their first words, the slowest, workers ended.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count as numbers
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, NamedTuple

from storywake.collector.errors import BadInput, Unreadable
from storywake.collector.net.evidence import Evidence
from storywake.collector.reading.workers import Readers
from storywake.jobs.imports import read_rows

FIXTURES = Path(__file__).parents[1] / "fixtures"
EXPECTED = ("the document is empty", "took longer than")
"""What a worker may say of an answer without being at fault."""
ADDRESSES = [
    "http://[",
    "http://a℀b.com/",
    "https://a:99999/",
    "javascript:x",
    "//[::1",
    "https://" + "a." * 3000,
    "at://x/y/z",
]
STRINGS = [
    "", "\x00", "\ud800", "\udfff\ud800", "﷽" * 500, "&#" + "9" * 5000 + ";", "<b>" * 1500, "<div>" * 3000, "<p " * 500,
    " " * 20_000, "x —" + " " * 5000 + "y", "@a " * 3000, "https://a" + "." * 5000, "1" * 6000, "2024-99-99T99:99:99Z",
    "Mon, 99 Foo 99999 25:61:61 +9999", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "\u202e\u0301" * 400,
    "“" * 900 + "said Anna Berg", "<script>" * 50, "<![CDATA[", "]]>", "<!--", "&amp;" * 4000, "\x1b[2J", "NaN", "-0",
]  # fmt: skip
VALUES = (
    f'null true false 0 -1 {1 << 70} {10**300} 1e308 -1.5 NaN Infinity [] {{}} [[]] [{{}}] {{"":""}} [null,1,"x",{{}}]'
).split()
"""As JSON, so that each use is a value of its own."""
MOST_PLACES = 5_000
FILE = "file"
HIDDEN = "cannot be read: "
"""How a worker begins to tell an exception of a reader."""
SLICE = 200
"""Fixtures given to the threads at a time."""


class Case(NamedTuple):
    """A fixture: the source that reads it, ``FILE`` and the name's ending where an import does; and its bytes."""

    source: str
    body: bytes


def cases() -> list[Case]:
    """Every recorded payload, article, feed and export of the fixtures."""
    found = [Case(path.parent.name, path.read_bytes()) for path in _inputs("payloads/*/*")]
    found += [Case(FILE + path.suffix, path.read_bytes()) for path in _inputs("exports/*")]
    found += [Case("web", path.read_bytes()) for path in sorted(FIXTURES.glob("articles/*.txt"))]
    found += [Case("web", FEED), Case("feed", FEED), Case("feed", SITEMAP), Case("feed", JSON_FEED)]
    return [*found, Case("gdelt", GDELT), Case("wikipedia", CITING)]


def _inputs(pattern: str) -> list[Path]:
    return [path for path in sorted(FIXTURES.glob(pattern)) if not path.name.endswith(".records.json")]


FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><language>en</language><item><title>A &amp; b</title>
<link>https://n.example/a</link><pubDate>Sun, 03 Mar 2024 09:00:00 GMT</pubDate><description><![CDATA[<p>Words <a href="/b">b</a></p>]]>
</description></item></channel></rss>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://n.example/a</loc><n:news><n:publication><n:language>en</n:language></n:publication>
<n:publication_date>2024-03-03</n:publication_date><n:title>A</n:title></n:news></url></urlset>"""
JSON_FEED = (
    b'{"items":[{"url":"/a","title":"A","content_html":"<p>Words</p>","date_published":"2024-03-03T09:00:00Z"}]}'
)
GDELT = b'{"articles":[{"url":"https://n.example/a","title":"A","seendate":"20240303T090000Z","language":"English"}]}'
CITING = b'{"query":{"exturlusage":[{"title":"A (b)","url":"https://n.example/a"}]}}'


def mutated(case: Case, chance: random.Random) -> Evidence:
    """A fixture changed in its bytes or, where it is JSON, in its structure; sometimes in its headers."""
    body = case.body
    structured = body.lstrip()[:1] in (b"{", b"[")
    if structured and chance.random() < 0.7:
        with suppress(RecursionError):  # deeper than this program can write; what it can read is less deep
            body = _rewritten(body, chance)
    if not structured or chance.random() < 0.4:
        body = _scrambled(body, chance)
    kinds = [
        "text/html",
        "text/html; charset=punycode",
        "text/html; charset=utf-16",
        "application/json",
        "text/html; charset=\x00",
    ]
    url = chance.choice(["https://n.example/a", "", *ADDRESSES]) if chance.random() < 0.2 else "https://n.example/a"
    return Evidence(
        url=url,
        final_url=url,
        fetched_at="2024-03-03T09:00:00Z",
        status=200,
        headers={"content-type": chance.choice(kinds)} if chance.random() < 0.3 else {},
        body=body,
    )


def _rewritten(body: bytes, chance: random.Random) -> bytes:
    """A JSON document, or one line of many, with its structure changed."""
    try:
        return json.dumps(_restructured(json.loads(body), chance)).encode()
    except ValueError:
        lines = body.splitlines(keepends=True)
        number = chance.randrange(len(lines))
        with suppress(ValueError):
            lines[number] = json.dumps(_restructured(json.loads(lines[number]), chance)).encode() + b"\n"
        return b"".join(lines)


def _restructured(payload: Any, chance: random.Random) -> Any:
    for _ in range(chance.randint(1, 6)):
        places = list(islice(_places(payload), MOST_PLACES))
        if not places:
            return payload
        holder, key = chance.choice(places)
        value = holder[key]
        kind = chance.randrange(7)
        if kind == 0:
            holder[key] = json.loads(chance.choice(VALUES))
        elif kind == 1:
            holder[key] = chance.choice(STRINGS)
        elif kind == 2:
            holder[key] = chance.choice(ADDRESSES)
        elif kind == 3:
            other, name = chance.choice(places)
            holder[key] = json.loads(json.dumps(other[name]))
        elif kind == 4:
            holder[key] = _nested(value, chance.choice([2, 10, 100, 400]), chance)
        elif kind == 5 and isinstance(value, str):
            at = chance.randint(0, len(value))
            holder[key] = value[:at] + chance.choice(STRINGS) + value[at:]
        elif isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = [value] * chance.choice([1, 2, 300 if isinstance(value, str) else 5])
    return payload


def _places(payload: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: what holds it, and under which key or index."""
    waiting = [payload]
    while waiting:
        value = waiting.pop()
        keys: list[Any] = (
            list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
        )
        for key in keys:
            yield value, key
            waiting.append(value[key])


def _nested(value: Any, depth: int, chance: random.Random) -> Any:
    key = chance.choice([None, "replies", "children", "quote", "parent", "data", "@graph"])
    for _ in range(depth):
        value = [value] if key is None else {key: value}
    return value


def _scrambled(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(changed))
        kind = chance.randrange(5)
        if kind == 0:
            changed[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            changed[at:at] = chance.choice([*STRINGS, *ADDRESSES]).encode("utf-8", "surrogatepass")
        elif kind == 2:
            del changed[at : at + chance.choice([1, 10, 100])]
        elif kind == 3:
            piece = bytes(changed[at : at + chance.choice([5, 50, 500])])
            changed[at:at] = piece * chance.choice([2, 50])
        elif chance.random() < 0.1:
            del changed[at:]
    return bytes(changed)


def read_file(body: bytes, suffix: str, readers: Readers) -> None:
    """Reads a file as an import does. Raises what leaves the reader, save that the file cannot be used; Unreadable where a
    reader was at fault.
    """
    with tempfile.NamedTemporaryFile(suffix=suffix) as file, suppress(BadInput):
        file.write(body)
        file.flush()
        for row in read_rows(file.name, readers, None, []):
            if isinstance(row, str) and (fault := row.partition(HIDDEN))[1]:
                raise Unreadable(HIDDEN + fault[2])


class Outcome(NamedTuple):
    """How reading a changed fixture went."""

    number: int
    seconds: float
    fault: str | None


def _in_order(threads: ThreadPoolExecutor, one: Callable[[int], Outcome], which: Iterable[int]) -> Iterator[Outcome]:
    """``threads.map``, a slice at a time, so that numbers without end can be given."""
    waiting = iter(which)
    while batch := list(islice(waiting, SLICE)):
        yield from threads.map(one, batch)


def campaign(which: Iterable[int], seed: int, *, workers: int = 2) -> dict[str, Any]:
    """Reads changed fixtures, the ones of these numbers; a seed gives the same ones. All answers go to workers, small ones too."""
    known = cases()
    faults: dict[str, int] = {}
    examples: dict[str, int] = {}
    slowest, slowest_at, late, count = 0.0, 0, 0, 0
    began = time.monotonic()

    def one(number: int) -> Outcome:
        chance = random.Random(seed * 1_000_003 + number)
        case = chance.choice(known)
        evidence = mutated(case, chance)
        start = time.monotonic()
        fault = None
        try:
            if case.source.startswith(FILE):
                read_file(evidence.body, case.source.removeprefix(FILE), readers)
            else:
                readers.read_in_worker(case.source, evidence)
        except Unreadable as error:
            fault = str(error)
        except Exception as error:
            fault = f"LEFT: {type(error).__name__}: {error}"
        return Outcome(number, time.monotonic() - start, fault)

    with Readers(workers=workers) as readers, ThreadPoolExecutor(workers) as threads:
        for number, seconds, fault in _in_order(threads, one, which):
            count += 1
            if seconds > slowest:
                slowest, slowest_at = seconds, number
            if fault and fault.startswith("took longer than"):
                late += 1
                examples.setdefault(fault, number)
            elif fault and not fault.startswith(EXPECTED):
                faults[fault[:120]] = faults.get(fault[:120], 0) + 1
                examples.setdefault(fault[:120], number)
        killed = readers.killed
    return {
        "count": count,
        "seed": seed,
        "exceptions": sum(faults.values()),
        "faults": faults,
        "first": examples,
        "late": late,
        "workers_ended": killed,
        "slowest_s": round(slowest, 2),
        "slowest": slowest_at,
        "seconds": round(time.monotonic() - began, 1),
    }


def main() -> None:
    """Runs a campaign and prints its result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, help="as many as can be read in that time, instead of a count")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    until = time.monotonic() + 60 * (asked.minutes or 0)
    which = takewhile(lambda _: time.monotonic() < until, numbers()) if asked.minutes else range(asked.count)
    result = campaign(which, asked.seed)
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(1 if result["exceptions"] or result["workers_ended"] else 0)


if __name__ == "__main__":
    main()
