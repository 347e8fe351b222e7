"""Comments as they look when the page of a post is copied: whose they are stands above, when they were written and the button to answer beneath."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..lexicon import copied
from ..values import short_count
from .beneath import likes_in
from .client_words import (
    BARE_COUNTS,
    DAY_OF_YEAR,
    MAX_BADGES,
    MAX_LINES,
    SMALL_NAME,
    Line,
    is_around,
    is_badge,
    is_full_name,
    is_name,
    is_offered,
    since,
    when,
)
from .openings import is_head

MAX_COMMENT = 25
"""Lines of a comment."""
PRESSED = re.compile(r"\s?[^\w\s.,]{1,8}$")
"""The reactions that are shown behind their number."""
MAX_TAIL = 120
"""Characters of a line beneath a comment."""


class Tail(NamedTuple):
    """What stands beneath a comment."""

    end: int  # the number of the line behind it
    day: str | None
    likes: int | None
    of: str  # whose client shows it so, "" where that is not told


class Comment(NamedTuple):
    """A comment within a page that was copied."""

    name: str
    words: list[str]
    tail: Tail


def tails_of(lines: Sequence[Line]) -> dict[int, Tail]:
    """What stands beneath comments, by the numbers of the lines where it begins."""
    found: dict[int, Tail] = {}
    for number in range(len(lines)):
        tail = _tail_at(lines, number)
        if tail:
            found[number] = tail
    told = [tail.of for tail in found.values() if tail.of]
    if not told:
        return {}
    most = max(sorted(set(told)), key=told.count)
    return {number: tail._replace(of=most) for number, tail in found.items()}


def _tail_at(lines: Sequence[Line], number: int) -> Tail | None:
    """``5 h``, ``Like``, ``Reply``, ``24``; ``2 d``, ``148 likes``, ``Reply``; ``3h ago``, ``Reply``, ``1.2K``: Facebook, Instagram, TikTok."""
    told = [(at, part) for at, line in enumerate(lines[number : number + 6], number) for part in _parts(line.text)]
    if not told or told[0][0] != number or len(told[0][1]) > 40:
        return None
    text = told[0][1]
    day = "" if DAY_OF_YEAR.fullmatch(text) else when(text.split(" · ")[0])
    if day is None:
        return None
    of, likes = "", None
    for place, (at, part) in enumerate(told[1:], 1):
        low = part.casefold()
        if low in copied().answer_buttons:
            below = told[place + 1] if place + 1 < len(told) else (at, "")
            number_of = PRESSED.sub("", below[1])
            counted = below[0] <= at + 1 and bool(number_of) and BARE_COUNTS.fullmatch(number_of) is not None
            if counted and of != "instagram":
                likes = short_count(number_of)
            return Tail((below[0] if counted else at) + 1, day or None, likes, of or ("tiktok" if counted else ""))
        if low in copied().like_buttons:
            of = "facebook"
        elif (found := likes_in(part)) is not None:
            of, likes = "instagram", found
        elif not is_offered(part):
            return None
    return None


def _parts(text: str) -> list[str]:
    """What stands in a line beneath a comment, parted by wide blanks where it is one line: ``4 h   Like   Reply   216``."""
    return [part for part in re.split(r"\s{2,9}", text[:MAX_TAIL]) if part]


def comment_at(lines: Sequence[Line], number: int, tails: dict[int, Tail]) -> Comment | None:
    """The comment that a name at a line opens; None where it opens none: nothing of the client's own may stand between its words."""
    text = lines[number].text
    if not is_name(text) or is_around(text) or is_badge(text) or is_offered(text) or BARE_COUNTS.fullmatch(text):
        return None
    first = _past_badges(lines, number + 1)
    if first >= len(lines) or not lines[first].text:
        return None
    words: list[str] = []
    for at in range(first, min(first + MAX_COMMENT, len(lines))):
        if at in tails:
            while words and (not words[-1] or is_offered(words[-1])):
                words.pop()
            return Comment(text, words, tails[at]) if words else None
        below = lines[at].text
        if below and (is_around(below) or below == text or since(re.split("[·•]", below)[-1])):
            return None
        if words and not words[-1] and is_name(below) and is_full_name(below) and is_head(lines, number):
            return None  # an article's head, above the name of who comments
        words.append(lines[at].text)
    return None


def captioned(lines: Sequence[Line], number: int) -> tuple[int, int] | None:
    """Where the words of Instagram's post begin and end, above its comments: ``ann.example`` a second time, words, ``2 d``; None elsewhere."""
    text = lines[number].text
    if not SMALL_NAME.fullmatch(text) or not any(line.text == text for line in lines[max(0, number - 8) : number]):
        return None
    first = _past_badges(lines, number + 1)
    for at in range(first, min(number + MAX_LINES, len(lines))):
        if at > first and since(re.split("[·•]", lines[at].text)[-1]):
            return first, at
    return None


def _past_badges(lines: Sequence[Line], number: int) -> int:
    """The number of the line behind what somebody is."""
    last = min(number + MAX_BADGES, len(lines))
    while number < last and lines[number].text and is_badge(lines[number].text):
        number += 1
    return number
