"""Finds the stories that a post speaks of without a link: by the words of headline and claims, names, and the paper.

What a story is told by is split into words, each weighed by how rare it is. A post of which nothing rare is in a story
costs a few look-ups; only where two words meet is it compared with the story.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

import msgspec
import regex
from anyascii import anyascii

from ..dates import moment
from ..lexicon import SMALL_WORDS, word_lists
from ..prose.language import detect
from ..prose.organisations import NOT_A_NAME, PLACES
from ..prose.same_name import sound
from ..records import Post, Tie, TieKind
from .rarity import rarity, usually_capital

DEFAULT_THRESHOLD = 0.6
"""The confidence from which a post is taken for a reaction, where the story sets none."""
MAX_LETTERS = 1_000
"""Characters of a post that are read: what it is about stands at its beginning."""
MAX_NAMES = 12
"""Persons and organisations of an article's text that stand for its story."""
MIN_TIMES_NAMED = 2
"""How often an article has a name of one word that stands for its story."""
HEAD_START = 86_400
"""Seconds before a story's publication from which posts may speak of it."""
COMMON, MAX_WORD_WEIGHT, MAX_NAME_WEIGHT = 10.5, 4.0, 8.0
"""Nats: the rarity of words that weigh nothing, the most that a word weighs, and a word of a name."""
MIN_LETTERS = 3
"""Letters of a word that is compared."""
MAX_TEXT = 20_000
"""Characters of an article that are read for names."""
MIN_WEIGHT = 0.7
"""Words that weigh less are not compared."""
MIN_NAME_WEIGHT = 3.0
"""Nats of the last word of a name, and what else of it there is, that stand for all of it."""
MIN_NAMES_WEIGHT = 5.0
"""Nats of all the names that a post must have: countries and capitals, which half the news has, do not count."""
KEY_LETTERS = 4
"""Letters by which a word is looked up, before its whole is compared."""
TITLE_CASE = 0.8
"""Share of a line's words of four letters and more that begin with a capital, from which the capitals mean nothing."""
MIN_COMMON_START = 0.5
"""Share of the longer of two words that must be the same from the beginning: the rest are endings."""
MIN_COMPOUND = 6
"""Letters of a word that may be joined to another one: ``Kallvikbron``."""
MAX_ENDING = 3
"""Letters that the shorter of two words may lack of the common beginning."""
HALF_SURE = 6.0
"""Nats in common at which the confidence is one half."""
MIN_SHARED = 3
"""Words, names among them, that a post and a story must have in common."""
MIN_WHOLE = 4
"""Words of a sentence that a post must have to say the whole of it."""
TWO_NAMES = 0.85
"""How far two names and a word of the story mean it."""
MIN_TELLING = 2.0
"""Nats of a word that tells, beside names, which of their stories is meant."""
ENOUGH = 0.4
"""Share of a sentence's weight that leaves no doubt that it is meant, where a name of the story is there too."""
WHOLE = 0.7
"""Share of a sentence's weight from which a post says the sentence, whatever it names."""
IN_PICTURE = "it does so in what describes its picture"
MAX_QUESTIONS = 2
"""Searches for a story's names on each platform."""
MAX_SHOWN = 3
"""Names that a tie says it rests on."""
SAID = 0.9
"""Confidence that a post which says the whole of a headline or claim speaks of the story."""

CAPITAL_NOUNS = ("de",)
"""Languages that write every noun with a capital: there a name is known by being of several words."""
TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’\u2010-][\p{L}\p{M}\p{N}]+)*")
CAMEL = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})")
NAME = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}\p{N}'’-]+(?:\s\p{Lu}[\p{L}\p{M}\p{N}'’-]+)*")
LINK = regex.compile(r"https?://\S+|www\.\S+")


class Telling(NamedTuple):
    """What a story can be told by."""

    story_id: int
    source: str  # what ties rest on: its article's canonical address, or the story's short name
    sentences: tuple[str, ...]  # headline and claims
    text: str = ""  # its article's
    language: str | None = None
    paper: str | None = None  # who published it
    handles: tuple[str, ...] = ()  # the paper's site without its ending, its accounts
    published_at: str | None = None
    threshold: float = DEFAULT_THRESHOLD


class _Story(NamedTuple):
    telling: Telling
    written: dict[str, str]  # a word of a sentence, in lower case, by its folded form
    sentences: tuple[frozenset[str], ...]  # folded words
    weights: dict[str, float]
    names: dict[str, tuple[str, ...]]  # as written, and its folded words
    papers: frozenset[str]  # those of the names that are its publisher's
    since: float | None  # seconds of the epoch


