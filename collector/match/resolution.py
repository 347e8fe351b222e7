"""Entity resolution: finds the persons behind accounts and names. Strong evidence merges two records, weak evidence does not."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extract

from ..prose.same_name import MIN_FIRST_NAME_SIMILARITY, MIN_LAST_NAME_SIMILARITY, first_sound, in_other_script, sound
from .person import (
    MIN_SURNAME_LENGTH,
    Key,
    Person,
    Verdict,
    account_key,
    agreements,
    details,
    ends,
    form_key,
    full_names,
    identifiers,
    is_named,
    keys,
    said_key,
    share_a_platform,
    together,
    why_declared,
)


class PersonResolver:
    """Persons, added one after another; each is looked up by the keys that could merge it, never compared with all.

    ``people`` are persons resolved before: the result is the same as if they had been added one by one. It depends
    only on the order in which persons are added, so add reactions in the order of their ids.

    Two records are merged by: the same account; links between profiles (both ways, or one way with name or handle
    alike); the same full name and something else that agrees (handle, declared page, affiliation, both handles spell
    it); the same name where prose names one of them and only one account on each platform has it.
    A name or handle alone merges nobody. An analyst's ``verdicts`` override every rule: they force or forbid a merge.
    After a new verdict, resolve again from the start.
    """

    def __init__(self, verdicts: Iterable[Verdict] = (), people: Iterable[Person] = ()) -> None:
        self.comparisons = 0
        """Pairs of names or persons compared so far."""
        self._verdicts: dict[str, list[tuple[str, bool, str]]] = {}
        for verdict in verdicts:
            one, other = verdict.one.casefold(), verdict.other.casefold()
            self._verdicts.setdefault(one, []).append((other, verdict.same, verdict.analyst))
            self._verdicts.setdefault(other, []).append((one, verdict.same, verdict.analyst))
        self._into: list[int] = []
        self._standing: dict[int, Person] = {}
        self._names: dict[int, list[tuple[str, str, bool]]] = {}  # of each: first, last, whether in another script
        self._index: defaultdict[Key, dict[int, None]] = defaultdict(dict)
        self._compared: set[Key] = set()  # the keys of names' forms whose bearers are found by details too
        self._sounds: dict[tuple[bool, str, str], dict[tuple[str, str], str]] = {}
        for person in people:
            self._open(person)

    @property
    def people(self) -> list[Person]:
        """The persons, in the order in which each was first added."""
        return list(self._standing.values())

    def positions(self) -> list[int]:
        """The index in ``people`` for each number that ``add`` returned, after those of the persons given at the start."""
        order = {slot: place for place, slot in enumerate(self._standing)}
        return [order[self._find(slot)] for slot in range(len(self._into))]

    def add(self, new: Person) -> int:
        """Adds a person and merges it with those that are the same. Returns its number, for ``positions``."""
        number = self._met(new)
        if number is None:
            number = self._open(new)
        else:
            whole = together(self._standing[number], new)
            if whole == self._standing[number]:
                return number
            self._replace(number, whole)
        for rule in (self._by_verdict, self._by_account):
            for slot, why in rule(number):
                number = self._join(number, slot, why)
        for slot, why in self._by_name(number):
            if not share_a_platform(self._standing[number], self._standing[self._find(slot)]):
                number = self._join(number, slot, why)
        return number

    def _met(self, new: Person) -> int | None:
        """The known person who has one of these accounts, or whom prose called by this name; None if there is none."""
        for account in new.handles:
            for slot in sorted(self._held(account_key(account))):
                return slot
        for slot in () if new.handles else sorted(self._held(said_key(new.name))):
            if not self._apart(self._standing[slot], new):
                return slot
        return None

    def _by_verdict(self, number: int) -> list[tuple[int, str | None]]:
        """Those who are the same by an analyst's verdict: slot and reason."""
        found: dict[int, str | None] = {}
        for identifier in sorted(identifiers(self._standing[number])) if self._verdicts else ():
            for other, same, analyst in self._verdicts.get(identifier, ()):
                for slot in sorted(self._held(("identifier", other))) if same else ():
                    found.setdefault(slot, f"{analyst} says so")
        return list(found.items())

    def _by_account(self, number: int) -> list[tuple[int, str | None]]:
        """Those who have the same account, or whose profiles and this person's link to each other: slot and reason."""
        person = self._standing[number]
        own = [account_key(account) for account in person.handles]
        found: list[tuple[int, str | None]] = [(slot, None) for key in own for slot in self._held(key)]
        linked = {slot for account in person.declares for slot in self._held(account_key(account))}
        linked |= {slot for key in own for slot in self._held(("declares", *key[1:]))}
        for slot in sorted(linked - {number}):
            self.comparisons += 1
            known, new = (self._standing[each] for each in sorted((slot, number)))
            why = why_declared(known, new)
            if why:
                found.append((slot, why))
        return found

    def _by_name(self, number: int) -> list[tuple[int, str]]:
        """Those with the same name, where something else agrees or prose names one of them: slot and reason."""
        person = self._standing[number]
        lookups = self._lookups(number)
        agreeing: list[tuple[Key, str]] | None = None
        found = []
        for key, alike in lookups:
            bearers = self._held(form_key(key))
            if len(bearers) == (number in bearers):
                continue
            self._compare(key)
            agreeing = agreements(person) if agreeing is None else agreeing
            for tokens, what in agreeing:
                slots = self._few((("agrees", key, token) for token in tokens), number)
                if len(slots) == 1:
                    found.append((slots[0], f"{alike} {what}"))
            named = self._few([("named", key)], number)
            if len(named) == 1 and not self._few((("on", key, p) for p, _ in person.handles), number):
                found.append((named[0], f"{alike} in prose"))
            if is_named(person):
                found += [(slot, f"{alike} in prose") for slot in self._bearers(key, number)]
        return found + [(slot, "the surname alone, in prose") for slot in self._by_surname(number)]

    def _by_surname(self, number: int) -> list[int]:
        """Those whom prose calls by this surname alone, or whose surname it is; none where somebody else has it too."""
        person = self._standing[number]
        names = self._names[number]
        if names:
            surnames = {last for _, last, _ in names if len(last) >= MIN_SURNAME_LENGTH}
            said = [s for s in sorted(surnames) if self._held(("said", s)) and not self._few([("last", s)], number)]
            return [slots[0] for s in said if len(slots := self._few([("said", s)], number)) == 1]
        kind, surname = said_key(person.name)
        bearers = self._few([("last", surname)], number)
        long = kind == "said" and len(str(surname)) >= MIN_SURNAME_LENGTH
        return bearers if long and len(bearers) == 1 and not person.handles else []

    def _bearers(self, key: Key, number: int) -> list[int]:
        """The holders of accounts with a name from prose: the only one on each platform, or the only one whose handle spells it.

        With an initial instead of a first name, the only one of all.
        """
        if key[0] != "full":
            slots = self._few([("form", key)], number)
            return slots if len(slots) == 1 else []
        bearers: dict[str, list[int]] = {}
        for slot in self._held(("name", key)):
            self.comparisons += 1
            for platform in {p for p, _ in self._standing[slot].handles}:
                bearers.setdefault(platform, []).append(slot)
        spelt = self._held(("agrees", key, "spelt"))
        chosen = (slots if len(slots) == 1 else [s for s in slots if s in spelt] for slots in bearers.values())
        return sorted({slots[0] for slots in chosen if len(slots) == 1} - {number})

    def _lookups(self, number: int) -> list[tuple[Key, str]]:
        """The forms of others' names that are the same as this one's, or similar, each with the words for the reason."""
        found: dict[Key, str] = {}
        for first, last, foreign in self._names[number]:
            found.setdefault(("full", first, last), "the same name")
            if len(first) == 1:
                found.setdefault(("spelt out", first, last), "the same surname and initial")
            else:
                found.setdefault(("initial", first[0], last), "the same surname and initial")
            for other in self._near((first, last), foreign):
                found.setdefault(("full", *other), "the same name in another script")
        return list(found.items())

    def _near(self, name: tuple[str, str], foreign: bool) -> list[tuple[str, str]]:
        """Known names (first, last) in the other script that sound like this one; ``foreign``: this one is not in Latin script."""
        first, last = name
        known = self._sounds.get((not foreign, first_sound(first), first_sound(last)))
        if not known:
            return []
        self.comparisons += len(known)
        near = extract(
            sound(last), known, scorer=JaroWinkler.similarity, score_cutoff=MIN_LAST_NAME_SIMILARITY, limit=None
        )
        heard = sound(first)
        return sorted(
            other for _, _, other in near if JaroWinkler.similarity(heard, sound(other[0])) >= MIN_FIRST_NAME_SIMILARITY
        )

    def _few(self, keys: Iterable[Key], number: int) -> list[int]:
        """Up to two others under the keys; the rules only need to know whether there is exactly one."""
        found: list[int] = []
        for key in keys:
            for slot in islice(self._held(key), 3):
                if slot != number and slot not in found:
                    found.append(slot)
        self.comparisons += len(found)
        return found[:2]

    def _held(self, key: Key) -> dict[int, None]:
        return self._index.get(key, {})

    def _apart(self, one: Person, other: Person) -> bool:
        """Whether a verdict says that two are not one person."""
        if not self._verdicts:
            return False
        there = identifiers(other)
        return any(
            not same and identifier in there
            for own in identifiers(one)
            for identifier, same, _ in self._verdicts.get(own, ())
        )

    def _find(self, slot: int) -> int:
        while self._into[slot] != slot:
            self._into[slot] = self._into[self._into[slot]]
            slot = self._into[slot]
        return slot

    def _open(self, person: Person) -> int:
        slot = len(self._into)
        self._into.append(slot)
        self._replace(slot, person if person.handles or person.named else person._replace(named=True))
        return slot

    def _join(self, one: int, other: int, why: str | None) -> int:
        """Merges two under the lower number, unless a verdict forbids it. Returns the number under which ``one`` now is."""
        kept, gone = sorted((one, self._find(other)))
        if kept == gone or self._apart(self._standing[kept], self._standing[gone]):
            return one
        person = self._standing.pop(gone)
        del self._names[gone]
        self._into[gone] = kept
        for key in self._keys(person):
            self._held(key).pop(gone, None)
        for identifier in identifiers(person) if self._verdicts else ():
            self._held(("identifier", identifier)).pop(gone, None)
        self._replace(kept, together(self._standing[kept], person, why))
        return kept

    def _replace(self, slot: int, person: Person) -> None:
        """Stores a person in a slot, under its new keys alone."""
        found = self._keys(person)
        for key in self._keys(self._standing[slot]) if slot in self._standing else ():
            if key not in found:
                self._held(key).pop(slot, None)
        self._standing[slot] = person
        for key in found:
            self._index[key][slot] = None
        for identifier in identifiers(person) if self._verdicts else ():
            self._index["identifier", identifier][slot] = None
        self._names[slot] = [(*ends(name), in_other_script(name)) for name in full_names(person)]
        for first, last, foreign in self._names[slot]:
            heard = (foreign, first_sound(first), first_sound(last))
            self._sounds.setdefault(heard, {})[first, last] = sound(last)

    def _keys(self, person: Person) -> dict[Key, None]:
        """The keys under which a person is found, with the details of its names that others were compared by."""
        found = dict.fromkeys(keys(person))
        if not self._compared.isdisjoint(found):
            found |= dict.fromkeys(
                detail for key in self._compared.intersection(found) for detail in details(person, key[1])
            )
        return found

    def _compare(self, form: Key) -> None:
        """Has all whose name has a form be found by their details too. Few names are asked about, so most need none."""
        key = form_key(form)
        if key in self._compared:
            return
        self._compared.add(key)
        for slot in self._held(key):
            for detail in details(self._standing[slot], form):
                self._index[detail][slot] = None
