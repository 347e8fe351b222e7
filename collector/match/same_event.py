"""Whether an article of another paper is about a story's event: by names, numbers, words, the paper it takes up, and its day.

The languages may differ: names are compared by their sound in Latin letters, and so are words that languages share. What the two
have in common is summed up as the logarithm of odds, with weights fitted (logistic regression) to tests/fixtures/coverage.
"""

from collections.abc import Collection, Iterable
from itertools import islice
from math import exp
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from ..dates import moment
from ..prose.language import detect
from ..prose.same_name import MIN_LAST_NAME_SIMILARITY
from ..prose.sentences import paragraphs, sentences
from ..records import Article
from .public_names import telling_share
from .relevance import Judgement
from .shared import MAX_SHOWN, named_in, of_opening, said_most
from .told_by import HEAD_START, MAX_TEXT, ToldBy
from .word_forms import KEY_LETTERS, folded, numbers, same_word, tokens

MIN_CONFIDENCE = 0.6
"""From which an article belongs to a story."""
MAX_CONFIDENCE = 0.9
"""What words can make of it: a link says more."""
MAX_OPENING = 1_500
"""Characters of an article that are read: what it is about stands in its beginning."""
MAX_SENTENCES = 12
"""Sentences of it that are looked at one by one, the headline among them."""
EARLY = 2
"""The headline and the first sentence, one of which speaks of what an article is about."""
ROUND_UP = 4
"""Sentences of an article that has one on the event, further down, from which it only touches on it."""
NAME_START = 0.65
"""Share of the longer of two words that must be the same from the beginning: ``Ståhl`` is not ``Stålhane``."""
MIN_HEARD = 5
"""Letters of a name that is compared by likeness: short ones are alike by chance."""
MIN_NAMING, MIN_SAYING = 4.0, 2.0
"""Nats of a word of a name that a sentence on the event has, and of each of two other words of the story."""
MIN_TOLD, MIN_WORDS_TOLD = 0.9, 4
"""Share of the weight of a headline or claim, and words of it besides names, by which an article tells an event that has few names."""
MAX_MORE, MAX_NUMBERS, MAX_OPENING_WORDS = 1, 2, 8
"""What names after the third count for together, and the numbers and words of the story's opening that count."""
MAX_DAYS = 21
"""Days between report and article that count against it: the same persons make other news."""
DAY_SECONDS = 86_400

STRANGER = -5.2
"""Logarithm of the odds that an article which shares nothing is about the event."""
FIRST_NAME, SECOND_NAME, FURTHER_NAME = 1.2, 1.4, 1.5
"""What names add, each by how far it tells the event: the third, and half of each after it."""
FOREIGN_NAME, FOREIGN_SHARE = 2.2, 1.3
"""What a second name, and words that languages share, add in another language, where so little can be shared."""
NUMBER, SHARE, OPENING_WORD, EARLY_ON, PAPER = 0.9, 1.8, 0.15, 0.7, 1.0
"""What numbers add, the share of a headline or claim that is said, words of the opening, a beginning on the event, the paper's name."""
DAY, BEFORE, IN_PASSING = -0.15, -1.1, -1.2
"""What a day between report and article adds, an article from before the report, one sentence among others."""


class Common(NamedTuple):
    """What an article and a story have in common."""

    names: tuple[str, ...] = ()  # that tell the story, the rarest first
    strengths: tuple[float, ...] = ()  # of each, 0 to 1
    numbers: tuple[str, ...] = ()
    share: float = 0.0  # of the weight of the headline or claim that is said most
    said: int = 0  # words of it
    opening: int = 0  # words of the story's opening
    early: bool = False  # the article begins with the event
    passing: bool = False  # it has one sentence on it, further down among others
    paper: bool = False  # it names the story's paper
    days: int = 0  # since the report; negative before it
    foreign: bool = False  # it is in another language

    @property
    def confidence(self) -> float:
        """How likely it is that the article is about the event, 0 to 1, in hundredths."""
        first, second, third, *more = (*self.strengths, 0.0, 0.0, 0.0)
        further = third + min(sum(more) / 2, MAX_MORE)
        odds = STRANGER + FIRST_NAME * first + SECOND_NAME * second + FURTHER_NAME * further
        odds += (FOREIGN_NAME * second + FOREIGN_SHARE * self.share) * self.foreign
        odds += NUMBER * min(len(self.numbers), MAX_NUMBERS) + SHARE * self.share
        odds += OPENING_WORD * min(self.opening, MAX_OPENING_WORDS) + EARLY_ON * self.early + PAPER * self.paper
        odds += DAY * min(abs(self.days), MAX_DAYS) + BEFORE * (self.days < 0) + IN_PASSING * self.passing
        return min(round(1 / (1 + exp(-odds)), 2), MAX_CONFIDENCE)

    @property
    def tells_it(self) -> bool:
        """Whether an article no older than the report begins with the event, in nearly all words of the headline or a claim."""
        told = self.share >= MIN_TOLD and self.said >= MIN_WORDS_TOLD
        return told and self.early and self.days >= 0 and bool(self.names)

    @property
    def rests_on(self) -> str:
        """What they have in common, in words."""
        parts = [f"names {', '.join(self.names[:MAX_SHOWN])}"] if self.names else []
        parts += ["names the paper"] if self.paper else []
        parts += [f"has the numbers {', '.join(self.numbers[:MAX_SHOWN])}"] if self.numbers else []
        many = self.said + self.opening
        parts += [f"shares {many} further {'word' if many == 1 else 'words'} with the report"] if many else []
        return "it " + " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def of_same_event(story: ToldBy, article: Article) -> Judgement | None:
    """Why an article is about a story's event; None where it does not seem to be."""
    found = common(story, article)
    confidence = max(found.confidence, MIN_CONFIDENCE * found.tells_it)
    return Judgement(found.rests_on, confidence) if confidence >= MIN_CONFIDENCE else None


