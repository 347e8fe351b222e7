"""Posts that were copied from a client or from the title of their page, and pasted into a text."""

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from ..lexicon import copied
from ..records import Embed, Reach
from ..times import find_day
from ..values import short_count
from .clients import (
    BARE_COUNTS,
    COUNT,
    MAX_LINES,
    MAX_NAME,
    TELEGRAM_ADDRESS,
    Line,
    Opening,
    footer,
    forwarded,
    from_desktop,
    has_buttons,
    is_full_name,
    is_name,
    of_facebook,
    of_instagram,
    of_reddit,
    of_reddit_today,
    of_telegram,
    of_threads,
    of_youtube,
    paragraph,
    since,
    when,
)
from .flattened import Flattened
from .links import find_links
from .marks import Recogniser

MAX_LINE = 300
"""Characters of a line that may open a post."""
MAX_COUNTS, MAX_POSTS, MAX_APART = 12, 2_000, 500
"""Lines of counts beneath a post, posts of a text, and letters of a post whose words stand apart from its head."""
MAX_HEAD, MIN_PROSE = 8, 80
"""Lines of a text that may be its head, and letters of a line that is none of it."""
DIRECTIONS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
HANDLE = r"@[\w.-]{1,60}(?:@[\w.-]{1,100})?"
HANDLE_LINE = re.compile(rf"({HANDLE})\s*[·•]?\s*(.{{0,40}})")
ONE_LINE = re.compile(
    rf"\A(?P<name>[^@\n]{{1,{MAX_NAME}}}?)\s{{0,4}}\(?(?<![\w.])(?P<handle>{HANDLE})\)?\s{{0,4}}[·•,|—–-]?\s{{0,4}}(?P<when>[^@\n]{{1,40}})"
)
MAX_EMBED_LINES, MAX_EMBED_LETTERS = 12, 2_000
"""Lines that stay of an embed that was copied, and characters of one."""
TIKTOK = re.compile(r"@([\w.]{2,30})\s++([^♬]{0,4000})♬")
OPENING_QUOTE, CLOSING_QUOTE = "\"“„«”'‘»", "\"”“»«'’"
TITLE_END = re.compile(r"\s{0,4}/\s{0,4}(?:X|Twitter|Threads|Bluesky)\s*$")
MAX_COUNTS_LETTERS = 500
"""Characters of a line of counts, with what is counted."""


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


def _past_answered(lines: list[Line], number: int) -> int:
    """The number of the line behind what says whom a post answers, where a line says so."""
    if number >= len(lines) or not lines[number].text.lower().startswith(copied().answering):
        return number
    number += 1
    while number < len(lines) and re.fullmatch(rf"(?:\w{{1,4}}\s)?{HANDLE}", lines[number].text):
        number += 1
    return number


def _lines(text: str) -> list[Line]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append(
            Line(DIRECTIONS.sub("", line).strip() if len(line) <= 4_000 else line.strip(), start, start + len(line))
        )
        start += len(line) + 1
    return found


def _post_at(lines: list[Line], number: int, most: int, known: Recogniser) -> tuple[Flattened | None, int]:
    """The post that a line opens, and the number of the line behind it."""
    line = lines[number]
    if not line.text:
        return None, number
    titled = _titled(line, known)
    if titled:
        return titled, number + 1
    left = _left_by_embed(lines, number, known)
    if left:
        return left
    opening = _opening(lines, number, known)
    if opening is None:
        return None, number
    first = _past_answered(lines, number + opening.lines)
    last = first = first + _stands_apart(lines, number, first, opening)
    while last < len(lines) and lines[last].text and last - first < most:
        if last > first and _opening(lines, last, known):
            break
        last += 1
    words, reach, day = _beneath([line.text for line in lines[first:last]])
    last, apart = _past_counts(lines, last)
    reach |= apart
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


