"""GDELT's files of every quarter of an hour: which there are, and what a file of its Global Knowledge Graph (GKG) lists.

Addresses and columns: blog.gdeltproject.org/gdelt-2-0-our-global-world-in-realtime, and
data.gdeltproject.org/documentation/GDELT-Global_Knowledge_Graph_Codebook-V2.1.pdf (27 columns between tabs; title,
links and time of publication in the last one, since September 2019: blog.gdeltproject.org/new-gkg-2-0-article-metadata-fields, read on
2026-11-27). The files are served without a key and
without a limit, 2 to 7 MB each. ``lastupdate.txt`` names the newest files of English pages, ``lastupdate-translation.txt`` those of pages in 65
other languages.
"""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO, NamedTuple
from urllib.parse import unquote

from ..errors import Unreadable
from ..lexicon import word_lists
from ..urls import is_web_address, split
from .feeds import Entry
from .indexes import seen

STEP = timedelta(minutes=15)
"""Between two files."""
MAX_UNPACKED_BYTES = 400_000_000
"""Of one file; a real one has 10 to 60 million."""
MAX_LINE_BYTES = 1_000_000
"""Of one row; longer ones are left out. Real ones have 40,000 at most."""
PIECE_BYTES = 262_144
"""That are unpacked at a time."""
MAX_ROWS = 20_000
"""Of one file; a real one has 1,000 to 4,000."""
MAX_LINKS = 100
"""Links of a page that are kept."""
MAX_NAMES = 60
"""Names in a page that are kept."""
MAX_TITLE_LENGTH = 500
COLUMNS = 27
ADDRESS, PERSONS, ORGANISATIONS, NAMES, TRANSLATION, EXTRAS = 4, 11, 13, 23, 25, 26
LISTED = re.compile(r"^\d+\s+([0-9a-fA-F]{32})\s+(\S+/)?((\d{14})((?:\.translation)?\.gkg\.csv\.zip))\s*$", re.M)


class File(NamedTuple):
    """A file of the Global Knowledge Graph."""

    stamp: int  # YYYYMMDDhhmmss, in UTC: the end of its quarter of an hour
    kind: str  # what its name ends with, the same for all files of a series
    folder: str | None  # the address of its folder, where the listing tells it
    md5: str | None = None  # of its bytes, known of the newest

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{self.stamp:014}{self.kind}"


def newest(listing: bytes) -> File | None:
    """The file of the Global Knowledge Graph that a ``lastupdate`` names: a line of size, MD5 and address; None where it names none."""
    found = LISTED.search(listing.decode("ascii", "replace"))
    if found is None or at_time(int(found[4])) is None:
        return None
    return File(int(found[4]), found[5], found[2], found[1].lower())


def at_time(stamp: int) -> datetime | None:
    """The time that a file's number stands for; None where it is none."""
    try:
        return datetime.strptime(f"{stamp:014}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def stamp_before(file: File) -> int:
    """The number of the file before one; its own where it stands for no time."""
    at = at_time(file.stamp)
    return _stamp(at - STEP) if at else file.stamp


def _stamp(at: datetime) -> int:
    return int(at.strftime("%Y%m%d%H%M%S"))


def missed(after: int | None, latest: File, most: int) -> tuple[list[File], int]:
    """The files after the number ``after`` up to the newest, the oldest first, and how many more than ``most`` there were: the oldest, left out.

    Where nothing was read yet (None) it is the newest alone.
    """
    last, since = at_time(latest.stamp), at_time(after) if after is not None else None
    if since is None or last is None:
        return [latest], 0
    steps = max(0, -((since - last) // STEP))
    found = between(last - min(steps, most) * STEP, last, latest)
    return [*found[:-1], latest] if found else [], max(0, steps - most)


def between(since: datetime, until: datetime, latest: File) -> list[File]:
    """The files of the newest one's series from after a time up to another, the oldest first."""
    last = at_time(latest.stamp)
    if last is None:
        return []
    first, steps = max(0, -((until - last) // STEP)), -((since - last) // STEP)
    times = [last - n * STEP for n in range(first, steps)]
    return [File(_stamp(at), latest.kind, latest.folder) for at in reversed(times)]


def read_gkg(packed: bytes) -> list[Entry]:
    """The pages that a file lists, ``MAX_ROWS`` at most. Raises Unreadable where it is no such file, or is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            member = next((m for m in archive.infolist() if m.filename.lower().endswith(".csv")), None)
            if member is None:
                raise Unreadable("holds no table")
            with archive.open(member) as table:
                return list(_entries(_lines(table)))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"is no whole ZIP file: {' '.join(str(error).split())[:100]}") from None


def _lines(table: IO[bytes]) -> Iterator[bytes]:
    """The lines of a table, unpacked piece by piece; one that is too long is left out."""
    held, unpacked, skipping = b"", 0, False
    while piece := table.read(PIECE_BYTES):
        unpacked += len(piece)
        if unpacked > MAX_UNPACKED_BYTES:
            raise Unreadable(f"unpacks to more than {MAX_UNPACKED_BYTES} bytes")
        first, *others = piece.split(b"\n")
        held = b"" if skipping else held + first
        for line in others:
            if not skipping:
                yield held
            held, skipping = line, False
        if len(held) > MAX_LINE_BYTES:
            held, skipping = b"", True
    if held:
        yield held


def _entries(lines: Iterator[bytes]) -> Iterator[Entry]:
    """The rows that name a page of the web."""
    found = 0
    for line in lines:
        cells = line.decode("utf-8", "replace").rstrip("\r").split("\t")
        cells += [""] * (COLUMNS - len(cells))
        if len(cells) > COLUMNS or not is_web_address(cells[ADDRESS]):
            continue
        found += 1
        if found > MAX_ROWS:
            return
        extras = cells[EXTRAS]
        yield Entry(
            url=cells[ADDRESS],
            title=(_inside(extras, "PAGE_TITLE") or _worded(cells[ADDRESS]))[:MAX_TITLE_LENGTH] or None,
            published_at=seen(_time(_inside(extras, "PAGE_PRECISEPUBTIMESTAMP") or cells[1])),
            language=_language(cells[TRANSLATION]),
            names=_names(cells),
            links=tuple(link for link in _inside(extras, "PAGE_LINKS").split(";")[:MAX_LINKS] if is_web_address(link)),
        )


def _inside(extras: str, name: str) -> str:
    """The words between a pair of marks in the last column; "" where they are not there."""
    _, opened, rest = extras.partition(f"<{name}>")
    words, closed, _ = rest.partition(f"</{name}>")
    return html.unescape(words).strip() if opened and closed else ""


def _worded(url: str) -> str:
    """The words in an address's path, which stand for a headline that is not told."""
    parts = split(url)
    return " ".join(re.findall(r"[^\W_]+", unquote(parts.path))) if parts else ""


def _time(digits: str) -> str:
    return f"{digits[:8]}T{digits[8:]}Z"


def _language(told: str) -> str | None:
    """English where a page was not translated (``srclc:fin; eng:GT-FIN 1.0`` where it was)."""
    if not told:
        return "en"
    found = re.match(r"srclc:\s*([a-z]{3})", told)
    return word_lists("iso639").get(found[1]) if found else None


def _names(cells: list[str]) -> tuple[str, ...]:
    """The names in a page: of persons and organisations, and all that are written large, without their places in the text."""
    listed = (
        name.partition(",")[0].strip()
        for column in (NAMES, PERSONS, ORGANISATIONS)
        for name in cells[column].split(";")
    )
    return tuple(list(dict.fromkeys(name.title() for name in listed if name))[:MAX_NAMES])
