"""Whether a sentence says of somebody that nothing was said: ``Nobody, not even Ann Lee, said that``, ``Ann Lee declined to say whether``."""

from functools import cache

import regex

from ..lexicon import Lexicon, word_lists
from .attribution import Attribution
from .sentences import Quotes, is_quoted

MIN_CLAUSE_WORDS = 2
"""Words behind an attribution that may be what was said."""
SILENCE = regex.compile(
    r"(?:refused|refuses|declined|declines)\s+to\s+(?:comment|say|speak|answer|respond|discuss|confirm|elaborate|reveal|disclose|be\s+drawn)(?!\p{L})",
    regex.I,
)
"""What is told of somebody who said nothing."""


def is_unsaid(sentence: str, quotes: Quotes, at: Attribution, lex: Lexicon) -> bool:
    """Whether the words behind an attribution are denied to be the speaker's, or were not to be had."""
    if at.form not in ("lead", "inverted") or is_quoted(0, quotes):
        return False
    rest = sentence[at.end :]
    if SILENCE.search(sentence, at.name.end, at.end + len("to be drawn on ")):
        return True
    that = lex.that.search(rest, 0, 100)
    told = {word.casefold() for word in regex.findall(r"\p{L}+", rest[: that.start()])} if that else set()
    if not told.isdisjoint(word_lists("unsaid")["not"].split()):
        return True
    opening = _opening(lex.language)
    nobody = opening is not None and opening.match(sentence) is not None
    return nobody and len(rest.split()) >= MIN_CLAUSE_WORDS and not _closes(sentence[: at.start], at, lex)


@cache
def _opening(language: str) -> "regex.Pattern[str] | None":
    """How a sentence opens in a language in which nobody says what follows; None where no such words are listed."""
    patterns = word_lists("unsaid")["openings"].get(language)
    return regex.compile(rf"(?:{patterns})(?!\p{{L}})", regex.I) if patterns else None


def _closes(lead: str, at: Attribution, lex: Lexicon) -> bool:
    """Whether the words before an attribution are a clause of their own, which it then attributes: ``Nobody was hurt, (Ann Lee said)``."""
    clause = lead.rstrip()
    if not lex.complementizers.isdisjoint(at.before.casefold().split()[:1]):
        return False
    return clause.endswith((",", "–", "—", "?", "!")) and (at.form == "inverted" or len(clause.split()) > 2)
