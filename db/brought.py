"""What a file of another tool may still say of posts that are known: counts and words of an older time replace none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from storywake.collector.match.same_words import is_cut, says_the_same
from storywake.collector.platforms.base import Edit
from storywake.collector.records import NO_MEDIA, Kind, Post

from .many import rows_among
from .post_keys import key_of, known_id
from .posts import Counted, by_platform, save_edits
from .statements import statements
from .undated import without_old_counts

SQL = statements("posts")
Place = tuple[str, str]


class Older(NamedTuple):
    """How many posts of a file have older counts than those known, and other words than another file."""

    counts: int = 0
    words: int = 0


NOT_OLDER = Older()


def as_brought(
    connection: Connection, posts: Sequence[Post], last: Mapping[Place, Counted], at: str
) -> tuple[list[Post], Older]:
    """The posts of a file as they may be stored at ``at``, by the ``last`` counts known of them.

    Words that another file had are kept as an earlier text where this one has others; where this one is the older, its own
    are. It is where it has words that are kept as an earlier text already, unless it says that it was made after these were replaced.
    """
    told, older, stale = without_old_counts(connection, posts, last)
    known = _words_brought(connection, [post for post in told if (post.platform, key_of(post)) in last])
    if not known:
        return told, Older(older)
    earlier = _earlier_texts(connection, known)
    found: list[Post] = []
    edits: dict[str, list[Edit]] = {}
    for post in told:
        place = (post.platform, key_of(post))
        words = known.get(place)
        if words is None or post.text is None:
            found.append(post)
            continue
        is_other = not says_the_same(post.text, words.text)
        was_said = is_other and _was_said(post.text, earlier.get(place, ()))
        was_replaced = was_said and (post.counted_at or "") <= max(row.replaced_at for row in earlier[place])
        is_older = was_replaced or place in stale or (post.counted_at or at) < (words.observed_at or "")
        if post.kind is not Kind.REPOST and is_other and not (is_older and was_said):
            edit = Edit(words.key, (words.observed_at if is_older else post.counted_at) or at, post.text if is_older else words.text)  # fmt: skip
            edits.setdefault(post.platform, []).append(edit)
        found.append(_without_words(post) if is_older or is_cut(post.text, words.text) else post)
    for platform, ones in edits.items():
        save_edits(connection, platform, ones)
    return found, Older(older, sum(map(len, edits.values())))


def without_words_brought(connection: Connection, posts: Sequence[Post]) -> list[Post]:
    """Posts as an article shows them, without their words where a file of another tool told these."""
    known = _words_brought(connection, posts)
    return [_without_words(post) if (post.platform, key_of(post)) in known else post for post in posts]


def _words_brought(connection: Connection, posts: Sequence[Post]) -> dict[Place, Any]:
    """The words that files told of some of the posts, and when these were last counted."""
    places = {(post.platform, key_of(post)) for post in posts if known_id(post)}
    return {
        (platform, row.key): row
        for platform, keys in by_platform(places).items()
        for row in rows_among(connection, SQL["words_brought"], keys, platform=platform)
    }


def _earlier_texts(connection: Connection, places: Iterable[Place]) -> dict[Place, list[Any]]:
    """The texts that some of the posts had before, and when these were replaced."""
    found: dict[Place, list[Any]] = {}
    for platform, keys in by_platform(places).items():
        for row in rows_among(connection, SQL["earlier_texts"], keys, platform=platform):
            found.setdefault((platform, row.key), []).append(row)
    return found


def _was_said(text: str, earlier: Iterable[Any]) -> bool:
    """Whether a text, or what it was cut from, is among earlier ones."""
    return any(says_the_same(text, row.text) and not is_cut(row.text, text) for row in earlier)


def _without_words(post: Post) -> Post:
    return msgspec.structs.replace(post, text=None, language=None, links=(), media=NO_MEDIA)
