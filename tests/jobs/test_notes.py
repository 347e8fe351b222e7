"""Community Notes on the stories' posts: read from the day's public files, with their status over time."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import Unreadable
from storywake.collector.platforms.x.notes import notes_in, ratings_in, statuses_in
from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.notes import notes_of
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.notes import look_at_notes
from storywake.jobs.report import ReportFormat, report

from ..loopback import Asked, Reply, Site
from .world import ask

AT = "2026-11-20T10:00:00Z"
TIE = Tie(kind=TieKind.LINKS, source="https://paper.example/bridge", rests_on="its text links", confidence=1.0)
MISLEADING = "MISINFORMED_OR_POTENTIALLY_MISLEADING"
HEADS = {
    "notes": ("noteId", "noteAuthorParticipantId", "createdAtMillis", "tweetId", "classification", "summary"),
    "noteStatusHistory": (
        "noteId", "noteAuthorParticipantId", "createdAtMillis", "timestampMillisOfFirstNonNMRStatus", "firstNonNMRStatus",
        "timestampMillisOfCurrentStatus", "currentStatus", "timestampMillisOfLatestNonNMRStatus", "mostRecentNonNMRStatus",
    ),
    "noteRatings": ("noteId", "raterParticipantId", "createdAtMillis", "helpfulnessLevel"),
}  # fmt: skip
FILES = {"notes": "notes", "noteStatusHistory": "noteStatusHistory", "noteRatings": "ratings"}


def millis(at: str) -> str:
    return str(int(datetime.fromisoformat(at).timestamp() * 1000))


def packed(table: str, rows: list[tuple[str, ...]]) -> bytes:
    """A part of a table as X packs it."""
    lines = "\n".join("\t".join(row) for row in [HEADS[table], *rows]) + "\n"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{FILES[table]}-00000.tsv", lines)
    return kept.getvalue()


def note(identity: str, post: str, words: str = "It was inspected.", mark: str = MISLEADING) -> tuple[str, ...]:
    return (identity, "A" * 64, millis("2026-11-21T08:00:00+00:00"), post, mark, words)


def status(identity: str, *, first: str | None = None, now: str, since: str) -> tuple[str, ...]:
    begun = (millis("2026-11-21T12:00:00+00:00"), first) if first else ("-1", "")
    return (identity, "A" * 64, millis("2026-11-21T08:00:00+00:00"), *begun, millis(since), now, *begun)


def publish(site: Site, days_ago: int = 0, **tables: list[list[tuple[str, ...]]]) -> None:
    """Puts a day's files where X has them, each table in parts."""
    day = datetime.now(UTC).date() - timedelta(days=days_ago)
    for table, parts in tables.items():
        for number, rows in enumerate(parts):
            path = f"/notes/{day:%Y/%m/%d}/{table}/{FILES[table]}-{number:05}.zip"
            site.routes[path] = _serving(packed(table, rows))


def _serving(body: bytes) -> Callable[[Asked], Reply]:
    return lambda asked: Reply(body)


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    """A story with two posts on X and one elsewhere."""
    with engine.begin() as connection:
        found = add_story(connection, slug="bridge", title="Bridge", url=None, claims=("It fell.",), created_at=AT, watch_until=AT)  # fmt: skip
        for platform, identity in [("x", "100"), ("x", "200"), ("bluesky", "300")]:
            post = Post(
                platform=platform, external_id=identity, author=Author(handle="ann"), text="Look!",
                url=f"https://x.com/ann/status/{identity}", posted_at=AT,
            )  # fmt: skip
            save_posts(connection, [post], AT)
            save_reaction(connection, found.id, post, TIE, AT)
    return found


@pytest.fixture
def chosen(settings: Settings, site: Site) -> Settings:
    return settings.model_copy(update={"platforms": ["x"], "x_notes": True, "x_notes_url": f"{site.url}/notes"})


def seen(engine: Engine) -> list[tuple[Any, ...]]:
    query = "SELECT external_id, note_id, classification, status, since, text FROM notes ORDER BY note_id"
    return [tuple(row) for row in ask(engine, query)]


def test_notes_on_the_storys_posts_are_kept_and_no_others(
    engine: Engine, site: Site, chosen: Settings, story: StoryRow
) -> None:
    publish(
        site,
        notes=[[note("1", "100"), note("2", "999"), note("3", "300")], [note("4", "200", '"Said &quot;so&quot;"', "NOT_MISLEADING")]],
        noteStatusHistory=[[
            status("1", first="CURRENTLY_RATED_NOT_HELPFUL", now="CURRENTLY_RATED_HELPFUL", since="2026-11-22T09:00:00+00:00"),
            status("2", now="NEEDS_MORE_RATINGS", since="2026-11-22T09:00:00+00:00"),
        ]],
    )  # fmt: skip
    assert look_at_notes(engine, chosen) == {"notes": 2, "noted_posts": 2}
    assert seen(engine) == [
        ("100", "1", MISLEADING, "CURRENTLY_RATED_HELPFUL", "2026-11-22T09:00:00Z", "It was inspected."),
        ("200", "4", "NOT_MISLEADING", None, None, 'Said "so"'),
    ]
    assert [tuple(row) for row in ask(engine, "SELECT since, status FROM note_status ORDER BY since")] == [
        ("2026-11-21T12:00:00Z", "CURRENTLY_RATED_NOT_HELPFUL"),
        ("2026-11-22T09:00:00Z", "CURRENTLY_RATED_HELPFUL"),
    ]
    assert ask(engine, "SELECT COUNT(*) FROM reactions WHERE story = 'bridge'")[0][0] == 3, "a note is no reaction"
    asked = len(site.log)
    assert look_at_notes(engine, chosen) == {}
    assert len(site.log) == asked, "a day's files are read once"


