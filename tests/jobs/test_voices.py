"""Kinds of voices, from posts and an analyst's list to view, page and question, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from storywake.cli import app
from storywake.collector.match.papers import papers
from storywake.collector.match.voices import voice_of
from storywake.collector.reading.answers import normalise
from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.persons import set_voices
from storywake.db.posts import save_posts
from storywake.db.questions import asked, find_question
from storywake.db.reactions import save_reaction
from storywake.db.sql import read_only
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.erase import erase
from storywake.jobs.report import ReportFormat, gathered, report
from storywake.jobs.resolution import update_people

AT = "2026-03-01T10:00:00Z"


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    """Three people, one of whom says what she is."""
    tie = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="its text links", confidence=1.0)
    with writing(engine) as connection:
        story = add_story(connection, slug="b", title="B", url=None, claims=("C",), created_at=AT, watch_until=AT)
        for number, name in enumerate(("Anna Virta, journalist", "Bo Ek", "Cleo Dahl")):
            author = Author(handle=f"u{number}", name=name)
            post = Post(platform="x", external_id=str(number), author=author, text="So it is", posted_at=AT)
            save_posts(connection, [post], AT)
            save_reaction(connection, story.id, post, tie, AT)
    update_people(engine, story.id)
    return story


def voices(engine: Engine) -> list[tuple[str, ...]]:
    with read_only(engine, "SELECT accounts, voice, voice_rests_on FROM people ORDER BY accounts") as result:
        return [tuple(row) for row in result.rows]


def test_a_voice_is_told_with_what_it_rests_on_and_unknown_is_null(engine: Engine, story: StoryRow) -> None:
    assert voices(engine) == [
        ("x:u0", "journalist", "the name of x:u0: Anna Virta, journalist"),
        ("x:u1", None, None),
        ("x:u2", None, None),
    ]
    with read_only(engine, asked(find_question("voices"), {"story": "b"})) as result:
        assert [tuple(row)[1:4] for row in result.rows] == [("journalist", 1, 1), ("unknown", 2, 2)]


def test_the_report_counts_voices_and_those_of_whom_nothing_is_known(
    engine: Engine, story: StoryRow, settings: Settings
) -> None:
    told = gathered(engine, "b", settings)["voices"]
    assert [(row["voice"], row["people"], row["reactions"]) for row in told] == [
        ("journalist", 1, 1),
        ("unknown", 2, 2),
    ]
    assert "journalist 1 person, 1 reaction:" in report(engine, "b", settings=settings)
    assert 'id="voices"' in report(engine, "b", ReportFormat.HTML, settings)


def test_an_analysts_word_stands_above_and_goes_with_the_person(engine: Engine, story: StoryRow) -> None:
    with writing(engine) as connection:
        set_voices(connection, story.id, {"x:U0": "bot", "U1": "politician"}, "maria", AT)
    update_people(engine, story.id)
    assert voices(engine)[:2] == [("x:u0", "bot", "maria said so"), ("x:u1", "politician", "maria said so")]
    erase(engine, "x", "u0")
    with reading(engine) as connection:
        assert connection.execute(text("SELECT mark FROM voice")).scalars().all() == ["u1"]


def test_an_account_that_its_network_marks_as_a_bot_is_one(engine: Engine, story: StoryRow) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE account SET labels = 'noindex bot' WHERE handle = 'u2'"))
    update_people(engine, story.id)
    assert voices(engine)[2] == ("x:u2", "bot", "x:u2 is marked as a bot")


def test_an_account_that_x_verified_as_a_governments_is_an_authority(engine: Engine, story: StoryRow) -> None:
    """Whoever pays is verified too, and a word on another network is its author's own."""
    user = {"id": "9", "username": "u1", "name": "Bo Ek", "verified_type": "government"}
    payload = {"data": [{"id": "1", "text": "So it is", "author_id": "9"}], "includes": {"users": [user]}}
    with writing(engine) as connection:
        save_posts(connection, list(normalise("x", payload)), AT)
    update_people(engine, story.id)
    assert voices(engine)[1] == ("x:u1", "authority", "x:u1 is marked verified-government")
    for mark, account in (("verified-blue", "x:u1"), ("verified-government", "bluesky:u1")):
        assert voice_of([], [], None, papers((), ()), marks=[(account, mark)]) is None


def test_a_profile_says_it_unless_its_owner_asks_not_to_be_shown(engine: Engine, story: StoryRow) -> None:
    bio, told = "Reporter at Kallvik Herald", "SELECT bio FROM account WHERE handle = 'u1'"
    for labels, kept in (((), bio), (("noindex",), "")):
        author = Author(handle="u1", name="Bo Ek", bio=bio, labels=labels)
        with writing(engine) as connection:
            save_posts(connection, [Post(platform="x", external_id="1", author=author, text="So it is")], AT)
            assert connection.execute(text(told)).scalar() == kept
        update_people(engine, story.id)
        assert voices(engine)[1][1] == ("journalist" if kept else None)
    erase(engine, "x", "u1")
    with reading(engine) as connection:
        assert set(connection.execute(text("SELECT bio FROM account")).scalars()) == {None}


def test_a_list_is_read_from_a_file(sqlite: Engine, tmp_path: Path) -> None:
    with writing(sqlite) as connection:
        add_story(connection, slug="b", title="B", url=None, claims=("C",), created_at=AT, watch_until=AT)
    file = tmp_path / "voices.csv"
    asking = ["people", "b", "--voices", str(file), "--analyst", "maria"]
    given = {"STORYWAKE_DB": str(sqlite.url)}
    file.write_text("handle,kind\nx:maxseddon,Journalist\n@mayor,politician\n", encoding="utf-8")
    assert CliRunner().invoke(app, asking, env=given).exit_code == 0
    with reading(sqlite) as connection:
        rows = connection.execute(text("SELECT mark, kind, analyst FROM voice ORDER BY mark")).all()
    assert [tuple(row) for row in rows] == [("mayor", "politician", "maria"), ("x:maxseddon", "journalist", "maria")]
    for words in ("handle,kind\nmayor,king\n", "name\nmayor\n", ""):
        file.write_text(words, encoding="utf-8")
        assert CliRunner().invoke(app, asking, env=given).exit_code != 0
