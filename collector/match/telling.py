"""Chooses the posts that tell most of what is said: far-reaching, central, each by somebody else, near-copies once.

They come in turns: the one with most engagement, the most central one (of the remark that most make, the one most like its
middle), the next by engagement, and so on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import regex

from ..values import unescape
from .copies import is_copy, signature
from .remarks import IGNORED, words
from .same_words import signs

MIN_COMMON_WORDS = 0.75
"""Share of the different words of two texts that both have (Jaccard), from which they are near-copies."""

MIN_LETTERS = 4
"""Letters of a word that tells what several texts share."""
SIGN = regex.compile(r"\X")
TONE = regex.compile(r"\p{Emoji_Modifier}")


class Candidate(NamedTuple):
    """A post that may be shown."""

    reaction: int
    author: str  # whoever wrote it
    engagement: int | None
    said_by: int  # reactions that make its remark; 0 where it is in none
    likeness: float  # to the middle of that remark, 0 to 1


class Told:
    """What two texts are compared by: their words without links, mentions and case (of one that has none its signs, as emoji, in
    any tone and number), and whether one is cut from the other.
    """

    def __init__(self, text: str) -> None:
        self.words = frozenset(words(text)) or _signs(text)
        self._text = text

    @cached_property
    def mark(self) -> bytes | None:
        """The text's MinHash, worked out when it is asked for; None where the text is too short."""
        return signature(self._text)


def alike(one: Told, other: Told) -> bool:
    """Whether two texts are near-copies: the same words, nearly so, or one cut from the other's copy."""
    fewer, more = sorted((len(one.words), len(other.words)))
    if fewer >= MIN_COMMON_WORDS * more:
        common = len(one.words & other.words)
        if common >= MIN_COMMON_WORDS * (fewer + more - common):
            return True
    return other.mark is not None and is_copy(one.mark, other.mark)


def ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates in turns by engagement and by how central they are, each once; of like ones the first stored."""
    by_reach = sorted(candidates, key=lambda c: (-(c.engagement or 0), c.reaction))
    by_centre = sorted(candidates, key=lambda c: (-c.said_by * c.likeness, -(c.engagement or 0), c.reaction))
    turns = chain.from_iterable(zip(by_reach, by_centre, strict=True))
    return list(dict.fromkeys(turns))


def choose(ordered: Iterable[Candidate], text_of: Callable[[int], str | None], most: int) -> list[Candidate]:
    """The first ``most`` of different authors that are no near-copies of each other; without words, none."""
    chosen: list[Candidate] = []
    texts: list[Told] = []
    for candidate in ordered:
        text = text_of(candidate.reaction)
        if len(chosen) == most:
            break
        if not text or any(candidate.author == other.author for other in chosen):
            continue
        own = Told(text)
        if not any(alike(own, other) for other in texts):
            chosen.append(candidate)
            texts.append(own)
    return chosen


def _signs(text: str) -> frozenset[str]:
    """The different signs of a text as one word: those of others are other words, however many they share."""
    different = set(SIGN.findall(TONE.sub("", signs(IGNORED.sub(" ", unescape(text))))))
    return frozenset({"".join(sorted(different))} if different else ())


def copies_among(text: str, others: Mapping[int, str]) -> set[int]:
    """Which of other texts are near-copies of one."""
    own = Told(text)
    return {number for number, other in others.items() if alike(own, Told(other))}


def shared_word(texts: Iterable[str]) -> str | None:
    """The longest word that more than half of the texts have, of like ones the commonest; None where there is none."""
    told = [set(words(text)) for text in texts]
    counted = Counter(word for each in told for word in each if len(word) >= MIN_LETTERS)
    common = [word for word, count in counted.items() if 2 * count > len(told)]
    return max(common, key=lambda word: (len(word), counted[word], word), default=None)
