"""The dictionary form of persons' names in a text, chosen among what its mentions allow: ``Joe Bidenin hallinto`` names Joe
Biden, ``Владимира Путина`` Владимир Путин. Where nothing decides, a name stays as it is written.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import regex

from ..lexicon import given_names, lexicon, word_lists
from ..prose.names import RUN, Name, is_oblique, person_names
from ..prose.sentences import MAX_PARAGRAPH_LENGTH
from ..stance.rarity import rarity, usually_capital

MIN_STEM = 5
"""Letters of a base that an ending alone may decide."""
MIN_LETTERS = 3
"""Letters of any base."""
MIN_COMMONER = 5.0
"""Nats by which a base is commoner than a form that stands behind a given name which tells no case."""
MAX_MENTIONS = 600
"""Mentions of persons in a text that are read."""
VOWELS = frozenset("aeiouyäöåõüąęóаеёиоуыэюяєіїAEIOUYÄÖÅÕÜАЕЁИОУЫЭЮЯЄІЇ")
NEXT = regex.compile(r"\s+([\p{L}-]+)")


class Ending(NamedTuple):
    """What a form ends in, what its base ends in instead, and whether a vowel or a consonant has to come before."""

    written: str
    base: str
    behind_vowel: bool | None

    def undone(self, word: str) -> str | None:
        """The base of a word; None where it does not end so."""
        stem = word.removesuffix(self.written) if self.written else word
        if not word.endswith(self.written) or not stem:
            return self.base if word == self.written else None
        if self.behind_vowel is not None and (stem[-1] in VOWELS) is not self.behind_vowel:
            return None
        return stem + self.base


class Mention(NamedTuple):
    """A name where it stands in a text: as written, the word that follows, whether it is surely a person's."""

    name: str
    following: str
    sure: bool


def names_in_base_form(text: str, language: str, known: Sequence[str] = ()) -> list[str]:
    """The full names of persons in a text, in its order, each once in the form of a dictionary; ``known`` are names from elsewhere
    (speakers, authors of what it shows), which stand first, as they are.

    A name of which nothing but capitals shows that it is a person's counts where its surname stands alone elsewhere.
    """
    mentions, alone = _mentions(text, language)
    full = [Mention(name, "", True) for name in known if " " in name]
    mentions = [*full, *mentions]
    bases = _bases(mentions, alone, language) | {mention.name: mention.name for mention in full}
    proven = {mention.name for mention in mentions if mention.sure or _is_told_by_given(mention.name, language)}
    kept = (
        mention
        for mention in mentions
        if mention.name in proven or (language != "de" and bases[mention.name].split()[-1] in alone)
    )
    return list(dict.fromkeys(bases[mention.name] for mention in kept))


def _mentions(text: str, language: str) -> tuple[list[Mention], set[str]]:
    """The names of two words and more in a text, and the capitalised words that stand alone."""
    lex, joins = lexicon(language), _table(language).get("joins", "").split()
    found: list[Mention] = []
    alone: set[str] = set()
    for paragraph in text.split("\n"):
        if len(paragraph) > MAX_PARAGRAPH_LENGTH:
            continue
        names = person_names(paragraph, lex)
        for name, following in zip(names, _followings(paragraph, names, joins), strict=True):
            full = _without_particles_around(name)
            if len(full.split()) > 1:
                found.append(Mention(full, following, name.sure))
        alone.update(run[0] for run in RUN.finditer(paragraph) if " " not in run[0] and run.start() > 0)
    return found[:MAX_MENTIONS], alone


def _followings(paragraph: str, names: Sequence[Name], joins: Collection[str]) -> list[str]:
    """The word behind each name; of names that a word joins, all in one case, the word behind the last of them."""
    found: list[str] = []
    later: Name | None = None
    for name in reversed(names):
        match = NEXT.match(paragraph, name.end)
        word = match[1] if match else ""
        joined = match and later and word in joins and match.end() + 1 == later.start
        found.append(found[-1] if joined else word)
        later = name
    return found[::-1]


def _without_particles_around(name: Name) -> str:
    """``von Markus Söder`` after a noun is Markus Söder; of ``von der Leyen`` and ``Ursula von`` no full name is left."""
    words = name.text.split()
    large = [place for place, word in enumerate(words) if not word.islower()]
    return " ".join(words[large[0] : large[-1] + 1]) if large else ""