class Unlinked:
    """An index of the words of many stories. ``ties`` says which of them a post speaks of."""

    def __init__(self, tellings: Sequence[Telling]) -> None:
        self._stories = [_story(telling) for telling in tellings]
        self._keys: dict[str, list[tuple[int, str]]] = {}
        for place, story in enumerate(self._stories):
            for word in story.weights:
                self._keys.setdefault(word[:KEY_LETTERS], []).append((place, word))

    def ties(self, post: Post) -> list[tuple[int, Tie]]:
        """The stories that a post speaks of (their ids), each with the tie: what it rests on, how sure."""
        beside = post.media
        written = self._met("\n".join(filter(None, (post.text or beside.warning, *beside.poll, beside.card))))
        described = self._met("\n".join(beside.alt)) if beside.alt else {}
        ties = []
        for place in written.keys() | described.keys():
            story, words = self._stories[place], written.get(place, frozenset())
            tie = _sure(story, words) or _sure(story, words | described.get(place, frozenset()), in_picture=True)
            if tie and not _too_early(post, story.since):
                ties.append((story.telling.story_id, tie))
        return ties

    def _met(self, text: str) -> dict[int, frozenset[str]]:
        """The words of each story (by its place) that a text has."""
        found: dict[int, set[str]] = {}
        for token in folded_words(text):
            for place, word in self._keys.get(token[:KEY_LETTERS], ()):
                if word not in found.get(place, ()) and same_word(word, token):
                    found.setdefault(place, set()).add(word)
        return {place: frozenset(words) for place, words in found.items()}


def questions(telling: Telling) -> list[str]:
    """What a search is asked for posts that may speak of a story: names, with a word beside one that is common.

    Searches want every word; so a question has few, in the form in which they stand by themselves.
    """
    story = _story(telling)
    words = sorted(story.sentences[0], key=lambda w: (-story.weights[w], -len(w), w)) if story.sentences else []
    written = [story.written[word] for word in words]
    names = sorted((name for name in story.names if name not in story.papers), key=lambda name: " " not in name)
    known = {part for name in story.names for part in story.names[name]}
    asked = []
    for name in names[:MAX_QUESTIONS]:
        parts = story.names[name]
        beside = [] if _weight(story, parts) >= MAX_NAME_WEIGHT else [w for w in written if folded(w) not in known][:1]
        asked.append(" ".join((name, *beside)))
    return asked or ([" ".join(written[:MIN_SHARED])] if len(written) >= MIN_SHARED else [])


def _story(telling: Telling) -> _Story:
    """A story's words, weighed, each sentence's and each name's apart."""
    weights: dict[str, float] = {}
    papers = tuple(filter(None, (telling.paper, *telling.handles)))
    names: dict[str, tuple[str, ...]] = {}
    for name in (*papers, *_names(telling)):
        parts = [part for part in _tokens(name) if _weigh(weights, part, MAX_NAME_WEIGHT)]
        known = tuple(map(folded, parts))
        if known and not any(_same_name(known, other) for other in names.values()):
            names[name] = known
    for word in _tokens(" ".join(telling.sentences)):
        _weigh(weights, word, MAX_WORD_WEIGHT)
    sentences = tuple(frozenset(w for w in folded_words(s) if w in weights) for s in telling.sentences)
    written = {folded(word): word.lower() for sentence in telling.sentences for word in _tokens(sentence)}
    since = moment(telling.published_at)
    since_s = since.timestamp() - HEAD_START if since else None
    return _Story(telling, written, sentences, weights, names, frozenset(papers), since_s)


def _weigh(weights: dict[str, float], written: str, most: float) -> bool:
    """Gives a word its weight, ``most`` at most, where it has none yet. Whether it has one."""
    word = folded(written)
    weight = min(rarity(written) - COMMON, most)
    if weight >= MIN_WEIGHT and written.casefold() not in _small_words() and len(word) >= MIN_LETTERS:
        weights.setdefault(word, weight)
    return word in weights


