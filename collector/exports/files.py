"""Files of any size as lines or JSON values, in memory that does not grow with them."""

import bz2
import codecs
import gzip
import io
import json
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from charset_normalizer import from_bytes

from ..errors import BadInput
from ..pages.charsets import CODECS

MAX_LINE = 20_000_000
"""Bytes of a line, and characters of a JSON value, that are read; a longer one costs itself alone."""
CHUNK = 1 << 16
BATCH = 200
"""Elements of a list within one large object that are read as one document."""
MAX_HEAD = 100_000
"""Characters of what stands before such a list that is read along with each part of it."""
PACKED: tuple[tuple[bytes, Callable[[str], Any]], ...] = (
    (b"\x1f\x8b", gzip.GzipFile),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What is raised where a file cannot be read, or what is packed in it is broken."""
OTHER = (
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard: unpack it with `zstd -d` first"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook: unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
)
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SCRIPT = re.compile(r"\s{0,40}[A-Za-z_$][\w$.\[\]\"']{0,100}\s{0,4}=\s{0,40}(?=[\[{])")
SEPARATORS = " \t\r\n\x1e\ufeff,;"
DECODER = json.JSONDecoder()


class Piece(NamedTuple):
    """A line or a JSON value of a file."""

    where: str  # "line 7" or "item 7"
    body: bytes  # UTF-8
    fault: str | None = None  # why it is not whole; what could be read stands in ``body``


def opened(path: str) -> IO[bytes]:
    """A file, unpacked where it is packed. Raises BadInput where it cannot be opened, or is of no form with text in it."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(16)
        for mark, why in OTHER:
            if head.startswith(mark):
                raise BadInput(f"{path}: {why}")
        for mark, unpack in PACKED:
            if head.startswith(mark):
                return cast("IO[bytes]", unpack(path))
        return Path(path).open("rb")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None


def unpacked(path: str, most: int) -> bytes:
    """A file's bytes, unpacked where it is packed. Raises BadInput where they cannot be read, or are more than ``most``."""
    try:
        with opened(path) as file:
            body = file.read(most + 1)
    except BROKEN as error:
        raise BadInput(f"cannot read {path}: {error}") from None
    if len(body) > most:
        raise BadInput(f"{path} is larger than {most} bytes")
    return body


def unicode_of(path: str) -> str:
    """Which form of Unicode a file is in: by its byte-order mark, or UTF-16 by its zeros; else UTF-8, as JSON has to be."""
    with opened(path) as file:
        head = file.read(4096)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if head.count(0) <= len(head) // 4:
        return "utf-8"
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def encoding_of(path: str) -> str:
    """The encoding of a file that may be in an older one: UTF-8 where (almost) all of it is, else a guess."""
    with opened(path) as file:
        decoder = codecs.getincrementaldecoder("utf-8")()
        part = file.read(1 << 20)
        try:
            while part:
                decoder.decode(part)
                part = file.read(1 << 20)
            decoder.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            return _guess(part + file.read(1 << 20))


def _guess(sample: bytes) -> str:
    """The encoding of a piece that is not UTF-8 alone; UTF-8 where most of what is beyond ASCII is."""
    words = sample.decode("utf-8", "replace")
    broken = words.count("\ufffd")
    if sum(letter > "\x7f" for letter in words) - broken > 2 * broken:
        return "utf-8"
    foreign = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())[:200_000]
    if sum(byte > 127 for byte in foreign) < 24:
        return "cp1252"
    best = from_bytes(foreign).best()
    return best.encoding if best and best.encoding.replace("_", "-") in CODECS | {"cp1251", "cp1252"} else "cp1252"


def text_of(path: str, encoding: str, newline: str) -> io.TextIOWrapper:
    """A file's text; bytes that are not of the encoding are kept as lone surrogates, so that their line can be told."""
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    return io.TextIOWrapper(opened(path), encoding, errors=errors, newline=newline)


def mended(text: str) -> str | None:
    """A text with U+FFFD for each byte that was not of its encoding; None where there is none."""
    if text.isascii():
        return None
    shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return shown if shown != text else None


def is_lines(head: str) -> bool:
    """Whether a text that begins so is one JSON document a line."""
    lines = [line.strip() for line in head.split("\n")]
    first = next((line for line in lines if line), "")
    whole = len(first) > 2 and (first[0], first[-1]) in (("{", "}"), ("[", "]"))
    if "\n" not in head:
        return head.lstrip()[:1] == "{" and len(head) >= CHUNK and not SCRIPT.match(head)
    if not whole:
        later = [line for line in lines[1:-1] if line]
        return bool(later) and all(line[0] == "{" and line[-1] == "}" and _parses(line) for line in later[:3])
    return _parses(first) or any(_parses(line) for line in lines[1:-1] if line[:1] == "{")


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def json_lines(path: str, encoding: str) -> Iterator[Piece]:
    """The lines of a file, which end at a line feed alone."""
    if not encoding.startswith("utf-8"):
        with text_of(path, encoding, "\n") as texts:
            for number, text in enumerate(iter(lambda: texts.readline(MAX_LINE), ""), 1):
                if text.strip():
                    yield Piece(f"line {number}", text.encode("utf-8", "replace"))
        return
    with opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
            where = f"line {number}"
            if len(line) >= MAX_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield Piece(where, b"", f"longer than {MAX_LINE // 1_000_000} MB")
            elif not line.isspace():
                yield _checked(where, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)


