"""Resolves a story's accounts and speakers to persons."""

from sqlalchemy import Engine

from storywake.collector.match.person import Person, account_holder
from storywake.collector.match.resolution import PersonResolver
from storywake.collector.records import Kind
from storywake.db.engine import reading, writing
from storywake.db.persons import identities, known_persons, save_persons
from storywake.db.reactions import reaction_posts

from .ticking import Tick, silent

ROWS_PER_TICK = 500
"""Accounts between two ticks (some tens of milliseconds)."""


def update_people(engine: Engine, story_id: int, tick: Tick = silent) -> None:
    """Resolves a story's accounts and speakers to persons, keeping known affiliations; only changes are written."""
    with reading(engine) as connection:
        resolver = PersonResolver(identities(connection, story_id))
        known = known_persons(connection, story_id)
        posts = reaction_posts(connection, story_id)
    for person in known:
        if person.affiliation:
            resolver.add(Person(person.name, person.affiliation, (), ()))
    members: dict[int, int] = {}
    for number, row in enumerate(posts):
        if number % ROWS_PER_TICK == 0:
            tick(number, len(posts), "working out whose the accounts are")
        if row.kind == Kind.ARTICLE:
            continue  # written by a publisher, not a person
        account = row.handle or row.account_id
        holder = account_holder(row.platform, account, row.name, (row.declared or "").split("\n"))
        if holder:
            members[row.reaction_id] = resolver.add(holder)
    places = resolver.positions()
    whose = {reaction: places[number] for reaction, number in members.items()}
    tick(len(posts), len(posts), "working out whose the accounts are")
    with writing(engine) as connection:
        save_persons(connection, story_id, resolver.people, whose)
