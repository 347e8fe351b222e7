"""A story's reactions: which post reacts, through what, what it rests on, and fact-checks' verdicts."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from storywake.collector.records import Author, Kind, Post, Review, Tie, TieKind

from .many import rows_among
from .store import is_erased, key_of, known_id

REPORTED = "the article's prose reports somebody who was taken out"

BEST_WITNESS = text(
    """SELECT tie, source, rests_on, confidence FROM witness WHERE reaction_id = :r
    ORDER BY CASE tie WHEN 'embedded' THEN 0 WHEN 'links' THEN 1 WHEN 'quotes' THEN 2 WHEN 'replies' THEN 3 WHEN 'mentions' THEN 4 ELSE 5 END, id
    LIMIT 1"""
)


RESTS_ON_DROPPED = text(
    """SELECT EXISTS (SELECT 1 FROM article a WHERE a.story_id = :s AND (a.key = :source OR a.url = :source) AND a.dropped_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM post p JOIN reaction r ON r.post_id = p.id AND r.story_id = :s
        WHERE p.platform = :platform AND p.key = :source AND r.dropped_at IS NOT NULL)"""
)


def reaction_posts(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """The posts of a story's reactions, but for those whose authors were taken out: id, platform, key, external_id, url, kind, author, times."""
    return connection.execute(
        text(
            """SELECT r.id AS reaction_id, r.person_id, r.tie, p.id, p.platform, p.key, p.external_id, p.url, p.kind, p.text, p.language, p.posted_at, p.first_seen_at, p.deleted_at,
                p.in_reply_to, p.quotes, p.links, a.handle, a.name, a.external_id AS account_id, a.links AS declared
            FROM reaction r JOIN post p ON p.id = r.post_id LEFT JOIN account a ON a.id = p.account_id WHERE r.story_id = :s AND r.dropped_at IS NULL AND SUBSTR(p.key, 1, 7) <> 'erased:' ORDER BY r.id"""
        ),
        {"s": story_id},
    ).all()


def story_of_reaction(connection: Connection, reaction_id: int) -> int | None:
    """The story that a reaction is of; None where there is no such reaction."""
    found: int | None = connection.execute(
        text("SELECT story_id FROM reaction WHERE id = :r"), {"r": reaction_id}
    ).scalar()
    return found


def reaction_ids(connection: Connection, story_id: int, platform: str) -> set[str]:
    """The external ids of a story's reactions on a platform."""
    query = text(
        "SELECT p.external_id FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.story_id = :s AND r.dropped_at IS NULL AND p.platform = :p AND p.external_id IS NOT NULL"
    )
    return {row.external_id for row in connection.execute(query, {"s": story_id, "p": platform})}


def reacting(
    connection: Connection, posts: Collection[tuple[str, str]], asked: Collection[int], at: str
) -> dict[int, dict[tuple[str, str], int]]:
    """Those of ``posts`` (platform, external id) that are reactions of a story that is watched at ``at`` or among ``asked``.

    By story, each with its depth: the quotes between it and a post that an article shows or that links.
    """
    named = ", ".join(map(str, map(int, asked))) or "NULL"
    query = f"""SELECT r.story_id, p.key, r.depth FROM post p JOIN reaction r ON r.post_id = p.id JOIN story s ON s.id = r.story_id
        WHERE p.platform = :p AND p.key IN :keys AND r.dropped_at IS NULL
        AND ((s.status = 'watched' AND s.watch_until > :at) OR s.id IN ({named}))"""  # noqa: S608
    found: dict[int, dict[tuple[str, str], int]] = {}
    for platform in {platform for platform, _ in posts}:
        keys = [key for known, key in posts if known == platform]
        for row in rows_among(connection, query, keys, p=platform, at=at):
            found.setdefault(row.story_id, {})[(platform, row.key)] = row.depth
    return found


def posts_by_key(connection: Connection, platform: str, keys: Sequence[str]) -> set[int]:
    """The ids of the stored posts with one of ``keys`` on a platform."""
    query = "SELECT id FROM post WHERE platform = :p AND key IN :keys"
    return {row.id for row in rows_among(connection, query, list(keys), p=platform)}


def reactions_of_posts(connection: Connection, posts: Collection[int]) -> Sequence[Row[Any]]:
    """The reactions among ``posts`` that their platform can be asked about: id, platform, kind, links, story_id, told (its last count of replies)."""
    return rows_among(
        connection,
        """SELECT p.id, p.platform, p.kind, p.links, MIN(r.story_id) AS story_id,
            (SELECT COALESCE(o.replies, o.quotes) FROM observation o WHERE o.post_id = p.id ORDER BY o.observed_at DESC LIMIT 1) AS told
        FROM post p JOIN reaction r ON r.post_id = p.id
        WHERE p.id IN :keys AND r.dropped_at IS NULL AND SUBSTR(p.key, 1, 7) <> 'erased:'
            AND (p.external_id IS NOT NULL OR p.url IS NOT NULL) GROUP BY p.id""",
        sorted(posts),
    )


