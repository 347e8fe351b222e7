"""What stays of posts in a pasted text: of embeds that were copied, and titles of posts' pages."""

import re
from collections.abc import Sequence
from functools import cache

from ..lexicon import copied
from ..records import Embed
from ..times import find_day
from .client_words import MAX_NAME, Line, is_full_name, is_name
from .flattened import Flattened
from .links import find_links
from .marks import Recogniser
from .openings import HANDLE

MAX_EMBED_LINES, MAX_EMBED_LETTERS = 12, 2_000
"""Lines that stay of an embed that was copied, and characters of one."""
TIKTOK = re.compile(r"@([\w.]{2,30})\s++([^♬]{0,4000})♬")
OPENING_QUOTE, CLOSING_QUOTE = "\"“„«”'‘»", "\"”“»«'’"
TITLE_END = re.compile(r"\s{0,4}/\s{0,4}(?:X|Twitter|Threads|Bluesky)\s*$")


def left_by_embed(lines: Sequence[Line], number: int, known: Recogniser) -> tuple[Flattened, int] | None:
    """What stays of an embed that was copied: ``View this post on Instagram``, words, ``A post shared by Ann (@ann)``; ``@ann words ♬ tune``."""
    text = lines[number].text
    around = text.casefold().startswith(copied().around)
    if not (around or text.startswith("@")) and "(@" not in text:
        return None
    held: list[str] = []
    for last in range(number, min(number + MAX_EMBED_LINES, len(lines))):
        line = lines[last].text[:MAX_EMBED_LETTERS]
        signed = known.marks["instagram"].signature if "instagram" in known.marks else None
        found = signed.match(line) if signed and not text.startswith("@") else None
        if found:
            day = find_day(line[found.end() :])
            body = "\n".join(held[1:]).strip()
            embed = Embed(platform="instagram", author_handle=found["handle"][1:], author_name=found["name"].strip() or None,
                posted_at=day[0] if day else None, text=body or None, links=find_links(body))  # fmt: skip
            return Flattened(embed, lines[number].start, lines[last].end), last + 1
        held.append(line)
        tune = TIKTOK.match("\n".join(held)) if "♬" in line and text.startswith("@") else None
        if tune:
            body = tune[2].strip()
            embed = Embed(platform="tiktok", author_handle=tune[1], text=body or None, links=find_links(body))
            return Flattened(embed, lines[number].start, lines[last].end), last + 1
        if not around and (not line or not text.startswith("@")):
            return None
    return None


def titled(line: Line, known: Recogniser) -> Flattened | None:
    """A page's title: ``Ann Example on X: "words" / X``."""
    if len(line.text) > 4_000:
        return None
    found = _title().match(line.text)
    if not found:
        return None
    end = TITLE_END.search(line.text)
    words = line.text[found.end() : end.start() if end else len(line.text)].strip()
    name, handle = found["name"].strip(), found["handle"]
    if not words or words[-1] not in CLOSING_QUOTE or not (is_name(name) or not name):
        return None
    sure = handle or (end and not found["posting"])
    if not sure and (found["posting"] or not is_full_name(name)):
        return None
    platform = copied().platforms.get(found["platform"].casefold())
    if platform is None:
        return None
    day = find_day(found["rest"] or "")
    body = words[:-1].strip()
    embed = Embed(
        platform=platform,
        author_handle=handle[1:].rstrip(".") if handle else None,
        author_name=name or None,
        posted_at=day[0] if day else None,
        text=body or None,
        links=find_links(body),
    )
    return Flattened(embed, line.start, line.end)


@cache
def _title() -> re.Pattern[str]:
    words = copied()
    platforms = "|".join(re.escape(name) for name in sorted(words.platforms, key=len, reverse=True))
    on = "|".join(sorted(words.on, key=len, reverse=True))
    posting = "|".join(re.escape(word) for word in sorted(words.posting, key=len, reverse=True))
    return re.compile(
        rf"(?P<name>[^:\"“„«()\n]{{0,{MAX_NAME}}}?)\s{{0,4}}(?:\((?P<handle>{HANDLE})\)\s{{0,4}})?(?P<posting>\b(?:{posting})\s{{1,4}})?"
        rf"(?:\b(?:{on})\s{{1,4}})?(?<![\w-])(?P<platform>{platforms})(?P<rest>\s[^:\"“„«\n]{{0,40}})?\s?:\s?[{OPENING_QUOTE}]",
        re.I,
    )
