"""Embedded posts that lost their markup: ``text — name (@handle) July 26, 2023``, as they look when an article is pasted."""

import re
from typing import NamedTuple

from .dates import find_day
from .records import Embed

DASHES = "—–―‒⸺-"
HANDLE = r"@[\w.-]+(?:@[\w.-]+)?"
SIGNATURE = re.compile(
    rf"(?P<lead>^|[\s\u200b\u200e\u200f.!?…\"”»'’\w)\]])(?P<dash>[{DASHES}]|&mdash;|\u2014)\s*(?P<name>[^\n()（）]{{0,100}}?(?:\([^\n()]{{0,40}}\)[^\n()]{{0,60}}?)?)\s*"
    rf"[(（]\s*(?P<handle>{HANDLE})\s*[)）]\s*[,·•|:-]?\s*(?=(?P<rest>[^\n]{{0,60}}))"
)
SHARED = re.compile(
    r"(?:A (?:post|photo|video|reel) (?:shared|posted) by|Ein (?:von|Beitrag)[^\n]{0,30}?|Una publicación compartida (?:por|de)|Une publication partagée par|Un post condiviso da|Uma publicação compartilhada por|Julkaisun jakoi|Ett inlägg delat av|Публикация от)\s+(?P<name>[^\n()]{0,80}?)\s*\((?P<handle>@[\w.]+)\)"
)
URL = re.compile(r"https?://[^\s<>\"'”»)\]]+|(?<![\w/.])pic\.twitter\.com/\w+")
TIME_OF_DAY = re.compile(
    r"^\s*(?:,|at|um|klo|kl\.?|à|a las|в|·|o)?\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[AP]\.?M\.?)?", re.I
)


class Flattened(NamedTuple):
    """A flattened embed and where it stands in the text."""

    embed: Embed
    start: int
    end: int


def find_flattened(text: str, *, whole: bool = False) -> list[Flattened]:
    """Every flattened embed in ``text``, in order.

    A signature is a dash, a name, a handle in parentheses, and a day in any of the larger languages
    within the next 60 characters. What belongs to the post is what precedes the signature in its
    paragraph (or, where the signature is a paragraph by itself, the paragraph before), back to the
    previous signature. Paragraphs end at empty lines or, in a text without any, at line ends;
    ``whole`` says that the text is one embed's alone.
    """
    found: list[Flattened] = []
    floor = 0
    paragraph_end = re.compile(r"\n[ \t]*\n\s*" if re.search(r"\n[ \t]*\n", text) else r"\n\s*")
    for match in SIGNATURE.finditer(text):
        if match.start("dash") < floor:
            continue
        day = find_day(match["rest"])
        if not day or day[1] > 25:
            continue
        end = match.start("rest") + day[2]
        clock = TIME_OF_DAY.match(text[end : end + 30])
        end += clock.end() if clock else 0
        trailing = re.match(r"\s*(?:г\.?|р\.?|UTC|GMT)(?=\s|$)", text[end : end + 6])
        end += trailing.end() if trailing else 0
        start = _skip_space(text, floor) if whole else _start(text, match.start("dash"), floor, paragraph_end)
        body = text[start : match.start("dash")].strip()
        if not body and not match["name"].strip():
            continue
        found.append(Flattened(_embed(body, match["name"], match["handle"], day[0]), start, end))
        floor = end
    return found


def _start(text: str, dash: int, floor: int, paragraph_end: re.Pattern[str]) -> int:
    """Where the post's text begins: its paragraph, or the one before a signature that stands alone."""
    before = text[floor:dash].rstrip()
    breaks = [m.end() for m in paragraph_end.finditer(before)]
    return _skip_space(text, floor + (breaks[-1] if breaks else 0))


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _embed(body: str, name: str, handle: str, day: str) -> Embed:
    handle = handle.removeprefix("@").rstrip(".")
    platform = "x"
    if "@" in handle:
        platform = "mastodon"
    elif "." in handle:
        platform = "bluesky"
    body = re.sub(r"[ \t\u00a0]*\n[ \t]*", "\n", body).strip()
    return Embed(
        platform=platform,
        author_handle=handle,
        author_name=" ".join(name.split()) or None,
        posted_at=day,
        text=body or None,
        links=find_links(body),
    )


def find_links(text: str) -> tuple[str, ...]:
    """The http(s) addresses written out in a post's text, in order, each once."""
    links = [re.sub(r"[.,;:!?…]+$", "", found) for found in URL.findall(text)]
    return tuple(dict.fromkeys(f"https://{link}" if link.startswith("pic.") else link for link in links))


def without(text: str, pieces: list[Flattened]) -> str:
    """``text`` with the flattened embeds taken out."""
    kept, position = [], 0
    for piece in pieces:
        kept.append(text[position : piece.start])
        position = piece.end
    kept.append(text[position:])
    return re.sub(r"\n[ \t]*\n\s*", "\n\n", "".join(kept)).strip()
