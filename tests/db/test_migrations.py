"""A database of an earlier version opens with everything in it."""

from importlib import resources
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.schema import CreateIndex
from sqlmodel import SQLModel

import storywake.db.models  # noqa: F401
from storywake.collector.match.copies import is_copy, signature
from storywake.db.deliveries import Mark, mark_of, settle_cut_off
from storywake.db.engine import open_database


def at_revision(address: str, revision: str) -> Engine:
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", str(Path(str(resources.files("storywake.db"))) / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def test_migrations_run_in_the_order_of_their_numbers() -> None:
    found = ScriptDirectory(str(Path(str(resources.files("storywake.db"))) / "migrations")).walk_revisions()
    names = [(script.revision, Path(script.path).name.partition("_")[0]) for script in found][::-1]
    assert names == [(f"{n:04}", f"{n:04}") for n in range(1, len(names) + 1)]


def test_a_database_of_the_first_version_keeps_its_rows(address: str) -> None:
    old = at_revision(address, "0001")
    with old.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO article (id, story_id, key, url, role, corrected, first_seen_at) VALUES (1, 1, 'https://a.example/1', 'https://a.example/1', 'original', false, '2024-01-01T00:00:00Z')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO article_revision (id, article_id, seen_at, text_hash, text) VALUES (1, 1, '2024-01-01T00:00:00Z', 'h', 'words')"
            )
        )
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        row = connection.execute(text("SELECT url, role, revisions FROM articles WHERE story = 'bridge'")).one()
    assert tuple(row) == ("https://a.example/1", "original", 1)
    opened.dispose()


def test_mails_sent_by_an_earlier_version_keep_their_place(address: str) -> None:
    old = at_revision(address, "0004")
    with old.begin() as connection:
        for reader, status in (("a@example.org", "sent"), ("b@example.org", "sending")):
            connection.execute(
                text(
                    "INSERT INTO delivery (day, reader, status, message_id, at) VALUES ('2024-01-02', :r, :s, 'x', '2024-01-02T06:00:00Z')"
                ),
                {"r": reader, "s": status},
            )
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        assert mark_of(connection, "a@example.org", "2024-01-03", "2024-01-03T06:00:00Z") == Mark(
            "2024-01-02T06:00:00Z", None
        )
        assert mark_of(connection, "b@example.org", "2024-01-03", "2024-01-03T06:00:00Z") is None
        assert [tuple(row) for row in settle_cut_off(connection)] == [("2024-01-02", "b@example.org")]
    opened.dispose()


def test_what_an_earlier_version_assessed_is_not_unclear_and_its_confidence_unknown(address: str) -> None:
    old = at_revision(address, "0005")
    at = {"at": "2024-01-01T00:00:00Z"}
    with old.begin() as connection:
        for statement in (
            "INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', :at, :at)",
            "INSERT INTO claim (id, story_id, position, text) VALUES (1, 1, 0, 'The bridge fell.')",
            "INSERT INTO post (id, platform, key, kind, first_seen_at) VALUES (1, 'x', '1', 'post', :at), (2, 'web', '2', 'article', :at)",
            "INSERT INTO reaction (id, story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at) VALUES (1, 1, 1, 'links', 'x', 'x', 1, :at), (2, 1, 2, 'links', 'x', 'x', 1, :at)",
            "INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment) VALUES (1, 1, 'blend@3', 'h', :at, 'deny', 0.47, 0.42, 0.05, 0.06), (2, 1, 'claimreview@1', 'h', :at, 'deny', 0, 1, 0, 0)",
        ):
            connection.execute(text(statement), at)
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        query = "SELECT stance, confidence, covered, unclear FROM stances ORDER BY reaction_id"
        rows = [tuple(row) for row in connection.execute(text(query))]
        counted = [
            tuple(row) for row in connection.execute(text("SELECT DISTINCT stance, cumulative FROM stance_over_time"))
        ]
    assert rows == [("deny", None, None, False), ("deny", 1, True, False)]
    assert counted == [("deny", 2)]
    opened.dispose()


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection", "ignore:autogenerate skipping")
def test_migrations_arrive_at_the_schema_that_the_models_describe(engine: Engine) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata) == []


