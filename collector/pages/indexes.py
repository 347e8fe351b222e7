"""An index that lists which pages report a story: GDELT's DOC 2.0.

Format: blog.gdeltproject.org, "GDELT DOC 2.0 API".
"""

from typing import Any

from ..errors import NoQuestion
from ..records import Subject
from ..urls import is_web_address
from ..values import at, items, text
from .feeds import Entry

GDELT_PACE = 5.0
"""Seconds between two questions that GDELT asks for."""
GDELT_LANGUAGES = {"english": "en", "finnish": "fi", "swedish": "sv", "german": "de", "french": "fr", "spanish": "es", "russian": "ru", "ukrainian": "uk"}  # fmt: skip


MIN_WORDS = 3
"""Words to ask with where there is no name; fewer would find any story."""


def gdelt_question(subject: Subject) -> dict[str, str]:
    """The parameters of a query for last week's articles on a subject: its names, a phrase of it, or its rarest words.

    GDELT refuses words of fewer than three letters and requires all words of a query. Raises NoQuestion where the
    subject has too few names and words.
    """
    names = [f'"{name}"' for name in subject.names if len(name) > 3][:3]
    words = [word for word in subject.words if word.isalpha()]
    if len(names) == 1:
        names += words[:2]
    elif not names and subject.phrases:
        names = [f'"{subject.phrases[0]}"']
    elif not names and len(words) >= MIN_WORDS:
        names = words[:MIN_WORDS]
    if not names or (len(names) == 1 and not names[0].count(" ")):
        asked = ", ".join(word.strip('"') for word in names or words) or "none"
        raise NoQuestion(f"GDELT was not asked: too few names or words of its own in title and claims ({asked})")
    return {
        "query": " ".join(names), "mode": "artlist", "format": "json", "maxrecords": "100", "sort": "datedesc", "timespan": "1w",
    }  # fmt: skip


def read_gdelt(payload: Any) -> list[Entry]:
    """The articles of an answer in ``artlist`` form."""
    found = []
    for item in items(at(payload, "articles")):
        url = text(item.get("url"))
        if url and is_web_address(url):
            day = text(item.get("seendate")) or ""
            found.append(
                Entry(
                    url=url,
                    title=text(item.get("title")),
                    published_at=seen(day),
                    language=GDELT_LANGUAGES.get((text(item.get("language")) or "").lower()),
                )
            )
    return found


def seen(stamp: str) -> str | None:
    """``20240301T101500Z`` as ISO 8601; None for anything else."""
    if len(stamp) != 16 or not (stamp[:8] + stamp[9:15]).isdigit():
        return None
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[9:11]}:{stamp[11:13]}:{stamp[13:15]}Z"
