"""Pages that an earlier version kept under two addresses become one, with all that was told of either."""

from typing import Any

from sqlalchemy import Connection, Engine, text

from storywake.db.engine import open_database

from .test_migrations import at_revision

A = "https://paper.example/a"
COPY = "https://web.archive.org/web/20240303120000/https:/paper.example/a"
DAYS = {"early": "2024-03-03T12:00:00Z", "late": "2024-03-04T12:00:00Z"}
STORY = "INSERT INTO story (id, slug, url, canonical_url, status, created_at, watch_until) VALUES (1, 's', :url, :url, 'watched', :early, :late)"
ARTICLE = """INSERT INTO article (id, story_id, key, url, title, role, corrected, first_seen_at, copy_of, dropped_at)
VALUES (:id, 1, :key, :url, :title, :role, :corrected, :late, :copy_of, NULL)"""
REVISION = "INSERT INTO article_revision (article_id, seen_at, text_hash, text) VALUES (:article, :early, :hash, :hash)"
POST = """INSERT INTO post (id, platform, key, external_id, url, kind, text, language, in_reply_to, first_seen_at)
VALUES (:id, 'web', :key, :key, :key, 'article', :text, :language, :parent, :late)"""
REACTION = """INSERT INTO reaction (id, story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at, depth)
VALUES (:id, 1, :id, :tie, :source, 'it says so', 1, :early, :depth)"""
WITNESS = """INSERT INTO witness (reaction_id, tie, source, rests_on, confidence, words)
VALUES (:id, :tie, :source, 'it says so', 1, '')"""
LABEL = """INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at) VALUES (:id, 1, :analyst, :stance, :at)"""
LOOK = "INSERT INTO observation (post_id, observed_at, likes) VALUES (:id, :at, :likes)"
TO_DO = """INSERT INTO look (kind, source, target, post_id, reason, added_at)
VALUES (:kind, 'web', :target, :id, 'a reaction', :early)"""
REVIEW = "INSERT INTO review (reaction_id, claim_reviewed, stance, seen_at) VALUES (:id, :claim, 'deny', :early)"


def planted(address: str) -> Engine:
    """A database of the version before, with a page and a reaction each under two addresses."""
    old = at_revision(address, "0033")

    def put(statement: str, *rows: dict[str, Any]) -> None:
        for row in rows:
            connection.execute(text(statement), DAYS | row)

    with old.begin() as connection:
        put(STORY, {"url": f"{A}?rss=1"})
        put("INSERT INTO claim (id, story_id, position, text) VALUES (1, 1, 0, 'The bridge fell.')", {})
        article = {"title": None, "role": "coverage", "corrected": False, "copy_of": None}
        put(
            ARTICLE,
            article
            | {
                "id": 1,
                "key": f"{A}?rss=1",
                "url": f"{A}?rss=1",
                "title": "Bridge",
                "role": "original",
                "corrected": True,
            },
            article | {"id": 2, "key": A, "url": A},
            article | {"id": 3, "key": "https://other.example/b", "url": "https://other.example/b", "copy_of": 1},
            article | {"id": 4, "key": "https://paper.example/d", "url": "https://paper.example/d?source=doc17"},
        )
        put(REVISION, *({"article": n, "hash": h} for n, h in ((1, "x"), (1, "y"), (2, "y"))))
        post = {"text": None, "language": None, "parent": None}
        put(
            POST,
            post | {"id": 1, "key": COPY, "text": "a copy", "language": "en"},
            post | {"id": 2, "key": A, "text": "the page"},
            post | {"id": 3, "key": f"{COPY}#comment-7", "parent": COPY},
            post | {"id": 4, "key": "https://other.example/c?print=1"},
        )
        put(
            REACTION,
            {"id": 1, "tie": "links", "source": f"{A}?rss=1", "depth": 0},
            {"id": 2, "tie": "replies", "source": A, "depth": 2},
            {"id": 3, "tie": "replies", "source": COPY, "depth": 0},
        )
        put(
            WITNESS,
            {"id": 1, "tie": "links", "source": f"{A}?rss=1"},
            {"id": 1, "tie": "replies", "source": f"{A}?rss=1"},
            {"id": 2, "tie": "replies", "source": A},
            {"id": 3, "tie": "replies", "source": COPY},
        )
        put(
            LABEL,
            {"id": 1, "analyst": "ann", "stance": "deny", "at": DAYS["late"]},
            {"id": 2, "analyst": "ann", "stance": "query", "at": DAYS["early"]},
            {"id": 1, "analyst": "bo", "stance": "support", "at": DAYS["early"]},
        )
        put(LOOK, *({"id": n, "at": DAYS[day], "likes": n} for n, day in ((1, "early"), (1, "late"), (2, "late"))))
        to_do = (("counts", 1), ("quotes", 1), ("counts", 2))
        put(TO_DO, *({"kind": kind, "target": f"post {n}", "id": n} for kind, n in to_do))
        put(REVIEW, *({"id": n, "claim": claim} for n, claim in ((1, "one"), (1, "two"), (2, "two"))))
    old.dispose()
    return open_database(address)


