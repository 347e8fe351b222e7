"""What stands beneath the words of a copied post: when it was posted, its counts, and what can be done with it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ..lexicon import copied
from ..times import find_day
from ..values import short_count
from .client_words import (
    BARE_COUNTS,
    COUNT,
    Line,
    footer,
    has_buttons,
    is_around,
    is_inviting,
    is_offered,
    passes_on,
    since,
)

MAX_COUNTS = 12
"""Lines of counts beneath a post."""
MAX_COUNTS_LETTERS = 500
"""Characters of a line of counts, with what is counted."""
MAX_OPTION = 100
"""Characters of what a poll lets choose."""
TELEGRAM_ADDRESS = re.compile(r"(?:https?://)?(t\.me/(\w{4,40})/\d{1,12})")
OPTION = re.compile(rf"\S.{{0,{MAX_OPTION}}}\s\d{{1,3}}(?:[.,]\d)?\s?%")
DURATION = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d{2}")
SHARE = re.compile(r"\d{1,3}(?:[.,]\d)?\s?%")
ORDER: dict[tuple[str, int], tuple[str, ...]] = {
    ("x", 4): ("replies", "reposts", "likes", "views"),
    ("mastodon", 3): ("replies", "reposts", "likes"),
    ("bluesky", 3): ("replies", "reposts", "likes"),
    ("threads", 4): ("likes", "replies", "reposts"),
}
"""What bare numbers beneath a post count, by the client and how many there are; a client that leaves noughts out shows fewer."""
IN_A_ROW = frozenset(("x", "mastodon", "bluesky", "threads", ""))
"""Clients that show bare numbers beneath a post."""


class Beneath(NamedTuple):
    """A post's words, and what stands beneath them."""

    words: list[str]
    reach: dict[str, int]
    day: str | None


def end_of_post(lines: Sequence[Line], first: int, stop: int, platform: str) -> int | None:
    """The number of the line behind a post's words and what stands beneath them, where these are parted from it by empty lines; None
    where nothing is found beneath before ``stop``, which is where something else begins.
    """
    for number in range(first + 1, stop):
        if not _begins(lines, number, stop, platform):
            continue
        last = number + 1
        while last < stop and last - number < MAX_COUNTS and _goes_on(lines, last, platform):
            last += 1
        while not lines[last - 1].text:
            last -= 1
        return last
    return None


def _begins(lines: Sequence[Line], number: int, stop: int, platform: str) -> bool:
    """Whether what stands beneath a post begins at a line."""
    text = lines[number].text
    low = text.casefold()
    following = lines[number + 1].text if number + 1 < stop else ""
    if platform == "reddit":
        return (
            low in copied().upvotes
            or low.startswith("permalink")
            or (_is_number(text) and following.casefold() in copied().answer_buttons)
        )
    if platform == "youtube":
        return low in copied().answer_buttons or (_is_number(text) and following.casefold() in copied().answer_buttons)
    if platform == "facebook":
        return low.startswith(copied().endings["facebook"]) or has_buttons([low, following.casefold()])
    if platform not in IN_A_ROW:
        return False
    if footer(text) or any(_counts(text)):
        return True
    return _is_number(text) and (
        not following or _is_number(following) or is_offered(following) or is_around(following)
    )


def _goes_on(lines: Sequence[Line], number: int, platform: str) -> bool:
    """Whether a line is empty, of what stands beneath a post, or parted from that by a dot, as is the name of the app that it was written with."""
    text = lines[number].text
    return not text or lines[number - 1].text in ("·", "•") or _belongs(text, platform)


def _belongs(text: str, platform: str) -> bool:
    """Whether a line beneath a post is of what stands there."""
    low = text.casefold()
    return bool(
        BARE_COUNTS.fullmatch(text)
        or text in ("·", "•")
        or any(_counts(text))
        or low in copied().counts
        or low in copied().buttons
        or (platform in IN_A_ROW and footer(text))
    )


def _is_number(text: str) -> bool:
    return bool(BARE_COUNTS.fullmatch(text)) and len(text) < 12


