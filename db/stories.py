"""Stories, their claims, articles, reactions and people."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from collector.copies import is_copy, signature
from collector.errors import BadInput
from collector.records import Article, Post, Review, Role, Tie
from collector.urls import canonical

from .store import key_of, known_id

BEST_WITNESS = text(
    """SELECT tie, source, rests_on, confidence FROM witness WHERE reaction_id = :r
    ORDER BY CASE tie WHEN 'embedded' THEN 0 WHEN 'links' THEN 1 WHEN 'quotes' THEN 2 WHEN 'replies' THEN 3 WHEN 'mentions' THEN 4 ELSE 5 END, id
    LIMIT 1"""
)


class StoryRow(NamedTuple):
    """A story as jobs need it."""

    id: int
    slug: str
    title: str | None
    url: str | None
    canonical_url: str | None
    status: str
    created_at: str
    watch_until: str


STORY_COLUMNS = "id, slug, title, url, canonical_url, status, created_at, watch_until"


def add_story(
    connection: Connection,
    *,
    slug: str,
    title: str | None,
    url: str | None,
    claims: Sequence[str],
    created_at: str,
    watch_until: str,
) -> StoryRow:
    """Starts watching a story, or takes up the one that has the slug: new claims are added, nothing is lost."""
    connection.execute(
        text(
            """INSERT INTO story (slug, title, url, canonical_url, status, created_at, watch_until)
            VALUES (:slug, :title, :url, :canonical, 'watched', :created, :until)
            ON CONFLICT (slug) DO UPDATE SET title = COALESCE(excluded.title, story.title), url = COALESCE(excluded.url, story.url),
                canonical_url = COALESCE(excluded.canonical_url, story.canonical_url), status = 'watched',
                watch_until = CASE WHEN excluded.watch_until > story.watch_until THEN excluded.watch_until ELSE story.watch_until END"""
        ),
        {
            "slug": slug,
            "title": title,
            "url": url,
            "canonical": canonical(url) if url else None,
            "created": created_at,
            "until": watch_until,
        },
    )
    story = find_story(connection, slug)
    for claim in claims:
        connection.execute(
            text(
                """INSERT INTO claim (story_id, position, text)
                SELECT CAST(:story AS INTEGER), COALESCE(MAX(position), 0) + 1, CAST(:text AS TEXT) FROM claim WHERE story_id = :story
                ON CONFLICT (story_id, text) DO NOTHING"""
            ),
            {"story": story.id, "text": claim},
        )
    return story


def find_story(connection: Connection, slug: str) -> StoryRow:
    """The story with a slug. Raises BadInput where there is none."""
    row = connection.execute(text(f"SELECT {STORY_COLUMNS} FROM story WHERE slug = :slug"), {"slug": slug}).first()  # noqa: S608
    if row is None:
        known = [r.slug for r in connection.execute(text("SELECT slug FROM story ORDER BY slug LIMIT 8"))]
        raise BadInput(
            f"no story {slug!r}" + (f"; there are: {', '.join(known)}" if known else "; none is watched yet")
        )
    return StoryRow(*row)


def stories(connection: Connection, *, watched_at: str | None = None) -> list[StoryRow]:
    """Every story, or those still watched at a time."""
    rows = connection.execute(text(f"SELECT {STORY_COLUMNS} FROM story ORDER BY id"))  # noqa: S608
    found = [StoryRow(*row) for row in rows]
    return [s for s in found if watched_at is None or (s.status == "watched" and s.watch_until > watched_at)]


def claims_of(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's claims (id, text), the main one first."""
    return connection.execute(
        text("SELECT id, text FROM claim WHERE story_id = :s ORDER BY position"), {"s": story_id}
    ).all()


class SavedArticle(NamedTuple):
    """An article as it was stored."""

    key: str
    revised: bool
    copy_of: str | None  # the address of the first article with the same text


