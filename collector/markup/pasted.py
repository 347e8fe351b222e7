"""Posts that were copied from a client or from the title of their page, and pasted into a text."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ..lexicon import copied
from ..records import Embed, Reach
from . import client_comments, clients
from .beneath import beneath, end_of_post, likes_in, past_counts
from .client_words import BARE_COUNTS, MAX_LINES, SMALL_NAME, Line, is_ad, is_offered, translates
from .clients import DESKTOP, Opening
from .flattened import Flattened
from .left_behind import left_by_embed, titled
from .links import find_links
from .marks import Recogniser
from .openings import HANDLE, is_head, opening_of

MAX_POSTS, MAX_APART = 2_000, 500
"""Posts of a text, and letters of a post whose words stand apart from its head."""
DIRECTIONS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
HEADED = re.compile(r"@[\w.-]{1,60}(?:@[\w.-]{1,100})?(?=$|\s[·•])")
"""A handle in a line of its own, perhaps with a time behind it."""
MENTION = re.compile(r"@[\w.-]{1,60}")
MAX_MENDED = 4_000
"""Characters of a line in which marks of direction are looked for, and of a sentence that goes on in the next line."""


def pasted_in(text: str, known: Recogniser, taken: list[Flattened]) -> list[Flattened]:
    """The posts in ``text`` as clients and titles show them, in its order, save where others were ``taken`` already."""
    pasted = _Pasted(text, known)
    found: list[Flattened] = []
    asked: int | None = None  # the place of a post that said neither its time nor its counts before it quoted another
    number = 0
    while number < len(pasted.lines) and len(found) < MAX_POSTS:
        read = pasted.post_at(number)
        if read is None or any(read.piece.start < other.end and other.start < read.piece.end for other in taken):
            number += 1
            continue
        number = read.after
        if asked is not None and read.timed and read.day_beneath:
            found[asked], read = _told_beneath(found[asked], read)
        found.append(read.piece)
        asked = len(found) - 1 if read.quotes and not (read.timed or read.day_beneath) else None
    return [piece for piece in found if piece.embed.text or piece.embed.platform != "telegram"]


class _Read(NamedTuple):
    """A post that was read, the number of the line behind it, and what is told around its words."""

    piece: Flattened
    after: int
    timed: bool = False  # its head says when it was posted
    day_above: str | None = None  # the day in its head
    day_beneath: str | None = None  # the day beneath its words
    quotes: bool = False  # its last line says that another post follows which it quotes


def _told_beneath(asking: Flattened, read: _Read) -> tuple[Flattened, _Read]:
    """A post with the day and counts that stand beneath the post that it quotes, and that post without them."""
    quoted = read.piece.embed
    whole = msgspec.structs.replace(asking.embed, posted_at=read.day_beneath, reach=quoted.reach)
    bare = msgspec.structs.replace(quoted, posted_at=read.day_above, reach=msgspec.UNSET)
    return asking._replace(embed=whole), read._replace(piece=read.piece._replace(embed=bare))


class _Pasted:
    """The lines of a pasted text, and the posts that they open."""

    def __init__(self, text: str, known: Recogniser) -> None:
        self.lines = lines_of(text)
        self._known = known
        self._openings: dict[int, Opening | None] = {}
        self._tails = client_comments.tails_of(self.lines)
        handles = [found[0] for line in self.lines if (found := HEADED.match(line.text))]
        self._is_of_mastodon = sum("@" in handle[1:] for handle in handles) * 2 > max(len(handles), 2)
        """Whether most handles name their server; those without it are of one's own, as Mastodon's pages show them."""
        self._is_of_instagram = any(tail.of == "instagram" for tail in self._tails.values())
        self._is_of_threads = clients.is_of_threads(self.lines)
        self._most = MAX_LINES if any(not line.text for line in self.lines) else 1
        """Lines of a paragraph; without empty lines, a paragraph is a line."""

    def post_at(self, number: int) -> _Read | None:
        """The post that a line opens; None where it opens none."""
        line = self.lines[number]
        if not line.text or (number and is_ad(self.lines[number - 1].text)):
            return None
        title = titled(line, self._known)
        if title:
            return _Read(title, number + 1)
        left = left_by_embed(self.lines, number, self._known)
        if left:
            return _Read(*left)
        opening = self.opening(number)
        if opening:
            return self._opened(number, opening)
        return self._comment(number) or self._caption(number)

    def opening(self, number: int) -> Opening | None:
        """What opens a post at a line, looked at once."""
        if number not in self._openings:
            found = opening_of(self.lines, number, self._known, is_of_threads=self._is_of_threads)
            if found and found.platform == "x" and self._is_of_mastodon:
                found = found._replace(platform="mastodon")
            self._openings[number] = found
        return self._openings[number]

    def _opened(self, number: int, opening: Opening) -> _Read:
        lines = self.lines
        first = _past_answered(lines, number + opening.lines)
        apart = _stands_apart(lines, number, first, opening)
        stop = self._next(first + apart)
        place = clients.shared_address(lines, number) if opening.platform == "x" and opening.lines == 1 else None
        end = place[0] if place else end_of_post(lines, first + apart, stop, opening.platform)
        if end is None and opening.platform == "telegram" and stop < len(lines) and DESKTOP.fullmatch(lines[stop].text):
            end = stop
        if end is None and stop < len(lines) and lines[stop - 1].text.casefold() in copied().quoting:
            end = stop
        if end is None:
            end = first = first + apart
            while end < stop and lines[end].text and end - first < self._most:
                end += 1
        told = beneath(_own_words([line.text for line in lines[first:end]], opening.platform), opening.platform)
        last, more = (place[0] + 1, {}) if place else past_counts(lines, end)
        name, words = _forwarded_from(told.words) if opening.platform == "telegram" else (None, told.words)
        body = "\n".join(words).strip()
        embed = _embed(
            opening,
            name,
            body,
            opening.day or told.day,
            told.reach | more | ({} if opening.likes is None else {"likes": opening.likes}),
        )
        if place:
            embed = msgspec.structs.replace(embed, url=place[1])
        while last > number + 1 and not lines[last - 1].text:
            last -= 1
        return _Read(
            Flattened(embed, lines[number].start, lines[last - 1].end),
            max(last, number + 1),
            opening.timed,
            opening.day,
            told.day,
            lines[end - 1].text.casefold() in copied().quoting,
        )

    def _next(self, first: int) -> int:
        """The number of the line behind ``first`` at which another post, or something that was paid for, begins."""
        for number in range(first + 1, min(first + MAX_LINES, len(self.lines))):
            if is_ad(self.lines[number].text) or self.opening(number):
                return number
        return min(first + MAX_LINES, len(self.lines))

    def _comment(self, number: int) -> _Read | None:
        """The comment that a name opens beneath a post's page."""
        found = client_comments.comment_at(self.lines, number, self._tails) if self._tails else None
        if found is None or any(self.opening(at) for at in range(number + 1, found.tail.end)):
            return None
        told = found.tail
        named = SMALL_NAME.fullmatch(found.name) and told.of != "facebook"
        opening = Opening(told.of, found.name if named else None, None if named else found.name, told.day, 1)
        embed = _embed(
            opening, None, "\n".join(found.words).strip(), told.day, {} if told.likes is None else {"likes": told.likes}
        )
        return _Read(Flattened(embed, self.lines[number].start, self.lines[told.end - 1].end), told.end)

    def _caption(self, number: int) -> _Read | None:
        """The words of Instagram's post above its comments; its likes stand beneath them."""
        found = client_comments.captioned(self.lines, number) if self._is_of_instagram else None
        if found is None:
            return None
        self._is_of_instagram = False  # a page shows one
        first, end = found
        body = "\n".join(line.text for line in self.lines[first:end]).strip()
        inner = {at for begun, tail in self._tails.items() for at in range(begun, tail.end)}
        counted = (likes_in(line.text) for at, line in enumerate(self.lines[end + 1 :], end + 1) if at not in inner)
        likes = next((told for told in counted if told is not None), None)
        opening = Opening("instagram", self.lines[number].text, None, None, 1)
        embed = _embed(opening, None, body, None, {} if likes is None else {"likes": likes})
        return _Read(Flattened(embed, self.lines[number].start, self.lines[end].end), end + 1)


