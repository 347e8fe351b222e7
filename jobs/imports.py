"""Imports exports and archives of other tools as reactions to a story.

Which are known, and by what, stands in ``collector/exports/known.toml`` and ``platforms.toml``. A file of any size is read piece by piece:
a line, a row, an element of a list. What cannot be read is told by its place; the rest is kept.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.errors import BadInput, Unreadable
from storywake.collector.exports.archives import is_archive, members, owner_of
from storywake.collector.exports.documents import NOTHING_POSTED
from storywake.collector.exports.files import (
    BROKEN,
    CHUNK,
    SCRIPT,
    Piece,
    encoding_of,
    is_lines,
    json_lines,
    json_values,
    text_of,
    unicode_of,
)
from storywake.collector.exports.tables import read_table
from storywake.collector.net.evidence import Evidence
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow
from storywake.db.upkeep import keep_statistics

from .export import unguarded
from .intake import Arrival, take_in
from .resolution import StoryPeople
from .ticking import Tick, silent
from .wording import number_of

MAX_BATCH = 2000
"""Posts stored in one transaction: what a killed import repeats at most."""
MARKUP = re.compile(r"[\s\ufeff]{0,40}(?:<!doctype html|<html)\b", re.IGNORECASE)
TELEGRAM_HTML = "a chat as Telegram Desktop shows it, which tells no address of it: export it as machine-readable JSON"
OLDER = (
    "it does not say when its counts were taken, and more of them fell than rose: the lower ones of {} are taken for older than those"
    " known, and are left out"
)
REWORDED = "{} had other words in another file: the older ones are kept as earlier texts"
WITHOUT = "no known posts in {} of its files"
UNOPENED = (
    "{} of its files left out, since their names tell of what was deleted, kept, liked, voted for or said in private (one that holds"
    " posts can be imported by itself)"
)
MAX_REASONS, MAX_NAMED = 20, 5
"""Rows that are told one by one, and files of an archive that are named; the others are counted."""


class Imported(NamedTuple):
    """What an import stored, and the rows it could not read."""

    posts: int
    reactions: int
    bad: list[str]  # a line for each of the first rows that could not be read, or not whole
    unread: int = 0  # how many there are in all
    notes: tuple[str, ...] = ()  # what else was left out


def import_file(
    engine: Engine, settings: Settings, story: StoryRow, path: str, tick: Tick = silent, platform: str | None = None
) -> Imported:
    """Imports a file's posts into a story. Importing a file again changes nothing.

    ``platform`` is whose posts they are where the file does not tell. Raises BadInput where the file cannot be used.
    """
    source = f"import:{Path(path).name}"
    tie = Tie(kind=TieKind.MENTIONS, source=source, rests_on="an analyst brought it in", confidence=1.0)
    posts = reactions = unread = older = reworded = 0
    bad: list[str] = []
    notes: list[str] = []
    people = StoryPeople(engine, story.id)
    with Readers() as readers:
        rows = read_rows(path, readers, platform, notes)
        while batch := list(islice(rows, MAX_BATCH)):
            good = [row for row in batch if isinstance(row, Post)]
            reasons = [row for row in batch if isinstance(row, str)]
            bad.extend(f"{path}, {reason}" for reason in reasons[: MAX_REASONS - len(bad)])
            unread += len(reasons)
            arrival = Arrival(source, now(), [story], posts=good, copied=True, of_old=True, tie=tie)
            taken = take_in(engine, arrival, settings)
            reactions += taken.reactions
            older += taken.older.counts
            reworded += taken.older.words
            people.add_new()
            posts += len(good)
            tick(posts, None, f"rows of {path} stored")
    if older:
        notes.append(OLDER.format(number_of(older, "post")))
    if reworded:
        notes.append(REWORDED.format(number_of(reworded, "post")))
    people.finish()
    keep_statistics(engine)
    return Imported(posts, reactions, bad, unread, tuple(f"{path}: {note}" for note in notes))


def read_rows(path: str, readers: Readers, platform: str | None, notes: list[str]) -> Iterator[Post | str]:
    """The posts of a file, or of each file of an archive, and an error message for each row that is unreadable, or not whole.

    Raises BadInput.
    """
    if is_archive(path):
        yield from _archived(path, readers, platform, notes)
    else:
        yield from _rows_of(path, readers, platform, notes)


def _archived(path: str, readers: Readers, platform: str | None, notes: list[str]) -> Iterator[Post | str]:
    """The posts of an archive's files; the files without any, and those that were not opened, are told in a note each."""
    owner = owner_of(path)
    without: list[str] = []
    unopened: list[str] = []
    for name, place, fault in members(path):
        if fault:
            yield f"{name}: {fault}"
            continue
        if not place:
            unopened.append(name)
            continue
        told: list[str] = []
        before: list[str] | None = []  # reasons that stand above the first post
        try:
            for row in _rows_of(place, readers, platform, told):
                if isinstance(row, Post):
                    yield from before or ()
                    before = None
                    yield _owned(row, owner)
                elif before is None:
                    yield f"{name}, {row}"
                elif len(before) < MAX_REASONS:
                    before.append(f"{name}, {row}")
        except BadInput as error:
            if before is None:
                yield str(error).replace(place, name)
        if before is None:
            notes.extend(f"{name}: {note}" for note in told)
        else:
            without.append(name)
    for what, names in ((WITHOUT, without), (UNOPENED, unopened)):
        if names:
            more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
            notes.append(f"{what.format(len(names))}: {', '.join(names[:MAX_NAMED])}{more}")


