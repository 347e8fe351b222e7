"""Stories, their claims, articles, reactions and people."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from collector.errors import BadInput
from collector.people import Person
from collector.records import Article, Post, Role, Tie
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


def save_article(connection: Connection, story_id: int, article: Article, role: Role, seen_at: str) -> tuple[int, bool]:
    """Writes an article and, where its text is new, a revision. Returns (article id, whether the revision is new)."""
    address = article.canonical_url or article.url
    if article.url and address == canonical(article.url):
        address = article.url  # the page declares none: what was asked is what can be asked again
    key = canonical(address) if address else f"text:{_hash(article.text)[:16]}"
    connection.execute(
        text(
            """INSERT INTO article (story_id, key, url, title, publisher, authors, published_at, language, role, corrected, correction, first_seen_at)
            VALUES (:story, :key, :url, :title, :publisher, :authors, :published, :language, :role, :corrected, :correction, :seen)
            ON CONFLICT (story_id, key) DO UPDATE SET title = COALESCE(excluded.title, article.title), publisher = COALESCE(excluded.publisher, article.publisher),
                authors = COALESCE(excluded.authors, article.authors), published_at = COALESCE(excluded.published_at, article.published_at),
                language = COALESCE(excluded.language, article.language), corrected = article.corrected OR excluded.corrected,
                correction = COALESCE(excluded.correction, article.correction)"""
        ),
        {
            "story": story_id, "key": key, "url": address, "title": article.title, "publisher": article.publisher,
            "authors": ", ".join(article.authors) or None, "published": article.published_at, "language": article.language,
            "role": role.value, "corrected": bool(_own_corrections(article)), "correction": " ".join(_own_corrections(article)) or None, "seen": seen_at,
        },
    )  # fmt: skip
    article_id = connection.execute(
        text("SELECT id FROM article WHERE story_id = :s AND key = :k"), {"s": story_id, "k": key}
    ).scalar_one()
    added = connection.execute(
        text(
            "INSERT INTO article_revision (article_id, seen_at, text_hash, title, text) VALUES (:a, :at, :hash, :title, :text) ON CONFLICT (article_id, text_hash) DO NOTHING"
        ),
        {
            "a": article_id,
            "at": seen_at,
            "hash": _hash(f"{article.title}\n{article.text}"),
            "title": article.title,
            "text": article.text,
        },
    )
    return article_id, added.rowcount > 0


def _own_corrections(article: Article) -> tuple[str, ...]:
    """Corrections of the article itself: in prose that tells of another publisher's original, they are that original's."""
    return () if any(m.role is Role.ORIGINAL for m in article.mentions) else article.corrections


def save_mentions(connection: Connection, story_id: int, article: Article, seen_at: str) -> None:
    """Writes articles that prose only names: publisher and role, and the correction of the original."""
    corrections = article.corrections
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
                "key": f"publisher:{mention.publisher}",
                "publisher": mention.publisher,
                "role": mention.role.value,
                "corrected": bool(corrected),
                "correction": corrected,
                "seen": seen_at,
            },
        )


def article_keys(connection: Connection, story_id: int) -> set[str]:
    """Canonical addresses of the story's articles."""
    rows = connection.execute(text("SELECT key FROM article WHERE story_id = :s AND url IS NOT NULL"), {"s": story_id})
    return {row.key for row in rows}


def reaction_posts(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """The posts of a story's reactions: id, platform, key, external_id, url, kind, author, times."""
    return connection.execute(
        text(
            """SELECT r.id AS reaction_id, r.person_id, r.tie, p.id, p.platform, p.key, p.external_id, p.url, p.kind, p.text, p.language, p.posted_at, p.first_seen_at, p.deleted_at,
                p.next_look_at, p.in_reply_to, p.quotes, p.links, a.handle, a.name
            FROM reaction r JOIN post p ON p.id = r.post_id LEFT JOIN account a ON a.id = p.account_id WHERE r.story_id = :s ORDER BY r.id"""
        ),
        {"s": story_id},
    ).all()


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


def save_people(connection: Connection, story_id: int, people: Sequence[Person], members: dict[int, int]) -> None:
    """Writes a story's persons and which reaction is whose (``members``: reaction id to index in ``people``)."""
    connection.execute(text("UPDATE reaction SET person_id = NULL WHERE story_id = :s"), {"s": story_id})
    ids: list[int] = []
    for person in people:
        connection.execute(
            text(
                """INSERT INTO person (story_id, name, affiliation, rests_on) VALUES (:s, :name, :affiliation, :rests)
                ON CONFLICT (story_id, name) DO UPDATE SET affiliation = COALESCE(excluded.affiliation, person.affiliation), rests_on = excluded.rests_on"""
            ),
            {
                "s": story_id,
                "name": person.name,
                "affiliation": person.affiliation,
                "rests": "; ".join(person.rests_on) or None,
            },
        )
        ids.append(
            connection.execute(
                text("SELECT id FROM person WHERE story_id = :s AND name = :n"), {"s": story_id, "n": person.name}
            ).scalar_one()
        )
    rows = [{"p": ids[index], "r": reaction} for reaction, index in members.items()]
    if rows:
        connection.execute(text("UPDATE reaction SET person_id = :p WHERE id = :r"), rows)
    connection.execute(
        text(
            "DELETE FROM person WHERE story_id = :s AND id NOT IN (SELECT person_id FROM reaction WHERE person_id IS NOT NULL)"
        ),
        {"s": story_id},
    )


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def known_people(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's persons: name, affiliation, rests_on."""
    return connection.execute(
        text("SELECT name, affiliation, rests_on FROM person WHERE story_id = :s ORDER BY id"), {"s": story_id}
    ).all()


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
