"""Stories and their claims."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from storywake.collector.errors import BadInput
from storywake.collector.urls import canonical


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
INSERT = """INSERT INTO story (slug, title, url, canonical_url, status, created_at, watch_until)
    VALUES (:slug, :title, :url, :canonical, 'watched', :created, :until) ON CONFLICT (slug)"""


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
            f"""{INSERT} DO UPDATE SET title = COALESCE(excluded.title, story.title), url = COALESCE(excluded.url, story.url),
                canonical_url = COALESCE(excluded.canonical_url, story.canonical_url), status = 'watched',
                watch_until = CASE WHEN excluded.watch_until > story.watch_until THEN excluded.watch_until ELSE story.watch_until END"""
        ),
        _values(slug, title, url, created_at, watch_until),
    )
    return _with_claims(connection, slug, claims)


def new_story(
    connection: Connection,
    *,
    slug: str,
    title: str | None,
    url: str | None,
    claims: Sequence[str],
    created_at: str,
    watch_until: str,
) -> StoryRow | None:
    """Starts watching a story; None, and nothing is changed, where another one has the slug."""
    added = connection.execute(
        text(f"{INSERT} DO NOTHING"), _values(slug, title, url, created_at, watch_until)
    ).rowcount
    return _with_claims(connection, slug, claims) if added else None


def _values(slug: str, title: str | None, url: str | None, created_at: str, watch_until: str) -> dict[str, str | None]:
    return {
        "slug": slug,
        "title": title,
        "url": url,
        "canonical": canonical(url) if url else None,
        "created": created_at,
        "until": watch_until,
    }


def _with_claims(connection: Connection, slug: str, claims: Sequence[str]) -> StoryRow:
    story = find_story(connection, slug)
    for claim in claims:
        add_claim(connection, story.id, claim)
    return story


def add_claim(connection: Connection, story_id: int, claim: str) -> bool:
    """Adds a claim as a story's last; False where the story has it."""
    return (
        connection.execute(
            text(
                """INSERT INTO claim (story_id, position, text)
                SELECT CAST(:story AS INTEGER), COALESCE(MAX(position), 0) + 1, CAST(:text AS TEXT) FROM claim WHERE story_id = :story
                ON CONFLICT (story_id, text) DO NOTHING"""
            ),
            {"story": story_id, "text": claim},
        ).rowcount
        > 0
    )


def first_claim(connection: Connection, story_id: int, claim: str | None) -> bool:
    """Gives a story without a claim its first: the headline of its first reading. Returns whether it was given one."""
    return bool(claim) and not claims_of(connection, story_id) and add_claim(connection, story_id, str(claim))


def drop_claim(connection: Connection, story_id: int, claim: str) -> None:
    """Takes a claim out, with its stances and labels. Raises BadInput where there is no such claim, or no other."""
    claims = claims_of(connection, story_id)
    found = next((row.id for row in claims if row.text == claim), None)
    if found is None:
        raise BadInput(f"no claim {claim!r}; there are: {'; '.join(repr(row.text) for row in claims) or 'none'}")
    if len(claims) == 1:
        raise BadInput("the last claim stays, for stance needs one: add another first (--add-claim)")
    for table in ("stance", "label"):
        connection.execute(text(f"DELETE FROM {table} WHERE claim_id = :c"), {"c": found})  # noqa: S608
    connection.execute(text("DELETE FROM claim WHERE id = :c"), {"c": found})


def set_title(connection: Connection, story_id: int, title: str) -> None:
    """Gives a story another title."""
    connection.execute(text("UPDATE story SET title = :t WHERE id = :s"), {"t": title, "s": story_id})


def set_title_if_missing(connection: Connection, story_id: int, title: str | None) -> bool:
    """Gives a story without a title the headline of its first reading. Returns whether it was given one."""
    statement = "UPDATE story SET title = :t WHERE id = :s AND title IS NULL"
    return bool(title) and connection.execute(text(statement), {"t": title, "s": story_id}).rowcount > 0


def set_status(connection: Connection, story_id: int, status: str, watch_until: str | None = None) -> None:
    """Makes a story ``watched``, ``paused`` or ``ended``; ``watch_until``, where given, is its new end."""
    connection.execute(
        text("UPDATE story SET status = :status, watch_until = COALESCE(:until, watch_until) WHERE id = :s"),
        {"status": status, "until": watch_until, "s": story_id},
    )


def standing(story: StoryRow, at: str) -> str:
    """How a story stands at a time: watched, paused or ended; one whose time is over is ended."""
    return "ended" if story.status == "watched" and story.watch_until <= at else story.status


def story_of_url(connection: Connection, url: str) -> StoryRow | None:
    """The first story that is watched by an address; None where none is."""
    query = f"SELECT {STORY_COLUMNS} FROM story WHERE canonical_url = :c ORDER BY id LIMIT 1"  # noqa: S608
    row = connection.execute(text(query), {"c": canonical(url)}).first()
    return StoryRow(*row) if row else None


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
    return [s for s in found if watched_at is None or standing(s, watched_at) == "watched"]


def still_there(connection: Connection, wanted: Sequence[StoryRow]) -> list[StoryRow]:
    """Those of ``wanted`` that nobody removed meanwhile."""
    known = {row.id for row in connection.execute(text("SELECT id FROM story"))}
    return [story for story in wanted if story.id in known]


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
            WHERE a.story_id = :s AND a.dropped_at IS NULL ORDER BY a.id, v.id LIMIT 1"""
        ),
        {"s": story_id},
    ).first()
    return (row.title, row.text, row.language) if row else (None, "", None)


def story_list(connection: Connection) -> Sequence[Row[Any]]:
    """Every story, oldest first: its columns, how many reactions it has, and when it was last looked at (None: never)."""
    return connection.execute(
        text(
            f"""SELECT {STORY_COLUMNS},
                (SELECT COUNT(*) FROM reaction r WHERE r.story_id = s.id AND r.dropped_at IS NULL) AS reactions,
                (SELECT MAX(k.last_at) FROM look k WHERE k.story_id = s.id) AS look_at
            FROM story s ORDER BY s.id"""  # noqa: S608
        )
    ).all()


def pages_of(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's pages (url, publisher, title, role), its own first; those that prose only names have no url."""
    return connection.execute(
        text(
            "SELECT url, publisher, title, role FROM article WHERE story_id = :s AND dropped_at IS NULL ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id"
        ),
        {"s": story_id},
    ).all()


def reactions_by_platform(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """How many reactions a story has on each platform (platform, n), the most first."""
    return connection.execute(
        text(
            """SELECT p.platform, COUNT(*) AS n FROM reaction r JOIN post p ON p.id = r.post_id
            WHERE r.story_id = :s AND r.dropped_at IS NULL GROUP BY p.platform ORDER BY n DESC, p.platform"""
        ),
        {"s": story_id},
    ).all()


def looks_of(connection: Connection, story_id: int, at: str) -> Row[Any]:
    """How many of a story's looks are ``due`` at a time, ``failed`` the last time, and are ``given_up``."""
    return connection.execute(
        text(
            """SELECT COALESCE(SUM(CASE WHEN due_at <= :at THEN 1 ELSE 0 END), 0) AS due,
                COALESCE(SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END), 0) AS failed,
                COALESCE(SUM(CASE WHEN outcome = 'given up' THEN 1 ELSE 0 END), 0) AS given_up
            FROM look WHERE story_id = :s"""
        ),
        {"s": story_id, "at": at},
    ).one()
