"""What an analyst drops: kept as dropped, so that it is not found again; what rested on it alone goes with it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, update
from sqlmodel import col, select

from storywake.collector.addresses import identify
from storywake.collector.records import Role
from storywake.collector.urls import canonical

from . import models
from .many import rows_among
from .named import drop_named_by
from .persons import drop_unused_persons
from .reactions import show_best_witness
from .statements import statements

SQL = statements("dropping")


class Dropped(NamedTuple):
    """What dropping came to."""

    pages: int
    reactions: int
    rested: int  # reactions that rested on these alone and went with them


class _Witness(NamedTuple):
    """A witness, and the post (platform and key) of the reaction that it is to."""

    id: int
    reaction_id: int
    platform: str
    key: str


def drop_reaction(connection: Connection, story_id: int, reaction_id: int, at: str) -> Dropped | None:
    """Drops a reaction of a story; None where the story has none of that id."""
    reaction, post = models.Reaction, models.Post
    query = select(reaction.post_id, post.platform, post.key).where(
        reaction.post_id == post.id, reaction.id == reaction_id, reaction.story_id == story_id
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    dropped = update(reaction).where(col(reaction.id) == reaction_id)
    connection.execute(dropped.values(dropped_at=func.coalesce(reaction.dropped_at, at), person_id=None))
    connection.execute(SQL["drop_looks"], {"post_id": row.post_id, "story_id": story_id})
    return Dropped(0, 1, _withdraw(connection, story_id, [(row.platform, row.key)], ()))


def drop_address(connection: Connection, story_id: int, url: str, at: str) -> Dropped:
    """Drops the page, or the reaction, that an address is of a story; an unknown one is kept as a page never to be
    taken up.
    """
    key = canonical(url)
    named = identify(url)
    names = sorted({url, key} | ({named.url, named.external_id or named.url} if named else set()))
    reactions = rows_among(connection, SQL["reactions_at"], names, story_id=story_id)
    rested = 0
    for row in reactions:
        done = drop_reaction(connection, story_id, row.id, at)
        rested += done.rested if done else 0
    page = models.Article
    known = connection.execute(select(page.id, page.url).where(page.story_id == story_id, page.key == key)).first()
    if known is not None:
        connection.execute(update(page).where(col(page.id) == known.id).values(dropped_at=at))
        addresses = {key, url, known.url or key}
        drop_named_by(connection, story_id, addresses)
        rested += _withdraw(connection, story_id, (), addresses)
    elif not reactions:
        times = {"first_seen_at": at, "dropped_at": at}
        unknown = insert(page).values(story_id=story_id, key=key, url=url, role=Role.COVERAGE.value, corrected=False)
        connection.execute(unknown.values(times))
    for look in rows_among(connection, SQL["looks_at"], names, story_id=story_id):
        connection.execute(delete(models.Look).where(col(models.Look.id) == look.id))
    return Dropped(0 if reactions and known is None else 1, len(reactions), rested)


def _withdraw(connection: Connection, story_id: int, posts: Collection[tuple[str, str]], pages: Collection[str]) -> int:
    """Takes away what dropped posts (platform, key) and pages (addresses) bear witness to.

    A reaction that has no other witness goes, and what rested on it in turn. Returns how many went.
    """
    gone = 0
    left = list(posts)
    rows = rows_among(connection, SQL["witnesses_of_pages"], list(pages), story_id=story_id)
    found = [_Witness._make(row) for row in rows]
    while found or left:
        for platform, key in left:
            rows = rows_among(connection, SQL["witnesses_of_posts"], [key], story_id=story_id, platform=platform)
            found += map(_Witness._make, rows)
        left = []
        for witness in found:
            connection.execute(delete(models.Witness).where(col(models.Witness.id) == witness.id))
            if not show_best_witness(connection, witness.reaction_id):
                gone += _remove(connection, witness.reaction_id)
                left.append((witness.platform, witness.key))
        found = []
    drop_unused_persons(connection, story_id)
    return gone


def _remove(connection: Connection, reaction_id: int) -> int:
    """Deletes a reaction with what was said of it. Returns how many rows went: 0 where it had gone before."""
    for table in (models.Stance, models.Label, models.Review):
        connection.execute(delete(table).where(col(table.reaction_id) == reaction_id))
    return connection.execute(delete(models.Reaction).where(col(models.Reaction.id) == reaction_id)).rowcount
