"""What a story can be told by, where nothing links to it: names, the words of headline and claims, of its opening, its numbers."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import regex

from ..dates import moment
from ..lexicon import SMALL_WORDS, given_names, word_lists
from ..prose.language import detect
from ..prose.names import PLACE_OPENERS
from ..prose.organisations import NOT_A_NAME
from ..stance.rarity import rarity, usually_capital
from .public_names import is_everyday
from .word_forms import (
    KEY_LETTERS,
    TOKEN,
    bare,
    folded,
    folded_words,
    numbers,
    runs,
    same_word,
    tokens,
    without_elision,
)

DEFAULT_THRESHOLD = 0.6
"""The confidence from which a post is taken for a reaction, where the story sets none."""
MAX_NAMES = 18
"""Persons and organisations of an article's text that stand for its story."""
MIN_TIMES_NAMED = 2
"""How often an article has a name of one word that stands for its story."""
MIN_NAME_RARITY = 15.5
"""Nats of a name of one word, and of the last word of a name in a language where every noun has a capital."""
MIN_FIRST_RARITY = 16.0
"""Nats of a word that is a name though it only opens sentences: nobody writes it otherwise."""
HEAD_START, DAY = 86_400, 86_400
"""Seconds before a story's publication from which posts may speak of it, and after it in which most that do are posted."""
COMMON, MAX_WORD_WEIGHT, MAX_NAME_WEIGHT = 10.5, 4.0, 8.0
"""Nats: the rarity of words that weigh nothing, the most that a word weighs, and a word of a name."""
MIN_LETTERS = 3
"""Letters of a word that is compared."""
MAX_TEXT, MAX_OPENING = 20_000, 1_500
"""Characters of an article that are read for names and for what is quoted of it, and of its opening, which says what it is about."""
MIN_WEIGHT, MIN_OPENING_WEIGHT = 0.7, 1.5
"""Words of headline and claims, and of the opening, that weigh less are not compared."""
RUN = 5
"""Words in a row that a post has from the article: somebody quotes it."""
TITLE_CASE = 0.8
"""Share of a line's words of four letters and more that begin with a capital, from which the capitals mean nothing."""
MAX_QUESTIONS = 2
"""Searches for a story's names on each platform."""
MIN_ASKED = 3
"""Words of a headline that are asked for where it has no name."""

MIN_SAID = 2
"""Words without a capital, of ``SAID``, in a line of an article that names whom it is about."""