def posts_with_link(connection: Connection, story_id: int, link: str) -> list[Post]:
    """A story's reactions whose words hold a link."""
    rows = connection.execute(
        text(
            """SELECT p.platform, p.external_id, p.url, p.kind, p.text, p.posted_at, p.links, a.handle, a.name
            FROM reaction r JOIN post p ON p.id = r.post_id LEFT JOIN account a ON a.id = p.account_id
            WHERE r.story_id = :s AND r.dropped_at IS NULL AND p.links LIKE :like"""
        ),
        {"s": story_id, "like": f"%{link.replace('%', '_')}%"},
    )
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
    """Ties a stored post to a story; each further tie is recorded as another witness. Returns whether the reaction is new.

    The reaction shows its strongest tie. ``words`` are those that prose reports, for a statement. ``depth`` is how many
    quotes lie between it and a post that an article shows or that links to the story. What rests on a page or a
    reaction that was dropped is no tie.
    """
    post_id = _post_id(connection, post)
    if post_id is None:
        return False
    if connection.execute(
        RESTS_ON_DROPPED, {"s": story_id, "platform": post.platform, "source": tie.source}
    ).scalar_one():
        return False
    rests_on = tie.rests_on
    if is_erased(post):
        words, verbatim = "", None
        rests_on = REPORTED if tie.kind is TieKind.REPORTED else rests_on
    values = {
        "s": story_id,
        "p": post_id,
        "tie": tie.kind.value,
        "source": tie.source,
        "rests": rests_on,
        "confidence": tie.confidence,
        "at": seen_at,
        "depth": depth,
    }
    added = connection.execute(
        text(
            """INSERT INTO reaction (story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at, depth)
            VALUES (:s, :p, :tie, :source, :rests, :confidence, :at, :depth) ON CONFLICT (story_id, post_id) DO NOTHING"""
        ),
        values,
    ).rowcount
    reaction_id = connection.execute(
        text("SELECT id FROM reaction WHERE story_id = :s AND post_id = :p"), values
    ).scalar_one()
    connection.execute(
        text(
            """INSERT INTO witness (reaction_id, tie, source, rests_on, confidence, words, verbatim) VALUES (:r, :tie, :source, :rests, :confidence, :words, :verbatim)
            ON CONFLICT (reaction_id, tie, source, words) DO NOTHING"""
        ),
        {**values, "r": reaction_id, "words": words, "verbatim": verbatim},
    )
    if not added:
        best = connection.execute(BEST_WITNESS, {"r": reaction_id}).one()
        connection.execute(
            text(
                """UPDATE reaction SET tie = :tie, tie_source = :source, rests_on = :rests, confidence = :c,
                depth = CASE WHEN :depth < depth THEN :depth ELSE depth END WHERE id = :r"""
            ),
            {
                "tie": best.tie,
                "source": best.source,
                "rests": best.rests_on,
                "c": best.confidence,
                "depth": depth,
                "r": reaction_id,
            },
        )
    return added > 0


def _post_id(connection: Connection, post: Post) -> int | None:
    found = connection.execute(
        text("SELECT id FROM post WHERE platform = :p AND key = :k"), {"p": post.platform, "k": key_of(post)}
    ).scalar()
    if found is None and known_id(post) is None and post.author.handle:
        # A provisional post that is stored under its id.
        found = connection.execute(
            text(
                """SELECT p.id FROM post p JOIN account a ON a.id = p.account_id WHERE p.platform = :p AND LOWER(a.handle) = :h AND p.external_id IS NOT NULL
                AND (p.url = :url OR SUBSTR(p.posted_at, 1, 10) BETWEEN :before AND :after) ORDER BY CASE WHEN p.text = :text THEN 0 ELSE 1 END, p.id LIMIT 1"""
            ),
            {
                "p": post.platform,
                "h": post.author.handle.lower(),
                "url": post.url,
                "text": post.text,
                "before": _shift(post.posted_at, -1),
                "after": _shift(post.posted_at, 1),
            },
        ).scalar()
    return found


def _shift(day: str | None, days: int) -> str:
    try:
        return (date.fromisoformat((day or "")[:10]) + timedelta(days=days)).isoformat()
    except ValueError:
        return ""


def save_review(connection: Connection, story_id: int, post: Post, review: Review, seen_at: str) -> None:
    """Writes a fact-check's verdict beside the reaction that its page is; a later verdict on the same claim takes its place."""
    reaction_id = connection.execute(
        text("SELECT id FROM reaction WHERE story_id = :s AND post_id = :p"),
        {"s": story_id, "p": _post_id(connection, post)},
    ).scalar_one()
    connection.execute(
        text(
            """INSERT INTO review (reaction_id, claim_reviewed, claimant, rating, rating_value, stance, seen_at)
            VALUES (:r, :claim, :claimant, :rating, :value, :stance, :at)
            ON CONFLICT (reaction_id, claim_reviewed) DO UPDATE SET claimant = excluded.claimant, rating = excluded.rating,
                rating_value = excluded.rating_value, stance = excluded.stance, seen_at = excluded.seen_at"""
        ),
        {
            "r": reaction_id,
            "claim": review.claim,
            "claimant": review.claimant,
            "rating": review.rating,
            "value": review.value,
            "stance": review.stance,
            "at": seen_at,
        },
    )


def reviews_of(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's verdicts: reaction_id, claim_reviewed, stance, and the page's address."""
    return connection.execute(
        text(
            """SELECT v.reaction_id, v.claim_reviewed, v.claimant, v.rating, v.rating_value, v.stance FROM review v
            JOIN reaction r ON r.id = v.reaction_id WHERE r.story_id = :s ORDER BY v.id"""
        ),
        {"s": story_id},
    ).all()
