"""Posts that were copied from a client or from the title of their page, and pasted into a text."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from ..lexicon import copied
from ..records import Embed, Reach
from ..times import find_day
from ..values import short_count
from .flattened import SMALL_WORDS, Flattened
from .links import find_links
from .marks import Recogniser

MAX_LINE, MAX_NAME, MAX_NAME_WORDS = 300, 80, 8
"""Characters of a line that may open a post, and of a name in it, and its words."""
MAX_LINES, MAX_COUNTS, MAX_POSTS = 60, 12, 2_000
"""Lines of one post, lines of counts beneath it, and posts of a text."""
MAX_HEAD, MIN_PROSE = 8, 80
"""Lines of a text that may be its head, and letters of a line that is none of it."""
DIRECTIONS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
HANDLE = r"@[\w.-]{1,60}(?:@[\w.-]{1,100})?"
HANDLE_LINE = re.compile(rf"({HANDLE})\s*[·•]?\s*(.{{0,40}})")
ONE_LINE = re.compile(
    rf"\A(?P<name>[^@\n]{{1,{MAX_NAME}}}?)\s{{0,4}}\(?(?P<handle>{HANDLE})\)?\s{{0,4}}[·•,|—–-]?\s{{0,4}}(?P<when>[^@\n]{{1,40}})"
)
OPENING_QUOTE, CLOSING_QUOTE = "\"“„«”'‘»", "\"”“»«'’"
TITLE_END = re.compile(r"\s{0,4}/\s{0,4}(?:X|Twitter|Threads|Bluesky)\s*$")
DESKTOP = re.compile(
    r"(?P<name>[^\n\[\]]{1,80}), \[(?P<day>[^\]\n]{6,12}[\s,]\s?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)\]"
)
REDDIT = re.compile(
    r"(?:r/\w{2,30}\s*[·•]?\s*)?(?:posted by\s+|by\s+)?u/(?P<handle>[\w-]{3,20})(?:\s+in\s+r/\w{2,30})?(?P<when>.{0,40})",
    re.I,
)
SMALL_NAME = re.compile(r"[a-z0-9][a-z0-9_.]{2,29}")
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
CLOCK_LAST = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[AP]M)?(?:\s*[·•].{0,40})?$")
COUNT = r"(\d[\d.,\u00a0]*+(?:\s?[KkMmBb])?)"
BARE_COUNTS = re.compile(rf"(?:{COUNT}\s*)+")
MAX_COUNTS_LETTERS = 500
"""Characters of a line of counts, with what is counted."""


class _Line(NamedTuple):
    text: str  # without marks of direction and the blanks around it
    start: int
    end: int


class _Opening(NamedTuple):
    """What opens a post: whose it is, the day it says, the number of lines, and whether words must follow."""

    platform: str
    handle: str | None
    name: str | None
    day: str | None
    lines: int


def pasted_in(text: str, known: Recogniser, taken: list[Flattened]) -> list[Flattened]:
    """The posts in ``text`` as clients and titles show them, in its order, save where others were ``taken`` already."""
    lines = _lines(text)
    found: list[Flattened] = []
    number = 0
    most = MAX_LINES if any(not line.text for line in lines) else 1  # without empty lines, a paragraph is a line
    while number < len(lines) and len(found) < MAX_POSTS:
        piece, after = _post_at(lines, number, most, known)
        if piece and not any(piece.start < other.end and other.start < piece.end for other in taken):
            found.append(piece)
            number = after
        else:
            number += 1
    return found


def _past_answered(lines: list[_Line], number: int) -> int:
    """The number of the line behind what says whom a post answers, where a line says so."""
    if number >= len(lines) or not lines[number].text.lower().startswith(copied().answering):
        return number
    number += 1
    while number < len(lines) and re.fullmatch(rf"(?:\w{{1,4}}\s)?{HANDLE}", lines[number].text):
        number += 1
    return number


def _lines(text: str) -> list[_Line]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append(
            _Line(DIRECTIONS.sub("", line).strip() if len(line) <= 4_000 else line.strip(), start, start + len(line))
        )
        start += len(line) + 1
    return found


def _post_at(lines: list[_Line], number: int, most: int, known: Recogniser) -> tuple[Flattened | None, int]:
    """The post that a line opens, and the number of the line behind it."""
    line = lines[number]
    if not line.text:
        return None, number
    titled = _titled(line, known)
    if titled:
        return titled, number + 1
    opening = _opening(lines, number, known)
    if opening is None:
        return None, number
    first = last = _past_answered(lines, number + opening.lines)
    while last < len(lines) and lines[last].text and last - first < most:
        if last > first and _opening(lines, last, known):
            break
        last += 1
    words, reach, day = _beneath([line.text for line in lines[first:last]])
    last = _past_counts(lines, last)
    body = "\n".join(words).strip()
    embed = Embed(
        platform=opening.platform,
        author_handle=opening.handle,
        author_name=opening.name,
        posted_at=opening.day or day,
        text=body or None,
        links=find_links(body),
        reach=Reach(**reach) if reach else msgspec.UNSET,
    )
    return Flattened(embed, line.start, lines[last - 1].end), last


def _opening(lines: list[_Line], number: int, known: Recogniser) -> _Opening | None:
    """What opens a post at a line; None where nothing does."""
    text = lines[number].text
    if not text or len(text) > MAX_LINE:
        return None
    rest = [line.text for line in lines[number + 1 : number + 5]]
    return (
        _by_name_and_handle(text, rest, lines, number, known)
        or _in_one_line(text, known, is_head=_is_head(lines, number))
        or _from_desktop(text)
        or _forwarded(text)
        or _of_reddit(text, rest)
        or _of_threads(text, rest, lines, number)
        or _of_facebook(text, rest, lines, number)
    )


def _by_name_and_handle(
    text: str, rest: list[str], lines: list[_Line], number: int, known: Recogniser
) -> _Opening | None:
    """``Ann Example``, ``@ann``, ``·``, ``Mar 5``: a line each, the last two perhaps beside the handle or beneath the words."""
    handle = HANDLE_LINE.fullmatch(rest[0]) if rest else None
    if handle is None or not _is_name(text):
        return None
    used = 2
    told = _when(handle[2].strip(" ·•")) if handle[2] else None
    if not handle[2]:
        while used - 1 < len(rest) and rest[used - 1] in ("·", "•"):
            used += 1
        told = _when(rest[used - 1]) if used - 1 < len(rest) else None
        used += told is not None
    if told is None and (handle[2] or not any(_footer(line.text) for line in _paragraph(lines, number))):
        return None
    return _Opening(_platform(handle[1], known), handle[1][1:].rstrip("."), text, told or None, used)


def _in_one_line(text: str, known: Recogniser, *, is_head: bool) -> _Opening | None:
    """``Ann Example @ann · 2h``, ``Ann Example (@ann@social.example) 5 March 2024``; at a text's head the latter is a byline."""
    found = ONE_LINE.fullmatch(text)
    told = _when(found["when"].strip(" ·•")) if found else None
    if found is None or told is None or (told and is_head) or not _is_name(found["name"].rstrip(" ·•|,(")):
        return None
    name = found["name"].rstrip(" ·•|,(")
    return _Opening(_platform(found["handle"], known), found["handle"][1:].rstrip("."), name, told or None, 1)