def beneath(lines: list[str], platform: str) -> Beneath:
    """A post's words without what stands beneath them: the time and counts, these counts, and the day."""
    reach: dict[str, int] = {}
    day: str | None = None
    kept = told = lines if platform in ("youtube", "reddit") else with_their_counts(lines)
    low = [line.casefold() for line in told]
    for position, line in enumerate(told[1:], 1):
        stamp = footer(line)
        addressed = TELEGRAM_ADDRESS.fullmatch(line)
        if (
            stamp
            or addressed
            or low[position].startswith(copied().endings["facebook"])
            or has_buttons(low[position : position + 2])
            or low[position] in copied().upvotes
            or low[position].startswith("permalink")
        ):
            days = (find_day(below) for below in told[position:][:4]) if addressed else (stamp,)
            day = next((found[0] for found in days if found), None)
            kept = told[:position]
            parts = (part for below in told[position:] for part in re.split("[·•]", below))
            reach |= dict(count for part in parts for count in _counts(part))
            break
    below = len(kept)
    while kept:
        line = kept[-1]
        counted = dict(_counts(line))
        ends = not line or counted or BARE_COUNTS.fullmatch(line) or (len(kept) < below and since(line))
        if not (ends or (len(kept) > 1 and _is_the_clients(line, len(kept) < len(told)))):
            break
        reach = counted | reach
        kept = kept[:-1]
    ordered = _in_order(told[len(kept) :], platform)
    if day and platform == "x":  # its own page: what stands last are bookmarks
        ordered.pop("views", None)
    return Beneath(_without_poll(kept), ordered | reach, day)


def _is_the_clients(line: str, is_above_more: bool) -> bool:
    """Whether the last line of a post's words is its client's; how long a film is and who passed the next post on count as that only where more stands beneath."""
    return (
        is_offered(line)
        or is_inviting(line)
        or passes_on(line)
        or (is_above_more and DURATION.fullmatch(line) is not None)
    )


def _in_order(lines: list[str], platform: str) -> dict[str, int]:
    """What the bare numbers among the lines beneath a post count, by the order in which its client shows them."""
    low = [line.casefold() for line in lines]
    marks = copied().upvotes if platform == "reddit" else copied().endings.get(platform, ())
    for line, following in zip(low, lines[1:], strict=False):
        if marks and line.startswith(tuple(marks)):
            score = short_count(following)
            return {} if score is None else {"likes": score}
    if platform in ("youtube", "reddit"):
        told = [line for line, following in zip(lines, low[1:], strict=False) if following in copied().answer_buttons]
        liked = short_count(told[0]) if told else None
        return {} if liked is None else {"likes": liked}
    numbers = [short_count(line) for line in lines if _is_number(line)]
    names = ORDER.get((platform, len(numbers)), ())
    if platform == "threads" and not names and numbers and numbers[0] == max(n or 0 for n in numbers):
        names = ("likes",)
    return {name: number for name, number in zip(names, numbers, strict=False) if number is not None}


def _without_poll(lines: list[str]) -> list[str]:
    """A post's words without the choices of a poll, which stand above the number of votes."""
    end = next((i for i, line in enumerate(lines) if i and _counts_votes(line)), None)
    if end is None:
        return lines
    begun = end
    while begun > 1 and (
        OPTION.fullmatch(lines[begun - 1]) or SHARE.fullmatch(lines[begun - 1]) or not lines[begun - 1]
    ):
        begun -= 2 if SHARE.fullmatch(lines[begun - 1]) and begun > 2 else 1
    return lines[:begun] if begun < end else lines


def _counts_votes(line: str) -> bool:
    words = re.split(r"[\s·•]+", line.casefold(), maxsplit=3) if len(line) < MAX_OPTION else []
    return len(words) > 1 and words[0][:1].isdigit() and not copied().votes.isdisjoint(words[1:3])


def with_their_counts(lines: list[str]) -> list[str]:
    """Lines in which each count stands with what is counted, where a client puts that in a line of its own: ``1.2K``, ``Reposts``."""
    told: list[str] = []
    for line in lines:
        if told and line.casefold() in copied().counts and BARE_COUNTS.fullmatch(told[-1]):
            told[-1] += f" {line}"
        else:
            told.append(line)
    return told


def past_counts(lines: Sequence[Line], number: int) -> tuple[int, dict[str, int]]:
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


def likes_in(line: str) -> int | None:
    """The likes that a line says and nothing else: ``148 likes``."""
    return dict(_counts(line)).get("likes")


def _counts(line: str) -> Iterator[tuple[str, int]]:
    """The counts of a line of nothing but counts and what is counted: ``3 Reposts 20 Likes``."""
    if len(line) > MAX_COUNTS_LETTERS:
        return
    found = list(_counted().finditer(line))
    rest = _counted().sub("", line)
    if not found or rest.strip(" ·•,|"):
        return
    for match in found:
        number, counted = short_count(match[1].strip()), copied().counts.get(match[2].casefold())
        if number is not None and counted:
            yield counted, number


@cache
def _counted() -> re.Pattern[str]:
    labels = "|".join(re.escape(label) for label in sorted(copied().counts, key=len, reverse=True))
    return re.compile(rf"{COUNT}\s*({labels})(?!\w)", re.I)