def _embed(opening: Opening, name: str | None, body: str, day: str | None, reach: dict[str, int]) -> Embed:
    return Embed(
        platform=opening.platform,
        author_handle=opening.handle,
        author_name=name or opening.name,
        posted_at=day,
        text=body or None,
        links=find_links(body),
        reach=Reach(**reach) if reach else msgspec.UNSET,
    )


def _own_words(lines: list[str], platform: str) -> list[str]:
    """Lines beneath a head without what a client puts above the words: a warning of what they hold, what a message answers, a picture's words."""
    if platform == "telegram":
        return [line for line in lines if not _is_bracketed(line)]
    if (
        platform == "mastodon"
        and len(lines) > 2
        and is_offered(lines[1])
        and not (is_offered(lines[2]) or BARE_COUNTS.fullmatch(lines[2]))
    ):
        return lines[2:]
    if platform in ("x", "bluesky"):
        begun = next((at for at, line in enumerate(lines) if at and translates(line)), len(lines))
        rated = next(
            (at for at in range(begun, len(lines)) if lines[at].endswith(":") and is_offered(lines[at].rstrip(":"))),
            None,
        )
        return lines if rated is None else [*lines[:begun], *lines[rated + 1 :]]
    if platform == "reddit":
        shown = next((at for at, line in enumerate(lines[:8]) if at and re.match(r"r/\w{2,30} - ", line)), None)
        return [lines[0], *lines[shown + 1 :]] if shown and lines[shown].endswith(lines[0]) else lines
    return lines


