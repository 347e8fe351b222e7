"""What single lines of a client are: names, times, counts, buttons, badges, advertisements."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ..lexicon import copied
from ..times import find_day
from ..values import UNITS
from .flattened import SMALL_WORDS

MAX_NAME, MAX_NAME_WORDS, MAX_LINES = 80, 8, 60
"""Characters of a name and its words, and lines of one post."""
MAX_BADGES = 12
"""Lines that say what somebody is, beneath a name."""
MAX_AROUND = 120
"""Characters of a line of a client's own words."""
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
CLOCK_LAST = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[AP]M)?(?:\s*[·•].{0,40})?$")
COUNT = rf"(\d(?:[\d.,\u00a0\u202f]| (?=\d{{3}}(?!\d)))*+(?:\s?(?:{'|'.join(sorted(UNITS, key=len, reverse=True)).rstrip('|')})(?!\w)\.?)?)"
BARE_COUNTS = re.compile(rf"(?:{COUNT}\s*)+", re.I)
AT_A_TIME = re.compile(
    r"(?:,|\s(?:at|um|klo|kello|kl\.?|à|a las|в|о|об))\s\d{1,2}[:.h]\d{2}(?:\s?(?:[AP]M|Uhr))?$", re.I
)
"""A time of day behind a day."""
SHORTENED = re.compile(r"[A-ZÀ-ÞА-ЯЄІЇҐ][^\W\d_]{0,2}\.")
"""The last word of a name that is shortened: ``Олег Ст.``."""
TOP = re.compile(r"top \d{1,2}% (?:commenter|poster)")
SMALL_NAME = re.compile(r"[a-z0-9][a-z0-9_.]{2,29}")
"""An account's name as Instagram, TikTok and Threads show it."""
DAY_OF_YEAR = re.compile(r"\d{1,2}-\d{1,2}")
"""A day without its year, as TikTok writes it."""


class Line(NamedTuple):
    """A line of a pasted text."""

    text: str  # without marks of direction and the blanks around it
    start: int
    end: int


def has_buttons(lines: list[str]) -> bool:
    """Whether lines, in small letters, end with what one can do with a post: ``like``, ``comment``, ``share``."""
    pairs = pairwise(lines)
    return any(one in copied().like_buttons and other in copied().comment_buttons for one, other in pairs)


def is_offered(line: str) -> bool:
    """Whether a line is what a client offers beneath a post's words, to show more, to translate, to answer, or a dot between such."""
    low = line.casefold().lstrip("…. ").replace("’", "'")
    return line in ("·", "•") or low in copied().buttons or low in copied().badges or translates(line)


def translates(line: str) -> bool:
    """Whether a line offers a translation, or says that what follows is one, and names a language."""
    low = line.casefold().replace("’", "'")
    words = copied()
    return len(line) <= MAX_NAME and (
        low.startswith(words.translating) or (low.startswith(words.translating_from) and low.endswith(words.translated))
    )


def is_badge(line: str) -> bool:
    """Whether a line says what somebody is beside their name: ``Author``, ``· Créateur``, ``Top 1% Commenter``."""
    low = line.casefold().strip(" ·•✓✔✍🏻️")
    return not low or low in copied().badges or low.startswith(copied().shown_to) or bool(TOP.fullmatch(low))


def passes_on(line: str) -> bool:
    """Whether a line says who passed on the post beneath it: ``Ann reposted``."""
    return len(line) <= MAX_AROUND and line.casefold().endswith(copied().passing)


def is_ad(line: str) -> bool:
    """Whether a line says that what follows was paid for."""
    return line.casefold().strip(" ·•") in copied().ads


def is_inviting(line: str) -> bool:
    """Whether a line is a client's own that invites to write or to sign in, or that says what is in a picture."""
    return len(line) <= 4 * MAX_AROUND and line.casefold().startswith(copied().inviting)


def is_around(line: str) -> bool:
    """Whether a line is a client's own between posts: how they are sorted, how many more there are, where to write."""
    words = copied()
    low = line.casefold().strip(" ·•▾().…0123456789").strip()
    if len(line) > MAX_AROUND:
        return False
    if not low or low in words.around_posts or is_inviting(line) or is_ad(line):
        return True
    leads = low.split()[0] in words.leading or low.endswith(words.leading_last)
    counted = BARE_COUNTS.match(line) and len(low.split()) <= 3
    return bool(leads or counted) and any(stem in low for stem in words.answers)


def paragraph(lines: Sequence[Line], number: int) -> Sequence[Line]:
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
        and (text[-1] not in ".!?…,;:" or (len(words) > 1 and SHORTENED.fullmatch(words[-1]) is not None))
        and any(c.isalpha() for c in text)
        and not text.startswith(("@", "#", "http", "-", "–", "—"))
        and words[0].casefold() not in copied().bylines
        and text.casefold() not in copied().buttons
        and find_day(text) is None
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
