"""Archives of files, as platforms hand out a user's own data and tools pack their exports: ZIP and tar, file by file."""

import io
import json
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, Self

from ..errors import BadInput
from ..records import Author
from ..values import at, clean, text
from .files import BROKEN, SCRIPT

READ = (".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson", ".js", ".gz", ".bz2", ".xz")
"""How the names of files end that may hold posts."""
NOT_POSTED = re.compile(
    r"(?:\A|[^a-z])(?:deleted|saved|hidden|drafts?|votes?|bookmarks?|likes?|liked|favou?rites?|history|direct-messages?)(?![a-z])",
    re.I,
)
"""What in the name of a file tells that it holds what its owner deleted, kept, liked or wrote to somebody, not what they posted."""
MAX_FILES = 20_000
"""Files of an archive that are looked at."""
MAX_FILE, MAX_ALL = 4_000_000_000, 20_000_000_000
"""Bytes of one file, and of all files, that are unpacked."""
MAX_HEADER = 20_000
"""Bytes of what a tar archive tells of a file beside its name; ``tarfile`` reads them at once, and some versions in quadratic time."""
HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
MAX_ACCOUNT = 100_000
"""Bytes of the file that tells whose archive one of X's is."""
MAX_NAME = 100
"""Letters of a file's name that are shown, the last ones."""
CHUNK = 1 << 20
UNREADABLE = (*BROKEN, zipfile.BadZipFile, tarfile.TarError, RuntimeError, NotImplementedError, ValueError)
"""What is raised where an archive or a file in it is broken, locked, or packed in a way that is not known."""
SHEETS = {
    "xl/workbook.xml": "an Excel workbook: save the sheet as CSV",
    "content.xml": "a document of an office: save the sheet as CSV",
}


class Member(NamedTuple):
    """A file of an archive."""

    name: str
    path: str  # where it stands unpacked, until the next one is asked for; "" where its name tells that it holds nothing posted
    fault: str | None  # why it was not unpacked


class Header(tarfile.TarInfo):
    """What a tar archive tells of a file, as far as it is of a size that is read."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """A header of 512 bytes. Raises ReadError where more belongs to it than is read."""
        header = super().frombuf(buf, encoding, errors)
        if header.type in HEADERS and header.size > MAX_HEADER:
            raise tarfile.ReadError(f"a header of {header.size} bytes")
        return header


def is_archive(path: str) -> bool:
    """Whether a file is a ZIP or tar archive, the latter perhaps packed. Raises BadInput for the documents of offices, which are ZIP too."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = set(archive.namelist())
            for name, why in SHEETS.items():
                if name in names:
                    raise BadInput(f"{path}: {why}")
            return True
        with _tar(path):
            return True
    except UNREADABLE:
        return False


def members(path: str) -> Iterator[Member]:
    """The files of an archive that may hold posts, each unpacked in its turn into a place of its own. Raises BadInput."""
    left = MAX_ALL
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, opened in _files(path):
                if NOT_POSTED.search(PurePosixPath(name).name):
                    yield Member(name, "", None)
                    continue
                where = Path(folder) / f"file{PurePosixPath(name).suffix[:8]}"
                fault = None
                try:
                    left -= _unpack(opened, where, min(MAX_FILE, left))
                except UNREADABLE as error:
                    fault = str(error)[:200]
                yield Member(name, str(where), fault)
                where.unlink(missing_ok=True)
        except UNREADABLE as error:
            raise BadInput(f"cannot read {path}: {str(error)[:200]}") from None


def owner_of(path: str) -> Author | None:
    """Whose archive one of X's is; its posts do not say."""
    try:
        for name, opened in _files(path):
            if PurePosixPath(name).name == "account.js":
                with opened() as file:
                    told = file.read(MAX_ACCOUNT).decode("utf-8", "replace")
                account = at(json.loads(SCRIPT.sub("", told, count=1)), 0, "account")
                handle, title, identity = (
                    text(at(account, key)) for key in ("username", "accountDisplayName", "accountId")
                )
                return Author(handle=handle, name=title, external_id=identity) if handle else None
    except (*UNREADABLE, RecursionError):
        return None
    return None


def _files(path: str) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    """The names of an archive's files that may hold posts, and what opens each."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist()[:MAX_FILES]:
                if not entry.is_dir() and _may_hold(entry.filename):
                    yield clean(entry.filename)[-MAX_NAME:], partial(archive.open, entry)
        return
    with _tar(path) as packed:
        for part in islice(packed, MAX_FILES):
            if part.isreg() and _may_hold(part.name):
                yield clean(part.name)[-MAX_NAME:], partial(_of_tar, packed, part)


def _tar(path: str) -> tarfile.TarFile:
    return tarfile.open(path, tarinfo=Header)


def _of_tar(packed: tarfile.TarFile, part: tarfile.TarInfo) -> IO[bytes]:
    found = packed.extractfile(part)
    return found if found else io.BytesIO()


def _may_hold(name: str) -> bool:
    """Whether a file of this name may hold posts, by its name; what a Mac keeps beside them holds none."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return name.lower().endswith(READ) and not any(part.startswith((".", "__MACOSX")) for part in parts)


def _unpack(opened: Callable[[], IO[bytes]], where: Path, most: int) -> int:
    """Writes a file of an archive to a place; its bytes. Raises ValueError where it has more than ``most``."""
    size = 0
    with opened() as file, where.open("wb") as out:
        while part := file.read(CHUNK):
            size += len(part)
            if size > most:
                raise ValueError(f"larger than {most} bytes")
            out.write(part)
    return size
