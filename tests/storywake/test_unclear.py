"""What cannot be told is said and counted as unclear, not as a comment: by every command, on both databases."""

import csv
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import now
from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.assess import assess
from storywake.jobs.figures import stances_then
from storywake.jobs.mail.standing import balance_of

AT = "2026-03-01T10:00:00Z"
CLAIM = "The bridge fell."
WORDS = {
    "en": [
        "This is fake news, it never happened.",
        "Is this true? Any source?",
        "My brother used to fish there, we had such good summers at the river",
    ],
    "hu": ["Ez egyszerűen nem igaz, a híd ma is áll.", "Tegnap jártam arra, semmi baja."],
}
TIE = Tie(kind=TieKind.LINKS, source="https://paper.example/bridge", rests_on="its text links", confidence=1.0)


@pytest.fixture
def story(engine: Engine, settings: Settings) -> StoryRow:
    """Three posts in English, two in Hungarian, which nobody measured; assessed."""
    with engine.begin() as connection:
        found = add_story(connection, slug="bridge", title="Bridge", url=None, claims=(CLAIM,), created_at=AT, watch_until=AT)  # fmt: skip
        for language, texts in WORDS.items():
            for n, words in enumerate(texts):
                post = Post(
                    platform="x", external_id=f"{language}{n}", author=Author(handle=f"{language}{n}"), text=words,
                    language=language, posted_at=f"2026-03-01T1{n}:00:00Z",
                )  # fmt: skip
                save_posts(connection, [post], AT)
                save_reaction(connection, found.id, post, TIE, AT)
    assess(engine, found, settings)
    return found


