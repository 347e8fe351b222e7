"""What an article's text repeats from above the article: its heading, who wrote it, when."""

from collections.abc import Iterable

from ..times import find_times
from .authors import SENTENCE_ENDS, pasted_byline

MAX_HEAD, MAX_LINE, MAX_BESIDE, MAX_SMALL = 6, 160, 60, 3
"""Paragraphs at the beginning of a text that may be its head; characters of one, and of one beside its times; words with a small
first letter there: a sentence has more.
"""


def without_head(text: str, headings: Iterable[str | None]) -> str:
    """A text without the paragraphs at its beginning that repeat its heading, the short lines above one that are no sentences, and the lines of its
    authors and days that follow one.
    """
    known = {_plain(heading) for heading in headings if heading}
    paragraphs = text.split("\n\n")
    headed = 0
    for number, paragraph in enumerate(paragraphs[:MAX_HEAD]):
        if _plain(paragraph) in known or (headed and _is_byline(paragraph)):
            headed = number + 1
        elif headed or len(paragraph) > MAX_LINE or paragraph.rstrip().endswith(SENTENCE_ENDS):
            break
    return "\n\n".join(paragraphs[headed:]) if headed < len(paragraphs) else text


def _is_byline(line: str) -> bool:
    """Whether a line says who wrote the article or when, and no more."""
    if len(line) > MAX_LINE or "\n" in line or line.rstrip().endswith(SENTENCE_ENDS):
        return False
    if pasted_byline(line):
        return True
    times = list(find_times(line))
    beside = line
    for time in reversed(times):
        beside = beside[: time.start] + beside[time.end :]
    small = sum(word[0].islower() for word in beside.split())
    return bool(times) and len(beside) <= MAX_BESIDE and small <= MAX_SMALL


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
