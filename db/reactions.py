"""A story's reactions: which post reacts, through what, and what it rests on."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import select

from storywake.collector.records import Author, Kind, Post, Reach, Tie, TieKind

from .at_once import write_reactions
from .many import rows_among, run_many
from .models import Post as StoredPost
from .models import Reaction
from .post_keys import NO_IDS, is_erased, key_of, known_id
from .statements import statements

SQL = statements("reactions")
POSTS = statements("posts")
STRENGTH = {kind.value: place for place, kind in enumerate(TieKind)}
"""The place of a kind of tie, the strongest first."""
REPORTED = "the article's prose reports somebody who was taken out"


class AskablePost(NamedTuple):
    """A reaction's post that its platform can be asked about, with its last counts of answers."""

    id: int
    platform: str
    kind: str
    external_id: str | None
    url: str | None
    links: str | None
    story_id: int
    replies: int | None
    quotes: int | None


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


class Answered(NamedTuple):
    """A reaction that has answers."""

    story_id: int
    platform: str
    external_id: str
    posted_at: str
    first_seen_at: str


def with_answers(connection: Connection, posts: Collection[int], many: int) -> list[Answered]:
    """Those of ``posts`` that have answers by their last count and that an article shows, or that have ``many`` and link to a story."""
    return [Answered._make(row) for row in rows_among(connection, SQL["with_answers"], sorted(posts), many=many)]


def shown_post(connection: Connection, platform: str, external_id: str) -> Post | None:
    """A stored post with what asking about it needs; None where none has that id."""
    row = connection.execute(POSTS["of_external_id"], {"platform": platform, "external_id": external_id}).one_or_none()
    if row is None:
        return None
    return Post(
        platform=platform,
        external_id=external_id,
        url=row.url,
        kind=Kind(row.kind),
        posted_at=row.posted_at,
        reach=Reach(replies=row.replies),
    )


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


class Tied(NamedTuple):
    """A stored post that is tied to a story. What rests on a page or a reaction that was dropped is no tie."""

    story_id: int
    post: Post
    tie: Tie
    depth: int = 0  # quotes between it and a post that an article shows or that links to the story
    words: str = ""  # those that prose reports, for a statement
    verbatim: bool | None = None


def save_reactions(
    connection: Connection, given: Sequence[Tied], seen_at: str, ids: Mapping[tuple[str, str], int] = NO_IDS
) -> Counter[int]:
    """Ties stored posts to stories; each further tie is recorded as another witness. Returns how many reactions are
    new, by story.

    A reaction shows its strongest tie, of equal ones the first. What is known already is read and not written again, so
    that a pass that finds nothing new costs a few queries. ``ids`` are those of some of the posts, by platform and key.
    """
    rows = _rows(connection, given, seen_at, ids)
    by_story: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_story.setdefault(row["story_id"], []).append(row)
    return Counter({story_id: _save(connection, story_id, own) for story_id, own in by_story.items()})


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
    """``save_reactions`` for one tie (as in ``Tied``). Returns whether the reaction is new."""
    return save_reactions(connection, [Tied(story_id, post, tie, depth, words, verbatim)], seen_at).total() > 0


def _rows(
    connection: Connection, given: Sequence[Tied], seen_at: str, ids: Mapping[tuple[str, str], int]
) -> list[dict[str, Any]]:
    """The values of each tie whose post is stored and that rests on nothing dropped."""
    stored: dict[tuple[str, str], int | None] = dict(ids)
    keyed = [(key_of(tied.post), tied) for tied in given]
    for platform in {tied.post.platform for tied in given}:
        keys = list({k for k, tied in keyed if tied.post.platform == platform and (platform, k) not in stored})
        stored.update(
            ((platform, row.key), row.id) for row in rows_among(connection, SQL["ids_by_key"], keys, platform=platform)
        )
    dropped = _dropped(connection, given)
    rows = []
    for key, tied in keyed:
        post = tied.post
        place = (post.platform, key)
        if place not in stored:
            stored[place] = stored_id(connection, post)
        post_id = stored[place]
        if post_id is not None and (tied.story_id, post.platform, tied.tie.source) not in dropped:
            rows.append(_tie_values(tied, post_id, seen_at))
    return rows


def _dropped(connection: Connection, given: Sequence[Tied]) -> set[tuple[int, str, str]]:
    """What ties would rest on that was dropped: story, platform, source."""
    sources: dict[tuple[int, str], set[str]] = {}
    for story_id, platform, source in {(tied.story_id, tied.post.platform, tied.tie.source) for tied in given}:
        sources.setdefault((story_id, platform), set()).add(source)
    return {
        (story_id, platform, row.source)
        for (story_id, platform), own in sources.items()
        for row in rows_among(connection, SQL["dropped_among"], list(own), story_id=story_id, platform=platform)
    }


def _save(connection: Connection, story_id: int, rows: Sequence[dict[str, Any]]) -> int:
    """Writes a story's ties; those of posts that were tied before then show the strongest."""
    known = _tied(connection, story_id, rows)
    added: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row["post_id"] not in known:
            before = added.get(row["post_id"])
            shown = row if before is None or _strength(row) < _strength(before) else before
            added[row["post_id"]] = {**shown, "depth": min(before["depth"], row["depth"])} if before else row
    write_reactions(connection, SQL["add_reaction"], list(added.values()))
    now = known | _tied(connection, story_id, list(added.values()))
    witnessed = {
        tuple(row) for row in rows_among(connection, SQL["witnessed"], [reaction.id for reaction in known.values()])
    }
    for row in rows:
        row["reaction_id"] = now[row["post_id"]].id
    witnesses = [
        row for row in rows if (row["reaction_id"], row["tie"], row["source"]) not in witnessed or row["words"]
    ]
    run_many(connection, SQL["add_witness"], witnesses)
    stronger = [row for row in witnesses if _strength(row) < STRENGTH[now[row["post_id"]].tie]]
    run_many(connection, SQL["show_best_witness"], stronger)
    nearer = [row for row in rows if row["depth"] < now[row["post_id"]].depth]
    run_many(connection, SQL["no_deeper"], nearer)
    return len(added)


def _tied(connection: Connection, story_id: int, rows: Sequence[dict[str, Any]]) -> dict[int, Any]:
    """The reactions to a story that the posts of some ties are, by post."""
    posts = list({row["post_id"] for row in rows})
    return {row.post_id: row for row in rows_among(connection, SQL["tied"], posts, story_id=story_id)}


def _strength(row: dict[str, Any]) -> int:
    """The place of a tie among the kinds, the strongest first."""
    return STRENGTH[row["tie"]]


def _tie_values(tied: Tied, post_id: int, seen_at: str) -> dict[str, Any]:
    """What is written of a tie; of one by somebody's words in prose who was taken out, not what it rests on."""
    erased, tie = is_erased(tied.post), tied.tie
    return {
        "story_id": tied.story_id,
        "post_id": post_id,
        "tie": tie.kind.value,
        "source": tie.source,
        "rests_on": REPORTED if erased and tie.kind is TieKind.REPORTED else tie.rests_on,
        "confidence": tie.confidence,
        "at": seen_at,
        "depth": tied.depth,
        "words": "" if erased else tied.words,
        "verbatim": None if erased else tied.verbatim,
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
