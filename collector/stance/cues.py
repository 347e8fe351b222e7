"""Stance by cue words of agreement, denial and doubt in eight languages; needs no training, model or network."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import regex

from ..lexicon import word_lists
from ..prose.language import detect
from .base import Assessment, Reaction, softmax
from .coverage import judge_unmeasured

PRIOR = (0.0, -0.4, -0.2, 0.7)
"""Scores (log-odds) in the order of ``STANCES`` before any cue is counted: most reactions only comment."""
WEIGHT = 1.3
SOURCE_SUPPORTS = 1.1
"""Score: a post that opens a thread by telling a story mostly supports it (RumourEval)."""


class Cues(NamedTuple):
    """One language's patterns."""

    support: "regex.Pattern[str]"
    deny: "regex.Pattern[str]"
    query: "regex.Pattern[str]"
    witness: "regex.Pattern[str]"  # what eye-witnesses and those who were told say
    yes: "regex.Pattern[str]"  # an answer when it stands first
    no: "regex.Pattern[str]"
    litotes: "regex.Pattern[str]"  # double negations, which support
    remarks: "regex.Pattern[str]"  # remarks on a report that leave open whether it is true
    wonders: "regex.Pattern[str]"  # wonder, which asks whether it is true
    negators: "regex.Pattern[str]"


@cache
def cues(language: str | None) -> Cues | None:
    """The patterns of a language (None: English); None where there are none."""
    tables = word_lists("stance")
    table = tables.get(language or "en")
    if table is None:
        return None
    return Cues(*(regex.compile(rf"(?<!\w)(?:{'|'.join(table[key])})(?!\w)", regex.I) for key in Cues._fields))


def count_cues(text: str, language: str | None) -> tuple[float, float, float]:
    """Weighted counts of a text's cues of support, denial and query, by the cues of its language and of English.

    A cue of support after a negator ("not true") counts as denial, a cue of denial after one ("no hoax") as weaker
    support. "Not inconsistent" is a cue of support itself.
    """
    plain = regex.sub(r"https?://\S+|@\w+", " ", text).replace("’", "'")
    support = deny = query = 0.0
    for table in filter(None, {cues(language), cues("en")}):
        found = [
            (m.start(), m.end(), name)
            for name in ("support", "deny", "query")
            for m in getattr(table, name).finditer(plain)
        ]
        taken = 0
        for start, end, name in sorted(found, key=lambda cue: (cue[0], -cue[1])):  # leftmost, then longest
            if start < taken:
                continue
            taken = end
            negated = _negated(plain, start, table)
            if name == "query":
                query += 1
            elif (name == "support") != negated:
                support += 0.6 if negated else 1
            else:
                deny += 0.8 if negated else 1
    return support, deny, query


def _negated(text: str, start: int, table: Cues) -> bool:
    window = text[max(0, start - 24) : start]
    window = regex.split(r"[.!?;,:\n]", window)[-1]
    return table.negators.search(window) is not None


class CueAssessor:
    """Turns cues and the position in the thread into probabilities."""

    name = "cues"
    version = "3"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment per reaction, in order. Deterministic."""
        return [self._one(reaction) for reaction in reactions]

    def _one(self, reaction: Reaction) -> Assessment:
        """The assessment of one reaction."""
        language = reaction.language or detect(reaction.text) or "en"
        support, deny, query = count_cues(reaction.text, language)
        question = reaction.text.rstrip().endswith(("?", "؟", "？")) or bool(
            regex.search(r"[?？](?!\w)", regex.sub(r"https?://\S+", "", reaction.text))
        )
        scores = list(PRIOR)
        scores[0] += WEIGHT * support + (SOURCE_SUPPORTS if reaction.is_source and not question and not deny else 0)
        scores[1] += WEIGHT * deny * (0.6 if question else 1)
        scores[2] += WEIGHT * query + (1.2 if question else 0)
        if reaction.parent_text and deny and not support:
            parent = count_cues(reaction.parent_text, detect(reaction.parent_text))
            if parent[1] > parent[0]:  # it denies a denial
                scores[0], scores[1] = scores[1], scores[0]
        return judge_unmeasured(reaction, softmax(np.array(scores)).tolist())
