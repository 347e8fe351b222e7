"""A story's reactions: which post reacts, through what, what it rests on, and fact-checks' verdicts."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from collector.records import Post, Review, Tie, TieKind

from .store import is_erased, key_of, known_id, rows_among

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
                p.in_reply_to, p.quotes, p.links, a.handle, a.name, a.links AS declared
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


def reactions_among(connection: Connection, story_id: int, posts: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of ``posts`` (platform, external id) that are reactions of a story."""
    query = """SELECT p.key FROM post p JOIN reaction r ON r.post_id = p.id AND r.story_id = :s AND r.dropped_at IS NULL
        WHERE p.platform = :p AND p.key IN :keys"""
    found: set[tuple[str, str]] = set()
    for platform in {platform for platform, _ in posts}:
        keys = [key for known, key in posts if known == platform]
        found |= {(platform, row.key) for row in rows_among(connection, query, keys, s=story_id, p=platform)}
    return found


def followed_posts(connection: Connection, story_id: int, platform: str, depth: int) -> Sequence[Row[Any]]:
    """The posts of a platform whose replies and quotes are looked for, the most promising first.

    Those at most ``depth`` replies or quotes away from a post that an article shows or that links to
    the story. ``told`` is how many replies and quotes the platform last counted (NULL where it does
    not), ``stored`` how many are known here; the order is by what is still to be found, then the newest.
    """
    rows = connection.execute(
        text(
            """WITH RECURSIVE reacting AS (
                SELECT r.tie, p.id, p.key, p.in_reply_to, p.quotes FROM reaction r JOIN post p ON p.id = r.post_id
                WHERE r.story_id = :s AND r.dropped_at IS NULL AND p.platform = :platform
            ),
            answers AS (
                SELECT in_reply_to AS parent, id, key FROM reacting WHERE in_reply_to IS NOT NULL
                UNION ALL SELECT quotes, id, key FROM reacting WHERE quotes IS NOT NULL
            ),
            below (post_id, key, depth) AS (
                SELECT id, key, 0 FROM reacting WHERE tie IN ('embedded', 'links', 'mentions')
                UNION
                SELECT a.id, a.key, b.depth + 1 FROM below b JOIN answers a ON a.parent = b.key WHERE b.depth < :depth
            ),
            children AS (
                SELECT parent, COUNT(*) AS stored FROM (
                    SELECT in_reply_to AS parent FROM post WHERE platform = :platform AND in_reply_to IS NOT NULL
                    UNION ALL SELECT quotes FROM post WHERE platform = :platform AND quotes IS NOT NULL) c GROUP BY parent
            )
            SELECT DISTINCT p.id, p.platform, p.external_id, p.url, p.kind, p.text, p.posted_at, p.first_seen_at,
                a.handle, a.name, COALESCE(c.stored, 0) AS stored,
                CASE WHEN o.replies IS NULL AND o.quotes IS NULL THEN NULL ELSE COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) END AS told
            FROM below b JOIN post p ON p.id = b.post_id LEFT JOIN account a ON a.id = p.account_id
            LEFT JOIN children c ON c.parent = p.key
            LEFT JOIN observation o ON o.post_id = p.id AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
            WHERE p.external_id IS NOT NULL AND p.deleted_at IS NULL AND SUBSTR(p.key, 1, 7) <> 'erased:'"""
        ),
        {"s": story_id, "platform": platform, "depth": depth},
    ).all()
    return sorted(rows, key=lambda r: ((r.told or 0) - r.stored, r.posted_at or r.first_seen_at), reverse=True)


def save_reaction(
    connection: Connection,
    story_id: int,
    post: Post,
    tie: Tie,
    seen_at: str,
    *,
    words: str = "",
    verbatim: bool | None = None,
) -> bool:
    """Ties a stored post to a story; a tie more is a witness more. Returns whether the reaction is new.

    The reaction shows its strongest tie. ``words`` are those that prose reports, for a statement. What rests on a
    page or a reaction that was dropped is no tie.
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
    }
    added = connection.execute(
        text(
            """INSERT INTO reaction (story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at)
            VALUES (:s, :p, :tie, :source, :rests, :confidence, :at) ON CONFLICT (story_id, post_id) DO NOTHING"""
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
                "UPDATE reaction SET tie = :tie, tie_source = :source, rests_on = :rests, confidence = :c WHERE id = :r"
            ),
            {"tie": best.tie, "source": best.source, "rests": best.rests_on, "c": best.confidence, "r": reaction_id},
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
