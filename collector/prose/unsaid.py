"""Whether a sentence says of somebody that nothing was said: ``Nobody, not even Ann Lee, said that``, ``Ann Lee declined to say whether``."""

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
    words = word_lists("unsaid")
    if not told.isdisjoint(words["not"].split()):
        return True
    opening = words["openings"].get(lex.language)
    nobody = opening and regex.match(rf"(?:{opening})(?!\p{{L}})", sentence, regex.I)
    return bool(nobody) and len(rest.split()) >= MIN_CLAUSE_WORDS and not _closes(sentence[: at.start], at)


def _closes(lead: str, at: Attribution) -> bool:
    """Whether the words before an attribution are a clause of their own, which it then attributes: ``Nobody was hurt, (Ann Lee said)``."""
    clause = lead.rstrip()
    return clause.endswith((",", "–", "—", "?", "!")) and (at.form == "inverted" or len(clause.split()) > 2)
