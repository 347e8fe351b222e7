"""Finds the stories that a post speaks of without a link: by names, the paper, numbers, and the words of headline, claims and article.

What a story is told by is split into words, each weighed by how rare it is (``told_by``). A post of which nothing rare is in a
story costs a few look-ups; only where a word meets is it compared with the whole story. What they share is summed up as the
logarithm of odds, with weights fitted (logistic regression) to tests/fixtures/spoken.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import exp
from typing import NamedTuple

import msgspec

from ..dates import moment
from ..prose.language import detect
from ..prose.organisations import PLACES
from ..records import Post, Tie, TieKind
from .quoted import Quoted
from .told_by import MAX_NAME_WEIGHT, MAX_WORD_WEIGHT, RUN, Telling, ToldBy, told_by
from .word_forms import (
    KEY_LETTERS,
    MAX_LETTERS,
    folded_words,
    has_digit,
    numbers,
    runs,
    same_word,
    small_words,
)

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
MAX_PIECES, MAX_PIECE_LETTERS = 100_000, 40
"""Pieces of posts whose words are remembered, and how long they are at most: some 20 MB together."""
MAX_SHOWN = 3
"""Names that a tie says it rests on."""
QUOTES = "it quotes the article word for word"
IN_ALT, READ = "it does so in the alt text of its picture", "it does so in words in a picture, as a machine read them"
"""Where a post says it, if not in its own words."""

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

    @property
    def whole(self) -> bool:
        """Whether the post says a whole sentence."""
        return self.share >= WHOLE and len(self.said) >= MIN_WHOLE

    @property
    def confidence(self) -> float:
        """How likely it is that the post speaks of the story, 0 to 1, in hundredths."""
        first, second, third = (*self.strengths, 0.0, 0.0, 0.0)[:3]
        odds = STRANGER + NAME * first + SECOND_NAME * second + THIRD_NAME * third + FOREIGN * second * self.foreign
        odds += PERSONS * self.persons + PAPER * self.paper + PAPER_AND_NAME * self.paper * first
        odds += WORD * self.words + OPENING_WORD * self.opening + NUMBER * self.number
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
        return "it " + " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


_Words = tuple[tuple[int, str], ...]
"""Words of stories, each with its story's place."""


class Unlinked:
    """An index of the words of many stories. ``ties`` says which of them a post speaks of."""

    def __init__(self, tellings: Sequence[Telling]) -> None:
        self.tellings = tuple(tellings)
        self._stories = [told_by(telling) for telling in tellings]
        self._quoted = Quoted(self.tellings)
        self._naming = [story.named.union(*story.papers) for story in self._stories]
        self._forget()
        self._keys: dict[str, list[tuple[int, str]]] = {}
        for place, story in enumerate(self._stories):
            for word in story.weights.keys() | set().union(*story.papers):
                self._keys.setdefault(word[:KEY_LETTERS], []).append((place, word))

    def ties(self, post: Post) -> list[tuple[int, Tie]]:
        """The stories that a post speaks of (their ids), each with the tie: what it rests on, how sure."""
        beside = post.media
        written = "\n".join(filter(None, (post.text or beside.warning, *beside.poll, beside.card)))
        described = "\n".join(beside.alt)
        ties = dict(self._told(written, post))
        if described:
            for place, tie in self._told(f"{written}\n{described}", post):
                ties.setdefault(place, msgspec.structs.replace(tie, rests_on=f"{tie.rests_on}; {IN_ALT}"))
        return [(self._stories[place].telling.story_id, tie) for place, tie in ties.items()]

    def read(self, post: Post, words: str) -> list[tuple[int, Tie]]:
        """The stories that words in a post's picture speak of, each with the tie, which says that a machine read them."""
        return [
            (self._stories[place].telling.story_id, msgspec.structs.replace(tie, rests_on=f"{tie.rests_on}; {READ}"))
            for place, tie in self._told(words, post)
        ]

    def near(self, post: Post) -> list[int]:
        """The stories that a post has some words of, which might be enough or not."""
        words = "\n".join(filter(None, (post.text, *post.media.alt)))
        numbered, spoken = has_digit(words), folded_words(words)
        stories = ((self._stories[place], met) for place, met in self._met(spoken).items())
        return [story.telling.story_id for story, met in stories if _may_tell(story, met, numbered, spoken)]

    def may_tie(self, words: str) -> bool:
        """Whether a post that has these words, and no others, is worth comparing with a story. Cheap to tell of most posts."""
        if len(words) > MAX_LETTERS:
            return True  # only a part of it is compared, and where that ends decides
        if self._quoted.by(words):
            return True
        pieces = words.split(" ")  # which costs half of what splitting at any blank does
        if self._silent.issuperset(pieces):
            return False
        loud = [piece for piece in pieces if piece not in self._silent]
        if len(loud) < MIN_WHOLE and self._single.issuperset(loud):
            return False
        if len(loud) == 1 and loud[0] in self._alone:
            return False
        met: dict[int, set[str]] = {}
        for piece in loud:
            for place, word in self._words_of(piece):
                met.setdefault(place, set()).add(word)
        numbered = has_digit(words)
        likely = [
            (story, found)
            for place, said in met.items()
            if _may_tell(story := self._stories[place], found := frozenset(said), numbered)
        ]
        spoken = folded_words(words) if likely else []
        return any(_may_tell(story, found, numbered, spoken) for story, found in likely)

    def _words_of(self, piece: str) -> _Words:
        """The words of stories in what stands between two blanks; remembered, since most of it is written again and again."""
        if piece in self._silent:
            return ()
        known = self._pieces.get(piece)
        if known is not None:
            return known
        met = self._met(folded_words(piece))
        found = tuple((place, word) for place, words in met.items() for word in words)
        if len(piece) > MAX_PIECE_LETTERS:
            return found
        if len(self._pieces) + len(self._silent) >= MAX_PIECES:
            self._forget()
        if not found:
            self._silent.add(piece)
            return found
        if len(met) == len(found) and not any(word in self._naming[place] for place, word in found):
            self._single.add(piece)
        if not any(_may_tell(self._stories[place], words, True) for place, words in met.items()):
            self._alone.add(piece)
        self._pieces[piece] = found
        return found

    def _forget(self) -> None:
        self._pieces: dict[str, _Words] = {}
        self._silent: set[str] = set()  # pieces without a word of any story
        self._alone: set[str] = set()  # those that tell no story, whatever the opening and numbers beside them
        self._single: set[str] = set()  # those with one word of a story at most, which is of no name

    def _told(self, text: str, post: Post) -> Iterator[tuple[int, Tie]]:
        """The places of the stories that a text speaks of, as sure as each asks for."""
        quoted = self._quoted.by(text)
        words, numbered = folded_words(text), has_digit(text)
        for place, met in self._met(words).items():
            story = self._stories[place]
            if _may_tell(story, met, numbered, words) and not _too_early(post, story.since):
                found = shared(story, text, words, met)
                if found.is_enough(story.telling.threshold):
                    source, rests_on = story.telling.source, found.rests_on(story)
                    tie = Tie(kind=TieKind.MENTIONS, source=source, rests_on=rests_on, confidence=found.confidence)
                    quoted.discard(place)
                    yield place, tie
        for place in quoted:
            story = self._stories[place]
            if story.telling.threshold <= SAID and not _too_early(post, story.since):
                yield place, Tie(kind=TieKind.MENTIONS, source=story.telling.source, rests_on=QUOTES, confidence=SAID)

    def _met(self, words: Sequence[str]) -> dict[int, frozenset[str]]:
        """The words of each story (by its place) that a text has."""
        found: dict[int, set[str]] = {}
        for token in words:
            for place, word in self._keys.get(token[:KEY_LETTERS], ()):
                if word not in found.get(place, ()) and same_word(word, token):
                    found.setdefault(place, set()).add(word)
        return {place: frozenset(words) for place, words in found.items()}


