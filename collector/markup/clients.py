"""What a post looks like that was copied from a client: the lines that open it, one network after the other."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..lexicon import copied
from ..times import find_day
from ..values import short_count
from .beneath import TELEGRAM_ADDRESS, end_of_post
from .client_words import (
    BARE_COUNTS,
    MAX_BADGES,
    MAX_LINES,
    SMALL_NAME,
    Line,
    is_badge,
    is_name,
    paragraph,
    since,
    when,
)

DESKTOP = re.compile(
    r"(?P<name>[^\n\[\]]{1,80}), \[(?P<day>[^\]\n]{6,18}[\s,]\s?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)\]:?"
)
REDDIT = re.compile(
    r"(?:r/\w{2,30}\s*+(?:[·•]\s*+)?)?(?:posted by\s+|by\s+)?u/(?P<handle>[\w-]{3,20})(?:\s+in\s+r/\w{2,30})?(?P<when>.{0,40})",
    re.I,
)
HANDLE = re.compile(r"[\w-]{3,20}")
"""A name on Reddit."""
OLD_REDDIT = re.compile(
    r"\[[–+—-]\]\s?(?P<handle>[\w-]{3,20})(?:\s?\[[A-Z]{1,3}\])?\s(?:(?P<score>-?\d[\d.,k]{0,9}) points?|\[score hidden\])\s(?P<when>\d{1,2} \w{3,8} ago)"
)
SUBREDDIT = re.compile(r"r/\w{2,30}(?:\s*[·•])?")
SHARED = re.compile(r"(?P<name>[^()\n]{1,80}) \(@(?P<handle>\w{1,20})\) (?P<when>[^()\n]{5,90}):")
SHARED_ADDRESS = re.compile(r"\((https?://(?:x|twitter)\.com/\w{1,20}/status/\d{1,20})\S{0,200}\)")


class Opening(NamedTuple):
    """What opens a post: whose it is, the day it says, and the number of lines."""

    platform: str
    handle: str | None
    name: str | None
    day: str | None
    lines: int
    timed: bool = False  # whether it says when, if only how long ago
    likes: int | None = None


def from_desktop(text: str) -> Opening | None:
    """Telegram's copies: ``Channel, [05.03.2024 10:15]``, on a Mac ``Channel, [5 Mar 2024 at 10:15:20]:``."""
    found = DESKTOP.match(text)
    if not found or found.end() != len(text):
        return None
    day = find_day(found["day"])
    return Opening("telegram", None, found["name"].strip(), day[0] if day else None, 1)


def forwarded(text: str) -> Opening | None:
    """What is passed on in Telegram: ``Forwarded from Channel``."""
    low = text.casefold()
    for platform, openings in copied().forwarded.items():
        for opening in openings:
            name = text[len(opening) :].strip(" :")
            if low.startswith(f"{opening} ") and is_name(name):
                return Opening(platform, None, name, None, 1)
    return None


def of_reddit(text: str, rest: list[str]) -> Opening | None:
    """``u/ann in r/bridges``, ``Posted by u/ann 2 hours ago``."""
    found = REDDIT.fullmatch(text)
    told = when(found["when"].strip(" ·•")) if found and found["when"].strip(" ·•") else ""
    if not found or told is None or not rest or not rest[0]:
        return None
    dotted = 1 if rest[0] in ("·", "•") else 0
    used = 1 + (dotted + 1 if len(rest) > dotted and since(rest[dotted]) else 0)
    return Opening("reddit", found["handle"], None, told or None, used)


def of_reddit_of_old(text: str) -> Opening | None:
    """Reddit's older pages: ``[–]ann_b 12 points 3 hours ago``, words, ``permalink``."""
    found = OLD_REDDIT.match(text)
    if not found or since(found["when"]) is None:
        return None
    score = found["score"] or ""
    likes = -(short_count(score[1:]) or 0) if score.startswith("-") else short_count(score)
    return Opening("reddit", found["handle"], None, None, 1, timed=True, likes=likes)


def of_reddit_today(text: str, rest: list[str], lines: Sequence[Line], number: int) -> Opening | None:
    """Reddit's newer pages: ``r/bridges``, ``•``, ``2 yr. ago``, ``ann``, an empty line, the title; a comment: ``ann``, ``•``, ``2y ago``, words, ``Upvote``."""
    if HANDLE.fullmatch(text) and rest and is_badge(rest[0]):
        used = _past_badges(lines, number + 1)
        if used < len(lines) and since(lines[used].text) and used > number + 1:
            first = _past_badges(lines, used + 1)
            voted = end_of_post(lines, first, min(len(lines), first + MAX_LINES), "reddit")
            return Opening("reddit", text, None, None, first - number, timed=True) if voted else None
    told = [line for line in rest[:3] if line not in ("·", "•")]
    if not SUBREDDIT.fullmatch(text) or len(told) < 2 or since(told[0]) is None or not HANDLE.fullmatch(told[1]):
        return None
    used = 2 + rest.index(told[1], rest.index(told[0]) + 1)
    return Opening("reddit", told[1], None, None, used + (len(rest) >= used and not rest[used - 1]), timed=True)


