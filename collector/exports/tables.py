"""Tables of rows: how they are written, whose they are, and the posts in them."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import chain, islice, takewhile
from typing import Any, NamedTuple

from ..records import Post
from ..urls import is_web_address
from .cells import ZONE, day_order, in_zone
from .files import mended, text_of
from .flat import Reader, Unread
from .known import Known, id_patterns, known_exports, local_times
from .names import MAX_NAME, name_of

DELIMITERS = ",;\t|"
MAX_PREAMBLE = 20
"""Lines above a table's names."""
MAX_CELL = 2_000_000
"""Characters of a cell: a quotation mark that is never closed takes in no more."""
MAX_ROW_LINE = 20_000_000
ORDER_ROWS = 500
"""Rows by which it is told whether days or months come first."""
MAX_REMEMBERED = 300_000
"""Posts of a table of an unknown tool that are told apart from later rows with the same address."""
SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)


REMARK = re.compile(r"\A(?:\ufeff?#[^,;\t|]*$|\s*$)")
"""A line above a table or a list of addresses that is a remark: no cell but one, which begins with ``#``; or a blank one."""


QUALIFIED = re.compile(
    r"([^()\[\]]{1,150}?)\s{0,9}(?:[(\[]([^()\[\]]{0,60})[)\]]|[\s,–-]{1,5}(UTC|GMT|[A-Z]{2,3}T))\s{0,9}"
)
"""A column's name with something behind it that says how its cells are written."""
NO_ZONES = frozenset(("ISO", "UNIX", "DATE", "TIME", "EPOCH", "MS", "SEC"))
"""What stands where a zone may stand, and is none."""


class Head(NamedTuple):
    """How a table is written, and whose it is."""

    known: Known
    names: list[str]  # of its columns
    delimiter: str
    above: int  # rows before the first of data
    zones: Mapping[str, str]  # what columns say of the zone of their times


def head_of(lines: list[str], platform: str | None = None) -> Head | None:
    """The head of a table by its first lines; None where no row of them names a column that is known.

    Among the ways to read it, the one that finds a known export counts, else the one with most known names.
    """
    best: tuple[int, Head] | None = None
    for delimiter in DELIMITERS:
        rows = csv.reader(iter(lines), delimiter=delimiter)
        for above in range(MAX_PREAMBLE):
            try:
                row = next(rows)
            except (StopIteration, csv.Error):
                break
            found = _head(row, delimiter, above, platform)
            if found and (best is None or found[0] > best[0]):
                best = found
    return best[1] if best else None


def _head(row: list[str], delimiter: str, above: int, platform: str | None) -> tuple[int, Head] | None:
    plain = known_exports()[-1]
    if _is_id(row, platform) or any(is_web_address(cell.strip()) for cell in row):
        if above:
            return None
        names = ["url" if is_web_address(cell.strip()) else f"column_{i}" for i, cell in enumerate(row)]
        return 1, Head(plain, ["id"] if _is_id(row, platform) else names, delimiter, 0, {})
    names = [name_of(cell) for cell in row]
    there: dict[str, Any] = dict.fromkeys(filter(None, names), True)
    special = next((known for known in known_exports()[:-1] if known.form == "table" and known.is_it(there)), None)
    special = special or _flattened(row)
    score = sum(name in there for name in _plain_names())
    if special:
        return 1000 + score, Head(special, names, delimiter, above + 1, _zones(row, names, special))
    names = [_named(cell) for cell in row]
    usable = any(name in names for name in plain.columns["url"]) or (
        platform and any(name in names for name in plain.columns["id"])
    )
    return (1 + score, Head(plain, names, delimiter, above + 1, _zones(row, names, plain))) if usable else None


def _is_id(row: list[str], platform: str | None) -> bool:
    """Whether a row is nothing but an id of the platform that the user names, as lists of ids are without a head."""
    pattern = id_patterns().get(platform or "")
    told = row[0].strip("\ufeff ") if len(row) == 1 else ""
    return bool(pattern and pattern.fullmatch(told) and any(map(str.isdigit, told)))


def _zones(row: list[str], names: list[str], known: Known) -> dict[str, str]:
    """The zones that columns of times name behind their name: ``Published (Europe/Helsinki)``, ``Date [UTC]``; "" for one that is not told which."""
    times = set(map(name_of, known.columns.get("at", ()))) | set(known.columns.get("at", ()))
    told = {name: _qualified(cell)[1] for name, cell in zip(names, row, strict=True) if name in times}
    return {
        name: "" if said.casefold() in local_times() else said
        for name, said in told.items()
        if said.casefold() in local_times() or (ZONE.fullmatch(said) and said not in NO_ZONES)
    }


def _named(cell: str) -> str:
    """The name of a column of a table that no tool is known for, without what stands behind it where that makes it known: ``Likes (total)``.

    What has no brackets is a zone, which only a time has: ``LINK TEXT`` is no link.
    """
    whole, plain = name_of(cell), name_of(_qualified(cell)[0])
    bracketed = cell.rstrip("\ufeff \"'").endswith((")", "]"))
    known = _plain_names() if bracketed else known_exports()[-1].columns["at"]
    return plain if plain in known and whole not in _plain_names() else whole


def _qualified(cell: str) -> tuple[str, str]:
    """A column's name, and what is said behind it, in brackets or as a zone: ``Date``, ``ISO``."""
    found = QUALIFIED.fullmatch(cell.strip("\ufeff \"'")[:MAX_NAME])
    return (found[1], (found[2] or found[3] or "").strip()) if found else (cell, "")


