"""Posts that were deleted on their platform: their words are taken out."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from . import models
from .remarks import unlearn


class Forgettable(NamedTuple):
    """A post whose words are to be taken out."""

    id: int
    platform: str
    external_id: str
    first_seen_at: str


def forgettable(connection: Connection, before: str) -> list[Forgettable]:
    """Posts that have been gone since before ``before`` and are not forgotten."""
    post = models.Post
    query = select(post.id, post.platform, post.external_id, post.first_seen_at).where(
        col(post.deleted_at) < before, col(post.forgotten_at).is_(None), col(post.external_id).is_not(None)
    )
    return [Forgettable._make(row) for row in connection.execute(query.order_by(col(post.id)))]


def forget_post(connection: Connection, post_id: int, at: str) -> None:
    """Takes the words out of a deleted post and of its revisions; it is looked at no more."""
    connection.execute(update(models.Look).where(col(models.Look.post_id) == post_id).values(due_at=None))
    connection.execute(delete(models.PostRevision).where(col(models.PostRevision.post_id) == post_id))
    words = update(models.Post).where(col(models.Post.id) == post_id)
    connection.execute(words.values(text=None, links=None, media=None, forgotten_at=at))
    unlearn(connection, post_id)