def _is_head(lines: list[_Line], number: int) -> bool:
    """Whether nothing but short lines stands above, as above an article's first paragraph."""
    return number < MAX_HEAD and all(len(line.text) < MIN_PROSE for line in lines[:number])


def _from_desktop(text: str) -> _Opening | None:
    """Telegram Desktop's copies: ``Channel, [05.03.2024 10:15]``."""
    found = DESKTOP.match(text)
    if not found or found.end() != len(text):
        return None
    day = find_day(found["day"])
    return _Opening("telegram", None, found["name"].strip(), day[0] if day else None, 1)


def _forwarded(text: str) -> _Opening | None:
    low = text.casefold()
    for platform, openings in copied().forwarded.items():
        for opening in openings:
            name = text[len(opening) :].strip(" :")
            if low.startswith(f"{opening} ") and _is_name(name):
                return _Opening(platform, None, name, None, 1)
    return None


def _of_reddit(text: str, rest: list[str]) -> _Opening | None:
    """``u/ann in r/bridges``, ``Posted by u/ann 2 hours ago``."""
    found = REDDIT.fullmatch(text)
    told = _when(found["when"].strip(" ·•")) if found and found["when"].strip(" ·•") else ""
    if not found or told is None or not rest or not rest[0]:
        return None
    return _Opening("reddit", found["handle"], None, told or None, 1)


