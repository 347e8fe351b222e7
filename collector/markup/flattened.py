"""Embedded posts that lost their markup: ``text — name (@handle) July 26, 2023``, as they look when an article is pasted."""

import re
from typing import NamedTuple

from ..records import Embed
from ..times import find_day
from .links import find_links
from .marks import Recogniser

DASHES = "—–―‒⸺-"
HANDLE = re.compile(r"[(（]\s{0,9}(@[\w.-]{1,100}(?:@[\w.-]{1,200})?)\s{0,9}[)）]\s{0,9}[,·•|:-]?\s{0,9}")
DASH = re.compile(rf"(?:(?<=[\s\u200b\u200e\u200f.!?…\"”»'’\w)\]])|^)([{DASHES}]|&mdash;)")
AROUND = re.compile(r"([«“„”\"])([^«»“”„\"]++)([»”“\"])")
"""Quotation marks around a whole text, with none within."""
LONGEST_NAME, LONGEST_ASIDE, LONGEST_REST = 100, 40, 60
"""Characters of a name, of what it may say in parentheses (a second name, "they/them"), and of what follows either."""
TIME_OF_DAY = re.compile(
    r"^\s*+(?:,|at|um|klo|kl\.?|à|a las|в|·|o)?\s*+\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[AP]\.?M\.?)?", re.I
)


SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?…]+[\"”»’']?\s+")
"""Where a sentence ends, which a name does not; initials and short titles ("Dr.") end none."""
SMALL_WORDS = frozenset(
    [
        "de",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "du",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "bin",
        "al",
        "af",
        "av",
        "y",
        "und",
        "and",
        "of",
        "zu",
    ]
)
"""Words in small letters that names hold."""


class Flattened(NamedTuple):
    """A flattened embed and where it stands in the text."""

    embed: Embed
    start: int
    end: int


def flattened_in(text: str, known: Recogniser, *, whole: bool = False) -> list[Flattened]:
    """Every flattened embed in ``text``, in order; its platform is "" where ``known`` tells none by the handle.

    A signature is a dash, a name, a handle in parentheses, and a day in any of the larger languages
    within the next 60 characters. What belongs to the post is what precedes the signature in its
    paragraph (or, where the signature is a paragraph by itself, the paragraph before), back to the
    previous signature. Paragraphs end at empty lines or, in a text without any, at line ends;
    ``whole`` says that the text is one embed's alone.
    """
    found: list[Flattened] = []
    floor = 0
    paragraph_end = re.compile(r"\n[ \t]*+\n\s*+" if re.search(r"\n[ \t]*+\n", text) else r"\n\s*+")
    behind = 0
    for match in HANDLE.finditer(text):
        named = _name_before(text, behind, match.start())
        if named is None:
            continue
        dash, name = named
        behind = match.end()
        rest = text[match.end() : match.end() + LONGEST_REST].split("\n", 1)[0]
        day = find_day(rest) if any(c.isdigit() for c in rest) else None
        if not day or day[1] > 25 or dash < floor:
            continue
        end = match.end() + day[2]
        clock = TIME_OF_DAY.match(text[end : end + 30])
        end += clock.end() if clock else 0
        trailing = re.match(r"\s*(?:г\.?|р\.?|UTC|GMT)(?=\s|$)", text[end : end + 6])
        end += trailing.end() if trailing else 0
        start = _skip_space(text, floor) if whole else _start(text, dash, floor, paragraph_end)
        body = text[start:dash].strip()
        if not body and not name:
            continue
        handle = match[1].removeprefix("@").rstrip(".")
        platform = known.platform_of(handle) or ""
        found.append(Flattened(_embed(platform, body, name, handle, day[0]), start, end))
        floor = end
    return found


def _name_before(text: str, floor: int, end: int) -> tuple[int, str] | None:
    """The dash that opens a signature whose handle begins at ``end``, and the name between; None where there is none.

    The first dash after ``floor`` that leaves a name of one line: words, and perhaps one aside in parentheses.
    """
    head = text[max(floor, end - LONGEST_NAME - LONGEST_ASIDE - LONGEST_REST - 20) : end].rstrip()
    base = max(floor, end - LONGEST_NAME - LONGEST_ASIDE - LONGEST_REST - 20)
    opens = max(head.rfind(mark) for mark in "()（）\n")
    aside = head.rfind("(", 0, opens) if head[opens : opens + 1] == ")" else -1
    if (
        aside >= 0
        and opens - aside - 1 <= LONGEST_ASIDE
        and "\n" not in head[aside:]
        and len(head) - opens - 1 <= LONGEST_REST
    ):
        before = max(head.rfind(mark, 0, aside) for mark in "()（）\n")
        found = _first_dash(head, before, aside)
        if found:
            return base + found[0], head[found[1] :].strip()
    found = _first_dash(head, opens, len(head))
    return (base + found[0], head[found[1] :].strip()) if found else None


def _first_dash(head: str, after: int, end: int) -> tuple[int, int] | None:
    """Where the first dash behind ``after`` starts and ends from which a name of no more than ``LONGEST_NAME`` runs to ``end``."""
    found = [m for m in DASH.finditer(head, after + 1, end) if len(head[m.end() : end].lstrip()) <= LONGEST_NAME]
    if found:
        named = next((m for m in found if _is_name(head[m.end() : end])), found[-1])
        sentence = list(SENTENCE_END.finditer(head, named.end(), end))
        return (sentence[-1].end(), sentence[-1].end()) if sentence else (named.start(), named.end())
    if head[after : after + 1] == "\n":  # the dash may end the line before
        line = head[: after + 1].rstrip()
        last = DASH.search(line, max(0, len(line) - 7))
        if last and last.end() == len(line) and end - after <= LONGEST_NAME:
            return last.start(), last.end()
    return None


def _is_name(text: str) -> bool:
    """Whether what follows a dash may be a name alone: no sentence ends in it, and a dash in it stands behind a name."""
    inner = DASH.search(text)
    before = text[: inner.start()].split() if inner else []
    return not SENTENCE_END.search(text) and all(
        not word[0].islower() or word in SMALL_WORDS for word in before if word[0].isalpha()
    )


def _start(text: str, dash: int, floor: int, paragraph_end: re.Pattern[str]) -> int:
    """Where the post's text begins: its paragraph, or the one before a signature that stands alone."""
    before = text[floor:dash].rstrip()
    breaks = [m.end() for m in paragraph_end.finditer(before)]
    return _skip_space(text, floor + (breaks[-1] if breaks else 0))


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _unquoted(body: str) -> str:
    """A post's words without the quotation marks that an article has put around all of them."""
    found = AROUND.fullmatch(body)
    return found[2].strip() if found else body


def _embed(platform: str, body: str, name: str, handle: str, day: str) -> Embed:
    body = _unquoted("\n".join(line.strip(" \t\u00a0") for line in body.split("\n")).strip())
    return Embed(
        platform=platform,
        author_handle=handle,
        author_name=" ".join(name.split()) or None,
        posted_at=day,
        text=body or None,
        links=find_links(body),
    )


def without(text: str, pieces: list[Flattened]) -> str:
    """``text`` with the flattened embeds taken out."""
    kept, position = [], 0
    for piece in pieces:
        kept.append(text[position : piece.start])
        position = piece.end
    kept.append(text[position:])
    return re.sub(r"\n[ \t]*+\n\s*+", "\n\n", "".join(kept)).strip()