def _may_tell(story: ToldBy, met: frozenset[str], numbered: bool, words: Sequence[str] | None = None) -> bool:
    """Whether a text that met these words is worth comparing: the most that it can share with the story would be enough for a tie.

    ``numbered`` says whether it has a digit, ``words`` are all its words folded: any if None.
    """
    paper = any(map(met.issuperset, story.papers))
    met = met & story.weights.keys()
    if not paper and len(met) < MIN_WHOLE and met.isdisjoint(story.named):
        return False
    names = [(name, here) for name, parts in story.names.items() if (here := met.intersection(parts))]
    strengths = sorted((_strength(story, here) for _, here in names), reverse=True)
    opening = len(of_opening(story, words)) if words is not None else MAX_WORDS
    most = Shared(
        names=tuple(name for name, _ in names),
        strengths=tuple(strengths),
        persons=True,
        paper=paper,
        words=_in_full_words(story, met),
        opening=min(opening, MAX_WORDS) if story.opening else 0,
        number=MAX_NUMBERS if story.numbers and numbered else 0,
        share=said_most(story, met)[0],
        said=met,
        quoted=bool(story.runs),
        foreign=True,
    )
    return most.is_enough(story.telling.threshold)


def shared(story: ToldBy, text: str, words: Sequence[str], met: frozenset[str]) -> Shared:
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
        words=_in_full_words(story, met - in_names),
        opening=min(len(opening), MAX_WORDS),
        opening_words=tuple(sorted(opening)),
        numbers=tuple(figures),
        number=min(sum(figures.values()), MAX_NUMBERS),
        share=share,
        sentence=sentence,
        said=sentence & met,
        quoted=not story.runs.isdisjoint(runs(words, RUN)),
        foreign=bool(language and story.telling.language and language != story.telling.language),
    )


def _named(
    story: ToldBy, met: frozenset[str], words: Sequence[str], small: frozenset[str]
) -> tuple[tuple[str, ...], tuple[float, ...], frozenset[str]]:
    """What ``named_in`` tells of a text whose ``small`` words are no names."""
    large = [word for word in words if word not in small] if small else words
    of_names = frozenset(w for w in met & story.named if any(same_word(w, word) for word in large)) if small else met
    return named_in(story, of_names)


def _in_full_words(story: ToldBy, met: frozenset[str]) -> float:
    """Words of sentences, as so many of full weight."""
    return min(story.weight(met.intersection(frozenset().union(*story.sentences))) / MAX_WORD_WEIGHT, MAX_WORDS)


def said_most(story: ToldBy, met: frozenset[str]) -> tuple[float, frozenset[str]]:
    """The share of the weight of the sentence that is said most, and its words."""
    shares = [(story.weight(s & met) / max(story.weight(s), 1.0), s) for s in story.sentences]
    return max(shares, key=lambda pair: pair[0], default=(0.0, frozenset()))


def _strength(story: ToldBy, here: frozenset[str]) -> float:
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
    for name, parts in story.names.items():
        here = met.intersection(parts)
        ends = parts[-1] in here or (name in story.fronts and parts[0] in here)
        known = name.casefold() not in PLACES and (ends or len(here) == len(parts))
        weight = story.weight(here - used)
        if known and weight >= MIN_NAME_WEIGHT and parts[-1] not in used:
            found[name] = _strength(story, here - used)
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


def _too_early(post: Post, since: float | None) -> bool:
    posted = moment(post.posted_at)
    return since is not None and posted is not None and posted.timestamp() < since