CAPITAL_NOUNS = ("de",)
"""Languages that write every noun with a capital: there a name is known by being of several words."""
KIND_LAST = ("en", "fi", "sv")
"""Languages in which an organisation's own word comes before what it is: ``Norlund Lines``, not ``Laboratorios Fermosel``."""
BLANK = r"[^\S\r\n]"
WORD = r"\p{Lu}[\p{L}\p{M}\p{N}'’-]+"
SAID = regex.compile(rf"(?<![\p{{L}}\p{{M}}])\p{{Ll}}[\p{{L}}\p{{M}}]{{{KEY_LETTERS - 1},}}")
NAME = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}]){WORD}(?:{BLANK}(?:(?:de|del|di|da|du|la|of|van|von|der){BLANK}){{0,2}}(?:[dl]['’])?{WORD})*"
)


class Telling(NamedTuple):
    """What a story can be told by, as it is stored."""

    story_id: int
    source: str  # what ties rest on: its article's canonical address, or the story's short name
    sentences: tuple[str, ...]  # headline and claims
    text: str = ""  # its article's
    language: str | None = None
    paper: str | None = None  # who published it
    authors: tuple[str, ...] = ()  # of its article
    handles: tuple[str, ...] = ()  # the paper's site without its ending, its accounts
    published_at: str | None = None
    threshold: float = DEFAULT_THRESHOLD


class ToldBy(NamedTuple):
    """A story's words as they are compared: folded, those of names and sentences with their weights in nats."""

    telling: Telling
    written: dict[str, str]  # a word of a sentence, in lower case, by its folded form
    sentences: tuple[frozenset[str], ...]
    weights: dict[str, float]
    names: dict[str, tuple[str, ...]]  # as written, and its folded words; those that are named most first
    named: frozenset[str]  # the words of all names
    persons: frozenset[str]  # those names that are a person's
    ends: frozenset[str]  # those names of which the last word stands for all: ``Patricia Oakes``
    fronts: frozenset[str]  # those names of which the first word stands for all: ``Norlund Lines``
    papers: tuple[tuple[str, ...], ...]  # the publisher's names
    opening: Mapping[
        str, tuple[str, ...]
    ]  # words of the article's opening that are in no name or sentence, by their beginning
    numbers: Mapping[str, float]  # see ``numbers``
    runs: set[tuple[str, ...]]  # RUN words in a row of the article
    since: float | None  # seconds of the epoch

    def came_out_on_day_of(self, moment: float | None) -> bool:
        """Whether the story came out within the day before a moment, in seconds of the epoch."""
        return self.since is not None and moment is not None and 0 <= moment - self.since - HEAD_START < DAY

    def weight(self, words: Iterable[str]) -> float:
        """Nats of some words of names and sentences."""
        return sum(self.weights[word] for word in words)


def told_by(telling: Telling) -> ToldBy:
    """A story's words, weighed, each sentence's and each name's apart."""
    weights: dict[str, float] = {}
    language = telling.language or detect(" ".join((*telling.sentences, telling.text[:MAX_TEXT])))
    nouns = language in CAPITAL_NOUNS
    papers = tuple(filter(None, (tuple(folded_words(p)) for p in (telling.paper, *telling.handles) if p)))
    authors = [tuple(folded_words(author)) for author in telling.authors]
    names: dict[str, tuple[str, ...]] = {}
    for name in _names(telling, nouns=nouns):
        most = MAX_WORD_WEIGHT if is_everyday(name) else MAX_NAME_WEIGHT
        known = tuple(folded(part) for part in tokens(name) if _weigh(weights, part, most))
        all_parts = tuple(folded_words(name))
        is_author = any(_same_name(known, author) for author in authors)  # who wrote it is named in much else
        if known and not is_author and not any(_same_name(all_parts, other) for other in (*names.values(), *papers)):
            names[name] = known
    for word in tokens(" ".join(telling.sentences)):
        _weigh(weights, word, MAX_WORD_WEIGHT)
    since = moment(telling.published_at)
    text = telling.text[:MAX_TEXT]
    small = set(map(folded, _small(telling)))
    return ToldBy(
        telling,
        {folded(word): word.lower() for sentence in telling.sentences for word in tokens(sentence)},
        tuple(frozenset(w for w in folded_words(s) if w in weights) for s in telling.sentences),
        weights,
        names,
        frozenset().union(*names.values()),
        frozenset(name for name in names if _is_person(name)),
        frozenset(name for name, parts in names.items() if _is_end(name, parts[-1] in small, language)),
        frozenset(
            n for n, p in names.items() if language in KIND_LAST and p[0] not in small and _is_front(n, weights[p[0]])
        ),
        papers,
        _opening(text[:MAX_OPENING], weights),
        numbers(" ".join((*telling.sentences, text[:MAX_OPENING]))),
        runs(map(folded, tokens(" ".join((*telling.sentences, text)))), RUN),
        since.timestamp() - HEAD_START if since else None,
    )


def questions(telling: Telling) -> list[str]:
    """What a search is asked for posts that may speak of a story: names, with a word beside one that is common.

    Searches want every word; so a question has few, in the form in which they stand by themselves.
    """
    story = told_by(telling)
    words = sorted(story.sentences[0], key=lambda w: (-story.weights[w], -len(w), w)) if story.sentences else []
    written = [story.written[word] for word in words]
    names = sorted(story.names, key=lambda name: " " not in name)
    known = {part for name in story.names for part in story.names[name]}
    asked = []
    for name in names[:MAX_QUESTIONS]:
        parts = story.names[name]
        beside = [] if story.weight(parts) >= MAX_NAME_WEIGHT else [w for w in written if folded(w) not in known][:1]
        asked.append(" ".join((name, *beside)))
    return asked or ([" ".join(written[:MIN_ASKED])] if len(written) >= MIN_ASKED else [])


def _weigh(weights: dict[str, float], written: str, most: float) -> bool:
    """Gives a word its weight, ``most`` at most, where it has none yet. Whether it has one."""
    word, plain = folded(written), bare(written)
    weight = min(rarity(plain) - COMMON, most)
    if weight >= MIN_WEIGHT and plain.casefold() not in _small_words() and len(word) >= MIN_LETTERS:
        weights.setdefault(word, weight)
    return word in weights


@cache
def _small_words() -> frozenset[str]:
    """Words that tell no story from another in any language: they open sentences, stand for others, count time."""
    found = set(NOT_A_NAME)
    for table in word_lists("reporting").values():
        found.update(*(table.get(kind, "").split() for kind in SMALL_WORDS))
    return frozenset(found.union(word_lists("pasted")["units"].split()))


def _opening(text: str, known: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
    """The words of an article's opening beside those that are known and those that weigh little, by their first letters."""
    found: dict[str, tuple[str, ...]] = {}
    by_start: dict[str, list[str]] = {}
    for word in known:
        by_start.setdefault(word[:KEY_LETTERS], []).append(word)
    for written in tokens(text):
        word, plain = folded(written), bare(written)
        weight = min(rarity(plain) - COMMON, MAX_WORD_WEIGHT)
        key = word[:KEY_LETTERS]
        like = by_start.setdefault(key, [])
        small = len(word) < KEY_LETTERS or plain[0].isdigit() or plain.casefold() in _small_words()
        if weight >= MIN_OPENING_WEIGHT and not small and not any(same_word(word, other) for other in like):
            found[key] = (*found.get(key, ()), word)
            like.append(word)
    return found


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names are one in two forms: ``Merja Sorsan``, ``Merja Sorsalle``."""
    return len(one) == len(other) and all(map(same_word, one, other))


def _names(telling: Telling, *, nouns: bool) -> list[str]:
    """Names in a story's sentences, and those that its article's text has most often, each without words that are none.

    ``nouns`` says that its language gives every noun a capital.
    """
    counts: dict[str, int] = {}
    text = _prose(telling.text[:MAX_TEXT])
    plain = _small(telling)
    for words in (*telling.sentences, text):
        headed = _in_title_case(words)
        for found in NAME.finditer(words):
            plain_parts = (without_elision(w) for w in found[0].split())
            parts = [w for w in plain_parts if w[0].isupper() and w.casefold() not in NOT_A_NAME]
            parts = _without_titles(parts)
            name = " ".join(w for w in parts if usually_capital(w)) if headed else " ".join(parts)
            inside = words[: found.start()][-2:-1].isalnum() or _only_a_name(name, plain)
            if name and (
                _rare_end(name, nouns=nouns)
                if " " in name
                else inside and not nouns and rarity(name) >= MIN_NAME_RARITY
            ):
                counts[name] = counts.get(name, 0) + (1 if words is text else MIN_TIMES_NAMED)
    often = [name for name, count in counts.items() if count >= MIN_TIMES_NAMED or " " in name]
    return sorted(often, key=lambda name: -counts[name])[:MAX_NAMES]


def _prose(article: str) -> str:
    """The lines of an article that say something: not ``Harbour Gazette, 24 October 2026`` or ``Foto: Ilse Marten``, which name others
    than those whom it is about.
    """
    return "\n".join(line for line in article.splitlines() if len(SAID.findall(line)) >= MIN_SAID)


def _without_titles(words: list[str]) -> list[str]:
    """The words of a name without titles before it: ``Councillor Imogen Thackwell`` is asked for without the first."""
    while len(words) > 1 and words[0].casefold() in _titles():
        words = words[1:]
    return words


@cache
def _titles() -> frozenset[str]:
    """Words of all languages that stand before a person's name."""
    return frozenset(" ".join(table.get("titles", "") for table in word_lists("reporting").values()).split())


def _small(telling: Telling) -> set[str]:
    """The words that headline, claims and article write without a capital somewhere."""
    return {w for w in TOKEN.findall(" ".join((*telling.sentences, telling.text[:MAX_TEXT]))) if w[0].islower()}


def _only_a_name(word: str, plain: set[str]) -> bool:
    """Whether a word that opens a sentence is a name: it is usually written with a capital, or is rare and never without here."""
    return usually_capital(word) or (rarity(word) >= MIN_FIRST_RARITY and word.lower() not in plain)


def _rare_end(name: str, *, nouns: bool) -> bool:
    """Whether words with capitals that follow each other are a name, and not two nouns."""
    return not nouns or rarity(name.rsplit(" ", 1)[-1]) >= MIN_NAME_RARITY


def _is_front(name: str, weight: float) -> bool:
    """Whether the first word of a name, of some nats, stands for all of it: it is rare, and the name is no person's."""
    return " " in name and weight >= MAX_NAME_WEIGHT and not _is_person(name)


def _is_end(name: str, is_small: bool, language: str | None) -> bool:
    """Whether the last word of a name stands for all of it: it is a person's, or no word for what it is, as in ``Dunvarrow Marathon``.

    ``is_small`` says that the article writes that word without a capital elsewhere.
    """
    if " " not in name or _is_person(name):
        return True
    return not is_small and (language not in KIND_LAST or rarity(name.rsplit(" ", 1)[-1]) >= MIN_FIRST_RARITY)


def _is_person(name: str) -> bool:
    """Whether a name of several words has a given name, and is not a place's as Santa Tecla and Saint-Denis are."""
    words = name.casefold().split()
    return len(words) > 1 and words[0] not in PLACE_OPENERS and not given_names().isdisjoint(words)


def _in_title_case(words: str) -> bool:
    """Whether a line writes nearly all its words with a capital, as English headlines may."""
    long = [word for word in TOKEN.findall(words) if len(word) >= KEY_LETTERS]
    capitals: int = sum(word[0].isupper() for word in long)
    return capitals >= TITLE_CASE * len(long)
