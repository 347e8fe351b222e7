"""What is told at once: the alerts, and the rows that they are found in."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, func, select

from . import models
from .many import rows_among, run_many
from .rows import select_rows
from .statements import statements

SQL = statements("alerts")


class Found(NamedTuple):
    """Something that happened. ``key`` names it: the same is never told again. ``facts`` have no words of people."""

    key: str
    kind: str
    story_id: int | None
    reaction_id: int | None
    at: str
    facts: dict[str, Any]


class State(NamedTuple):
    """Since when a story's news are told, and when they were last looked through."""

    since: str
    checked_at: str


class Told(NamedTuple):
    """An alert as it is told, with its story and the reaction that it is about; ``text`` is None where that is deleted."""

    id: int
    kind: str
    at: str
    facts: str
    story: str | None
    story_title: str | None
    reaction_id: int | None
    platform: str | None
    url: str | None
    author: str | None
    author_name: str | None
    person: str | None
    text: str | None


class Grown(NamedTuple):
    """A post that was observed: its engagement (likes, reposts, replies, quotes), now and when it was last looked at."""

    reaction_id: int
    platform: str
    posted_at: str | None
    observed_at: str
    before: int | None  # None: it was not observed before
    now: int


class Gain(NamedTuple):
    """What a post gained on a day."""

    reaction_id: int
    platform: str
    posted_at: str
    day: str
    gained: int


class Answer(NamedTuple):
    """A reaction first seen since a time, of somebody with a name."""

    reaction_id: int
    who: str  # the person, else the account
    person: str
    posted_at: str | None
    first_seen_at: str
    spoke: bool  # a page of the story reports what they said
    reported: bool  # this is such words itself
    declared: bool  # the account is declared to be theirs


class Gone(NamedTuple):
    """A post that was deleted, or whose quotation was taken back, since a time, with its place among the story's posts by
    engagement.
    """

    reaction_id: int
    kind: str  # deletion or quote
    at: str
    engagement: int
    place: int


class Asked(NamedTuple):
    """How a network's looks stand: answered and failed within a time, when one last went well, how often each that
    failed did so in a row at least, why one did.
    """

    source: str
    answered: int
    failed: int
    last_ok: str | None
    in_a_row: int | None
    note: str | None


class Brought(NamedTuple):
    """How many reactions a network brought in an earlier and a later span, and when the last came."""

    platform: str
    earlier: int
    later: int
    last_at: str


def state_of(connection: Connection, story_id: int) -> State | None:
    """How far a story was looked through; None where it never was."""
    query = select_rows(models.AlertState, State).where(col(models.AlertState.story_id) == story_id)
    row = connection.execute(query).first()
    return State._make(row) if row else None


def save_state(connection: Connection, story_id: int, at: str) -> None:
    """Records that a story was looked through at a time; the first one is since when its news are told."""
    connection.execute(SQL["save_state"], {"story_id": story_id, "at": at})


def save_alerts(connection: Connection, found: Sequence[Found], at: str) -> int:
    """Keeps what happened, each once for ever. Returns how many are new."""
    before = last_alert(connection)
    rows = [{**one._asdict(), "facts": json.dumps(one.facts, ensure_ascii=False), "found_at": at} for one in found]
    run_many(connection, SQL["save_alert"], rows)
    query = select(func.count()).select_from(models.Alert).where(col(models.Alert.id) > before)
    return int(connection.execute(query).scalar_one())


def last_alert(connection: Connection) -> int:
    """The highest alert id; 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(models.Alert.id), 0))).scalar_one())


def told(connection: Connection, alerts: Sequence[int]) -> list[Told]:
    """Alerts as they are told, in the order in which they were found."""
    return [Told._make(row) for row in rows_among(connection, SQL["told"], sorted(alerts))]


def last_pass(connection: Connection, story_id: int, at: str) -> tuple[str | None, str | None]:
    """When the last pass or what is worked out after one, and when the last pass, ended by ``at``, of those since the
    story was added; None where none did.
    """
    ended, read = connection.execute(SQL["last_pass"], {"story_id": story_id, "at": at}).one()
    return ended, read


def changes_since(connection: Connection, slug: str, since: str) -> list[dict[str, Any]]:
    """A story's rows of the view ``changes`` after a time: at, kind, what, before, after, url."""
    return [dict(row) for row in connection.execute(SQL["changes_since"], {"slug": slug, "since": since}).mappings()]


def grown_since(connection: Connection, story_id: int, since: str, at_least: int) -> list[Grown]:
    """The posts of a story observed after a time whose engagement is ``at_least`` so many."""
    values = {"story_id": story_id, "since": since, "least": at_least}
    return [Grown._make(row) for row in connection.execute(SQL["grown_since"], values)]


def gains_of(connection: Connection, reactions: Sequence[int], at_least: int) -> list[Gain]:
    """What reactions gained on each of their days, where it is ``at_least`` so much."""
    return [Gain._make(row) for row in rows_among(connection, SQL["gains_of"], reactions, least=at_least)]


def gains_before(connection: Connection, day: str, platform: str, slug: str | None) -> Iterator[tuple[str, str, int]]:
    """What the posts of a network (of one story, or of all) gained on each day before ``day``: posted_at, day, gained."""
    values = {"day": day, "platform": platform}
    rows = connection.execute(
        SQL["gains_of_story" if slug else "gains_everywhere"], values | ({"slug": slug} if slug else {})
    )
    return ((row.posted_at, row.day, int(row.gained)) for row in rows)


def answers_since(connection: Connection, story_id: int, since: str) -> list[Answer]:
    """The reactions first seen after a time of those who have a name, or are declared to be named in the story."""
    return [Answer._make(row) for row in connection.execute(SQL["answers_since"], {"story_id": story_id, "at": since})]


def last_answers(connection: Connection, story_id: int) -> dict[str, str]:
    """When the last answer of each was told of, by the person, else the account."""
    return {row.who: row.at for row in connection.execute(SQL["last_answers"], {"story_id": story_id})}


def own_words(connection: Connection, story_id: int) -> list[str]:
    """What a story itself says: its title, its claims, and the versions of its own articles, newest last."""
    return [row.words for row in connection.execute(SQL["own_words"], {"story_id": story_id})]


def gone_since(connection: Connection, story_id: int, since: str, places: int) -> list[Gone]:
    """Those of the ``places`` posts with most engagement that were deleted, or lost what they quote, after a time."""
    values = {"story_id": story_id, "since": since, "places": places}
    return [Gone._make(row) for row in connection.execute(SQL["gone_since"], values)]


def asked_since(connection: Connection, since: str) -> list[Asked]:
    """How the looks at each source stand that were made after a time."""
    return [Asked._make(row) for row in connection.execute(SQL["asked_since"], {"since": since})]


def brought(connection: Connection, earlier: str, later: str) -> list[Brought]:
    """What each network brought from ``earlier`` to ``later`` and after that."""
    return [Brought._make(row) for row in connection.execute(SQL["brought"], {"earlier": earlier, "later": later})]
