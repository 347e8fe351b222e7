"""Fact-checks' verdicts on claims."""

from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.records import Post, Review, Stance

from .reactions import stored_id
from .statements import statements

SQL = statements("reactions")


class ReviewRow(NamedTuple):
    """A verdict, and the reaction that its page is."""

    reaction_id: int
    claim_reviewed: str
    claimant: str | None
    rating: str | None
    rating_value: float | None
    stance: Stance


def save_review(connection: Connection, story_id: int, post: Post, review: Review, seen_at: str) -> None:
    """Writes a verdict beside the reaction that its page is; a later one on the same claim takes its place."""
    page = {"story_id": story_id, "post_id": stored_id(connection, post)}
    values = {
        "reaction_id": connection.execute(SQL["find_reaction"], page).scalar_one(),
        "claim": review.claim,
        "claimant": review.claimant,
        "rating": review.rating,
        "value": review.value,
        "stance": review.stance,
        "at": seen_at,
    }
    connection.execute(SQL["save_review"], values)


def reviews_of(connection: Connection, story_id: int) -> list[ReviewRow]:
    """A story's verdicts, in the order in which they came."""
    rows = map(ReviewRow._make, connection.execute(SQL["reviews_of"], {"story_id": story_id}))
    return [row._replace(stance=Stance(row.stance)) for row in rows]