def _stands_apart(lines: list[Line], number: int, first: int, opening: Opening) -> bool:
    """Whether an empty line stands between a post's head and its words, as Bluesky's pages show it; at a text's head a plain handle is a byline's."""
    return (
        opening.handle is not None
        and opening.day is None
        and first + 1 < len(lines)
        and not lines[first].text
        and 0 < len(lines[first + 1].text) <= MAX_APART
        and ("." in opening.handle or not _is_head(lines, number))
    )


def _left_by_embed(lines: list[Line], number: int, known: Recogniser) -> tuple[Flattened, int] | None:
    """What stays of an embed that was copied: ``View this post on Instagram``, words, ``A post shared by Ann (@ann)``; ``@ann words ♬ tune``."""
    text = lines[number].text
    around = text.casefold().startswith(copied().around)
    if not (around or text.startswith("@")) and "(@" not in text:
        return None
    held: list[str] = []
    for last in range(number, min(number + MAX_EMBED_LINES, len(lines))):
        line = lines[last].text[:MAX_EMBED_LETTERS]
        signed = known.marks["instagram"].signature if "instagram" in known.marks else None
        found = signed.match(line) if signed and not text.startswith("@") else None
        if found:
            day = find_day(line[found.end() :])
            body = "\n".join(held[1:]).strip()
            embed = Embed(platform="instagram", author_handle=found["handle"][1:], author_name=found["name"].strip() or None,
                posted_at=day[0] if day else None, text=body or None, links=find_links(body))  # fmt: skip
            return Flattened(embed, lines[number].start, lines[last].end), last + 1
        held.append(line)
        tune = TIKTOK.match("\n".join(held)) if "♬" in line and text.startswith("@") else None
        if tune:
            body = tune[2].strip()
            embed = Embed(platform="tiktok", author_handle=tune[1], text=body or None, links=find_links(body))
            return Flattened(embed, lines[number].start, lines[last].end), last + 1
        if not around and (not line or not text.startswith("@")):
            return None
    return None


def _opening(lines: list[Line], number: int, known: Recogniser) -> Opening | None:
    """What opens a post at a line; None where nothing does."""
    text = lines[number].text
    if not text or len(text) > MAX_LINE:
        return None
    rest = [line.text for line in lines[number + 1 : number + 5]]
    return (
        _by_name_and_handle(text, rest, lines, number, known)
        or _in_one_line(text, known, is_head=_is_head(lines, number))
        or from_desktop(text)
        or forwarded(text)
        or of_reddit(text, rest)
        or of_reddit_today(text, rest, lines, number)
        or of_youtube(text, rest, lines, number)
        or of_telegram(text, rest, lines, number)
        or of_threads(text, rest, lines, number)
        or of_instagram(text, rest, lines, number)
        or of_facebook(text, rest, lines, number)
    )


def _by_name_and_handle(
    text: str, rest: list[str], lines: list[Line], number: int, known: Recogniser
) -> Opening | None:
    """``Ann Example``, ``@ann``, ``·``, ``Mar 5``: a line each, the last two perhaps beside the handle or beneath the words."""
    handle = HANDLE_LINE.fullmatch(rest[0]) if rest else None
    if handle is None or not is_name(text):
        return None
    used = 2
    told = when(handle[2].strip(" ·•")) if handle[2] else None
    if not handle[2]:
        while used - 1 < len(rest) and rest[used - 1] in ("·", "•"):
            used += 1
        told = when(rest[used - 1]) if used - 1 < len(rest) else None
        used += told is not None
    if told is None and (handle[2] or not any(footer(line.text) for line in paragraph(lines, number))):
        return None
    if told and not any(rest[used - 1 : used]) and _is_head(lines, number):  # a byline
        return None
    return Opening(_platform(handle[1], known), handle[1][1:].rstrip("."), text, told or None, used)


