"""One person behind several names: display names, handles, prose, other scripts, a surname alone."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import regex
from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

from .platforms import profile_of
from .records import Author, Statement

REMEMBERED = 1 << 16
"""Names whose forms are remembered: a story's are read again and again."""


class Person(NamedTuple):
    """A person, with every name and handle met, and what says that they are the same."""

    name: str
    affiliation: str | None
    handles: tuple[tuple[str, str], ...]  # (platform, handle)
    rests_on: tuple[str, ...]
    declares: tuple[tuple[str, str], ...] = ()  # accounts that a profile of theirs links to


@lru_cache(REMEMBERED)
def plain_name(display: str | None) -> str | None:
    """A display name without what is decoration: emoji, flags, brackets, a second script, words after a bar.

    ``Leonid ХВ Ragozin`` gives ``Leonid Ragozin``; a name wholly in Cyrillic stays.
    """
    if not display:
        return None
    text = regex.sub(r"\([^)]*\)|\[[^\]]*\]", " ", display)
    text = regex.split(r"\s[|/•·]\s|\s[–—]\s|,\s", text)[0]
    words = [w for w in regex.findall(r"[\p{L}\p{M}.'’-]+", text) if regex.search(r"\p{L}", w)]
    latin = [w for w in words if regex.fullmatch(r"[\p{Latin}\p{M}.'’-]+", w)]
    if len(latin) >= 2:
        words = latin
    words = [w for w in words if w.casefold().strip(".") not in ("dr", "prof", "mr", "mrs", "ms", "phd", "md", "mp")]
    return " ".join(words) or None


@lru_cache(REMEMBERED)
def _folded(name: str) -> tuple[str, ...]:
    return tuple(w for w in regex.split(r"[^a-z]+", anyascii(name).casefold()) if w)