@cache
def _plain_names() -> frozenset[str]:
    """The names of columns that any table may have."""
    return frozenset(name for names in known_exports()[-1].columns.values() for name in names)


def _flattened(row: list[str]) -> Known | None:
    """The known export whose objects a table's rows are, where paths name its columns: ``author.name`` or ``author/name``."""
    item: dict[str, Any] = {}
    for cell in row:
        *above, last = re.split("[./]", cell.strip().strip("\ufeff\"'")[:MAX_NAME])
        inner = item
        for key in above:
            held = inner.get(key)
            inner[key] = inner = held if isinstance(held, dict) else {}
        inner.setdefault(last, True)
    return next((known for known in known_exports() if known.form == "json" and known.is_it(item)), None)


def read_table(
    path: str, encoding: str, platform: str | None, unguarded: Callable[[str], str], noted: Callable[[str], None]
) -> Iterator[Post | str]:
    """The posts of a table, and a message for each row that gives none. ``noted`` is told what was not understood in rows that do."""
    csv.field_size_limit(MAX_CELL)
    with text_of(path, encoding, "") as file:
        lines = iter(lambda: file.readline(MAX_ROW_LINE), "")
        first = list(islice(lines, MAX_PREAMBLE + 10))
        given = SEP.match(first[0]) if first else None
        above = first[1:] if given else first
        remarks = len(list(takewhile(REMARK.match, above)))
        above = above[remarks:]
        head = head_of([line for line in above if line], platform)
        if head is None:
            shown = next((line.strip() for line in above if line.strip()), "")
            yield f"no column of addresses or ids is known in {shown[:200]!r}"
            return
        if head.known.no_posts:
            yield f"{head.known.tool}, {head.known.what}: {head.known.no_posts}"
            return
        delimiter = given[1] if given and len(head.names) > 1 and head.delimiter == given[1] else head.delimiter
        rows = _rows(chain(above, lines), delimiter, remarks + (1 if given else 0))
        for _ in range(head.above):
            next(rows, None)
        yield from _posts(rows, head, platform, unguarded, noted)


def _rows(lines: Iterable[str], delimiter: str, skipped: int) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the number of its last line; a message for one that cannot be read."""
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row: list[str] | str = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            row = str(error)
        yield rows.line_num + skipped, row


def _posts(
    rows: Iterator[tuple[int, list[str] | str]],
    head: Head,
    platform: str | None,
    unguarded: Callable[[str], str],
    noted: Callable[[str], None],
) -> Iterator[Post | str]:
    first = list(islice(rows, ORDER_ROWS))
    reader = Reader(head.known, platform, _order(first, head))
    width = len(head.names)
    same = _Same() if head.known.by_address else None
    for line, row in chain(first, rows):
        if isinstance(row, str):
            yield f"line {line}: {row}"
            continue
        if not any(row):
            continue
        if head.known.only and not _is_wanted(head, row):
            continue
        if len(row) > width and any(row[width:]):
            yield f"line {line}: {len(row)} cells under {width} names"
            continue
        cells = _by_name(head.names, map(unguarded, row))
        for name, zone in head.zones.items():
            cells[name] = in_zone(cells.get(name), zone, reader.order) or cells.get(name, "")
        broken = {name: shown for name, cell in cells.items() if (shown := mended(cell)) is not None}
        if broken:
            yield f"line {line}: not of the file's encoding in {', '.join(broken)[:100]}, read with \ufffd there"
            cells |= broken
        try:
            post = reader.post(partial(_cell, cells) if head.known.form == "json" else cells.get)
        except Unread as error:
            yield f"line {line}: {error}"
            continue
        if same and same.differs(post):
            yield f"line {line}: the same post as an earlier row, with other words or another author"
            continue
        yield post
    for field, (times, shown) in reader.odd.items():
        noted(f"{field} of {times} rows not understood and left out, first {shown[:40]!r}")


def _by_name(names: list[str], row: Iterable[str]) -> dict[str, str]:
    """A row's cells by the names of their columns; of several columns of a name the first that holds something counts."""
    cells: dict[str, str] = {}
    for name, cell in zip(names, row, strict=False):
        if not cells.get(name):
            cells[name] = cell
    return cells


def _is_wanted(head: Head, row: list[str]) -> bool:
    """Whether a row is one of a post, where a tool writes other rows too (``object_type=data``)."""
    name, _, wanted = (head.known.only or "").partition("=")
    return dict(zip(head.names, row, strict=False)).get(name) == wanted


def _cell(cells: dict[str, str], path: str) -> str | None:
    return cells.get(_column(path))


_column = cache(name_of)
"""The column of a path of the table of known exports."""


def _order(rows: Iterable[tuple[int, list[str] | str]], head: Head) -> str | None:
    wanted = set(map(name_of, head.known.columns.get("at", ())))
    places = [i for i, name in enumerate(head.names) if name in wanted]
    return day_order(row[i] for _, row in rows if isinstance(row, list) for i in places if i < len(row))


class _Same:
    """Tells rows that name a post which an earlier row gave otherwise: comments under one address, for instance."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    def differs(self, post: Post) -> bool:
        """Whether an earlier row gave the post other words or another author."""
        key, said = hash((post.platform, post.external_id)), hash((post.author.handle, post.author.name, post.text))
        if len(self._seen) < MAX_REMEMBERED:
            return self._seen.setdefault(key, said) != said
        return self._seen.get(key, said) != said