def _in_one_line(text: str, known: Recogniser, *, is_head: bool) -> Opening | None:
    """``Ann Example @ann · 2h``, ``Ann Example (@ann@social.example) 5 March 2024``; at a text's head the latter is a byline."""
    found = ONE_LINE.fullmatch(text)
    told = when(found["when"].strip(" ·•")) if found else None
    if found is None or told is None or (told and is_head) or not is_name(found["name"].rstrip(" ·•|,(")):
        return None
    name = found["name"].rstrip(" ·•|,(")
    return Opening(_platform(found["handle"], known), found["handle"][1:].rstrip("."), name, told or None, 1)


def _is_head(lines: list[Line], number: int) -> bool:
    """Whether nothing but short lines stands above, as above an article's first paragraph."""
    return number < MAX_HEAD and all(len(line.text) < MIN_PROSE for line in lines[:number])


def _titled(line: Line, known: Recogniser) -> Flattened | None:
    """A page's title: ``Ann Example on X: "words" / X``."""
    if len(line.text) > 4_000:
        return None
    found = _title().match(line.text)
    if not found:
        return None
    end = TITLE_END.search(line.text)
    words = line.text[found.end() : end.start() if end else len(line.text)].strip()
    name, handle = found["name"].strip(), found["handle"]
    if not words or words[-1] not in CLOSING_QUOTE or not (is_name(name) or not name):
        return None
    sure = handle or (end and not found["posting"])
    if not sure and (found["posting"] or not is_full_name(name)):
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


def _beneath(lines: list[str]) -> tuple[list[str], dict[str, int], str | None]:
    """A post's words without the time and counts beneath them, these counts, and the day."""
    reach: dict[str, int] = {}
    day: str | None = None
    kept = lines = _with_their_counts(lines)
    low = [line.casefold() for line in lines]
    for position, line in enumerate(lines[1:], 1):
        stamp = footer(line)
        addressed = TELEGRAM_ADDRESS.fullmatch(line)
        if (
            stamp
            or addressed
            or low[position].startswith(copied().endings["facebook"])
            or has_buttons(low[position : position + 2])
            or low[position] == "upvote"
        ):
            days = (find_day(below) for below in lines[position:][:4]) if addressed else (stamp,)
            day = next((found[0] for found in days if found), None)
            kept = lines[:position]
            parts = (part for below in lines[position:] for part in re.split("[·•]", below))
            reach |= dict(count for part in parts for count in _counts(part))
            break
    below = len(kept)
    while kept:
        line = kept[-1]
        counted = dict(_counts(line))
        ends = counted or BARE_COUNTS.fullmatch(line) or (len(kept) < below and since(line))
        if not (ends or (len(kept) > 1 and _is_offered(line))):
            break
        reach = counted | reach
        kept = kept[:-1]
    return kept, reach, day


def _is_offered(line: str) -> bool:
    """Whether a line is what a client offers beneath a post's words, to show more, to translate, to answer, or a dot between such."""
    return line in ("·", "•") or line.casefold().lstrip("…. ").replace("’", "'") in copied().buttons


def _with_their_counts(lines: list[str]) -> list[str]:
    """Lines in which each count stands with what is counted, where a client puts that in a line of its own: ``1.2K``, ``Reposts``."""
    told: list[str] = []
    for line in lines:
        if told and line.casefold() in copied().counts and BARE_COUNTS.fullmatch(told[-1]):
            told[-1] += f" {line}"
        else:
            told.append(line)
    return told


def _past_counts(lines: list[Line], number: int) -> tuple[int, dict[str, int]]:
    """The number of the line behind the counts that stand in lines of their own beneath a post, with empty lines between; and the counts."""
    last, reach = number, dict[str, int]()
    for position in range(number, min(number + MAX_COUNTS, len(lines))):
        text = lines[position].text
        counted = dict(_counts(text))
        if counted or BARE_COUNTS.fullmatch(text):
            last = position + 1
            reach = counted | reach
        elif text and text not in ("·", "•"):
            break
    return last, reach


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