def _past_badges(lines: Sequence[Line], number: int) -> int:
    """The number of the line behind dots, what somebody is, and when a comment was edited."""
    last = min(number + MAX_BADGES, len(lines))
    while number < last and lines[number].text:
        text = lines[number].text
        if not is_badge(text) and not (is_badge(text.split()[0]) and since(text.partition(" ")[2])):
            break
        number += 1
    return number


def of_youtube(text: str, rest: list[str], lines: Sequence[Line], number: int) -> Opening | None:
    """A comment on YouTube: ``@ann``, ``2 years ago``, its words, and the button to answer it."""
    if not re.fullmatch(r"@[\w.-]{3,30}", text) or len(rest) < 3 or since(rest[0]) is None:
        return None
    answered = end_of_post(lines, number + 2, min(len(lines), number + MAX_LINES), "youtube")
    return Opening("youtube", text[1:], None, None, 2, timed=True) if answered else None


def of_telegram(text: str, rest: list[str], lines: Sequence[Line], number: int) -> Opening | None:
    """A channel's name, its words, and beneath them the post's address without a scheme, as its widget shows it."""
    if not is_name(text) or not rest or TELEGRAM_ADDRESS.fullmatch(rest[0]):
        return None
    found = [match for line in paragraph(lines, number)[2:] if (match := TELEGRAM_ADDRESS.fullmatch(line.text))]
    return Opening("telegram", found[0][2], text, None, 1) if len(found) == 1 else None


def of_threads(text: str, lines: Sequence[Line], number: int, *, is_of_many: bool) -> Opening | None:
    """Threads shows a name of small letters, then how long ago, then words, then counts; these need not be there where it is one of many."""
    if not SMALL_NAME.fullmatch(text):
        return None
    at = _past_badges(lines, number + 1)
    if at + 1 >= len(lines) or since(lines[at].text) is None or not lines[at + 1].text:
        return None
    below = paragraph(lines, at)
    counted = len(below) > 2 and BARE_COUNTS.fullmatch(below[-1].text)
    return Opening("threads", text, None, None, at + 1 - number, timed=True) if counted or is_of_many else None


def is_of_threads(lines: Sequence[Line]) -> bool:
    """Whether two names of small letters or more stand right above how long ago something was, and a count beneath one of them."""
    found = counted = 0
    for number, line in enumerate(lines[:-1]):
        if SMALL_NAME.fullmatch(line.text):
            at = _past_badges(lines, number + 1)
            if at < len(lines) and since(lines[at].text) is not None and not _answers(lines, at):
                found += 1
                counted += any(
                    BARE_COUNTS.fullmatch(below.text) and since(below.text) is None
                    for below in paragraph(lines, at)[2:]
                )
    return found > 1 and counted > 0


def _answers(lines: Sequence[Line], number: int) -> bool:
    return any(line.text.casefold() in copied().answer_buttons for line in lines[number + 1 : number + 4])


def of_instagram(text: str, rest: list[str], lines: Sequence[Line], number: int) -> Opening | None:
    """Instagram shows a name of small letters, then how long ago, perhaps behind ``Edited•``, then words, and the button to answer."""
    if not SMALL_NAME.fullmatch(text) or len(rest) < 3 or since(rest[0].rpartition("•")[2]) is None:
        return None
    answered = paragraph(lines, number)[-1].text.casefold() in copied().answer_buttons
    return Opening("instagram", text, None, None, 2, timed=True) if answered else None


def of_facebook(text: str, lines: Sequence[Line], number: int) -> Opening | None:
    """Facebook shows a name, a day with a dot behind it, who may see it, words, and what can be done with them."""
    name, _, beside = text.partition("·")
    name = name.strip() if is_badge(beside) else text
    if not is_name(name) or is_badge(name):
        return None
    at = number + 1
    while at < len(lines) and at < number + 6 and is_badge(lines[at].text):
        at += 1
    written, dot, seen_by = lines[at].text.partition("·") if at < len(lines) else ("", "", "")
    told = when(written.strip())
    dotted = dot and (is_badge(seen_by) or not any(map(str.isalnum, seen_by)))
    if told is None or not (dotted or (not dot and at + 1 < len(lines) and lines[at + 1].text == "·")):
        return None
    first = at + 1
    while first < len(lines) and is_badge(lines[first].text) and first < at + 5:
        first += 1
    if end_of_post(lines, first, min(len(lines), first + MAX_LINES), "facebook") is None:
        return None
    return Opening("facebook", None, name, told or None, first - number, timed=True)


def shared(text: str, lines: Sequence[Line], number: int) -> Opening | None:
    """What X's app shares: ``Ann Example (@ann) posted at 9:14 AM on Tue, Feb 03, 2026:``, words, ``(https://x.com/ann/status/1)``."""
    found = SHARED.fullmatch(text)
    if not found or shared_address(lines, number) is None:
        return None
    day = find_day(found["when"])
    return Opening("x", found["handle"], found["name"].strip(), day[0] if day else None, 1, timed=True)


def shared_address(lines: Sequence[Line], number: int) -> tuple[int, str] | None:
    """The number of the line with the address beneath what X's app shares, and the address."""
    for at in range(number + 1, min(number + MAX_LINES, len(lines))):
        if found := SHARED_ADDRESS.fullmatch(lines[at].text):
            return at, found[1]
        if SHARED.fullmatch(lines[at].text):
            return None
    return None
