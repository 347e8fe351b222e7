"""Resolves a story's accounts and speakers to persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from storywake.collector.match.papers import Papers, papers
from storywake.collector.match.person import Person, account_holder, identifiers
from storywake.collector.match.resolution import PersonResolver
from storywake.collector.match.voices import Voice, voice_of
from storywake.collector.records import VoiceKind
from storywake.db.coordination import published
from storywake.db.engine import reading, writing
from storywake.db.persons import AuthorRow, authors, identities, known_persons, said_voices, save_persons

from .named import update_named
from .ticking import Tick, silent

BOT = "bot"
"""The mark of an account that says it is one (``storywake.db.models.posts.Account.labels``)."""
ROWS_PER_TICK = 500
"""Accounts between two ticks (some tens of milliseconds)."""


def update_people(engine: Engine, story_id: int, tick: Tick = silent) -> None:
    """Resolves a story's accounts and speakers to persons, keeping known affiliations; only changes are written."""
    with reading(engine) as connection:
        verdicts = identities(connection, story_id)
        known = known_persons(connection, story_id)
        accounts = authors(connection, story_id)
        articles, said = published(connection, story_id), said_voices(connection, story_id)
    resolver = PersonResolver(verdicts)
    for person in known:
        if person.affiliation:
            resolver.add(Person(person.name, person.affiliation, (), ()))
    numbers: dict[int, int] = {}
    for number, account in enumerate(accounts):
        if number % ROWS_PER_TICK == 0:
            tick(number, len(accounts), "working out whose the accounts are")
        links = (account.links or "").split("\n")
        holder = account_holder(account.platform, account.handle or account.external_id, account.name, links)
        if holder:
            numbers[account.id] = resolver.add(holder)
    places = resolver.positions()
    holders = {account: places[number] for account, number in numbers.items()}
    tick(len(accounts), len(accounts), "working out whose the accounts are")
    voices = _voices(resolver.people, holders, accounts, papers((a.publisher for a in articles), ()), said)
    with writing(engine) as connection:
        save_persons(connection, story_id, resolver.people, holders, voices)
    update_named(engine, story_id, accounts, verdicts)


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
            if voice := voice_of(names, _domains(person), person.affiliation, known, bios):
                found[number] = voice
    return found


def _domains(person: Person) -> list[str]:
    """The handles that are domains, which Bluesky checks that their owners hold."""
    return [handle for platform, handle in person.handles if platform == "bluesky" and "." in handle]