def _is_bracketed(line: str) -> bool:
    """Whether a line is Telegram's own, in brackets: what a message answers, or what is attached to it."""
    if line[:1] != "[" or line[-1:] != "]" or len(line) > 200:
        return False
    inner = line[1:-1].strip().casefold()
    return inner.startswith(copied().telegram["answering"]) or inner.split(",")[0] in copied().telegram["attached"]


def _forwarded_from(words: list[str]) -> tuple[str | None, list[str]]:
    """Whose message was passed on, where the first line says so in brackets, and the lines without it."""
    first = words[0] if words else ""
    told = clients.forwarded(first[1:-1]) if first[:1] == "[" and first[-1:] == "]" else None
    return (told.name, words[1:]) if told else (None, words)


def _past_answered(lines: Sequence[Line], number: int) -> int:
    """The number of the line behind what says whom a post answers, where a line says so."""
    if number >= len(lines) or not lines[number].text.lower().startswith(copied().answering):
        return number
    number += 1
    while number < len(lines) and re.fullmatch(rf"(?:\w{{1,4}}\s)?{HANDLE}", lines[number].text):
        number += 1
    return number


def lines_of(text: str) -> list[Line]:
    """The lines of a text; a handle for which X's page breaks a sentence into lines stands in its sentence."""
    found: list[Line] = []
    start = 0
    broken = False  # whether the sentence goes on behind a handle
    raw = text.split("\n")
    for number, line in enumerate(raw):
        end = start + len(line)
        plain = (DIRECTIONS.sub("", line) if len(line) <= MAX_MENDED else line).strip()
        following = raw[number + 1] if number + 1 < len(raw) else ""
        goes_on = following[:1] == " " and following.strip()[:1] not in ("", "·", "•")
        named = MENTION.fullmatch(plain) is not None
        if (
            found
            and 0 < len(found[-1].text) <= MAX_MENDED
            and plain
            and (broken or (named and _breaks(raw[number - 1], goes_on)))
        ):
            found[-1] = Line(f"{found[-1].text} {plain}", found[-1].start, end)
        else:
            found.append(Line(plain, start, end))
        broken = named and goes_on
        start = end + 1
    return found


def _breaks(before: str, goes_on: bool) -> bool:
    """Whether the line before a handle is the beginning of its sentence."""
    return (
        before[-1:] == " "
        and bool(before.strip())
        and (goes_on or before.lower().startswith(copied().answering) or before.strip().casefold() in copied().joining)
    )


def _stands_apart(lines: Sequence[Line], number: int, first: int, opening: Opening) -> bool:
    """Whether an empty line stands between a post's head and its words, as Bluesky's pages show it; at a text's head a plain handle is a byline's."""
    return (
        opening.handle is not None
        and opening.day is None
        and first + 1 < len(lines)
        and not lines[first].text
        and 0 < len(lines[first + 1].text) <= MAX_APART
        and ("." in opening.handle or not is_head(lines, number))
    )
