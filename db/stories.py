"""Stories and their claims."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from collector.errors import BadInput
from collector.urls import canonical


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


def set_first_reading(connection: Connection, story_id: int, title: str | None) -> None:
    """Gives a story that was watched by its address the headline that its first reading showed, as title and, without any, as claim."""
    if not title:
        return
    connection.execute(text("UPDATE story SET title = :t WHERE id = :s AND title IS NULL"), {"t": title, "s": story_id})
    connection.execute(
        text(
            """INSERT INTO claim (story_id, position, text) SELECT CAST(:s AS INTEGER), 1, CAST(:t AS TEXT)
            WHERE NOT EXISTS (SELECT 1 FROM claim WHERE story_id = :s)"""
        ),
        {"s": story_id, "t": title},
    )


def claims_of(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's claims (id, text), the main one first."""
    return connection.execute(
        text("SELECT id, text FROM claim WHERE story_id = :s ORDER BY position"), {"s": story_id}
    ).all()


def story_text(connection: Connection, story_id: int) -> tuple[str | None, str, str | None]:
    """Title, text and language of the story's first article; (None, "", None) where none was read yet."""
    row = connection.execute(
        text(
            """SELECT v.title, v.text, a.language FROM article_revision v JOIN article a ON a.id = v.article_id
            WHERE a.story_id = :s ORDER BY a.id, v.id LIMIT 1"""
        ),
        {"s": story_id},
    ).first()
    return (row.title, row.text, row.language) if row else (None, "", None)