def save_article(
    connection: Connection,
    story_id: int,
    article: Article,
    role: Role,
    seen_at: str,
    *,
    rests_on: str | None = None,
    confidence: float | None = None,
) -> SavedArticle:
    """Writes an article and, where its text is new, a revision; tells whether another article has the same text."""
    address = article.canonical_url or article.url
    if article.url and address == canonical(article.url):
        address = article.url  # the page declares none: what was asked is what can be asked again
    key = canonical(address) if address else f"text:{_hash(article.text)[:16]}"
    connection.execute(
        text(
            """INSERT INTO article (story_id, key, url, title, publisher, authors, published_at, language, role, corrected, correction, rests_on, confidence, first_seen_at)
            VALUES (:story, :key, :url, :title, :publisher, :authors, :published, :language, :role, :corrected, :correction, :rests, :confidence, :seen)
            ON CONFLICT (story_id, key) DO UPDATE SET title = COALESCE(excluded.title, article.title), publisher = COALESCE(excluded.publisher, article.publisher),
                authors = COALESCE(excluded.authors, article.authors), published_at = COALESCE(excluded.published_at, article.published_at),
                language = COALESCE(excluded.language, article.language), corrected = article.corrected OR excluded.corrected,
                correction = COALESCE(excluded.correction, article.correction), rests_on = COALESCE(article.rests_on, excluded.rests_on),
                confidence = COALESCE(article.confidence, excluded.confidence)"""
        ),
        {
            "rests": rests_on, "confidence": confidence, "story": story_id, "key": key, "url": address, "title": article.title, "publisher": article.publisher,
            "authors": ", ".join(article.authors) or None, "published": article.published_at, "language": article.language,
            "role": role.value, "corrected": bool(_own_corrections(article)), "correction": " ".join(_own_corrections(article)) or None, "seen": seen_at,
        },
    )  # fmt: skip
    article_id = connection.execute(
        text("SELECT id FROM article WHERE story_id = :s AND key = :k"), {"s": story_id, "k": key}
    ).scalar_one()
    mark = signature(article.text)
    added = connection.execute(
        text(
            """INSERT INTO article_revision (article_id, seen_at, text_hash, title, text, signature)
            VALUES (:a, :at, :hash, :title, :text, :mark) ON CONFLICT (article_id, text_hash) DO NOTHING"""
        ),
        {
            "a": article_id,
            "at": seen_at,
            "hash": _hash(f"{article.title}\n{article.text}"),
            "title": article.title,
            "text": article.text,
            "mark": mark,
        },
    )
    first = _first_alike(connection, story_id, article_id, mark)
    connection.execute(
        text("UPDATE article SET copy_of = :first WHERE id = :a"),
        {"first": first.id if first else None, "a": article_id},
    )
    return SavedArticle(key, added.rowcount > 0, first.key if first else None)


def _first_alike(connection: Connection, story_id: int, article_id: int, mark: bytes | None) -> Row[Any] | None:
    """The earliest other article of a story with the same text, itself no copy."""
    rows = connection.execute(
        text(
            """SELECT a.id, a.key, v.signature FROM article a JOIN article_revision v ON v.article_id = a.id
            WHERE a.story_id = :s AND a.id < :a AND a.copy_of IS NULL AND v.signature IS NOT NULL ORDER BY a.id"""
        ),
        {"s": story_id, "a": article_id},
    )
    return next((row for row in rows if is_copy(mark, bytes(row.signature))), None)


def _own_corrections(article: Article) -> tuple[str, ...]:
    """Corrections of the article itself: in prose that tells of another publisher's original, they are that original's."""
    return () if any(m.role is Role.ORIGINAL for m in article.mentions) else article.corrections


def save_mentions(connection: Connection, story_id: int, article: Article, seen_at: str) -> None:
    """Writes articles that prose only names: publisher and role, and the correction of the original.

    A publisher whose article is known by its address is not named a second time.
    """
    corrections = article.corrections
    rows = connection.execute(
        text("SELECT key, publisher FROM article WHERE story_id = :s AND url IS NOT NULL AND publisher IS NOT NULL"),
        {"s": story_id},
    )
    known = {plain_publisher(row.publisher): row.key for row in rows}
    for mention in article.mentions:
        corrected = " ".join(corrections) if mention.role is Role.ORIGINAL and corrections else None
        connection.execute(
            text(
                """INSERT INTO article (story_id, key, publisher, role, corrected, correction, first_seen_at)
                VALUES (:story, :key, :publisher, :role, :corrected, :correction, :seen)
                ON CONFLICT (story_id, key) DO UPDATE SET corrected = article.corrected OR excluded.corrected, correction = COALESCE(excluded.correction, article.correction)"""
            ),
            {
                "story": story_id,
                "key": known.get(plain_publisher(mention.publisher), f"publisher:{mention.publisher}"),
                "publisher": mention.publisher,
                "role": mention.role.value,
                "corrected": bool(corrected),
                "correction": corrected,
                "seen": seen_at,
            },
        )


def plain_publisher(name: str) -> str:
    """A publisher's name as names are compared."""
    return name.removeprefix("The ").casefold()


def article_keys(connection: Connection, story_id: int) -> set[str]:
    """Canonical addresses of the story's articles."""
    rows = connection.execute(text("SELECT key FROM article WHERE story_id = :s AND url IS NOT NULL"), {"s": story_id})
    return {row.key for row in rows}


