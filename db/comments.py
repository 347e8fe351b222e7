"""Comments under articles, and sites that do not give theirs away."""

from sqlalchemy import Connection
from sqlmodel import col, select

from . import models
from .status import LookOutcome


def comments_under(connection: Connection, story_id: int, page: str) -> list[str]:
    """The external ids of a story's comments under the page with the canonical address ``page`` that are not gone."""
    post = models.Post
    query = (
        select(post.external_id)
        .join(models.Reaction, col(models.Reaction.post_id) == col(post.id))
        .where(models.Reaction.story_id == story_id, post.platform == "web", post.kind == "comment")
        .where(col(post.deleted_at).is_(None), col(post.external_id).startswith(f"{page}#comment-", autoescape=True))
    )
    return [found for found in connection.execute(query).scalars() if found]


def has_refused(connection: Connection, source: str, origin: str, but: int) -> bool:
    """Whether the site of an origin (``https://paper.example/``) refused its comments at another look than ``but``."""
    look = models.Look
    query = select(look.id).where(
        look.kind == "comments",
        look.source == source,
        look.outcome == LookOutcome.GIVEN_UP,
        look.id != but,
        col(look.target).startswith(origin, autoescape=True),
    )
    return bool(origin) and connection.execute(query.limit(1)).first() is not None
