"""A story as it was known at a time: counts, stances and reach up to then, and what was new in a span before it.

At the present this says what the report says.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import func, select

from .deliveries import Window
from .many import rows_among
from .models import Reaction
from .statements import statements
from .stories import StoryRow, stories

SQL = statements("past")
COUNTS = ("likes", "reposts", "replies", "quotes", "views")
FOREVER = "9999-12-31T23:59:59Z"
NO_REACTION = 2**31 - 1
"""An id that no reaction passes: where only times tell what is new."""


class HourThen(NamedTuple):
    """What the reactions to a claim that were posted in an hour counted as, and what an estimate adds up over them."""

    claim: str
    hour: str  # YYYY-MM-DDTHH:00:00Z
    counts: tuple[int, ...]  # support, deny, query, comment, unclear
    unread: int  # of those that count, how many neither a person nor the assessor gave a stance
    sums: tuple[float, ...]  # what ``added_up`` in ``figures/shares.py`` tells


class ProbableNow(NamedTuple):
    """What a reaction counts as towards a claim, when and where it was posted, its counts, and an assessor's probabilities
    of the four stances.

    The probabilities are None where that assessor did not read it. ``covered``: whether its language and the kind of
    claim were measured and held.
    """

    claim: str
    counted: str
    at: str
    platform: str
    language: str | None
    likes: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None
    by_person: bool
    support: float | None
    deny: float | None
    query: float | None
    comment: float | None
    covered: bool | None


class Size(NamedTuple):
    """How many reactions, by how many people."""

    reactions: int
    people: int


class Weighed(NamedTuple):
    """A post that may be told, by its size: the engagement that it has, or gained."""

    reaction_id: int
    who: str
    text: str
    size: int | None


class Asked(NamedTuple):
    """A question that several ask: the words of the most central one, how many ask it, and how many of them newly."""

    text: str
    reaction_id: int
    reactions: int
    fresh: int


class Named(NamedTuple):
    """Somebody with a name who reacts for the first time."""

    reaction_id: int
    name: str
    person_id: int | None
    own: bool  # by an account that is declared to be theirs


class Happened(NamedTuple):
    """A row of the view ``changes``."""

    at: str
    kind: str
    what: str | None
    before: str | None
    after: str | None
    url: str | None
    found_at: str
    reaction_id: int | None
    article_id: int | None
    says: str | None = None  # what its article says of the report: repeats, confirms, doubts or corrects
    copied: bool = False  # its article has the text of another
    by_then: bool = False  # its article was corrected when it was first seen: when is not known


def stories_then(connection: Connection, until: str) -> list[StoryRow]:
    """The stories that were there."""
    return [story for story in stories(connection) if story.created_at <= until]


def size_then(connection: Connection, story_id: int, until: str) -> Size:
    """How many reactions to a story were known, by how many people."""
    return Size._make(connection.execute(SQL["size"], {"story": story_id, "until": until}).one())


def sizes_new(connection: Connection, stories: Collection[int], window: Window) -> dict[int, Size]:
    """How many of them are new, by story; without the stories that have none."""
    rows = rows_among(connection, SQL["sizes_new"], list(stories), **_span(window))
    return {row.story_id: Size(row.reactions, row.people) for row in rows}


def reach_then(connection: Connection, story_id: int, until: str) -> dict[str, int | None]:
    """Each count added up over the posts' last observations; None where no platform told it."""
    return dict(connection.execute(SQL["reach"], {"story": story_id, "until": until}).mappings().one())


def new_posts(connection: Connection, story_id: int, window: Window, most: int) -> list[Weighed]:
    """New posts with words, those with most engagement first."""
    rows = connection.execute(SQL["new_posts"], {**_span(window), "story": story_id, "most": most})
    return [Weighed._make(row) for row in rows]


def grown_posts(connection: Connection, story_id: int, window: Window, most: int) -> list[Weighed]:
    """Earlier posts with words that gained engagement, those that gained most first."""
    rows = connection.execute(SQL["grown_posts"], {**_span(window), "story": story_id, "most": most})
    return [Weighed._make(row) for row in rows]


