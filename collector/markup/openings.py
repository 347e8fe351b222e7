"""What opens a copied post at a line of a text, whichever client it is from."""

import re
from collections.abc import Sequence
from itertools import pairwise

from .client_words import MAX_LINES, MAX_NAME, Line, footer, is_badge, is_name, paragraph, when
from .clients import (
    Opening,
    forwarded,
    from_desktop,
    of_facebook,
    of_instagram,
    of_reddit,
    of_reddit_of_old,
    of_reddit_today,
    of_telegram,
    of_threads,
    of_youtube,
    shared,
)
from .marks import Recogniser

MAX_LINE = 300
"""Characters of a line that may open a post."""
MAX_HEAD, MIN_PROSE = 8, 80
"""Lines of a text that may be its head, and letters of a line that is none of it."""
HANDLE = r"@[\w.-]{1,60}(?:@[\w.-]{1,100})?"
HANDLE_LINE = re.compile(rf"({HANDLE})\s{{0,9}}[·•]?\s{{0,9}}(.{{0,40}})")
ONE_LINE = re.compile(
    rf"\A(?P<name>[^@\n]{{1,{MAX_NAME}}}?)\s{{0,4}}\(?(?<![\w.])(?P<handle>{HANDLE})\)?\s{{0,4}}[·•,|—–-]?\s{{0,4}}(?P<when>[^@\n]{{1,40}})"
)


def opening_of(lines: Sequence[Line], number: int, known: Recogniser, *, is_of_threads: bool) -> Opening | None:
    """What opens a post at a line; None where nothing does."""
    text = lines[number].text
    if not text or len(text) > MAX_LINE:
        return None
    rest = [line.text for line in lines[number + 1 : number + 5]]
    return (
        _by_name_and_handle(text, rest, lines, number, known)
        or _in_one_line(text, known, at_head=is_head(lines, number))
        or shared(text, lines, number)
        or from_desktop(text)
        or forwarded(text)
        or of_reddit(text, rest)
        or of_reddit_of_old(text)
        or of_reddit_today(text, rest, lines, number)
        or of_youtube(text, rest, lines, number)
        or of_telegram(text, rest, lines, number)
        or of_threads(text, lines, number, is_of_many=is_of_threads)
        or of_instagram(text, rest, lines, number)
        or of_facebook(text, lines, number)
    )


def _by_name_and_handle(
    text: str, rest: list[str], lines: Sequence[Line], number: int, known: Recogniser
) -> Opening | None:
    """``Ann Example``, ``@ann``, ``·``, ``Mar 5``: a line each, the last two perhaps beside the handle or beneath the words."""
    badges = next((at for at, line in enumerate(rest) if not line or not is_badge(line)), 0)
    handle = HANDLE_LINE.fullmatch(rest[badges]) if rest else None
    if handle is None or not is_name(text) or is_badge(text):
        return None
    rest = [line.text for line in lines[number + 1 + badges : number + 6 + badges]]
    used = 2
    told = when(handle[2].strip(" ·•")) if handle[2] else None
    if not handle[2]:
        while used - 1 < len(rest) and rest[used - 1] in ("·", "•"):
            used += 1
        told = when(rest[used - 1]) if used - 1 < len(rest) else None
        used += told is not None
    if told is None:
        while used - 1 < len(rest) and rest[used - 1] and is_badge(rest[used - 1]):
            used += 1
    if text.endswith(rest[0]) or (told is None and (handle[2] or not _is_stamped(lines, number))):
        return None
    if told and not any(rest[used - 1 : used]) and is_head(lines, number):  # a byline
        return None
    return Opening(
        _platform(handle[1], known),
        handle[1][1:].rstrip("."),
        text.rstrip(" ✓✔"),
        told or None,
        used + badges,
        timed=told is not None,
    )


def _is_stamped(lines: Sequence[Line], number: int) -> bool:
    """Whether beneath the words of a post with no time at its head the day and the clock stand: in its paragraph, or further below with a dot behind
    them, as no byline has them.
    """
    if any(footer(line.text) for line in paragraph(lines, number)):
        return True
    below = lines[number + 2 : number + MAX_LINES]
    if not below or not below[0].text:
        return False
    return any(
        footer(line.text) and ("·" in line.text or following.text.startswith("·"))
        for line, following in pairwise(below)
    )


def _in_one_line(text: str, known: Recogniser, *, at_head: bool) -> Opening | None:
    """``Ann Example @ann · 2h``, ``Ann Example (@ann@social.example) 5 March 2024``; at a text's head the latter is a byline."""
    found = ONE_LINE.fullmatch(text)
    told = when(found["when"].strip(" ·•")) if found else None
    if found is None or told is None or (told and at_head) or not is_name(found["name"].rstrip(" ·•|,(")):
        return None
    name = found["name"].rstrip(" ·•|,(")
    return Opening(
        _platform(found["handle"], known), found["handle"][1:].rstrip("."), name, told or None, 1, timed=True
    )


def is_head(lines: Sequence[Line], number: int) -> bool:
    """Whether nothing but short lines stands above, as above an article's first paragraph."""
    return number < MAX_HEAD and all(len(line.text) < MIN_PROSE for line in lines[:number])


def _platform(handle: str, known: Recogniser) -> str:
    return known.platform_of(handle[1:].rstrip(".")) or ""
