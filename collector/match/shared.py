"""What a post and a story have in common, and how likely that makes it that the post speaks of the story.

It is summed up as the logarithm of odds, with weights fitted (logistic regression) to tests/fixtures/spoken and spoken_more.
"""

from collections.abc import Iterable, Sequence
from math import exp
from typing import NamedTuple

from ..prose.language import detect
from ..prose.organisations import PLACES
from .told_by import MAX_NAME_WEIGHT, MAX_WORD_WEIGHT, RUN, ToldBy
from .word_forms import KEY_LETTERS, numbers, runs, same_word, small_words

MIN_NAME_WEIGHT = 3.0
"""Nats of the last word of a name, and what else of it there is, that stand for all of it, and that a further name must add."""
OPENING_START = 0.65
"""Share of the longer of two words that must be the same from the beginning where one is of an article's opening."""
MIN_WHOLE, WHOLE = 4, 0.7
"""Words of a sentence, and share of its weight, from which a post says the sentence, whatever it names."""
SAID = 0.9
"""Least confidence that a post which says the whole of a headline or claim, or quotes the article, speaks of the story."""
MAX_CONFIDENCE = 0.99
"""What words can make of it: a link says more."""
MAX_WORDS = 3
"""Words of full weight beside names that count, of sentences and of the opening each: the rest is said more often."""
MAX_NUMBERS = 2
"""Numbers that count."""
MAX_SHOWN = 3
"""Names that a tie says it rests on."""
STRANGER = -3.8
"""Logarithm of the odds that a post which shares nothing speaks of a story."""
NAME, SECOND_NAME, THIRD_NAME = 0.3, 3.85, 0.7
"""What names add, each by how rare it is."""
PERSONS = 1.0
"""What it adds that two of the names are persons'."""
FOREIGN = 1.65
"""What two names add in a post in another language, which can share few words."""
PAPER, PAPER_AND_NAME = 1.7, 2.8
"""What the paper adds, and more beside a name."""
WORD, OPENING_WORD, NUMBER, QUOTED = 0.25, 1.7, 4.5, 0.4
"""What words beside names add, each of full weight, of sentences and of the opening; numbers; words in a row."""
SHARE, FURTHER_WORD = 2.6, 1.1
"""What the share of a sentence adds that is said, and each word of it from the third on, if one of them is beside names."""
TIMELY = 0.45
"""What it adds that a post is of the day on which the story came out, where it has more of it than names."""
MAX_FURTHER = 3
"""Of these words how many count."""


class Shared(NamedTuple):
    """What a post and a story have in common."""

    names: tuple[str, ...] = ()  # that tell the story, countries and capitals left out
    strengths: tuple[float, ...] = ()  # of each, 0 to 1
    persons: bool = False  # two of them or more are persons'
    paper: bool = False
    words: float = 0.0  # words of sentences beside names, as so many of full weight
    opening: float = 0.0  # words of the article's opening, likewise
    opening_words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    number: float = 0.0  # how far these tell the story
    share: float = 0.0  # of the weight of the sentence that is said most
    sentence: frozenset[str] = frozenset()  # its words
    said: frozenset[str] = frozenset()  # those of them that the post has
    quoted: bool = False
    foreign: bool = False  # the post is in another language
    timely: bool = False  # it is of the story's day

    @property
    def whole(self) -> bool:
        """Whether the post says a whole sentence."""
        return self.share >= WHOLE and len(self.said) >= MIN_WHOLE

    @property
    def names_alone(self) -> bool:
        """Whether it rests on names and nothing else that the post says."""
        return bool(self.names) and not (self.words or self.opening or self.numbers or self.paper or self.quoted)

    @property
    def confidence(self) -> float:
        """How likely it is that the post speaks of the story, 0 to 1, in hundredths."""
        first, second, third = (*self.strengths, 0.0, 0.0, 0.0)[:3]
        odds = STRANGER + NAME * first + SECOND_NAME * second + THIRD_NAME * third + FOREIGN * second * self.foreign
        odds += PERSONS * self.persons + PAPER * self.paper + PAPER_AND_NAME * self.paper * first
        odds += WORD * self.words + OPENING_WORD * self.opening + NUMBER * self.number
        odds += TIMELY * (self.timely and not self.names_alone)
        further = min(max(len(self.said) - 2, 0), MAX_FURTHER)
        odds += (SHARE * self.share + FURTHER_WORD * further) * min(self.words, 1.0) + QUOTED * self.quoted
        sure = max(1 / (1 + exp(-odds)), SAID if self.whole else 0.0)
        return min(round(sure, 2), MAX_CONFIDENCE)

    def is_enough(self, threshold: float) -> bool:
        """Whether the post is as sure as that to speak of the story, and names it or its paper or says a whole sentence."""
        return bool(self.names or self.whole or self.paper) and self.confidence >= threshold

    def rests_on(self, story: ToldBy) -> str:
        """What the tie rests on, in words."""
        words = sorted(self.said, key=lambda word: (-story.weights[word], word))
        said = ", ".join(story.written[word] for word in words)
        parts = [f"names {', '.join(self.names[:MAX_SHOWN])}"] if self.names else []
        parts += ["names the paper"] if self.paper else []
        count = f"says {len(self.said)} of the {len(self.sentence)} words of the headline or a claim: {said}"
        parts += [count] if self.said else []
        many = len(self.opening_words)
        parts += [f"has {'a word' if many == 1 else f'{many} words'} of the article's opening"] if many else []
        parts += [f"has the numbers {', '.join(self.numbers)}"] if self.numbers else []
        parts += ["quotes the article"] if self.quoted else []
        parts += ["is of the day on which it came out"] if self.timely else []
        return "it " + " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def is_another_events(story: ToldBy, found: Shared, other: ToldBy, theirs: Shared) -> bool:
    """Whether a post that only names a story's people speaks of another event with the same people, of which it says more."""
    if not found.names_alone or theirs.names_alone:
        return False
    known = [other.names[name][-1] for name in theirs.names]
    return all(any(same_word(story.names[name][-1], word) for word in known) for name in found.names)