def leading_before(
    connection: Connection, story_id: int, since: str, reactions: Collection[int], most: int
) -> list[int]:
    """Those of some reactions that were among the ``most`` with most engagement at a time, the first of these first."""
    values = {"story": story_id, "since": since, "most": most}
    largest = [row.size for row in rows_among(connection, SQL["largest_before"], list(reactions), **values)]
    if not largest or largest[0] is None:
        return []
    larger = connection.execute(SQL["larger_before"], {**values, "size": largest[0]}).all()
    if len(larger) == most:
        return []
    return [n for n in connection.execute(SQL["most_seen_before"], values).scalars() if n in reactions]


def posts_then(connection: Connection, reactions: Collection[int], until: str) -> dict[int, dict[str, Any]]:
    """Some reactions by id, as they were known: who, where, words, counts, tie, and the stance towards the main claim
    (stance, by_analyst, unclear, confidence; None where it was not assessed).
    """
    rows = rows_among(connection, SQL["posts"], sorted(reactions), until=until)
    return {row.reaction_id: dict(row._mapping) for row in rows}


def first_words(connection: Connection, stories: Collection[int], window: Window) -> dict[int, list[Named]]:
    """Who reacts for the first time, of those with a name, by story."""
    found: dict[int, list[Named]] = {}
    for row in rows_among(connection, SQL["first_words"], list(stories), **_span(window)):
        found.setdefault(row.story_id, []).append(Named(row.reaction_id, row.name, row.person_id, bool(row.own)))
    return found


def named_persons(connection: Connection, stories: Collection[int]) -> set[int]:
    """The persons whom an article of their story quotes, or whose post it shows."""
    return {row.person_id for row in rows_among(connection, SQL["named"], list(stories))}


def story_words(connection: Connection, stories: Collection[int], until: str) -> dict[int, str]:
    """The words of stories' own articles as they then were; without the stories of which none was read."""
    rows = rows_among(connection, SQL["story_words"], list(stories), until=until)
    return {row.story_id: row.text for row in rows if row.text}


def changes_found(connection: Connection, slugs: Collection[str], since: str, until: str) -> dict[str, list[Happened]]:
    """What happened to stories and was found after ``since`` and until ``until``, by slug, in the order in which it was
    found.
    """
    found: dict[str, list[Happened]] = {}
    for row in rows_among(connection, SQL["changes"], list(slugs), earliest=since, until=until):
        found.setdefault(row.story, []).append(Happened._make(tuple(row)[1:]))
    return found


def grew(connection: Connection, stories: Collection[int], window: Window) -> set[int]:
    """The stories of which earlier posts with words gained engagement."""
    return {row.id for row in rows_among(connection, SQL["grew"], list(stories), **_span(window))}


def asked_then(connection: Connection, story_id: int, window: Window, most: int) -> list[Asked]:
    """What is asked about a story, that which most ask first."""
    rows = connection.execute(SQL["asked"], {**_span(window), "story": story_id, "most": most})
    return [Asked._make(row) for row in rows]


def hours_then(connection: Connection, assessor: str, story_id: int, until: str, since: str = "") -> list[HourThen]:
    """What was known at ``until`` of a story's reactions towards its claims, with the probabilities by ``assessor``, in
    the claims' order and by hour. With ``since`` only of those that came, were assessed or labelled after it.
    """
    values = {"story": story_id, "until": until, "since": since, **_named(assessor)}
    rows = connection.execute(SQL["hours_then"], values)
    return [HourThen(row[0], row[1], tuple(row[2:7]), row[7], tuple(row[8:])) for row in rows]


def probabilities_of(connection: Connection, assessor: str, slug: str) -> list[ProbableNow]:
    """What a story's reactions count as towards its claims, with the probabilities by ``assessor``, in the claims'
    order.
    """
    rows = connection.execute(SQL["probabilities_of"], {"slug": slug, "until": FOREVER, **_named(assessor)})
    return [ProbableNow._make(row) for row in rows]


def _named(assessor: str) -> dict[str, str]:
    return {"assessor": f"{assessor}%", "unadapted": f"{assessor}@%"}


def _span(window: Window) -> dict[str, Any]:
    after = NO_REACTION if window.after is None else window.after
    return {"since": window.since, "after": after, "until": window.until}


def last_reaction(connection: Connection) -> int:
    """The highest reaction id; 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(Reaction.id), 0))).scalar_one())
