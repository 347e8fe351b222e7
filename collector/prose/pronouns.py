"""Words that "he" or "she" says, who is the last speaker."""

from functools import cache

import regex

from ..lexicon import Lexicon
from .verbs import reporting_verbs

Quotes = list[tuple[str, int, int]]


def pronoun_words(sentence: str, quotes: Quotes, lex: Lexicon, *, tail: bool = False) -> tuple[str | None, bool]:
    """The words that a pronoun says in a sentence, and whether they are quoted; None where it says none.

    ``"It rained," she said`` and ``She said that it rained``; in languages that leave the pronoun out, ``"Llueve", añadió``
    too. ``tail`` says that the sentence is a quotation which a dash opens.
    """
    for verb in reporting_verbs(sentence, quotes, lex, tail=tail):
        before, rest = sentence[: verb.start], sentence[verb.end :]
        subject = _subject(before, rest, lex)
        if subject is None:
            continue
        start, end = subject[0] if subject[0] is not None else verb.start, verb.end + subject[1]
        long_quotes = [q for q in quotes if len(q[0].split()) > 2]
        if tail:
            words = regex.sub(r"(?r)[\s,]*[–—]?\s*$", "", sentence[:start]).strip()
            return (
                (words, True)
                if regex.search(r"[,?!.…–—]\s*$", sentence[:start]) and len(words.split()) > 1
                else (None, False)
            )
        gap = sentence[end : long_quotes[0][1]].strip() if long_quotes and long_quotes[0][1] >= end else None
        if any(e <= start + 1 for _, _, e in quotes) or (
            gap is not None and (gap.endswith(":") or gap.strip(",") == "")
        ):
            words = " ".join(q[0] for q in quotes).strip(" ,")
            return (words, True) if len(words.split()) > 1 else (None, False)
        if start < 3 and verb.word not in lex.denials:
            that = lex.that.match(sentence[end:])
            if that or (verb.word in lex.bare and subject[0] is not None and len(sentence[end:].split()) > 3):
                return sentence[end + (that.end() if that else 0) :].strip(" ,."), False
    return None, False


@cache
def _ahead(pronoun: str) -> "regex.Pattern[str]":
    return regex.compile(rf"(?r)(?<!\p{{L}})({pronoun})\s+(?:\p{{Ll}}+\s+){{0,2}}?$", regex.I)


@cache
def _behind(pronoun: str) -> "regex.Pattern[str]":
    return regex.compile(rf"(?:-t)?[\s-]+{pronoun}(?!\p{{L}})", regex.I)


def _subject(before: str, rest: str, lex: Lexicon) -> tuple[int | None, int] | None:
    """Where the pronoun before a verb starts, or how long that behind it is; None where the verb has another subject."""
    for pronoun in lex.pronouns:
        ahead = _ahead(pronoun).search(before)
        if ahead:
            return ahead.start(1), 0
        behind = _behind(pronoun).match(rest)
        if behind:
            return None, behind.end()
    dropped = lex.language in ("es", "ru", "uk", "pl", "it", "pt") and regex.search(
        r"(?r)[”“»\"],?\s*[–—-]?\s*$", before
    )
    if lex.language == "es" and not before.strip() and lex.that.match(rest):
        return None, 0
    return (None, 0) if dropped and regex.match(r"\s*[.,;:–—]|\s*$", rest) else None
