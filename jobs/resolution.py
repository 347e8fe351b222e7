"""Resolves a story's accounts and speakers to persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from sqlalchemy import Engine

from storywake.collector.match.papers import Papers, papers
from storywake.collector.match.person import Person, Verdict, account_holder, identifiers
from storywake.collector.match.resolution import PersonResolver
from storywake.collector.match.voices import Voice, voice_of
from storywake.collector.records import VoiceKind
from storywake.db.coordination import published
from storywake.db.engine import reading, writing
from storywake.db.persons import (
    AuthorRow,
    authors,
    identities,
    known_persons,
    last_reaction,
    said_voices,
    save_persons,
)

from .named import update_named
from .ticking import Tick, silent

BOT = "bot"
"""The mark of an account that says it is one (``storywake.db.models.posts.Account.labels``)."""
ROWS_PER_TICK = 500
"""Accounts between two ticks (some tens of milliseconds)."""


def update_people(engine: Engine, story_id: int, tick: Tick = silent) -> None:
    """Resolves a story's accounts and speakers to persons, keeping known affiliations; only changes are written."""
    people = StoryPeople(engine, story_id)
    people.add_new(tick)
    people.save()


class _Given(NamedTuple):
    """What persons rest on besides their accounts."""

    verdicts: list[Verdict]
    affiliations: list[tuple[str, str]]


class StoryPeople:
    """A story's persons, for whom accounts are added as their reactions come.

    What is written is the same as if all came at once.
    """

    def __init__(self, engine: Engine, story_id: int) -> None:
        self._engine, self._story_id = engine, story_id
        self._begin()

    def _begin(self) -> None:
        self._given = self._read_given()
        self._resolver = PersonResolver(self._given.verdicts)
        for name, affiliation in self._given.affiliations:
            self._resolver.add(Person(name, affiliation, (), ()))
        self._accounts: dict[int, AuthorRow] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0

    def _read_given(self) -> _Given:
        with reading(self._engine) as connection:
            known = known_persons(connection, self._story_id)
            return _Given(
                identities(connection, self._story_id),
                [(person.name, person.affiliation) for person in known if person.affiliation],
            )

    def add_new(self, tick: Tick = silent) -> None:
        """Adds the accounts that wrote reactions since the last time."""
        with reading(self._engine) as connection:
            last = last_reaction(connection, self._story_id)
            found = [a for a in authors(connection, self._story_id, self._last) if a.id not in self._accounts]
        self._last = last
        for number, account in enumerate(found):
            if number % ROWS_PER_TICK == 0:
                tick(number, len(found), "working out whose the accounts are")
            self._accounts[account.id] = account
            links = (account.links or "").split("\n")
            holder = account_holder(account.platform, account.handle or account.external_id, account.name, links)
            if holder:
                self._numbers[account.id] = self._resolver.add(holder)
        tick(len(found), len(found), "working out whose the accounts are")

    def finish(self) -> None:
        """Adds what is new and writes all; what was told otherwise since it was added is worked out anew."""
        self.add_new()
        with reading(self._engine) as connection:
            told = authors(connection, self._story_id)
            same = all(one == other for one, other in zip_longest(self._accounts.values(), told))
        if not same or self._given != self._read_given():
            self._begin()
            self.add_new()
        self.save()

    def save(self) -> None:
        """Writes the persons, and which reactions are whose."""
        with reading(self._engine) as connection:
            articles, said = published(connection, self._story_id), said_voices(connection, self._story_id)
        accounts = list(self._accounts.values())
        places = self._resolver.positions()
        holders = {account: places[number] for account, number in self._numbers.items()}
        persons = self._resolver.people
        voices = _voices(persons, holders, accounts, papers((a.publisher for a in articles), ()), said)
        with writing(self._engine) as connection:
            save_persons(connection, self._story_id, persons, holders, voices)
        update_named(self._engine, self._story_id, accounts, self._given.verdicts)


def _voices(
    persons: Sequence[Person],
    holders: Mapping[int, int],
    accounts: Sequence[AuthorRow],
    known: Papers,
    said: Mapping[str, tuple[str, str]],
) -> dict[int, Voice]:
    """What kind of voice each person is, by index: an analyst's word, else what profile or article says."""
    marked = {
        holders[account.id]: f"{account.platform}:{account.handle} is marked as a bot"
        for account in accounts
        if account.id in holders and BOT in (account.labels or "").split()
    }
    own: defaultdict[int, list[AuthorRow]] = defaultdict(list)
    for account in accounts:
        if account.id in holders:
            own[holders[account.id]].append(account)
    found = {}
    for number, person in enumerate(persons):
        marks = identifiers(person) | {handle.casefold() for _, handle in person.handles}
        verdicts = [said[mark] for mark in sorted(marks) if mark in said]
        if verdicts:
            found[number] = Voice(VoiceKind(verdicts[0][0]), f"{verdicts[0][1]} said so")
        elif number in marked:
            found[number] = Voice(VoiceKind.BOT, marked[number])
        else:
            names = [(f"{one.platform}:{one.handle}", one.name) for one in own[number]]
            bios = [(f"{one.platform}:{one.handle}", one.bio) for one in own[number]]
            labels = [
                (f"{one.platform}:{one.handle}", mark) for one in own[number] for mark in (one.labels or "").split()
            ]
            if voice := voice_of(names, _domains(person), person.affiliation, known, bios, labels):
                found[number] = voice
    return found


def _domains(person: Person) -> list[str]:
    """The handles that are domains, which Bluesky checks that their owners hold."""
    return [handle for platform, handle in person.handles if platform == "bluesky" and "." in handle]