def _owned(post: Post, owner: Author | None) -> Post:
    """A post of X's archive with whose archive it is as its author."""
    unknown = owner and post.platform == "x" and not (post.author.handle or post.author.external_id)
    return msgspec.structs.replace(post, author=owner) if owner and unknown else post


def _rows_of(path: str, readers: Readers, platform: str | None, notes: list[str]) -> Iterator[Post | str]:
    try:
        encoding = unicode_of(path)
        with text_of(path, encoding, "\n") as file:
            head = file.read(CHUNK)
        if not head.strip("\ufeff \t\r\n"):
            notes.append("it is empty")
        elif MARKUP.match(head):
            raise BadInput(
                f"{path}: {TELEGRAM_HTML if 'history' in head and 'from_name' in head else 'a web page, which `storywake extract` reads'}"
            )
        elif "\0" in head:
            raise BadInput(f"{path}: a binary file")
        elif head.lstrip("\ufeff \t\r\n\x1e")[:1] in "{[" or SCRIPT.match(head):
            lines = is_lines(head.lstrip("\ufeff"))
            pieces = json_lines(path, encoding) if lines else json_values(path, encoding)
            yield from _json(pieces, readers, platform, notes.append)
        else:
            encoding = encoding_of(path) if encoding == "utf-8" else encoding
            yield from read_table(path, encoding, platform, unguarded, notes.append)
    except (*BROKEN, ValueError) as error:
        raise BadInput(f"cannot read {path[:200]}: {error}") from None


def _json(
    pieces: Iterator[Piece], readers: Readers, platform: str | None, noted: Callable[[str], None]
) -> Iterator[Post | str]:
    """The posts of JSON documents. A large one is read by a worker, so that a hostile one costs only itself.

    ``noted`` is told how many documents are known to hold none.
    """
    without = 0
    source = f"export:{platform}" if platform else "export"
    before: Post | None = None  # gallery-dl tells a post again with each of its pictures
    for piece in pieces:
        if piece.fault:
            yield f"{piece.where}: {piece.fault}"
        if not piece.body or piece.body == b"null":
            continue
        answer = Evidence(url="", final_url="", fetched_at="", status=200, body=piece.body)
        try:
            content = readers.read_now(source, answer)
        except Unreadable as error:
            yield f"{piece.where}: {error}"
            continue
        if content.posts:
            if content.posts != [before]:
                yield from content.posts
            before = content.posts[-1]
        elif content.readable and content.notes[0] == NOTHING_POSTED:
            without += 1
        else:
            yield f"{piece.where}: {content.notes[0] if content.readable else 'not JSON'}"
    if without:
        noted(f"{without} of its documents tell of accounts, or of what happened in a chat, not of posts")
