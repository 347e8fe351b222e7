"""A story's persons, and the analysts' word on who is one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func
from sqlmodel import col, select

from storywake.collector.match.person import Person, Verdict
from storywake.collector.match.voices import Voice

from . import models
from .many import rows_among, run_many
from .rows import select_rows
from .statements import statements

SQL = statements("persons")
NO_VOICES: Mapping[int, Voice] = {}
ROWS_AT_ONCE = 2000
"""Persons, and reactions, that are held in memory while they are written."""


class PersonRow(NamedTuple):
    """A person as stored; ``rests_on`` says why names and accounts are taken for one."""

    id: int
    name: str
    affiliation: str | None
    rests_on: str | None
    voice: str | None
    voice_rests_on: str | None


class AuthorRow(NamedTuple):
    """An account that wrote reactions."""

    id: int
    platform: str
    handle: str | None
    name: str | None
    external_id: str | None
    links: str | None  # addresses that its profile declares, one a line
    labels: str | None  # its marks, words one blank apart
    bio: str | None  # what its profile says of its owner


def authors(connection: Connection, story_id: int, after: int = 0) -> Iterator[AuthorRow]:
    """The accounts that wrote a story's reactions, those with ids above ``after``, in the order of their first ones;
    without publishers and whoever was taken out.
    """
    return map(AuthorRow._make, connection.execute(SQL["authors"], {"story_id": story_id, "after": after}))


def last_reaction(connection: Connection, story_id: int) -> int:
    """The highest id of a story's reactions; 0 where it has none."""
    newest = select(func.coalesce(func.max(models.Reaction.id), 0)).where(models.Reaction.story_id == story_id)
    return int(connection.execute(newest).scalar_one())


def stories_without_persons(connection: Connection, stories: Collection[int]) -> set[int]:
    """Those of some stories with a reaction of which it was not worked out yet whose it is."""
    return {row.id for row in rows_among(connection, SQL["unresolved"], sorted(stories))}


def save_persons(
    connection: Connection,
    story_id: int,
    persons: Sequence[Person],
    holders: dict[int, int],
    voices: Mapping[int, Voice] = NO_VOICES,
) -> None:
    """Writes a story's persons and which reactions are whose (``holders``: account id to index in ``persons``), and what
    kind of voice they are (by index too).

    Only what has changed is written.
    """
    stored = {row.name: row for row in known_persons(connection, story_id)}
    names: list[str] = []
    taken: set[str] = set()
    changed: list[dict[str, Any]] = []
    for number, person in enumerate(persons):
        voice = voices.get(number)
        told = (voice.kind.value, voice.rests_on) if voice else (None, None)
        name = person.name if person.name not in taken else f"{person.name} ({_tag(person, len(taken))})"
        taken.add(name)
        names.append(name)
        rests_on = "; ".join(person.rests_on) or None
        known = stored.get(name)
        if not (
            known
            and (known.rests_on, known.voice, known.voice_rests_on) == (rests_on, *told)
            and person.affiliation in (None, known.affiliation)
        ):
            row = {"story_id": story_id, "name": name, "affiliation": person.affiliation, "rests_on": rests_on}
            changed.append({**row, "voice": told[0], "voice_rests_on": told[1]})
        if len(changed) == ROWS_AT_ONCE:
            run_many(connection, SQL["save_person"], changed)
            changed.clear()
    run_many(connection, SQL["save_person"], changed)
    mine = select(models.Person.name, models.Person.id).where(models.Person.story_id == story_id)
    ids = {row.name: row.id for row in connection.execute(mine)}
    _assign(connection, story_id, {account: ids[names[number]] for account, number in holders.items()})
    drop_unused_persons(connection, story_id)


def _assign(connection: Connection, story_id: int, whose: dict[int, int]) -> None:
    """Writes whose a story's reactions are, by account, where that has changed."""
    after: int | None = 0
    while after is not None:
        asked = {"story_id": story_id, "after": after, "rows": ROWS_AT_ONCE}
        rows = connection.execute(SQL["whose"], asked).all()
        changed = [
            {"person_id": new, "id": row.id} for row in rows if (new := whose.get(row.account_id)) != row.person_id
        ]
        run_many(connection, SQL["assign"], changed)
        after = rows[-1].post_id if rows else None


def drop_unused_persons(connection: Connection, story_id: int) -> None:
    """Takes out a story's persons who have no reaction."""
    connection.execute(SQL["drop_unused"], {"story_id": story_id})


def remember_speaker(connection: Connection, story_id: int, name: str, affiliation: str) -> None:
    """Keeps what prose says a person belongs to, until it is worked out whose name that is."""
    values = {"story_id": story_id, "name": name, "affiliation": affiliation}
    connection.execute(SQL["remember_speaker"], values)


def _tag(person: Person, number: int) -> str:
    """What tells a person from another of the same name."""
    return ":".join(person.handles[0]) if person.handles else str(number + 1)


def known_persons(connection: Connection, story_id: int) -> list[PersonRow]:
    """A story's persons."""
    person = models.Person
    query = select_rows(person, PersonRow).where(col(person.story_id) == story_id).order_by(col(person.id))
    return [PersonRow._make(row) for row in connection.execute(query)]


def identities(connection: Connection, story_id: int) -> list[Verdict]:
    """What analysts said of who is one person in a story, oldest first."""
    said = models.Identity
    query = select(said.one, said.other, said.same, said.analyst).where(said.story_id == story_id)
    rows = connection.execute(query.order_by(col(said.id)))
    return [Verdict(row.one, row.other, row.same, row.analyst) for row in rows]


def set_identity(
    connection: Connection, story_id: int, one: str, other: str, same: bool, analyst: str, at: str
) -> None:
    """Keeps an analyst's word on two marks ("platform:handle" or a name); a later one takes its place."""
    one, other = sorted((one, other))
    values = {"story_id": story_id, "one": one, "other": other, "same": same, "analyst": analyst, "at": at}
    connection.execute(SQL["set_identity"], values)


def said_voices(connection: Connection, story_id: int) -> dict[str, tuple[str, str]]:
    """By mark ("platform:handle" or a name, in lower case), the kind of voice that an analyst said it is, and who said so."""
    return {row.mark: (row.kind, row.analyst) for row in connection.execute(SQL["voices"], {"story_id": story_id})}


def set_voices(connection: Connection, story_id: int, kinds: Mapping[str, str], analyst: str, at: str) -> None:
    """Keeps an analyst's word on the kinds of voices, by mark; a later one takes its place."""
    rows = [
        {"story_id": story_id, "mark": mark.casefold(), "kind": kind, "analyst": analyst, "at": at}
        for mark, kind in kinds.items()
    ]
    run_many(connection, SQL["set_voice"], rows)


def undo_identity(connection: Connection, story_id: int, one: str, other: str) -> bool:
    """Takes an analyst's word back; False where none was kept."""
    one, other = sorted((one, other))
    said = models.Identity
    kept = (col(said.story_id) == story_id, col(said.one) == one, col(said.other) == other)
    return connection.execute(delete(said).where(*kept)).rowcount > 0