def test_a_note_that_is_taken_back_and_ratings_that_are_counted(
    engine: Engine, site: Site, chosen: Settings, story: StoryRow
) -> None:
    rated: list[tuple[str, ...]] = [
        ("1", "R", "0", level) for level in ("HELPFUL", "HELPFUL", "SOMEWHAT_HELPFUL", "", "NOT_HELPFUL")
    ]
    publish(
        site,
        1,
        notes=[[note("1", "100"), note("2", "100")]],
        noteStatusHistory=[[status("9", now="NEEDS_MORE_RATINGS", since=AT)]],
        noteRatings=[rated, [*rated]],
    )
    look_at_notes(engine, chosen.model_copy(update={"x_notes_ratings": True}))
    counts = "SELECT note_id, helpful, somewhat_helpful, not_helpful FROM notes ORDER BY note_id"
    assert [tuple(row) for row in ask(engine, counts)] == [("1", 4, 2, 2), ("2", 0, 0, 0)]
    publish(site, 0, notes=[[note("1", "100")]], noteStatusHistory=[[status("9", now="NEEDS_MORE_RATINGS", since=AT)]])
    look_at_notes(engine, chosen)
    gone = ask(engine, "SELECT note_id FROM notes WHERE gone_at IS NOT NULL")
    assert [row[0] for row in gone] == ["2"]
    assert [row[1] for row in ask(engine, counts)] == [4, 0], "what was counted stays where ratings are not read"


def test_the_report_and_the_reactions_page_tell_them(
    engine: Engine, site: Site, chosen: Settings, story: StoryRow
) -> None:
    publish(site, notes=[[note("1", "100")]], noteStatusHistory=[[status("1", now="NEEDS_MORE_RATINGS", since="2026-11-22T09:00:00+00:00")]])  # fmt: skip
    look_at_notes(engine, chosen)
    [told] = json.loads(report(engine, "bridge", ReportFormat.JSON))["notes"]
    assert (told["note_id"], told["classification"], told["status"]) == ("1", MISLEADING, "NEEDS_MORE_RATINGS")
    for form in (ReportFormat.TEXT, ReportFormat.HTML):
        said = report(engine, "bridge", form)
        assert "Community Notes" in said and "It was inspected." in said and "needs more ratings" in said
    with reading(engine) as connection:
        post = connection.execute(text("SELECT id FROM post WHERE external_id = '100'")).scalar_one()
        [own] = notes_of(connection, post)
    assert own["history"] == [{"since": "2026-11-22T09:00:00Z", "status": "NEEDS_MORE_RATINGS"}]


def test_nothing_is_asked_where_it_is_switched_off_or_no_story_has_a_post_on_x(
    engine: Engine, site: Site, settings: Settings, chosen: Settings
) -> None:
    assert look_at_notes(engine, settings) == {}
    assert look_at_notes(engine, chosen) == {}
    assert not site.log


def test_files_that_are_not_there_yet_are_no_fault(
    engine: Engine, site: Site, chosen: Settings, story: StoryRow
) -> None:
    assert look_at_notes(engine, chosen) == {}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", packed("notes", [])[:60], packed("noteRatings", [])],
    ids=["empty", "a page", "cut off", "another table"],
)
def test_a_file_that_is_none_is_said_so(body: bytes) -> None:
    with pytest.raises(Unreadable):
        list(notes_in(io.BytesIO(body), {"100"}))


def test_rows_that_cannot_be_read_cost_themselves_alone() -> None:
    rows = [
        ("x", "", "", "100", "?", "no number"),
        ("5", "", "yesterday", "100", "lower case", "words"),
        ("6", "100"),
        ("7", "A", "-1", "100", MISLEADING, "w" * 70_000),
        ("8", "A", "1e999", "100", MISLEADING, "\x00last"),
    ]
    found = list(notes_in(io.BytesIO(packed("notes", rows)), {"100"}))
    assert [(n.note_id, n.written_at, n.classification, n.text) for n in found] == [
        ("5", None, None, "words"),
        ("8", None, MISLEADING, "last"),
    ]
    assert not list(statuses_in(io.BytesIO(packed("noteStatusHistory", [("1", "", "")])), {"1"}))
    assert not list(ratings_in(io.BytesIO(packed("noteRatings", [("1", "", "", "GREAT")])), {"1"}))


def test_a_day_of_which_the_statuses_are_not_there_yet_is_read_when_they_are(
    engine: Engine, site: Site, chosen: Settings, story: StoryRow
) -> None:
    publish(site, notes=[[note("1", "100")]])
    assert look_at_notes(engine, chosen) == {}
    publish(site, noteStatusHistory=[[status("1", now="CURRENTLY_RATED_HELPFUL", since="2026-11-22T09:00:00+00:00")]])
    look_at_notes(engine, chosen)
    assert [row[3] for row in seen(engine)] == ["CURRENTLY_RATED_HELPFUL"]


def test_a_day_whose_table_has_a_head_alone_takes_no_note_back(
    engine: Engine, site: Site, chosen: Settings, story: StoryRow
) -> None:
    publish(site, 1, notes=[[note("1", "100")]], noteStatusHistory=[[status("1", now="NEEDS_MORE_RATINGS", since=AT)]])
    look_at_notes(engine, chosen)
    publish(site, notes=[[]], noteStatusHistory=[[status("1", now="NEEDS_MORE_RATINGS", since=AT)]])
    assert look_at_notes(engine, chosen) == {}
    assert ask(engine, "SELECT COUNT(*) FROM note WHERE gone_at IS NOT NULL") == [(0,)]
    publish(site, notes=[[note("1", "100"), note("2", "200")]])
    assert look_at_notes(engine, chosen) == {"notes": 2, "noted_posts": 2}
