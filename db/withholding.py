"""Posts whose authors ask not to be shown to everybody: their words are not kept (``collector/wishes.py``)."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, delete, update
from sqlmodel import col

from storywake.collector.net.evidence import Evidence
from storywake.collector.records import Post
from storywake.collector.wishes import blanked, is_withheld, without_words

from . import models
from .many import rows_among
from .post_keys import is_erased, key_of
from .remarks import unlearn
from .statements import statements

POSTS = statements("posts")
ACCOUNTS = statements("accounts")


def as_wished(posts: Sequence[Post], *, drop: bool) -> tuple[list[Post], list[Post]]:
    """The posts (``with_known_labels``) as their authors let them be taken, and those that are withheld: without words, or
    not taken (``drop``).
    """
    withheld = [post for post in posts if is_withheld(post)]
    if not withheld:
        return list(posts), []
    kept = [post for post in posts if not is_withheld(post)] if drop else posts
    return [without_words(post) if is_withheld(post) else post for post in kept], withheld


def as_kept(evidence: Evidence, posts: Sequence[Post], withheld: Sequence[Post]) -> Evidence:
    """An answer as it may be kept: without content if it shows an erased author's post, and without the words of those who
    are withheld.
    """
    if any(is_erased(post) for post in posts):
        address = evidence.url.partition("?")[0]
        return replace(evidence, url=address, final_url=address, chain=(address,), headers={}, body=b"")
    named = {name for post in withheld for name in (post.external_id, post.url, _own_name(post)) if name}
    return replace(evidence, body=blanked(evidence.body, named)) if named else evidence


def _own_name(post: Post) -> str | None:
    """By what a server names a post of its own, where it leaves out the address (Misskey): the end of that, if no mere number."""
    last = (post.external_id or "").rpartition("/notes/")[2]
    return last if last != post.external_id and last.isalnum() and not last.isdigit() else None


def with_known_labels(connection: Connection, posts: Sequence[Post]) -> list[Post]:
    """The posts; those of which nothing is told about labels, as in a stream, with the ones that are stored."""
    silent = [post for post in posts if post.labels is None]
    theirs = [post for post in posts if post.author.labels is None and post.author.external_id]
    of_posts: dict[tuple[str, str], tuple[str, ...]] = {}
    of_authors: dict[tuple[str, str], tuple[str, ...]] = {}
    for platform in {post.platform for post in silent}:
        keys = sorted({key_of(post) for post in silent if post.platform == platform})
        for row in rows_among(connection, POSTS["labels"], keys, platform=platform):
            of_posts[platform, row.key] = tuple(row.labels.split())
    for platform in {post.platform for post in theirs}:
        keys = sorted({p.author.external_id for p in theirs if p.platform == platform and p.author.external_id})
        for row in rows_among(connection, ACCOUNTS["labels"], keys, platform=platform):
            of_authors[platform, row.key] = tuple(row.labels.split())
    return [_labelled(post, of_posts, of_authors) for post in posts] if of_posts or of_authors else list(posts)


def _labelled(
    post: Post, of_posts: dict[tuple[str, str], tuple[str, ...]], of_authors: dict[tuple[str, str], tuple[str, ...]]
) -> Post:
    labels = of_posts.get((post.platform, key_of(post))) if post.labels is None else None
    theirs = of_authors.get((post.platform, post.author.external_id or "")) if post.author.labels is None else None
    if labels:
        post = replace(post, labels=labels)
    return replace(post, author=replace(post.author, labels=theirs)) if theirs else post


def leave_out(connection: Connection, posts: Sequence[Post]) -> None:
    """Takes out the words that posts' platforms told of them before; what an article itself shows stays that article's."""
    post = models.Post
    for platform in {one.platform for one in posts}:
        keys = sorted({key_of(one) for one in posts if one.platform == platform})
        for row in rows_among(connection, POSTS["own_words"], keys, platform=platform):
            connection.execute(delete(models.PostRevision).where(col(models.PostRevision.post_id) == row.id))
            emptied = {"text": None, "media": None, "own_words": False}
            connection.execute(update(post).where(col(post.id) == row.id).values(emptied))
            unlearn(connection, row.id)
