"""A story's articles: the original, what came before, what covers it, and their versions."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from storywake.collector.prose.organisations import plain_publisher
from storywake.collector.records import Article, Role
from storywake.collector.urls import canonical

from .many import rows_among

COUNTS = "role IN ('original', 'coverage', 'followup') AND dropped_at IS NULL"
"""Articles that reactions may be to; earlier reporting and context are listed only."""


class SavedArticle(NamedTuple):
    """An article as it was stored."""

    key: str
    revised: bool
    copy_of: str | None  # the address of the first article with the same text
    dropped: bool  # an analyst dropped it: nothing of it counts


def save_article(
    connection: Connection,
    story_id: int,
    article: Article,
    role: Role,
    seen_at: str,
    *,
    mark: bytes | None = None,
    copy_of: int | None = None,
    rests_on: str | None = None,
    confidence: float | None = None,
) -> SavedArticle:
    """Writes an article and, where its text is new, a revision.

    ``mark`` is its text's MinHash, ``copy_of`` the id of the story's first article with the same text.
    """
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
    stored = connection.execute(
        text("SELECT id, dropped_at FROM article WHERE story_id = :s AND key = :k"), {"s": story_id, "k": key}
    ).one()
    article_id = stored.id
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
    if copy_of == article_id:
        copy_of = None
    connection.execute(text("UPDATE article SET copy_of = :first WHERE id = :a"), {"first": copy_of, "a": article_id})
    first = connection.execute(text("SELECT key FROM article WHERE id = :a"), {"a": copy_of}).scalar()
    return SavedArticle(key, added.rowcount > 0, first, stored.dropped_at is not None)


def signatures(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """The texts' MinHashes of a story's articles that are no copies themselves: id, key, signature; the earliest first."""
    return connection.execute(
        text(
            """SELECT a.id, a.key, v.signature FROM article a JOIN article_revision v ON v.article_id = a.id
            WHERE a.story_id = :s AND a.dropped_at IS NULL AND a.copy_of IS NULL AND v.signature IS NOT NULL ORDER BY a.id"""
        ),
        {"s": story_id},
    ).all()


def _own_corrections(article: Article) -> tuple[str, ...]:
    """Corrections of the article itself: in prose that tells of another publisher's original, they are that original's."""
    return () if any(m.role is Role.ORIGINAL for m in article.mentions) else article.corrections


def save_mentions(connection: Connection, story_id: int, article: Article, seen_at: str) -> None:
    """Writes articles that prose only names: publisher and role, and the correction of the original.

    A publisher whose article is known by its address is not named a second time.
    """
    corrections = article.corrections
    rows = connection.execute(
        text(
            "SELECT key, publisher FROM article WHERE story_id = :s AND dropped_at IS NULL AND url IS NOT NULL AND publisher IS NOT NULL"
        ),
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


def article_keys(connection: Connection, story_id: int) -> set[str]:
    """Canonical addresses of the story's articles that a reaction may link to: not of what came before it or stands beside it."""
    query = text(f"SELECT key FROM article WHERE story_id = :s AND url IS NOT NULL AND {COUNTS}")  # noqa: S608
    rows = connection.execute(query, {"s": story_id})
    return {row.key for row in rows}


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def set_article_address(connection: Connection, story_id: int, publisher: str, url: str) -> None:
    """Gives an article that prose only named its address, where it has none yet."""
    connection.execute(
        text(
            """UPDATE article SET key = :key, url = :url WHERE story_id = :s AND key = :named
            AND NOT EXISTS (SELECT 1 FROM article b WHERE b.story_id = :s AND b.key = :key)"""
        ),
        {"s": story_id, "named": f"publisher:{publisher}", "key": canonical(url), "url": url},
    )


def page_dropped(connection: Connection, story_id: int, url: str) -> bool:
    """Whether an analyst dropped a page, so that it is not taken up again."""
    query = text("SELECT 1 FROM article WHERE story_id = :s AND key = :k AND dropped_at IS NOT NULL")
    return connection.execute(query, {"s": story_id, "k": canonical(url)}).first() is not None


def role_of(connection: Connection, story_id: int, url: str) -> str | None:
    """The role under which an address is stored, None where it is not."""
    found: str | None = connection.execute(
        text("SELECT role FROM article WHERE story_id = :s AND key = :k AND dropped_at IS NULL"),
        {"s": story_id, "k": canonical(url)},
    ).scalar()
    return found


def story_addresses(connection: Connection, story_id: int) -> list[str]:
    """Where the story's own articles are: the original and what covers it, as first seen."""
    rows = connection.execute(
        text(
            "SELECT url FROM article WHERE story_id = :s AND url IS NOT NULL AND role IN ('original', 'coverage') AND dropped_at IS NULL ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id"
        ),
        {"s": story_id},
    )
    return [row.url for row in rows]


def addresses_of_stories(connection: Connection, stories: Collection[int]) -> dict[int, list[str]]:
    """Where each story's own articles are, as ``story_addresses`` has them; stories without any are left out."""
    found: dict[int, list[str]] = {}
    query = """SELECT story_id, url FROM article WHERE story_id IN :keys AND url IS NOT NULL AND role IN ('original', 'coverage')
        AND dropped_at IS NULL ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id"""
    for row in rows_among(connection, query, sorted(stories)):
        found.setdefault(row.story_id, []).append(row.url)
    return found


def original_of(connection: Connection, story_id: int) -> tuple[str | None, str | None]:
    """Who published the report that a story is about, and when it or else the story's own article came out; None where unknown."""
    row = connection.execute(
        text(
            """SELECT CASE role WHEN 'original' THEN publisher END AS publisher, published_at FROM article
            WHERE story_id = :s AND role IN ('original', 'coverage') AND dropped_at IS NULL
            ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id LIMIT 1"""
        ),
        {"s": story_id},
    ).first()
    return (row.publisher, row.published_at) if row else (None, None)


def stories_of_addresses(
    connection: Connection, keys: Collection[str], asked: Collection[int], at: str
) -> list[tuple[str, int]]:
    """The stories, watched at ``at`` or among ``asked``, that canonical addresses are articles of: (address, story id)."""
    query = f"""SELECT a.key, a.story_id FROM article a JOIN story s ON s.id = a.story_id
        WHERE a.key IN :keys AND a.url IS NOT NULL AND a.{COUNTS.replace("AND ", "AND a.")}
        AND ((s.status = 'watched' AND s.watch_until > :at) OR s.id = ANY_ASKED)"""  # noqa: S608
    query = query.replace("s.id = ANY_ASKED", f"s.id IN ({', '.join(map(str, map(int, asked))) or 'NULL'})")
    return [(row.key, row.story_id) for row in rows_among(connection, query, sorted(keys), at=at)]