def reaction_posts(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """The posts of a story's reactions: id, platform, key, external_id, url, kind, author, times."""
    return connection.execute(
        text(
            """SELECT r.id AS reaction_id, r.person_id, r.tie, p.id, p.platform, p.key, p.external_id, p.url, p.kind, p.text, p.language, p.posted_at, p.first_seen_at, p.deleted_at,
                p.next_look_at, p.in_reply_to, p.quotes, p.links, a.handle, a.name, a.links AS declared
            FROM reaction r JOIN post p ON p.id = r.post_id LEFT JOIN account a ON a.id = p.account_id WHERE r.story_id = :s ORDER BY r.id"""
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
        "SELECT p.external_id FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.story_id = :s AND p.platform = :p AND p.external_id IS NOT NULL"
    )
    return {row.external_id for row in connection.execute(query, {"s": story_id, "p": platform})}


def followed_posts(connection: Connection, story_id: int, platform: str, depth: int) -> Sequence[Row[Any]]:
    """The posts of a platform whose replies and quotes are looked for, the most promising first.

    Those at most ``depth`` replies or quotes away from a post that an article shows or that links to
    the story. ``told`` is how many replies and quotes the platform last counted (NULL where it does
    not), ``stored`` how many are known here; the order is by what is still to be found, then the newest.
    """
    rows = connection.execute(
        text(
            """WITH RECURSIVE below (reaction_id, post_id, platform, key, depth) AS (
                SELECT r.id, p.id, p.platform, p.key, 0 FROM reaction r JOIN post p ON p.id = r.post_id
                WHERE r.story_id = :s AND p.platform = :platform AND r.tie IN ('embedded', 'links', 'mentions')
                UNION
                SELECT r.id, p.id, p.platform, p.key, b.depth + 1 FROM below b
                JOIN post p ON p.platform = b.platform AND (p.in_reply_to = b.key OR p.quotes = b.key)
                JOIN reaction r ON r.post_id = p.id AND r.story_id = :s
                WHERE b.depth < :depth
            ),
            children AS (
                SELECT parent, COUNT(*) AS stored FROM (
                    SELECT in_reply_to AS parent FROM post WHERE platform = :platform AND in_reply_to IS NOT NULL
                    UNION ALL SELECT quotes FROM post WHERE platform = :platform AND quotes IS NOT NULL) c GROUP BY parent
            )
            SELECT DISTINCT p.id, p.platform, p.external_id, p.url, p.kind, p.text, p.posted_at, p.next_look_at, p.first_seen_at,
                a.handle, a.name, COALESCE(c.stored, 0) AS stored,
                CASE WHEN o.replies IS NULL AND o.quotes IS NULL THEN NULL ELSE COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) END AS told
            FROM below b JOIN post p ON p.id = b.post_id LEFT JOIN account a ON a.id = p.account_id
            LEFT JOIN children c ON c.parent = p.key
            LEFT JOIN observation o ON o.post_id = p.id AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
            WHERE p.external_id IS NOT NULL AND p.deleted_at IS NULL"""
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

    The reaction shows its strongest tie. ``words`` are those that prose reports, for a statement.
    """
    post_id = _post_id(connection, post)
    if post_id is None:
        return False
    values = {
        "s": story_id,
        "p": post_id,
        "tie": tie.kind.value,
        "source": tie.source,
        "rests": tie.rests_on,
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


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def schedule_look(connection: Connection, post_id: int, at: str) -> None:
    """Sets when a post is due to be looked at again."""
    connection.execute(text("UPDATE post SET next_look_at = :at WHERE id = :id"), {"at": at, "id": post_id})


def set_article_address(connection: Connection, story_id: int, publisher: str, url: str) -> None:
    """Gives an article that prose only named its address, where it has none yet."""
    connection.execute(
        text(
            """UPDATE article SET key = :key, url = :url WHERE story_id = :s AND key = :named
            AND NOT EXISTS (SELECT 1 FROM article b WHERE b.story_id = :s AND b.key = :key)"""
        ),
        {"s": story_id, "named": f"publisher:{publisher}", "key": canonical(url), "url": url},
    )


def role_of(connection: Connection, story_id: int, url: str) -> str | None:
    """The role under which an address is stored, None where it is not."""
    found: str | None = connection.execute(
        text("SELECT role FROM article WHERE story_id = :s AND key = :k"), {"s": story_id, "k": canonical(url)}
    ).scalar()
    return found


def story_addresses(connection: Connection, story_id: int) -> list[str]:
    """Where the story's own articles are: the original and what covers it, as first seen."""
    rows = connection.execute(
        text(
            "SELECT url FROM article WHERE story_id = :s AND url IS NOT NULL AND role IN ('original', 'coverage') ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id"
        ),
        {"s": story_id},
    )
    return [row.url for row in rows]


def original_of(connection: Connection, story_id: int) -> Row[Any] | None:
    """The report that a story is about: publisher, published_at; None where it is not known."""
    return connection.execute(
        text(
            "SELECT publisher, published_at FROM article WHERE story_id = :s AND role = 'original' ORDER BY id LIMIT 1"
        ),
        {"s": story_id},
    ).first()


def story_text(connection: Connection, story_id: int) -> tuple[str | None, str]:
    """Title and text of the story's first article; (None, "") where none was read yet."""
    row = connection.execute(
        text(
            """SELECT v.title, v.text FROM article_revision v JOIN article a ON a.id = v.article_id
            WHERE a.story_id = :s ORDER BY a.id, v.id LIMIT 1"""
        ),
        {"s": story_id},
    ).first()
    return (row.title, row.text) if row else (None, "")


def watched_pages(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """The story's articles that have an address: url, role, published_at, first_seen_at, and when each was last read."""
    return connection.execute(
        text(
            """SELECT a.url, a.role, a.published_at, a.first_seen_at,
                COALESCE((SELECT MAX(e.fetched_at) FROM evidence e WHERE e.url = a.url), a.first_seen_at) AS read_at
            FROM article a WHERE a.story_id = :s AND a.url IS NOT NULL ORDER BY a.id"""
        ),
        {"s": story_id},
    ).all()


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