def test_two_rows_of_one_page_become_one_and_nothing_that_was_told_is_lost(address: str) -> None:
    opened = planted(address)
    with opened.connect() as connection:
        assert told(connection, "SELECT canonical_url FROM story") == [(A,)]
        pages = "SELECT id, key, title, role, corrected, copy_of FROM article ORDER BY id"
        assert told(connection, pages) == [
            (2, A, "Bridge", "original", True, None),
            (3, "https://other.example/b", None, "coverage", False, 2),
            (4, "https://paper.example/d?source=doc17", None, "coverage", False, None),
        ]
        assert told(connection, "SELECT article_id, text FROM article_revision ORDER BY text") == [(2, "x"), (2, "y")]
        assert told(connection, "SELECT id, key, external_id, text, language, in_reply_to FROM post ORDER BY id") == [
            (2, A, A, "the page", "en", None),
            (3, f"{A}#comment-7", f"{A}#comment-7", None, None, A),
            (4, "https://other.example/c", "https://other.example/c", None, None, None),
        ]
        assert told(connection, "SELECT post_id, text FROM post_revision") == [(2, "a copy")]
        assert told(connection, "SELECT id, post_id, tie, tie_source, depth FROM reaction ORDER BY id") == [
            (2, 2, "links", A, 0),
            (3, 3, "replies", A, 0),
        ]
        witnesses = "SELECT reaction_id, tie, source FROM witness ORDER BY reaction_id, tie"
        assert told(connection, witnesses) == [(2, "links", A), (2, "replies", A), (3, "replies", A)]
        labels = "SELECT reaction_id, analyst, stance FROM label ORDER BY analyst"
        assert told(connection, labels) == [(2, "ann", "deny"), (2, "bo", "support")]
        assert told(connection, "SELECT reaction_id, stance FROM earlier_label") == [(2, "query")]
        assert told(connection, "SELECT post_id, likes FROM observation ORDER BY observed_at") == [(2, 1), (2, 2)]
        to_do = "SELECT kind, target, post_id FROM look ORDER BY kind"
        assert told(connection, to_do) == [("counts", "post 2", 2), ("quotes", "post 2", 2)]
        assert told(connection, "SELECT claim_reviewed FROM review ORDER BY claim_reviewed") == [("one",), ("two",)]
        assert told(connection, "SELECT reaction_id, likes FROM latest ORDER BY reaction_id") == [(2, 2), (3, None)]
    opened.dispose()


def test_a_page_that_was_kept_under_a_mark_that_is_known_now_is_one(address: str) -> None:
    old = at_revision(address, "0037")
    with old.begin() as connection:
        connection.execute(text(STORY), DAYS | {"url": A})
        for number, url in enumerate((A, f"{A}?linkId=7", f"{A}?ref=part-a"), start=1):
            post = {"id": number, "key": url, "text": url, "language": "en", "parent": None}
            connection.execute(text(POST), DAYS | post)
            reaction = {"id": number, "tie": "links", "source": url, "depth": 0}
            connection.execute(text(REACTION), DAYS | reaction)
    old.dispose()
    opened = open_database(address)
    with opened.connect() as connection:
        assert told(connection, "SELECT key FROM post ORDER BY key") == [(A,), (f"{A}?ref=part-a",)]
        assert told(connection, "SELECT post_id FROM reaction ORDER BY post_id") == [(1,), (3,)]
    opened.dispose()


def told(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]