def common(story: ToldBy, article: Article) -> Common:
    """What an article and a story have in common."""
    title, text = article.title or "", article.text[:MAX_OPENING]
    language = article.language or detect(f"{title}\n{text}")
    foreign = bool(language and story.telling.language and language != story.telling.language)
    all_words = [[folded(token) for token in tokens(sentence)] for sentence in _sentences(title, text)]
    words = {word for sentence in all_words for word in sentence}
    known = _known(story, words, foreign=foreign)
    met = frozenset().union(*known.values())
    hits = [_is_on_event(story, frozenset().union(*(known.get(word, ()) for word in s))) for s in all_words]
    named = _by_strength(story, met)
    share, sentence = said_most(story, met)
    opening = {word for word in of_opening(story, words) if not any(same_word(word, other) for other in met)}
    figures = {
        number for number, worth in numbers(f"{title}\n{text}").items() if worth == 1 and number in story.numbers
    }
    return Common(
        names=tuple(named),
        strengths=tuple(named.values()),
        numbers=tuple(sorted(figures, key=lambda number: (-len(number), number))),
        share=share,
        said=len(sentence & met - story.named),
        opening=len(opening),
        early=any(hits[:EARLY]),
        passing=sum(hits) == 1 and not any(hits[:EARLY]) and len(hits) >= ROUND_UP,
        paper=any(all(any(same_word(word, other) for other in words) for word in paper) for paper in story.papers),
        days=_days(story, article),
        foreign=foreign,
    )


def _sentences(title: str, text: str) -> list[str]:
    """The headline and the sentences of an article's opening."""
    found = (sentence for paragraph in paragraphs(text) for sentence in sentences(paragraph))
    return [title, *islice(found, MAX_SENTENCES - 1)]


def _known(story: ToldBy, words: Collection[str], *, foreign: bool) -> dict[str, frozenset[str]]:
    """Those of some folded words that a story has in some form, each with the story's.

    Between languages (``foreign``) names may be spelled by other rules, so there those are known that are alike.
    """
    by_start: dict[str, list[str]] = {}
    for known in story.weights:
        by_start.setdefault(known[:KEY_LETTERS], []).append(known)
    found = {}
    for word in words:
        same = {known for known in by_start.get(word[:KEY_LETTERS], ()) if same_word(known, word, NAME_START)}
        if foreign and not same and len(word) >= MIN_HEARD:
            same = {name for name in story.named if _is_heard(name, word)}
        if same:
            found[word] = frozenset(same)
    return found


def _is_heard(name: str, word: str) -> bool:
    """Whether a word of a name sounds like another in the spelling of another language."""
    begins = len(name) >= MIN_HEARD and name[0] == word[0]
    return begins and JaroWinkler.similarity(name, word) >= MIN_LAST_NAME_SIMILARITY


def _by_strength(story: ToldBy, met: frozenset[str]) -> dict[str, float]:
    """The names of a story that an article has, each by how far it tells the event, 0 to 1, the most telling first."""
    names, strengths, _ = named_in(story, met)
    text = " ".join((*story.telling.sentences, story.telling.text[:MAX_TEXT]))
    found = {name: strength * telling_share(name, text) for name, strength in zip(names, strengths, strict=True)}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _is_on_event(story: ToldBy, met: Iterable[str]) -> bool:
    """Whether a sentence with these words of a story speaks of its event."""
    weights = {word: story.weights[word] for word in met}
    named = any(weight >= MIN_NAMING for word, weight in weights.items() if word in story.named)
    return named or sum(weight >= MIN_SAYING for weight in weights.values()) > 1


def _days(story: ToldBy, article: Article) -> int:
    """Whole days from the story's report to an article, negative before it; 0 where one of the times is unknown."""
    published = moment(article.published_at)
    if published is None or story.since is None:
        return 0
    return int((published.timestamp() - story.since - HEAD_START) / DAY_SECONDS)
