"""Resolves a story's accounts and speakers to persons."""

from sqlalchemy import Engine

from storywake.collector.match.person import Person, account_holder
from storywake.collector.match.resolution import PersonResolver
from storywake.db.engine import reading, writing
from storywake.db.persons import authors, identities, known_persons, save_persons

from .ticking import Tick, silent

ROWS_PER_TICK = 500
"""Accounts between two ticks (some tens of milliseconds)."""


def update_people(engine: Engine, story_id: int, tick: Tick = silent) -> None:
    """Resolves a story's accounts and speakers to persons, keeping known affiliations; only changes are written."""
    with reading(engine) as connection:
        resolver = PersonResolver(identities(connection, story_id))
        known = known_persons(connection, story_id)
        accounts = authors(connection, story_id)
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
    with writing(engine) as connection:
        save_persons(connection, story_id, resolver.people, holders)
