"""A story that goes out as CSV or JSON lines and comes in elsewhere goes out from there byte for byte."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from storywake.collector.archive import (
    COLUMNS,
    Archived,
    Assessed,
    Earlier,
    Labelled,
    Noted,
    NoteStatus,
    Observed,
    Reviewed,
    SaidVoice,
    Witnessed,
)
from storywake.collector.records import Kind, Stance, TieKind, VoiceKind
from storywake.collector.settings import Settings
from storywake.collector.values import clean
from storywake.db.assessments import set_label
from storywake.db.claims import add_claim
from storywake.db.engine import open_database, reading, writing
from storywake.db.persons import set_voices
from storywake.db.restoring import restore
from storywake.db.stories import StoryRow, add_story, find_story
from storywake.jobs.archive import bring_back, is_archive, write_archive
from storywake.jobs.assess import assess
from storywake.jobs.erase import erase
from storywake.jobs.export import RowFormat
from storywake.jobs.manage import Changes, change
from storywake.jobs.watch import watch_seed

FORMS = [RowFormat.CSV, RowFormat.JSONL]
HOSTILE = [
    "=1+1", "'=1", "''", '"', '""', ",", ";", "\n", "a\nb", "\t=1", "-1", "@x", "\u202ebdo", "\u2066x", "\ufeffBOM", "\u2028", "é", "e\u0301",
    "👩‍👩‍👧", "\U0001f3f4\U000e0067", "<script>alert(1)</script>", "\\", "\\n", "null", "NULL", "NaN", "true", "1e9", "[]", "{}", "＝1", " ", " x ",
    "\x1b[31m", "%s", "?", ":name", "'; DROP TABLE post; --",
]  # fmt: skip
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(HOSTILE)
told = words.map(clean)
some = told.filter(bool)
maybe = st.none() | some
counts = st.none() | st.integers(0, 3) | st.sampled_from([2**31, 2**53])
moments = st.integers(0, 27).map(lambda n: f"2026-02-{n + 1:02}T1{n % 10}:00:0{n % 7}Z")
chances = st.floats(0, 1)
CLAIM, FURTHER = "The bridge is closed", '=Claim "two"\n'


ratings = st.none() | st.integers(0, 9)


def notes_on(n: int) -> st.SearchStrategy[tuple[Noted, ...]]:
    """Notes on a post, in the order in which they go out."""
    number = st.integers(0, 9).map(lambda m: f"{n}{m}")
    history = st.lists(st.builds(NoteStatus, moments, some), max_size=2, unique_by=lambda one: one.since)
    ordered = history.map(lambda found: tuple(sorted(found, key=lambda one: one.since)))
    note = st.builds(Noted, number, moments, st.none() | moments, maybe, maybe, maybe, st.none() | moments, ratings, ratings, ratings, st.none() | moments, ordered)  # fmt: skip
    several = st.lists(note, max_size=2, unique_by=lambda one: one.note_id)
    return several.map(lambda found: tuple(sorted(found, key=lambda one: (one.first_seen_at, one.note_id))))


@st.composite
def reactions(draw: st.DrawFn) -> list[Archived]:
    """Reactions to a story of two claims, each by an author of its own, with hostile words in every place."""
    rows = []
    for n in range(draw(st.integers(1, 4))):
        gone = draw(st.booleans())
        witnesses = draw(st.lists(st.builds(Witnessed, st.sampled_from(TieKind), some, told, chances, told, st.none() | st.booleans()), min_size=1, max_size=3, unique_by=lambda w: (w.tie, w.source, w.words)))  # fmt: skip
        best = min(witnesses, key=lambda w: list(TieKind).index(w.tie))
        assessed = st.builds(Assessed, st.sampled_from([CLAIM, FURTHER]), some, some, moments, st.sampled_from(Stance), chances, chances, chances, chances, st.none() | chances, st.none() | st.booleans(), st.booleans(), st.booleans())  # fmt: skip
        observed = st.builds(Observed, moments, counts, counts, counts, counts, counts, counts)
        rows.append(
            Archived(
                story="bridge", story_title='The "bridge",\n=1', story_url="https://paper.example/a", claim=CLAIM,
                further_claims=(FURTHER,), platform="bluesky", external_id=f"at://{n}", url=draw(maybe),
                kind=draw(st.sampled_from(Kind)), author=f"u{n}", author_name=draw(maybe), author_id=f"did:{n}",
                followers=draw(counts), person=f"{n} {draw(told)}", affiliation=draw(maybe), person_rests_on=draw(maybe),
                voice=draw(st.none() | st.sampled_from(VoiceKind)), voice_rests_on=draw(maybe),
                posted_at=draw(st.none() | moments | moments.map(lambda at: at[:10])), text=None if gone else draw(st.none() | told),
                language=draw(st.sampled_from([None, "fi"])), in_reply_to=draw(maybe), quoted=draw(maybe),
                links=() if gone else tuple(draw(st.lists(some.filter(lambda link: "\n" not in link), max_size=2))),
                tie=best.tie, tie_source=best.source, rests_on=best.rests_on, confidence=best.confidence,
                first_seen_at=draw(moments), deleted=gone, deleted_at="2026-03-01T00:00:00Z" if gone else None, key=f"at://{n}",
                own_words=draw(st.booleans()), author_key=f"did:{n}", author_links=draw(maybe), depth=draw(st.integers(0, 3)),
                witnesses=tuple(witnesses),
                observations=tuple(sorted(draw(st.lists(observed, max_size=3, unique_by=lambda o: o.at)), key=lambda o: o.at)),
                earlier=() if gone else tuple(draw(st.lists(st.builds(Earlier, moments, told), max_size=2, unique_by=lambda e: e.replaced_at))),
                assessments=tuple(draw(st.lists(assessed, max_size=3, unique_by=lambda a: (a.claim, a.model, a.input_hash)))),
                labels=tuple(draw(st.lists(st.builds(Labelled, st.sampled_from([CLAIM, FURTHER]), some, st.sampled_from(Stance), moments), max_size=2, unique_by=lambda one: (one.claim, one.analyst)))),
                notes=draw(notes_on(n)),
                said_voices=tuple(draw(st.lists(st.builds(SaidVoice, st.just(f"bluesky:u{n}"), st.sampled_from(VoiceKind), some, moments), max_size=1))),
                reviews=tuple(draw(st.lists(st.builds(Reviewed, some, st.sampled_from(Stance), moments, maybe, maybe, st.none() | chances), max_size=1))),
            )
        )  # fmt: skip
    return rows


@cache
def empty() -> bytes:
    """An empty, migrated database of SQLite, made once."""
    with tempfile.TemporaryDirectory() as folder:
        open_database(f"sqlite:///{folder}/s.db").dispose()
        return (Path(folder) / "s.db").read_bytes()


@contextmanager
def fresh() -> Iterator[tuple[Engine, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "s.db").write_bytes(empty())
        engine = open_database(f"sqlite:///{folder}/s.db")
        yield engine, Path(folder)
        engine.dispose()


def exported(engine: Engine, slug: str, form: RowFormat) -> bytes:
    out = io.BytesIO()
    with reading(engine) as connection:
        story = find_story(connection, slug)
    write_archive(engine, story, form, out)
    return out.getvalue()


def elsewhere(body: bytes, form: RowFormat, engine: Engine | None = None) -> tuple[bytes, dict[Any, Any]]:
    """What goes out of a database that a file was brought into twice, and what its view shows."""
    with fresh() as (other, folder):
        target = engine or other
        path = folder / f"story.{form}"
        path.write_bytes(body)
        assert is_archive(str(path))
        first = bring_back(target, str(path), None)
        assert first.bad == []
        assert bring_back(target, str(path), None).new == 0
        return exported(target, first.story.slug, form), shown(target, first.story.slug)


def shown(engine: Engine, slug: str) -> dict[Any, Any]:
    """The rows of the view by author, without the numbers of one database."""
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT * FROM reactions WHERE story = :slug"), {"slug": slug}).mappings()
        return {
            (row["author"], row["author_name"]): {k: v for k, v in row.items() if k not in {"reaction_id", "person_id"}}
            for row in rows
        }


def planted(engine: Engine, rows: list[Archived]) -> StoryRow:
    with writing(engine) as connection:
        at = "2026-02-01T00:00:00Z"
        about: dict[str, Any] = {"slug": "bridge", "title": rows[0].story_title, "url": rows[0].story_url}
        story = add_story(connection, **about, claims=[CLAIM, FURTHER], created_at=at, watch_until=at)
        restore(connection, story.id, rows)
    return story


@given(reactions())
@limits(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_words_there_are(rows: list[Archived]) -> None:
    with fresh() as (engine, _):
        planted(engine, rows)
        for form in FORMS:
            body = exported(engine, "bridge", form)
            again, view = elsewhere(body, form)
            assert again == body
            assert view == shown(engine, "bridge")


BESIDE = ("SELECT mark, kind, analyst FROM voice", "SELECT id, text, helpful FROM note", "SELECT * FROM note_status")


@pytest.mark.parametrize("form", FORMS)
def test_a_story_comes_back_with_labels_ties_stances_and_deletions(
    engine: Engine, sqlite: Engine, settings: Settings, form: RowFormat
) -> None:
    """From each database into SQLite: what one exports the other takes."""
    story = watch_seed(engine, settings, "moscow-times")
    with writing(engine) as connection:
        add_claim(connection, story.id, "A further claim")
    assess(engine, story)
    with engine.begin() as connection:
        ids = connection.execute(text("SELECT id FROM reaction ORDER BY id")).scalars().all()
        claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
        set_label(connection, ids[0], claim, "maria", "query", "2026-01-01T00:00:00Z")
        set_voices(
            connection, story.id, {"x:maxseddon": "journalist", "x:nobody": "bot"}, "maria", "2026-01-01T00:00:00Z"
        )
        connection.execute(text("INSERT INTO note (id, post_id, text, status, first_seen_at) SELECT '77', post_id, 'Not so.', 'CURRENTLY_RATED_HELPFUL', '2026-01-02T00:00:00Z' FROM reaction WHERE id = :r"), {"r": ids[0]})  # fmt: skip
        connection.execute(
            text("INSERT INTO note_status VALUES ('77', '2026-01-01T00:00:00Z', 'CURRENTLY_RATED_HELPFUL')")
        )
        connection.execute(text("UPDATE post SET deleted_at = '2026-02-01T00:00:00Z' WHERE id = (SELECT post_id FROM reaction WHERE id = :r)"), {"r": ids[1]})  # fmt: skip
    change(engine, settings, story.slug, Changes(drop=[str(ids[2])]))
    body = exported(engine, story.slug, form)
    with fresh() as (target, _):
        again, view = elsewhere(body, form, target)
        assert again == body
        ours = shown(engine, story.slug)
        assert len(view) == len(ids) - 1, "what an analyst dropped is not in it"
        for identity, row in view.items():
            same = {k: v for k, v in row.items() if k not in {"text", "reply_to_author"} or not row["deleted"]}
            assert same == {k: ours[identity][k] for k in same}
        with target.begin() as connection:
            assert connection.execute(text("SELECT status FROM story")).scalar() == "paused"
            voices, notes, statuses = (connection.execute(text(query)).all() for query in BESIDE)
            claims = connection.execute(text("SELECT text FROM claim ORDER BY position")).scalars().all()
            assert claims[-1] == "A further claim"
            gone = connection.execute(text("SELECT text, deleted_at FROM post WHERE deleted_at IS NOT NULL")).one()
    assert [tuple(row) for row in voices] == [("x:maxseddon", "journalist", "maria")], "rules for whoever is in it"
    assert [tuple(row) for row in notes] == [("77", "Not so.", None)]
    assert len(statuses) == 1
    assert tuple(gone) == (None, "2026-02-01T00:00:00Z")


def test_who_was_erased_stays_out_on_both_sides(engine: Engine, settings: Settings) -> None:
    story = watch_seed(engine, settings, "moscow-times")
    before = exported(engine, story.slug, RowFormat.JSONL)
    erase(engine, "x", "maxseddon")
    after = exported(engine, story.slug, RowFormat.JSONL)
    assert b"eddon" in before
    assert b"eddon" not in after
    assert len(after.splitlines()) == len(before.splitlines())
    with fresh() as (other, folder):
        erase(other, "x", "maxseddon")
        (folder / "old.jsonl").write_bytes(before)
        bring_back(other, str(folder / "old.jsonl"), None)
        back = exported(other, story.slug, RowFormat.JSONL)
    assert b"@maxseddon" not in back.lower()
    assert sum(json.loads(line)["key"].startswith("erased:") for line in back.splitlines()) == 1


def test_a_bad_row_costs_itself(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    story = watch_seed(sqlite, settings, "moscow-times")
    rows = exported(sqlite, story.slug, RowFormat.JSONL).splitlines()
    record = json.loads(rows[0])
    bad: list[dict[str, Any]] = [
        {"platform": "nowhere"}, {"first_seen_at": "yesterday"}, {"first_seen_at": "2026-13-45T99:00:00Z"}, {"kind": "rant"}, {"key": ""},
        {"observations": [{"at": "2026-01-01T00:00:00Z", "likes": 2**70}]}, {"labels": "x"}, {"story": "../x"}, {"url": "x" * 9000},
    ]  # fmt: skip
    lines = [*rows, *(json.dumps({**record, **wrong}).encode() for wrong in bad), b"[" * 5000, b"\xff{", b'{"a":']
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    with fresh() as (other, _):
        result = bring_back(other, str(tmp_path / "a.jsonl"), None)
    assert (result.reactions, len(result.bad)) == (len(rows), len(lines) - len(rows))
    assert all("\n" not in line for line in result.bad)


def test_a_count_that_no_network_tells_costs_its_row(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    """Written anew by Python, with spaces: counts that PostgreSQL cannot add up cost the whole file."""
    slug = watch_seed(engine, settings, "moscow-times").slug
    rows = [json.loads(row) for row in exported(engine, slug, RowFormat.JSONL).splitlines()]
    seen = {"at": "2026-01-01T00:00:00Z"}
    rows[0]["observations"] = [{**seen, "likes": 2**63 - 1, "reposts": 2**63 - 1}]
    rows[1]["observations"] = [{**seen, "likes": 2**53, "reposts": 2**53}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert is_archive(str(tmp_path / "a.jsonl"))
    result = bring_back(engine, str(tmp_path / "a.jsonl"), "again")
    assert (result.reactions, len(result.bad)) == (len(rows) - 1, 1)


def test_a_spreadsheet_that_was_saved_again_comes_in_too(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    story = watch_seed(sqlite, settings, "moscow-times")
    rows = list(csv.reader(io.StringIO(exported(sqlite, story.slug, RowFormat.CSV).decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(rows)
    with fresh() as (other, _):
        result = bring_back(other, str(tmp_path / "a.csv"), "mine")
        assert (result.bad, result.new, result.story.slug) == ([], len(rows) - 1, "mine")
        texts = [json.loads(line)["text"] for line in exported(other, "mine", RowFormat.JSONL).splitlines()]
    assert texts == [
        msgspec.json.decode(line)["text"] for line in exported(sqlite, story.slug, RowFormat.JSONL).splitlines()
    ]