def shared(story: ToldBy, text: str, words: Sequence[str], met: frozenset[str], *, timely: bool = False) -> Shared:
    """What a text has in common with a story, given its folded words and those of the story's that it met."""
    others = _beside_paper(story, words, met)
    paper = len(others) < len(words)
    met = met & story.weights.keys()
    if paper:
        met = frozenset(word for word in met if any(same_word(word, other) for other in others))
    names, strengths, in_names = _named(story, met, others, small_words(text))
    share, sentence = said_most(story, met)
    opening = {w for w in of_opening(story, others) if not any(same_word(w, known) for known in met)}
    figures = {number: story.numbers[number] for number in numbers(text) if number in story.numbers}
    language = detect(text) if len(names) > 1 else None
    return Shared(
        names=names,
        strengths=strengths,
        persons=len(story.persons.intersection(names)) > 1,
        paper=paper,
        words=in_full_words(story, met - in_names),
        opening=min(len(opening), MAX_WORDS),
        opening_words=tuple(sorted(opening)),
        numbers=tuple(figures),
        number=min(sum(figures.values()), MAX_NUMBERS),
        share=share,
        sentence=sentence,
        said=sentence & met,
        quoted=not story.runs.isdisjoint(runs(words, RUN)),
        foreign=bool(language and story.telling.language and language != story.telling.language),
        timely=timely,
    )


def _named(
    story: ToldBy, met: frozenset[str], words: Sequence[str], small: frozenset[str]
) -> tuple[tuple[str, ...], tuple[float, ...], frozenset[str]]:
    """What ``named_in`` tells of a text whose ``small`` words are no names."""
    large = [word for word in words if word not in small] if small else words
    of_names = frozenset(w for w in met & story.named if any(same_word(w, word) for word in large)) if small else met
    return named_in(story, of_names)


def in_full_words(story: ToldBy, met: frozenset[str]) -> float:
    """Words of sentences, as so many of full weight."""
    return min(story.weight(met.intersection(frozenset().union(*story.sentences))) / MAX_WORD_WEIGHT, MAX_WORDS)


def said_most(story: ToldBy, met: frozenset[str]) -> tuple[float, frozenset[str]]:
    """The share of the weight of the sentence that is said most, and its words."""
    shares = [(story.weight(s & met) / max(story.weight(s), 1.0), s) for s in story.sentences]
    return max(shares, key=lambda pair: pair[0], default=(0.0, frozenset()))


def strength(story: ToldBy, here: frozenset[str]) -> float:
    """How rare the words of a name are that a text has, 0 to 1."""
    return min(story.weight(here) / MAX_NAME_WEIGHT, 1.0)


def of_opening(story: ToldBy, words: Iterable[str]) -> set[str]:
    """Those words that the article's opening has in some form."""
    return {
        word
        for word in words
        for known in story.opening.get(word[:KEY_LETTERS], ())
        if same_word(known, word, OPENING_START)
    }


def named_in(story: ToldBy, met: frozenset[str]) -> tuple[tuple[str, ...], tuple[float, ...], frozenset[str]]:
    """The names that a post has, each by words that no other gave, surest first; how rare, 0 to 1; all their words."""
    found: dict[str, float] = {}
    used: set[str] = set()
    for name, parts in sorted(story.names.items(), key=lambda pair: not met.issuperset(pair[1])):
        here = frozenset(w for w in met.intersection(parts) if not any(same_word(w, other) for other in used))
        ends = (name in story.ends and parts[-1] in here) or (name in story.fronts and parts[0] in here)
        known = name.casefold() not in PLACES and (ends or len(here) == len(parts))
        if known and story.weight(here) >= MIN_NAME_WEIGHT:
            found[name] = strength(story, here)
        used |= here
    names = tuple(sorted(found, key=lambda name: -found[name]))
    return names, tuple(found[name] for name in names), frozenset(used)


def _beside_paper(story: ToldBy, words: Sequence[str], met: frozenset[str]) -> Sequence[str]:
    """The words of a text without its publisher's name, which may have words of the story's names in it; all where it is not there."""
    for paper in filter(met.issuperset, story.papers):
        for start in range(len(words) - len(paper) + 1):
            if all(map(same_word, paper, words[start : start + len(paper)])):
                return [*words[:start], *words[start + len(paper) :]]
    return words
