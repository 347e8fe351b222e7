"""A story's reactions: which post reacts, through what, and what it rests on."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import select

from storywake.collector.records import Author, Kind, Post, Tie, TieKind

from .many import rows_among
from .models import Post as StoredPost
from .models import Reaction
from .post_keys import is_erased, key_of, known_id
from .statements import statements

SQL = statements("reactions")
POSTS = statements("posts")
REPORTED = "the article's prose reports somebody who was taken out"


class AskablePost(NamedTuple):
    """A reaction's post that its platform can be asked about; ``told`` is the last count of its replies."""

    id: int
    platform: str
    kind: str
    external_id: str | None
    url: str | None
    links: str | None
    story_id: int
    told: int | None


def story_of_reaction(connection: Connection, reaction_id: int) -> int | None:
    """The story that a reaction is of; None where there is no such reaction."""
    return connection.execute(select(Reaction.story_id).where(Reaction.id == reaction_id)).scalar()


def reaction_ids(connection: Connection, story_id: int, platform: str) -> set[str]:
    """The external ids of a story's reactions on a platform."""
    rows = connection.execute(SQL["reaction_ids"], {"story_id": story_id, "platform": platform})
    return set(rows.scalars())


def reacting(
    connection: Connection, posts: Collection[tuple[str, str]], asked: Collection[int], at: str
) -> dict[int, dict[tuple[str, str], int]]:
    """Those of ``posts`` (platform, external id) that are reactions of a story that is watched at ``at`` or among
    ``asked``.

    By story, each with its depth: the quotes between it and a post that an article shows or that links.
    """
    found: dict[int, dict[tuple[str, str], int]] = {}
    for platform in {platform for platform, _ in posts}:
        keys = [key for known, key in posts if known == platform]
        for row in rows_among(connection, SQL["reacting"], keys, platform=platform, at=at, asked=list(asked)):
            found.setdefault(row.story_id, {})[(platform, row.key)] = row.depth
    return found


def posts_by_key(connection: Connection, platform: str, keys: Sequence[str]) -> set[int]:
    """The ids of the stored posts with one of ``keys`` on a platform."""
    return {row.id for row in rows_among(connection, POSTS["ids_of_keys"], list(keys), platform=platform)}


def reactions_of_posts(connection: Connection, posts: Collection[int]) -> list[AskablePost]:
    """Those of ``posts`` that are reactions and that their platform can be asked about."""
    return [AskablePost._make(row) for row in rows_among(connection, SQL["reactions_of_posts"], sorted(posts))]


def stories_of_posts(connection: Connection, posts: Collection[int]) -> set[int]:
    """The stories that some posts react to."""
    return {row.story_id for row in rows_among(connection, SQL["stories_of_posts"], sorted(posts))}


def posts_with_link(connection: Connection, story_id: int, link: str) -> list[Post]:
    """A story's reactions whose words hold a link."""
    pattern = f"%{link.replace('%', '_')}%"
    rows = connection.execute(SQL["posts_with_link"], {"story_id": story_id, "pattern": pattern})
    return [
        Post(
            platform=row.platform,
            external_id=row.external_id,
            url=row.url,
            kind=Kind(row.kind),
            author=Author(handle=row.handle, name=row.name),
            text=row.text,
            posted_at=row.posted_at,
            links=tuple(row.links.split("\n")),
        )
        for row in rows
        if link in row.links.split("\n")
    ]


def save_reaction(
    connection: Connection,
    story_id: int,
    post: Post,
    tie: Tie,
    seen_at: str,
    *,
    words: str = "",
    verbatim: bool | None = None,
    depth: int = 0,
) -> bool:
    """Ties a stored post to a story; each further tie is recorded as another witness. Returns whether the reaction is
    new.

    The reaction shows its strongest tie. ``words`` are those that prose reports, for a statement. ``depth`` is how many
    quotes lie between it and a post that an article shows or that links to the story. What rests on a page or a
    reaction that was dropped is no tie.
    """
    post_id = stored_id(connection, post)
    if post_id is None:
        return False
    rests = {"story_id": story_id, "platform": post.platform, "source": tie.source}
    if connection.execute(SQL["rests_on_dropped"], rests).scalar_one():
        return False
    if is_erased(post):
        words, verbatim = "", None
    values = tie_values(story_id, post_id, post, tie, seen_at, depth)
    added = connection.execute(SQL["add_reaction"], values).rowcount
    reaction_id = connection.execute(SQL["find_reaction"], values).scalar_one()
    witness = {**values, "reaction_id": reaction_id, "words": words, "verbatim": verbatim}
    connection.execute(SQL["add_witness"], witness)
    if not added:
        show_best_witness(connection, reaction_id)
        connection.execute(SQL["no_deeper"], {"reaction_id": reaction_id, "depth": depth})
    return added > 0


def tie_values(story_id: int, post_id: int, post: Post, tie: Tie, seen_at: str, depth: int) -> dict[str, Any]:
    """What is written of a tie; of one by somebody's words in prose who was taken out, not what it rests on."""
    taken_out = is_erased(post) and tie.kind is TieKind.REPORTED
    return {
        "story_id": story_id,
        "post_id": post_id,
        "tie": tie.kind.value,
        "source": tie.source,
        "rests_on": REPORTED if taken_out else tie.rests_on,
        "confidence": tie.confidence,
        "at": seen_at,
        "depth": depth,
    }


def show_best_witness(connection: Connection, reaction_id: int) -> bool:
    """Has a reaction show its strongest tie; False where no witness is left."""
    return connection.execute(SQL["show_best_witness"], {"reaction_id": reaction_id}).rowcount > 0


def stored_id(connection: Connection, post: Post) -> int | None:
    """The id under which a post is stored; a provisional one may be stored under its platform's id. None: it is not."""
    query = select(StoredPost.id).where(StoredPost.platform == post.platform, StoredPost.key == key_of(post))
    found = connection.execute(query).scalar()
    if found is None and known_id(post) is None and post.author.handle:
        values = {
            "platform": post.platform,
            "handle": post.author.handle.lower(),
            "url": post.url,
            "text": post.text,
            "before": _shift(post.posted_at, -1),
            "after": _shift(post.posted_at, 1),
        }
        found = connection.execute(SQL["post_under_id"], values).scalar()
    return found


def _shift(day: str | None, days: int) -> str:
    try:
        return (date.fromisoformat((day or "")[:10]) + timedelta(days=days)).isoformat()
    except ValueError:
        return ""