def _of_threads(text: str, rest: list[str], lines: list[_Line], number: int) -> _Opening | None:
    """Threads shows a name of small letters, then how long ago, then words, then counts."""
    if not SMALL_NAME.fullmatch(text) or len(rest) < 3 or _since(rest[0]) is None:
        return None
    below = [line.text for line in _paragraph(lines, number)]
    return _Opening("threads", text, None, None, 2) if BARE_COUNTS.fullmatch(below[-1]) else None


def _of_facebook(text: str, rest: list[str], lines: list[_Line], number: int) -> _Opening | None:
    """Facebook shows a name, a day with a dot behind it, words, and what can be done with them."""
    if len(rest) < 3 or not rest[0].endswith("·") or not _is_name(text):
        return None
    told = _when(rest[0].rstrip(" ·"))
    below = [line.text.casefold() for line in _paragraph(lines, number)]
    if told is None or not any(line.startswith(ending) for line in below for ending in copied().endings["facebook"]):
        return None
    return _Opening("facebook", None, text, told or None, 2)


def _paragraph(lines: list[_Line], number: int) -> list[_Line]:
    end = number
    while end < len(lines) and lines[end].text and end - number < MAX_LINES:
        end += 1
    return lines[number:end]


def _titled(line: _Line, known: Recogniser) -> Flattened | None:
    """A page's title: ``Ann Example on X: "words" / X``."""
    if len(line.text) > 4_000:
        return None
    found = _title().match(line.text)
    if not found:
        return None
    end = TITLE_END.search(line.text)
    words = line.text[found.end() : end.start() if end else len(line.text)].strip()
    name, handle = found["name"].strip(), found["handle"]
    if not words or words[-1] not in CLOSING_QUOTE or not (_is_name(name) or not name):
        return None
    sure = handle or (end and not found["posting"])
    if not sure and (found["posting"] or not _is_full_name(name)):
        return None
    platform = copied().platforms[found["platform"].casefold()]
    day = find_day(found["rest"] or "")
    body = words[:-1].strip()
    embed = Embed(
        platform=platform,
        author_handle=handle[1:].rstrip(".") if handle else None,
        author_name=name or None,
        posted_at=day[0] if day else None,
        text=body or None,
        links=find_links(body),
    )
    return Flattened(embed, line.start, line.end)


@cache
def _title() -> re.Pattern[str]:
    words = copied()
    platforms = "|".join(re.escape(name) for name in sorted(words.platforms, key=len, reverse=True))
    on = "|".join(sorted(words.on, key=len, reverse=True))
    posting = "|".join(re.escape(word) for word in sorted(words.posting, key=len, reverse=True))
    return re.compile(
        rf"(?P<name>[^:\"“„«()\n]{{0,{MAX_NAME}}}?)\s*(?:\((?P<handle>{HANDLE})\)\s*)?(?P<posting>\b(?:{posting})\s+)?"
        rf"(?:\b(?:{on})\s+)?(?<![\w-])(?P<platform>{platforms})(?P<rest>\s[^:\"“„«\n]{{0,40}})?\s?:\s?[{OPENING_QUOTE}]",
        re.I,
    )