def _checked(where: str, line: bytes) -> Piece:
    """A line, with what is not UTF-8 in it replaced and told."""
    line = line.lstrip(b"\x1e")
    if line.isascii():
        return Piece(where, line)
    try:
        line.decode()
    except UnicodeDecodeError as error:
        shown = line.decode("utf-8", "replace").encode()
        return Piece(where, shown, f"not UTF-8 at byte {error.start + 1}, read with \ufffd there")
    return Piece(where, line)


class _Short(Exception):
    """The text ends within a value, or the value is too long."""


class _Text:
    """A text that is read on as it is needed."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self._rest = ""
        self._at = 0
        self._ended = False

    def skip(self, letters: str) -> str:
        """Goes past ``letters``; the letter that follows, "" at the end."""
        while True:
            while self._at < len(self._rest):
                if self._rest[self._at] not in letters:
                    return self._rest[self._at]
                self._at += 1
            if not self._more(CHUNK):
                return ""

    def step(self) -> None:
        """Goes past one letter."""
        self._at += 1

    def script(self) -> None:
        """Goes past what assigns a value to a name, as X's archive begins."""
        self._more(CHUNK)
        found = SCRIPT.match(self._rest, self._at)
        if found:
            self._at = found.end()

    def value(self) -> str:
        """The text of the value that begins here, which is gone past. Raises _Short, or ValueError where it is none."""
        size = CHUNK
        while True:
            try:
                _, end = DECODER.raw_decode(self._rest, self._at)
            except json.JSONDecodeError as error:
                if len(self._rest) - self._at > MAX_LINE:
                    raise _Short from None
                if error.pos < len(self._rest) - 6 and error.msg.startswith(("Expecting", "Invalid control", "Extra")):
                    raise
                if not self._more(size):
                    raise
                size *= 2
                continue
            if end == len(self._rest) and self._rest[self._at] not in '{["' and self._more(CHUNK):
                continue  # a number may go on
            found = self._rest[self._at : end]
            self._at = end
            return found

    def _more(self, size: int) -> bool:
        more = "" if self._ended else self._file.read(size)
        self._ended = not more
        self._rest = self._rest[self._at :] + more
        self._at = 0
        return bool(more)


def json_values(path: str, encoding: str) -> Iterator[Piece]:
    """The JSON values of a file, one after another; of a list its elements; of a large object its longest lists in parts."""
    with text_of(path, encoding, "\n") as file:
        text = _Text(file)
        text.script()
        count = 0
        try:
            while first := text.skip(SEPARATORS):
                found = _elements(text) if first == "[" else _object(text)
                for value in found:
                    count += 1
                    yield _value(count, value)
        except _Short:
            yield Piece(f"item {count + 1}", b"", f"longer than {MAX_LINE // 1_000_000} MB; what follows is not read")
        except ValueError as error:
            yield Piece(
                f"item {count + 1}", b"", f"not JSON ({str(error).partition(':')[0].lower()}); what follows is not read"
            )
        except RecursionError:
            yield Piece(f"item {count + 1}", b"", "nested too deep; what follows is not read")


def _value(number: int, value: str) -> Piece:
    shown = mended(value)
    fault = None if shown is None else "not UTF-8, read with \ufffd there"
    return Piece(f"item {number}", (value if shown is None else shown).encode("utf-8", "replace"), fault)


def _elements(text: _Text) -> Iterator[str]:
    """The elements of the list that begins here."""
    text.step()
    while (first := text.skip(" \t\r\n,")) != "]":
        if not first:
            raise ValueError("it ends within a list")
        yield text.value()
    text.step()


def _object(text: _Text) -> Iterator[str]:
    try:
        yield text.value()
    except _Short:
        yield from _parts(text)


def _parts(text: _Text) -> Iterator[str]:
    """A large object as several: what is small, and with it each time a part of a list. Raises _Short where that is not enough."""
    text.step()
    head: dict[str, str] = {}
    while text.skip(" \t\r\n,") != "}":
        key = text.value()
        text.skip(" \t\r\n:")
        if text.skip(" \t\r\n") != "[":
            head[key] = text.value()
            if sum(map(len, head.values())) > MAX_HEAD:
                raise _Short
            continue
        before = "".join(f"{name}:{value}," for name, value in head.items())
        batch: list[str] = []
        for element in _elements(text):
            batch.append(element)
            if len(batch) == BATCH:
                yield f"{{{before}{key}:[{','.join(batch)}]}}"
                batch = []
        if batch:
            yield f"{{{before}{key}:[{','.join(batch)}]}}"
    text.step()
