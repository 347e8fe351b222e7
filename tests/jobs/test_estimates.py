"""Reports and digests tell estimated shares, with the counts beside them, on both databases."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Stance, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.collector.stance import Assessment
from storywake.db.assessments import Pending, save_assessments, set_label
from storywake.db.engine import reading
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.digest import build
from storywake.jobs.figures import stances_then
from storywake.jobs.mail.standing import balance_of
from storywake.jobs.report import ReportFormat, report

AT = "2026-03-01T10:00:00Z"
CLAIM = "The bridge fell."
STANCES = tuple(Stance)
TIE = Tie(kind=TieKind.LINKS, source="https://paper.example/bridge", rests_on="its text links", confidence=1.0)
DOUBTED = (0.1, 0.38, 0.1, 0.42)
"""Taken for a comment, but many such are denials."""


def assess(
    engine: Engine, story: StoryRow, chances: tuple[float, float, float, float], model: str = "blend@14", **told: Any
) -> None:
    """Says the same of all the story's reactions."""
    with engine.begin() as connection:
        claim = connection.execute(text("SELECT id FROM claim")).scalar_one()
        ids = connection.execute(text("SELECT id FROM reaction ORDER BY id")).scalars().all()
        unclear = told.get("unclear", False)
        said = Assessment(chances, Stance.COMMENT if unclear else STANCES[chances.index(max(chances))], max(chances), told.get("covered", True), unclear)  # fmt: skip
        save_assessments(connection, model, [(Pending(n, claim, model, None), said) for n in ids], AT)  # type: ignore[arg-type]


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    """Forty posts over four hours of two days, not assessed."""
    with engine.begin() as connection:
        found = add_story(connection, slug="bridge", title="Bridge", url=None, claims=(CLAIM,), created_at=AT, watch_until="2026-03-15T10:00:00Z")  # fmt: skip
        for n in range(40):
            post = Post(
                platform="x", external_id=str(n), author=Author(handle=f"u{n}"), text="Hm.", language="en",
                posted_at=f"2026-03-0{1 + n // 20}T1{n // 10 % 2}:00:00Z",
            )  # fmt: skip
            save_posts(connection, [post], AT)
            save_reaction(connection, found.id, post, TIE, AT)
    return found


def told(engine: Engine) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report(engine, "bridge", ReportFormat.JSON))
    return found


def test_a_report_estimates_shares_and_counts_beside(story: StoryRow, engine: Engine) -> None:
    assess(engine, story, DOUBTED)
    facts = told(engine)
    assert facts["stance"][0]["comment"] == 40
    [estimated] = facts["stance_estimated"]
    assert estimated["claim"] == CLAIM
    assert sum(estimated[stance] for stance in STANCES) == pytest.approx(1.0)
    assert estimated["deny"] > 0.1  # none is counted
    for stance in STANCES:
        low, high = estimated["intervals"][stance]
        assert low <= estimated[stance] <= high
    hours = [row for row in facts["stance_shares"] if row["by"] == "hour" and row["stance"] == "comment"]
    assert len(hours) == 4
    assert all(
        row["reactions"] == 10 and row["counted_share"] == 1.0 and row["low"] <= row["share"] < 1.0 for row in hours
    )
    running = [row for row in facts["stance_over_time"] if row["stance"] == "comment"]
    assert [row["cumulative"] for row in running] == [10, 20, 30, 40]
    assert running[-1]["share"] == pytest.approx(estimated["comment"])
    assert (running[-1]["low"], running[-1]["high"]) == tuple(estimated["intervals"]["comment"])
    assert running[-1]["counted_share"] == 1.0
    words, page = report(engine, "bridge"), report(engine, "bridge", ReportFormat.HTML)
    assert f"    estimated shares, 95 %: support {100 * estimated['support']:.0f} %" in words
    assert "Shares are estimated from 40 reactions" in page
    assert f"<b>{100 * estimated['deny']:.0f}\N{NO-BREAK SPACE}%</b> " in page


def test_a_digest_tells_the_same_estimate(story: StoryRow, engine: Engine, settings: Settings) -> None:
    assess(engine, story, DOUBTED)
    [estimated] = told(engine)["stance_estimated"]
    with reading(engine) as connection:
        then = balance_of(CLAIM, stances_then(connection, story.id, "2100-01-01T00:00:00Z")[CLAIM].whole)
    assert then.estimated
    assert {"claim": CLAIM, **then.shares, "intervals": then.intervals} == {**estimated, "intervals": {k: tuple(v) for k, v in estimated["intervals"].items()}}  # fmt: skip
    sent = build(engine, settings, "2026-03-05", None, datetime(2026, 3, 5, 12, tzinfo=UTC))
    low, high = (round(100 * end) for end in estimated["intervals"]["support"])
    said = f"support {100 * estimated['support']:.0f}\u00a0% ({low}–{high})"
    for told_in in (sent.text, sent.html):
        assert said in told_in


def test_what_analysts_say_is_known_and_moves_the_rest(story: StoryRow, engine: Engine) -> None:
    assess(engine, story, DOUBTED)
    before = told(engine)["stance_estimated"][0]
    with engine.begin() as connection:
        claim = connection.execute(text("SELECT id FROM claim")).scalar_one()
        for n in connection.execute(text("SELECT id FROM reaction ORDER BY id LIMIT 10")).scalars().all():
            set_label(connection, n, claim, "maria", "deny", AT)
    after = told(engine)["stance_estimated"][0]
    assert after["deny"] > before["deny"] + 0.25
    assert after["intervals"]["deny"][0] > before["intervals"]["deny"][0]


def test_unclear_reactions_are_estimated_where_covered_and_left_out_where_not(story: StoryRow, engine: Engine) -> None:
    assess(engine, story, DOUBTED, unclear=True)
    facts = told(engine)
    assert facts["stance"][0]["unclear"] == 40
    assert sum(facts["stance_estimated"][0][stance] for stance in STANCES) == pytest.approx(1.0)
    with engine.begin() as connection:
        connection.execute(text("UPDATE stance SET covered = :no"), {"no": False})
    facts = told(engine)
    assert facts["stance_estimated"] == []
    assert {row["share"] for row in facts["stance_shares"] if row["stance"] == "unclear"} == {1.0}
    assert "shares, 95 %" in report(engine, "bridge") and "estimated" not in report(engine, "bridge")


def test_another_model_is_counted_for_its_errors_are_not_known(story: StoryRow, engine: Engine) -> None:
    assess(engine, story, DOUBTED, "llm:small@1")
    facts = told(engine)
    assert facts["stance_estimated"] == []
    row = next(row for row in facts["stance_shares"] if row["by"] == "day" and row["stance"] == "comment")
    assert row["share"] == row["counted_share"] == 1.0
