"""Posts of which only a share link is known: once a request showed where it leads, they are the posts behind it."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection

from storywake.collector.addresses import identify, is_short
from storywake.collector.net.evidence import Evidence
from storywake.collector.records import Author, Post, PostAddress
from storywake.db.evidence import led_through
from storywake.db.merging import give_id


def post_behind(connection: Connection, short: str, evidence: Evidence) -> list[Post]:
    """The post that a share link leads to; a post stored under that link becomes it. [] where the link shows none."""
    address = _last_named(evidence.chain)
    if address is None or address.external_id is None or identify(short) is None:
        return []
    give_id(connection, address.platform, short, address.external_id)
    return [_as_post(address)]


def named(connection: Connection, posts: Sequence[Post]) -> list[Post]:
    """The posts with share links replaced by the posts behind them, where these are known."""
    known = led_through(connection, {post.url for post in posts if is_unnamed(post.external_id, post.url) and post.url})
    if not known:
        return list(posts)
    return [_renamed(post, _last_named(known.get(post.url or "", ()))) for post in posts]


def is_unnamed(external_id: str | None, url: str | None) -> bool:
    """Whether all that is known of a post is a share link."""
    return external_id is None and url is not None and is_short(url)


def _last_named(chain: Collection[str]) -> PostAddress | None:
    """The post that the last of a chain's addresses names that names one; sign-in pages come behind it."""
    found = (identify(step) for step in reversed(tuple(chain)))
    return next((address for address in found if address and address.external_id), None)


def _as_post(address: PostAddress) -> Post:
    return Post(
        platform=address.platform,
        external_id=address.external_id,
        url=address.url,
        author=Author(handle=address.handle),
    )


def _renamed(post: Post, address: PostAddress | None) -> Post:
    if address is None or address.platform != post.platform:
        return post
    author = post.author if post.author.handle else msgspec.structs.replace(post.author, handle=address.handle)
    return msgspec.structs.replace(post, external_id=address.external_id, url=address.url, author=author)