@cache
def _small_words() -> frozenset[str]:
    """Words that tell no story from another in any language: they open sentences, stand for others, count time."""
    found = set(NOT_A_NAME)
    for table in word_lists("reporting").values():
        found.update(*(table.get(kind, "").split() for kind in SMALL_WORDS))
    return frozenset(found.union(word_lists("pasted")["units"].split()))


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names are one in two forms: ``Merja Sorsan``, ``Merja Sorsalle``."""
    return len(one) == len(other) and all(map(same_word, one, other))


def _names(telling: Telling) -> list[str]:
    """Names in a story's sentences, and those that its article's text has most often, each without words that are none."""
    counts: dict[str, int] = {}
    text = telling.text[:MAX_TEXT]
    nouns = (telling.language or detect(" ".join((*telling.sentences, text)))) in CAPITAL_NOUNS
    for words in (*telling.sentences, text):
        headed = _in_title_case(words)
        for found in NAME.finditer(words):
            parts = [w for w in found[0].split() if w.casefold() not in NOT_A_NAME]
            name = " ".join(w for w in parts if usually_capital(w)) if headed else " ".join(parts)
            inside = words[: found.start()][-2:-1].isalnum() or usually_capital(name)
            if name and (" " in name or (inside and not nouns)):
                counts[name] = counts.get(name, 0) + (1 if words is text else MIN_TIMES_NAMED)
    often = [name for name, count in counts.items() if count >= MIN_TIMES_NAMED or " " in name]
    return sorted(often, key=lambda name: -counts[name])[:MAX_NAMES]


def _in_title_case(words: str) -> bool:
    """Whether a line writes nearly all its words with a capital, as English headlines may."""
    long = [word for word in TOKEN.findall(words) if len(word) >= KEY_LETTERS]
    capitals: int = sum(word[0].isupper() for word in long)
    return capitals >= TITLE_CASE * len(long)


def _sure(story: _Story, words: frozenset[str], *, in_picture: bool = False) -> Tie | None:
    """The tie of a post that has these words, where it is as sure as the story asks for; what a picture's words add is said."""
    tie = _tie(story, words) if len(words) > 1 else None
    if tie is None or tie.confidence < story.telling.threshold:
        return None
    return msgspec.structs.replace(tie, rests_on=f"{tie.rests_on}; {IN_PICTURE}") if in_picture else tie


def _tie(story: _Story, words: frozenset[str]) -> Tie | None:
    """The tie of a post that has these words of a story; None where they are too few to tell it from another."""
    named = [name for name, parts in story.names.items() if _is_named(story, parts, words)]
    words = words & frozenset().union(*story.sentences, *(story.names[name] for name in named))
    shares = [(_weight(story, s & words) / max(_weight(story, s), 1.0), s) for s in story.sentences]
    share, best = max(shares, key=itemgetter(0), default=(0.0, frozenset()))
    shared = len(best & words)
    whole = share >= WHOLE and shared >= MIN_WHOLE
    in_names = {part for name in named if name.casefold() not in PLACES for part in story.names[name]} & words
    if not whole and (_weight(story, in_names) < MIN_NAMES_WEIGHT or len(words) < MIN_SHARED):
        return None
    nats = _weight(story, words)
    confidence = SAID if whole else _support(story, named, words, share) * nats / (nats + HALF_SURE)
    said = ", ".join(story.written[word] for word in sorted(best & words, key=lambda w: (-story.weights[w], w)))
    rests_on = f"it says {shared} of the {len(best)} words of the headline or a claim: {said}"
    if named:
        rests_on = f"it names {', '.join(named[:MAX_SHOWN])} and {rests_on.removeprefix('it ')}"
    return Tie(kind=TieKind.MENTIONS, source=story.telling.source, rests_on=rests_on, confidence=round(confidence, 2))


def _support(story: _Story, named: Sequence[str], words: frozenset[str], share: float) -> float:
    """How far the words that a post has mean this story and not another one about the same names, 0 to 1."""
    in_names = {part for name in named for part in story.names[name]}
    papers = sum(name in story.papers for name in named)
    if 0 < papers < len(named):
        return 1.0
    told = min(share / ENOUGH, 1.0)
    others = any(story.weights[word] >= MIN_TELLING for word in words - in_names)
    return max(told, TWO_NAMES) if len(named) > 1 and others else told


def _is_named(story: _Story, parts: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether a post has a name: all of its words, or the last, where that alone is rare enough."""
    here = [part for part in parts if part in words]
    return (parts[-1] in words and _weight(story, here) >= MIN_NAME_WEIGHT) or len(here) == len(parts)


def _weight(story: _Story, words: Iterable[str]) -> float:
    return sum(story.weights[word] for word in words)


def _too_early(post: Post, since: float | None) -> bool:
    posted = moment(post.posted_at)
    return since is not None and posted is not None and posted.timestamp() < since


def folded_words(text: str) -> list[str]:
    """The words at the beginning of a text as they are compared, tags and handles split at capitals."""
    return list(map(folded, _tokens(text[:MAX_LETTERS])))


def folded(word: str) -> str:
    """A word by its sound in Latin letters."""
    plain = word if word.isascii() else anyascii(word)
    return sound(plain.lower())


def same_word(one: str, other: str) -> bool:
    """Whether two folded words are forms of one: they begin alike and differ in their endings."""
    short, long = sorted((len(one), len(other)))
    if not one[:1].isalpha():
        return one == other
    if short >= MIN_COMPOUND and (one.startswith(other) or other.startswith(one)):
        return True  # joined to another word, as tags and compounds are: "sydneysiege", "Kallvikbron"
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), short)
    return common >= MIN_COMMON_START * long and common >= short - MAX_ENDING


def _tokens(text: str) -> list[str]:
    return TOKEN.findall(CAMEL.sub(" ", LINK.sub(" ", text)))
