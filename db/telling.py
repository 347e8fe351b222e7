"""What a story's page is made of: all reactions once, for its figures; and the few that it shows, as they are today."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection

from .many import rows_among
from .statements import statements

SQL = statements("telling")
ROWS_AT_ONCE = 1000
Row = dict[str, Any]


class Reacted(NamedTuple):
    """A reaction as figures need it."""

    reaction_id: int
    platform: str
    key: str
    in_reply_to: str | None  # key of a post on the same platform
    quoted: str | None  # likewise
    kind: str
    person_id: int | None
    account_id: int | None
    posted_at: str | None
    first_seen_at: str
    tie: str
    tie_source: str
    counted: str | None  # a stance or "unclear"; None where it was not assessed
    likes: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None
    views: int | None
    last_observed_at: str | None
    links: str | None  # addresses, one a line
    text: str | None
    deleted_at: str | None


class Saying(NamedTuple):
    """Where a reaction stands in what is said."""

    remark_id: int
    likeness: float  # to the middle of its remark, 0 to 1
    central: bool


def reacted(connection: Connection, slug: str) -> Iterator[Reacted]:
    """Every reaction to a story, in the order in which they were stored, a few at a time."""
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(SQL["reacted"], {"slug": slug})
    return map(Reacted._make, rows)


def saying(connection: Connection, story_id: int) -> dict[int, Saying]:
    """By reaction, the remark about the main claim that it belongs to; those that say what few say are in none."""
    rows = connection.execute(SQL["saying"], {"story_id": story_id})
    return {row.reaction_id: Saying(row.remark_id, row.likeness, bool(row.central)) for row in rows}


def words_of(connection: Connection, reactions: Collection[int]) -> dict[int, str]:
    """The words of reactions that have any."""
    return {row.reaction_id: row.text for row in rows_among(connection, SQL["words_of"], sorted(reactions))}


def words_of_remarks(connection: Connection, remarks: Collection[int]) -> dict[int, dict[int, str]]:
    """By remark, the words of each of its reactions."""
    found: dict[int, dict[int, str]] = {}
    for row in rows_among(connection, SQL["words_of_remarks"], sorted(remarks)):
        found.setdefault(row.remark_id, {})[row.reaction_id] = row.text
    return found


def named_persons(connection: Connection, story_id: int) -> set[int]:
    """The persons whom an article of the story quotes, or whose post it shows."""
    return set(connection.execute(SQL["named"], {"story_id": story_id}).scalars())


def voices_of(connection: Connection, story_id: int) -> list[Row]:
    """Who reacted to a story by kind of voice, ``unknown`` last: voice, people, reactions, and how many of these take each
    stance towards the main claim (support, deny, query, comment, unclear).
    """
    return [dict(row._mapping) for row in connection.execute(SQL["voices"], {"story_id": story_id})]


def affiliated_persons(connection: Connection, story_id: int) -> set[int]:
    """The persons of whom it is known what they belong to."""
    return set(connection.execute(SQL["affiliated"], {"story_id": story_id}).scalars())


def posts_shown(connection: Connection, reactions: Collection[int]) -> dict[int, Row]:
    """Reactions by id as a page shows them today, with the stance in force towards the main claim; without those that
    were dropped.
    """
    rows = rows_among(connection, SQL["posts_shown"], sorted(set(reactions)))
    found = {row.reaction_id: dict(row._mapping) for row in rows}
    for row in found.values():
        row["deleted"], row["by_analyst"] = bool(row["deleted"]), bool(row["by_analyst"])
        row["unclear"] = None if row["unclear"] is None else bool(row["unclear"])
    return found


def witnesses_among(connection: Connection, reactions: Collection[int]) -> dict[int, list[Row]]:
    """What reactions rest on: tie, source, and the publisher where that is an article of the story."""
    found: dict[int, list[Row]] = {}
    for row in rows_among(connection, SQL["witnesses"], sorted(set(reactions))):
        found.setdefault(row.reaction_id, []).append(
            {name: row._mapping[name] for name in ("tie", "source", "publisher")}
        )
    return found


def persons_by_id(connection: Connection, persons: Collection[int]) -> dict[int, Row]:
    """Persons: id, name, affiliation."""
    return {row.id: dict(row._mapping) for row in rows_among(connection, SQL["persons"], sorted(set(persons)))}


def accounts_by_id(connection: Connection, accounts: Collection[int]) -> dict[int, Row]:
    """Accounts: id, platform, handle, name, followers."""
    return {row.id: dict(row._mapping) for row in rows_among(connection, SQL["accounts"], sorted(set(accounts)))}


def new_since(connection: Connection, story_id: int, since: str) -> int:
    """How many of a story's reactions were first seen after a time."""
    return int(connection.execute(SQL["new_since"], {"story_id": story_id, "since": since}).scalar_one())


def own_looks(connection: Connection, story_id: int) -> tuple[str | None, str | None]:
    """When a story's own pages were last looked at, and when the next of these looks is due; None where never."""
    row = connection.execute(SQL["own_looks"], {"story_id": story_id}).one()
    return row.last_at, row.due_at


def articles_shown(connection: Connection, story_id: int, most: int) -> list[Row]:
    """A story's first ``most`` articles, its own first, copies after what they copy; ``in_all`` says how many there are."""
    rows = connection.execute(SQL["articles"], {"story_id": story_id, "most": most})
    return [{**row._mapping, "corrected": bool(row.corrected)} for row in rows]
