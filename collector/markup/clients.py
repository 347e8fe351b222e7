"""What a post looks like that was copied from a client: the lines that open it, one network after the other."""

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ..lexicon import copied
from ..times import find_day
from ..values import UNITS
from .flattened import SMALL_WORDS

MAX_NAME, MAX_NAME_WORDS, MAX_LINES = 80, 8, 60
"""Characters of a name and its words, and lines of one post."""
DESKTOP = re.compile(
    r"(?P<name>[^\n\[\]]{1,80}), \[(?P<day>[^\]\n]{6,18}[\s,]\s?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)\]:?"
)
REDDIT = re.compile(
    r"(?:r/\w{2,30}\s*+(?:[·•]\s*+)?)?(?:posted by\s+|by\s+)?u/(?P<handle>[\w-]{3,20})(?:\s+in\s+r/\w{2,30})?(?P<when>.{0,40})",
    re.I,
)
SMALL_NAME = re.compile(r"[a-z0-9][a-z0-9_.]{2,29}")
HANDLE = re.compile(r"[\w-]{3,20}")
"""A name on Reddit."""
SUBREDDIT = re.compile(r"r/\w{2,30}(?:\s*[·•])?")
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
CLOCK_LAST = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[AP]M)?(?:\s*[·•].{0,40})?$")
COUNT = rf"(\d[\d.,\u00a0\u202f]*+(?:\s?(?:{'|'.join(sorted(UNITS, key=len, reverse=True)).rstrip('|')})(?!\w)\.?)?)"
BARE_COUNTS = re.compile(rf"(?:{COUNT}\s*)+", re.I)
AT_A_TIME = re.compile(
    r"(?:,|\s(?:at|um|klo|kello|kl\.?|à|a las|в|о|об))\s\d{1,2}[:.h]\d{2}(?:\s?(?:[AP]M|Uhr))?$", re.I
)
"""A time of day behind a day."""
TELEGRAM_ADDRESS = re.compile(r"(?:https?://)?(t\.me/(\w{4,40})/\d{1,12})")


class Line(NamedTuple):
    """A line of a pasted text."""

    text: str  # without marks of direction and the blanks around it
    start: int
    end: int


class Opening(NamedTuple):
    """What opens a post: whose it is, the day it says, and the number of lines."""

    platform: str
    handle: str | None
    name: str | None
    day: str | None
    lines: int


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


def of_reddit_today(text: str, rest: list[str], lines: list[Line], number: int) -> Opening | None:
    """Reddit's newer pages: ``r/bridges``, ``•``, ``2 yr. ago``, ``ann``, an empty line, the title; a comment: ``ann``, ``•``, ``2y ago``, words, ``Upvote``."""
    below = [line.text.casefold() for line in paragraph(lines, number)]
    if HANDLE.fullmatch(text) and rest[:1] in (["·"], ["•"]) and len(rest) > 2 and since(rest[1]) and "upvote" in below:
        return Opening("reddit", text, None, None, 3)
    told = [line for line in rest[:3] if line not in ("·", "•")]
    if not SUBREDDIT.fullmatch(text) or len(told) < 2 or since(told[0]) is None or not HANDLE.fullmatch(told[1]):
        return None
    used = 2 + rest.index(told[1], rest.index(told[0]) + 1)
    return Opening("reddit", told[1], None, None, used + (len(rest) >= used and not rest[used - 1]))


def of_youtube(text: str, rest: list[str], lines: list[Line], number: int) -> Opening | None:
    """A comment on YouTube: ``@ann``, ``2 years ago``, its words, and the button to answer it."""
    if not re.fullmatch(r"@[\w.-]{3,30}", text) or len(rest) < 3 or since(rest[0]) is None:
        return None
    answered = any(line.text.casefold() in copied().answer_buttons for line in paragraph(lines, number))
    return Opening("youtube", text[1:], None, None, 2) if answered else None


def of_telegram(text: str, rest: list[str], lines: list[Line], number: int) -> Opening | None:
    """A channel's name, its words, and beneath them the post's address without a scheme, as its widget shows it."""
    if not is_name(text) or not rest or TELEGRAM_ADDRESS.fullmatch(rest[0]):
        return None
    found = [match for line in paragraph(lines, number)[2:] if (match := TELEGRAM_ADDRESS.fullmatch(line.text))]
    return Opening("telegram", found[0][2], text, None, 1) if len(found) == 1 else None