def _is_told_by_given(name: str, language: str) -> bool:
    """Whether a name begins with another form of a given name."""
    if "masculine" not in _table(language):
        return False
    first = name.split()[0]
    return is_oblique(first, lexicon(language)) or next(iter(_oblique(name, language)), None) is not None


def _bases(mentions: Sequence[Mention], alone: Collection[str], language: str) -> dict[str, str]:
    """Each name as it is written with its base."""
    rules = _table(language)
    if not rules:
        return {mention.name: mention.name for mention in mentions}
    written = {mention.name for mention in mentions}
    seen = frozenset((*alone, *(name.split()[-1] for name in written)))
    together = {
        name: list(own) for name, own in groupby(sorted(mentions, key=lambda one: one.name), key=lambda one: one.name)
    }
    if "masculine" in rules:
        return {name: _declined(name, written, seen, language) for name in written}
    return {name: _suffixed(name, own, written, seen, language) for name, own in together.items()}


def _suffixed(
    name: str, mentions: Sequence[Mention], written: Collection[str], seen: Collection[str], language: str
) -> str:
    """The base of a name whose surname alone changes."""
    first, _, last = name.rpartition(" ")
    rules = _table(language)
    likely = [base for base in _undone(last, rules["likely"]) if len(base) >= MIN_LETTERS]
    sure = [base for base in _undone(last, rules["sure"]) if len(base) >= MIN_STEM]
    for base in (*sure, *likely):
        if f"{first} {base}" in written or base in seen:
            return _suffixed(f"{first} {base}", (), written, (), language) if base != last else name
    if sure:
        return f"{first} {sure[0]}"
    firm = tuple(rules.get("firm", "").split())
    if not likely or (firm and first.endswith(firm)) or not any(_is_genitive(m.following, language) for m in mentions):
        return name
    return f"{first} {likely[0]}"


def _is_genitive(following: str, language: str) -> bool:
    """Whether the word behind a name is one that stands behind a genitive."""
    rules = _table(language)
    if not following or following in rules["not_follows"].split():
        return False
    if rules["follows_in"] == "A-Z":
        return following[0].isupper() or following in rules["follows"].split()
    ends = tuple(rules["follows_in"].split())
    return following in rules["follows"].split() or (following[0].islower() and bool(ends) and following.endswith(ends))


def _declined(name: str, written: Collection[str], seen: frozenset[str], language: str) -> str:
    """The base of a name in which given name and surname change together."""
    readings = [base for base in dict.fromkeys(_oblique(name, language)) if base != name]
    for base in readings:
        if base in written or base.split()[-1] in seen - {name.split()[-1]}:
            return base
    first, *others = name.split()
    if first.casefold() in given_names() and not others[-1].endswith(tuple(_table(language)["never"].split())):
        at = 0 if any(base.split()[0] != first for base in readings) else -1
        commoner = rarity(name.split()[at]) - min((rarity(base.split()[at]) for base in readings), default=99.0)
        if first in _table(language)["either"].split() or commoner < MIN_COMMONER:
            return name
    return max(readings, key=lambda base: usually_capital(base.split()[-1]), default=name)


def _oblique(name: str, language: str) -> Iterable[str]:
    """What a name may be in the nominative if it is in another case, given name and surname alike."""
    first, *others = name.split()
    fixed = first if first.casefold() in given_names() and first[-1] in VOWELS else None
    for gender in ("masculine", "feminine"):
        for endings in _table(language)[gender].values():
            givens = [base for base in _undone(first, endings["given"]) if base.casefold() in given_names()]
            if fixed and gender == "masculine" and not givens and fixed[-1] not in "аяa":
                givens = [fixed]
            words = [[word] if word.islower() else _undone(word, endings["surname"]) for word in others]
            if givens and all(words):
                for last in words[-1]:
                    for given in givens:
                        yield " ".join((given, *(word[0] for word in words[:-1]), last))


def _undone(word: str, endings: str) -> list[str]:
    """What a word may be without one of some endings, in their order."""
    return [base for ending in _endings(endings) if (base := ending.undone(word)) and len(base) >= MIN_LETTERS]


@cache
def _endings(entries: str) -> tuple[Ending, ...]:
    found = []
    for entry in entries.split():
        place, plus, rest = entry.rpartition("+")
        written, _, base = rest.partition(">")
        found.append(Ending(written, base, place == "V" if plus else None))
    return tuple(found)


def _table(language: str) -> Mapping[str, Any]:
    """A language's table in ``lexicon/name_cases.toml``; empty where it has none."""
    found: Mapping[str, Any] = word_lists("name_cases").get(language, {})
    return found