def test_sqlites_indexes_on_an_expression_or_a_part_are_as_the_models_say(sqlite: Engine) -> None:
    """Alembic cannot compare these on SQLite."""
    described = {str(index.name): index for table in SQLModel.metadata.tables.values() for index in table.indexes}
    with sqlite.connect() as connection:
        for name in ("ix_look_what", "ix_post_provisional", "ix_post_deleted_at"):
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            made = connection.execute(query, {"name": name}).scalar_one()
            assert " ".join(made.split()) == str(CreateIndex(described[name]).compile(connection)), name


def test_pages_are_found_again_under_the_canonical_form_of_today(address: str) -> None:
    old = at_revision(address, "0015")
    day = "2024-01-01T00:00:00Z"
    pages = [  # as an earlier version stored them: key, url
        ("https://www4.a.example/1", "https://www4.a.example/1"),
        ("https://a.example/2", "https://a.example/2"),
        ("https://www4.a.example/2", "https://www4.a.example/2"),
        ("https://kb.example/a.php", "https://kb.example/a.php?ref=8820-QRST"),
        ("publisher:Bugle", None),
    ]
    with old.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO story (id, slug, url, canonical_url, status, created_at, watch_until) VALUES (1, 'bridge', 'https://www4.a.example/1', 'https://www4.a.example/1', 'watched', :day, :day)"
            ),
            {"day": day},
        )
        for key, url in pages:
            connection.execute(
                text(
                    "INSERT INTO article (story_id, key, url, role, corrected, first_seen_at) VALUES (1, :key, :url, 'coverage', false, :day)"
                ),
                {"key": key, "url": url, "day": day},
            )
        for key in ("https://amp-news.b.example/3", "~url:https://www4.a.example/9"):
            connection.execute(
                text(
                    "INSERT INTO post (platform, key, external_id, kind, first_seen_at) VALUES ('web', :key, :id, 'article', :day)"
                ),
                {"key": key, "id": None if key.startswith("~") else key, "day": day},
            )
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        assert connection.execute(text("SELECT canonical_url FROM story")).scalar() == "https://a.example/1"
        assert [row.key for row in connection.execute(text("SELECT key FROM article ORDER BY id"))] == [
            "https://a.example/1",
            "https://a.example/2",
            "https://kb.example/a.php?ref=8820-QRST",
            "publisher:Bugle",
        ]
        posts = connection.execute(text("SELECT key, external_id FROM post ORDER BY id")).all()
        assert [tuple(row) for row in posts] == [
            ("https://news.b.example/3", "https://news.b.example/3"),
            ("~url:https://www4.a.example/9", None),
        ]
    opened.dispose()


def test_a_copy_of_an_article_stored_by_an_earlier_version_is_still_told(address: str) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    old = at_revision(address, "0038")
    with old.begin() as connection:
        connection.execute(text("INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z')"))  # fmt: skip
        connection.execute(text("INSERT INTO article (id, story_id, key, url, role, corrected, first_seen_at) VALUES (1, 1, 'https://a.example/1', 'https://a.example/1', 'original', false, '2024-01-01T00:00:00Z')"))  # fmt: skip
        for number, mark in ((1, b"old"), (2, None)):
            revision = "INSERT INTO article_revision (id, article_id, seen_at, text_hash, text, signature) VALUES (:n, 1, '2024-01-01T00:00:00Z', :h, :words, :mark)"
            connection.execute(text(revision), {"n": number, "h": str(number), "words": words, "mark": mark})
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        marks = connection.execute(text("SELECT signature FROM article_revision ORDER BY id")).scalars().all()
    assert is_copy(bytes(marks[0]), signature(words)) and marks[1] is None
    opened.dispose()