def of_threads(text: str, rest: list[str], lines: list[Line], number: int) -> Opening | None:
    """Threads shows a name of small letters, then how long ago, then words, then counts."""
    dotted = 1 if rest[:1] in (["·"], ["•"]) else 0
    if not SMALL_NAME.fullmatch(text) or len(rest) < 3 + dotted or since(rest[dotted]) is None:
        return None
    below = [line.text for line in paragraph(lines, number)]
    return Opening("threads", text, None, None, 2 + dotted) if BARE_COUNTS.fullmatch(below[-1]) else None


def of_instagram(text: str, rest: list[str], lines: list[Line], number: int) -> Opening | None:
    """Instagram shows a name of small letters, then how long ago, perhaps behind ``Edited•``, then words, and the button to answer."""
    if not SMALL_NAME.fullmatch(text) or len(rest) < 3 or since(rest[0].rpartition("•")[2]) is None:
        return None
    answered = paragraph(lines, number)[-1].text.casefold() in copied().answer_buttons
    return Opening("instagram", text, None, None, 2) if answered else None


def of_facebook(text: str, rest: list[str], lines: list[Line], number: int) -> Opening | None:
    """Facebook shows a name, a day with a dot behind it, words, and what can be done with them."""
    if len(rest) < 3 or not rest[0].endswith("·") or not is_name(text):
        return None
    told = when(rest[0].rstrip(" ·"))
    below = [line.text.casefold() for line in paragraph(lines, number)]
    if told is None or not (any(line.startswith(copied().endings["facebook"]) for line in below) or has_buttons(below)):
        return None
    return Opening("facebook", None, text, told or None, 2)


def has_buttons(lines: list[str]) -> bool:
    """Whether lines, in small letters, end with what one can do with a post: ``like``, ``comment``, ``share``."""
    pairs = pairwise(lines)
    return any(one in copied().like_buttons and other in copied().comment_buttons for one, other in pairs)


def paragraph(lines: list[Line], number: int) -> list[Line]:
    """The lines from one to the next empty one."""
    end = number
    while end < len(lines) and lines[end].text and end - number < MAX_LINES:
        end += 1
    return lines[number:end]


def is_name(text: str) -> bool:
    """Whether a line may be a person's or a channel's name: a few words, no sentence."""
    words = text.split()
    return (
        0 < len(text) <= MAX_NAME
        and len(words) <= MAX_NAME_WORDS
        and text[-1] not in ".!?…,;:"
        and any(c.isalpha() for c in text)
        and not text.startswith(("@", "#", "http", "-", "–", "—"))
        and words[0].casefold() not in copied().bylines
        and text.casefold() not in copied().buttons
    )


def is_full_name(text: str) -> bool:
    """Whether a line is plainly a name: two words or more, all of them capitals' but for particles."""
    words = text.split()
    return len(words) >= 2 and all(word[:1].isupper() or word in SMALL_WORDS for word in words)


def when(text: str) -> str | None:
    """The day that a client's line says, "" where it says how long ago or a day without its year; None where it is no time."""
    if not text or len(text) > 40:
        return None
    if since(text) is not None:
        return ""
    for written, told in ((text, True), (f"{AT_A_TIME.sub('', text)} 2024", False)):
        day = find_day(written)
        if day and day[1] <= 3 and len(written) - day[2] <= 14:
            return day[0] if told else ""
    return None


def since(text: str) -> re.Match[str] | None:
    """How long ago something was, where a line says nothing else: ``2h``, ``3 days ago``."""
    return _since_form().fullmatch(text.strip(" ·•"))


@cache
def _since_form() -> re.Pattern[str]:
    words = copied()
    units, before, after = ("|".join(map(re.escape, w)) for w in (words.units, words.before, words.after))
    return re.compile(rf"(?:(?:{before})\s)?\d{{1,3}}\s?(?:{units})\.?(?:\s\(?(?:{after})\)?)*", re.I)


def footer(line: str) -> tuple[str, int, int] | None:
    """The day in the line beneath a post that says when it was posted: ``10:15 AM · Mar 5, 2024``."""
    return find_day(line) if len(line) < 80 and (CLOCK.match(line) or CLOCK_LAST.search(line)) else None