def _platform(handle: str, known: Recogniser) -> str:
    return known.platform_of(handle[1:].rstrip(".")) or ""


def _is_name(text: str) -> bool:
    """Whether a line may be a person's or a channel's name: a few words, no sentence."""
    words = text.split()
    return (
        0 < len(text) <= MAX_NAME
        and len(words) <= MAX_NAME_WORDS
        and text[-1] not in ".!?…,;:"
        and any(c.isalpha() for c in text)
        and not text.startswith(("@", "#", "http", "-", "–", "—"))
        and words[0].casefold() not in copied().bylines
    )


def _is_full_name(text: str) -> bool:
    """Whether a line is plainly a name: two words or more, all of them capitals' but for particles."""
    words = text.split()
    return len(words) >= 2 and all(word[:1].isupper() or word in SMALL_WORDS for word in words)


def _when(text: str) -> str | None:
    """The day that a client's line says, "" where it says how long ago or a day without its year; None where it is no time."""
    if not text or len(text) > 40:
        return None
    if _since(text) is not None:
        return ""
    for written, told in ((text, True), (f"{text} 2024", False)):
        day = find_day(written)
        if day and day[1] <= 3 and len(written) - day[2] <= 14:
            return day[0] if told else ""
    return None


def _since(text: str) -> re.Match[str] | None:
    return _since_form().fullmatch(text.strip(" ·•"))


@cache
def _since_form() -> re.Pattern[str]:
    words = copied()
    units, before, after = ("|".join(map(re.escape, w)) for w in (words.units, words.before, words.after))
    return re.compile(rf"(?:(?:{before})\s)?\d{{1,3}}\s?(?:{units})\.?(?:\s(?:{after}))*", re.I)


def _beneath(lines: list[str]) -> tuple[list[str], dict[str, int], str | None]:
    """A post's words without the time and counts beneath them, these counts, and the day."""
    reach: dict[str, int] = {}
    day: str | None = None
    kept = list(lines)
    for position, line in enumerate(lines[1:], 1):
        footer = _footer(line)
        if footer or line.casefold().startswith(copied().endings["facebook"]):
            day = footer[0] if footer else None
            kept = lines[:position]
            parts = (part for below in lines[position:] for part in re.split("[·•]", below))
            reach |= dict(count for part in parts for count in _counts(part))
            break
    while kept and (BARE_COUNTS.fullmatch(kept[-1]) or dict(_counts(kept[-1]))):
        reach = dict(_counts(kept.pop())) | reach
    return kept, reach, day


def _footer(line: str) -> tuple[str, int, int] | None:
    """The day in the line beneath a post that says when it was posted: ``10:15 AM · Mar 5, 2024``."""
    return find_day(line) if len(line) < 80 and (CLOCK.match(line) or CLOCK_LAST.search(line)) else None


def _past_counts(lines: list[_Line], number: int) -> int:
    """The number of the line behind the counts that stand in lines of their own beneath a post, with empty lines between."""
    last = number
    for position in range(number, min(number + MAX_COUNTS, len(lines))):
        text = lines[position].text
        if BARE_COUNTS.fullmatch(text):
            last = position + 1
        elif text and text not in ("·", "•"):
            break
    return last


def _counts(line: str) -> Iterator[tuple[str, int]]:
    """The counts of a line of nothing but counts and what is counted: ``3 Reposts 20 Likes``."""
    if len(line) > MAX_COUNTS_LETTERS:
        return
    found = list(_counted().finditer(line))
    rest = _counted().sub("", line)
    if not found or rest.strip(" ·•,|"):
        return
    for match in found:
        number = short_count(match[1].strip())
        if number is not None:
            yield copied().counts[match[2].casefold()], number


@cache
def _counted() -> re.Pattern[str]:
    labels = "|".join(re.escape(label) for label in sorted(copied().counts, key=len, reverse=True))
    return re.compile(rf"{COUNT}\s*({labels})(?!\w)", re.I)