class Commands:
    """The command, on one database."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address, self._folder = address, folder

    def __call__(self, *words: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "storywake", *words],
            cwd=self._folder, env={**os.environ, "STORYWAKE_DB": self._address},
            input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self("sql", query, "--format", "json"))
        return found


@pytest.fixture
def storywake(address: str, tmp_path: Path) -> Commands:
    return Commands(address, tmp_path)


def test_a_report_counts_what_is_unclear_beside_the_four(story: StoryRow, storywake: Commands) -> None:
    told = json.loads(storywake("report", "bridge", "--format", "json"))
    [counts] = told["stance"]
    assert {k: v for k, v in counts.items() if k not in ("claim", "intervals")} == {"support": 0, "deny": 1, "query": 1, "comment": 1, "unclear": 2}  # fmt: skip
    assert set(counts["intervals"]) == {"support", "deny", "query", "comment", "unclear"}
    assert [r["unclear"] for r in told["reactions"] if r["language"] == "hu"] == [True, True]
    parts = {(s["group"], s["stance"]): s["reactions"] for s in told["stance_shares"] if s["by"] == "language"}
    assert (parts["hu", "unclear"], parts["hu", "comment"], parts["en", "unclear"]) == (2, 0, 0)
    words = storywake("report", "bridge")
    assert "support 0   deny 1   query 1   comment 1   2 unclear\n" in words
    assert words.count("stance: unclear  likes") == 2
    page = storywake("report", "bridge", "--format", "html")
    assert "Told one by one: support 0, deny 1, query 1, comment 1, cannot tell 2" in page
    assert page.count('<tr class="unclear">') == 2


def test_the_views_tell_it_apart_from_comments(story: StoryRow, storywake: Commands) -> None:
    rows = storywake.rows("SELECT author, stance, confidence, unclear FROM reactions ORDER BY author")
    assert [(r["author"], r["stance"], bool(r["unclear"])) for r in rows] == [
        ("en0", "deny", False), ("en1", "query", False), ("en2", "comment", False), ("hu0", "comment", True), ("hu1", "comment", True),
    ]  # fmt: skip
    assert {r["confidence"] for r in rows} == {1}, "that of the tie"
    rows = storywake.rows("SELECT * FROM stances ORDER BY reaction_id")
    assert [bool(r["covered"]) for r in rows] == [True] * 3 + [False] * 2
    assert all(r["confidence"] >= r["probability"] for r in rows)
    assert [r["confidence"] == r["probability"] for r in rows[:3]] == [True] * 3, "what is said is the likeliest"
    hours = storywake.rows("SELECT hour, stance, cumulative, share FROM stance_over_time ORDER BY hour, stance")
    last = {r["stance"]: (r["cumulative"], r["share"]) for r in hours if r["hour"] == hours[-1]["hour"]}
    assert last["unclear"] == (2, pytest.approx(0.4))
    assert last["comment"] == (1, pytest.approx(0.2))
    for hour in {r["hour"] for r in hours}:
        assert sum(r["share"] for r in hours if r["hour"] == hour) == pytest.approx(1)


def test_the_digest_counts_it_apart_as_well(story: StoryRow, engine: Engine, storywake: Commands) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE reaction SET first_seen_at = :now"), {"now": now()})
    said = storywake("digest")
    assert "support 0, deny 1, query 1, comment 1, cannot tell 2." in said
    assert len(re.findall(r"hu\d.*\n.*\n +cannot tell", said)) == 2


def test_a_past_day_is_told_without_what_was_unclear_only_later(story: StoryRow, engine: Engine) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    with engine.begin() as connection:
        connection.execute(text("UPDATE stance SET assessed_at = '2026-03-01T10:00:00Z'"))
        connection.execute(
            text(
                """INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment, confidence, covered, unclear)
                SELECT reaction_id, claim_id, 'next@1', input_hash, :now, 'comment', 0, 0, 0.4, 0.6, 0.6, true, true FROM stance"""
            ),
            {"now": now()},
        )
    with reading(engine) as connection:
        then, later = (stances_then(connection, story.id, until)[CLAIM].whole for until in (yesterday, now()))
    assert (balance_of(CLAIM, then).counts["comment"], balance_of(CLAIM, then).counts["unclear"]) == (1, 2)
    assert (balance_of(CLAIM, later).counts["comment"], balance_of(CLAIM, later).counts["unclear"]) == (0, 5)


def test_an_export_has_the_column(story: StoryRow, storywake: Commands, tmp_path: Path) -> None:
    storywake("export", "bridge", "--format", "csv", "--out", "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert [row["unclear"] in ("1", "True", "true") for row in rows] == [False] * 3 + [True] * 2


def test_a_label_makes_it_clear(story: StoryRow, storywake: Commands) -> None:
    hungarian = storywake.rows("SELECT MIN(reaction_id) AS id FROM reactions WHERE language = 'hu'")[0]["id"]
    offered = [json.loads(line) for line in storywake("label", "--suggest", "bridge").splitlines()]
    assert {row["reaction_id"]: row["unclear"] for row in offered}[hungarian] is True
    storywake("label", "set", str(hungarian), "deny", "--analyst", "maria")
    [row] = storywake.rows(f"SELECT * FROM stances WHERE reaction_id = {hungarian}")
    assert (row["stance"], row["confidence"], bool(row["covered"]), bool(row["unclear"])) == ("deny", 1, True, False)
    assert "deny 2   query 1   comment 1   1 unclear\n" in storywake("report", "bridge")
    listed = [json.loads(line) for line in storywake("label", "list", "bridge").splitlines()]
    agreement = {"one": "maria", "other": "the model", "reactions": 0, "agreed": None, "kappa": None, "unclear": 1}
    assert listed[1] == agreement, "where the model cannot tell, there is nothing to agree with"


def test_what_an_earlier_version_assessed_is_assessed_anew(
    story: StoryRow, engine: Engine, settings: Settings, storywake: Commands
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE stance SET model = 'blend@3', stance = 'deny', confidence = NULL, covered = NULL, unclear = false, assessed_at = '2026-03-01T10:00:00Z'")
        )  # fmt: skip
    assert "support 0   deny 5   query 0   comment 0   0 unclear\n" in storywake("report", "bridge")
    assert assess(engine, story, settings) == 5
    assert assess(engine, story, settings) == 0
    assert "support 0   deny 1   query 1   comment 1   2 unclear\n" in storywake("report", "bridge")


def test_stance_prints_how_sure_it_is_and_whether_it_can_tell(tmp_path: Path) -> None:
    given = [
        {"id": 1, "text": "This is fake news, it never happened."},
        {"id": 2, "text": "Ez egyszerűen nem igaz, a híd ma is áll.", "language": "hu"},
        {"id": 3, "text": "Fake!"},
        {"id": 4, "text": "😂😂"},
    ]
    storywake = Commands("sqlite://", tmp_path)
    answer = storywake("stance", "--claim", "The bridge fell on Monday.", given="\n".join(map(json.dumps, given)))
    lines = [json.loads(line) for line in answer.splitlines()]
    for line in lines:
        likeliest = max(line["probabilities"], key=line["probabilities"].get)
        assert line["confidence"] == pytest.approx(line["probabilities"][likeliest], abs=1e-6)
        assert line["stance"] == ("comment" if line["unclear"] else likeliest)
    assert [line["covered"] for line in lines] == [True, False, True, True], "a word is in the claim's language"
    assert (lines[0]["unclear"], lines[1]["unclear"]) == (False, True)


@pytest.mark.parametrize("model", ["encoder", "linear", "cues"])
def test_no_assessor_is_sure_in_a_language_that_nobody_measured(model: str, tmp_path: Path) -> None:
    given = "\n".join(
        json.dumps({"id": code, "text": "It never happened", "language": code, "claim": CLAIM}) for code in ("en", "hu")
    )
    lines = [json.loads(line) for line in Commands("sqlite://", tmp_path)("stance", "--model", model, given=given).splitlines()]  # fmt: skip
    assert [(line["covered"], line["unclear"]) for line in lines] == [(True, False), (False, True)]
    assert lines[1]["stance"] == "comment"