OTHER_SCRIPT = regex.compile(r"(?V1)[\p{L}--\p{Latin}]")
SOUNDS = [
    ("ph", "f"),
    ("ck", "k"),
    ("sch", "sh"),
    ("ce", "se"),
    ("ci", "si"),
    ("c", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("ee", "i"),
    ("ea", "i"),
    ("oo", "u"),
    ("j", "i"),
    ("y", "i"),
    ("q", "k"),
    ("h", ""),
]


@lru_cache(REMEMBERED)
def _sound(word: str) -> str:
    """A name's part as other scripts render it: by sound, roughly, with doubled letters single."""
    for spelling, sound in SOUNDS:
        word = word.replace(spelling, sound)
    return regex.sub(r"(.)\1+", r"\1", word)


def same_person(one: str, other: str) -> str | None:
    """Why two names are one person's, in words; None where they need not be.

    Equal after folding case, accents and script; or alike in every part (``Maks Seddon``, ``Max
    Seddon``); or one is the surname of the other.
    """
    a, b = _folded(one), _folded(other)
    if not a or not b:
        return None
    if a == b:
        return "the same name"
    if len(a) >= 2 and len(b) >= 2:
        if a[0] == b[0] and a[-1] == b[-1]:
            return "the same first and last name"
        if _in_other_script(one) != _in_other_script(other):
            first, last = (JaroWinkler.similarity(_sound(a[i]), _sound(b[i])) for i in (0, -1))
            if last >= 0.88 and first >= 0.72:
                return "the same name in another script"
        if a[-1] == b[-1] and (len(a[0]) == 1 or len(b[0]) == 1) and a[0][0] == b[0][0]:
            return "the same surname and initial"
        return None
    short, full = (a, b) if len(a) == 1 else (b, a)
    if len(full) >= 2 and short[0] == full[-1] and len(short[0]) > 2:
        return "the surname alone"
    return None


def handle_names(handle: str, name: str) -> bool:
    """Whether a handle spells a name: ``maxseddon`` or ``CER_IanBond`` for the person named."""
    parts = _folded(name)
    return len(parts) >= 2 and (parts[0] + parts[-1]) in _squeezed(handle)


@lru_cache(REMEMBERED)
def _squeezed(handle: str) -> str:
    return regex.sub(r"[^a-z]", "", anyascii(handle.split(".")[0]).casefold())


def better_name(one: str, other: str) -> str:
    """The fuller of two spellings of a name, with its capitals."""

    def rank(name: str) -> tuple[bool, int, int]:
        return (name != name.lower(), len(name.split()), -len(name))

    return max(one, other, key=rank)


def find_people(authors: Iterable[tuple[str, Author]], statements: Iterable[Statement]) -> list[Person]:
    """The persons behind accounts (platform, author) and reported statements of one story, each once."""
    gathering = Gathering()
    for platform, author in authors:
        name = plain_name(author.name) or author.handle
        if name:
            gathering.add(Person(name, None, ((platform, author.handle),) if author.handle else (), ()))
    for statement in statements:
        gathering.add(Person(statement.speaker, statement.affiliation, (), ()))
    return gathering.people


class Verdict(NamedTuple):
    """An analyst's word on two marks ("platform:handle" or a name): one person's or not."""

    one: str
    other: str
    same: bool
    analyst: str


def marks(person: Person) -> set[str]:
    """What a person goes by: names and accounts, as verdicts write them."""
    return {person.name.casefold(), *(f"{platform}:{handle}".casefold() for platform, handle in person.handles)}


def declared_accounts(links: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The accounts (platform, handle) that a profile's links lead to."""
    found = (profile_of(link) for link in links)
    return tuple(dict.fromkeys(account for account in found if account))


class Gathering:
    """Persons as they are met; those met before are found by account, or among names with the surname or in another script.

    An analyst's ``verdicts`` stand above every rule: what is not one person is never merged, what is one always.
    """

    def __init__(self, verdicts: Iterable[Verdict] = ()) -> None:
        self._verdicts = tuple(verdicts)
        self.people: list[Person] = []
        self._by_account: dict[tuple[str, str], int] = {}
        self._declared: dict[tuple[str, str], int] = {}
        self._by_surname: dict[str, list[int]] = {}
        self._by_script: dict[tuple[bool, str], list[int]] = {}

    def add(self, new: Person) -> int:
        """Adds a person, or merges into the one it is. Returns its index in ``people``."""
        for account in new.handles:
            if account in self._by_account:
                return self._merge(self._by_account[account], new, None)
        for index, known in enumerate(self.people) if self._verdicts else ():
            analyst = self._judged(known, new, same=True)
            if analyst:
                return self._merge(index, new, f"{analyst} says so")
        for index in self._linked(new):
            why = _why_declared(self.people[index], new)
            if why and not self._judged(self.people[index], new, same=False):
                return self._merge(index, new, why)
        for index in self._named_alike(new.name):
            why = _why_same(self.people[index], new)
            if why and not self._judged(self.people[index], new, same=False):
                return self._merge(index, new, why)
        self.people.append(new)
        self._index(len(self.people) - 1, new)
        return len(self.people) - 1

    def _named_alike(self, name: str) -> list[int]:
        """Those with the same surname, and those whose name is in another script and starts alike."""
        surname, script = _surname(name), _in_other_script(name)
        found = {*self._by_surname.get(surname, ()), *self._by_script.get((not script, surname[:1]), ())}
        return sorted(found)

    def _linked(self, new: Person) -> list[int]:
        """Those whose accounts a new person's profile links to, and whose profiles link to its accounts."""
        found = [self._by_account.get(account) for account in new.declares]
        found += [self._declared.get(account) for account in new.handles]
        return [index for index in dict.fromkeys(found) if index is not None]

    def _judged(self, known: Person, new: Person, *, same: bool) -> str | None:
        """The analyst who said that two are one (``same``), or that they are not."""
        a, b = (marks(known), marks(new)) if self._verdicts else (set(), set())
        for verdict in self._verdicts:
            one, other = verdict.one.casefold(), verdict.other.casefold()
            if verdict.same == same and ((one in a and other in b) or (one in b and other in a)):
                return verdict.analyst
        return None

    def _merge(self, index: int, new: Person, why: str | None) -> int:
        known = self.people[index]
        self.people[index] = Person(
            better_name(known.name, new.name),
            known.affiliation or new.affiliation,
            tuple(dict.fromkeys(known.handles + new.handles)),
            tuple(dict.fromkeys((*known.rests_on, *new.rests_on, *((why,) if why else ())))),
            tuple(dict.fromkeys(known.declares + new.declares)),
        )
        self._index(index, new)
        return index

    def _index(self, index: int, person: Person) -> None:
        for account in person.handles:
            self._by_account[account] = index
        for account in person.declares:
            self._declared[account] = index
        surname, script = _surname(person.name), _in_other_script(person.name)
        for bucket in (
            self._by_surname.setdefault(surname, []),
            self._by_script.setdefault((script, surname[:1]), []),
        ):
            if not bucket or bucket[-1] != index:
                bucket.append(index)


def _shown(person: Person) -> str:
    return ":".join(person.handles[0]) if person.handles else person.name


def _surname(name: str) -> str:
    """A surname in Latin script; scripts agree on its first letter, if on little more."""
    parts = _folded(name)
    return parts[-1] if parts else ""


@lru_cache(REMEMBERED)
def _in_other_script(name: str) -> bool:
    return OTHER_SCRIPT.search(name) is not None


def _why_declared(known: Person, new: Person) -> str | None:
    """Why a link between two profiles makes them one person's: both link, or one does and name or handle agree.

    One link alone says little: people link to their employer, and anyone can link to anyone.
    """
    there = set(known.declares) & set(new.handles)
    back = set(new.declares) & set(known.handles)
    if there and back:
        return f"{_shown(known)} and {_shown(new)} declare each other"
    alike = same_person(known.name, new.name) or {_root(h) for _, h in known.handles} & {
        _root(h) for _, h in new.handles
    }
    if (there or back) and alike:
        one, other = (known, new) if there else (new, known)
        return f"{_shown(one)} declares {_shown(other)} as its own"
    return None


def _root(handle: str) -> str:
    """A handle without its server and without what platforms do not allow in one."""
    return regex.sub(r"[^a-z0-9]", "", regex.split(r"[@.]", handle.casefold().lstrip("@"))[0])


def _why_same(known: Person, new: Person) -> str | None:
    reason = same_person(known.name, new.name)
    if reason and known.handles and new.handles and not {p for p, _ in new.handles} - {p for p, _ in known.handles}:
        return None  # two accounts on one platform under one name may be two people
    if reason:
        return reason
    if any(
        handle_names(handle, new.name) and handle_names(handle, known.name) for _, handle in known.handles + new.handles
    ):
        return "the handle spells the name"
    return None
