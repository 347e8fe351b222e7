"""An analyst's labels: above every model, teaching it, and measured against it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import BadInput
from storywake.collector.figures.agreement import kappa
from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.assess import assess
from storywake.jobs.labels import agreement, put, suggest, take_back

from ..loopback import Asked, Reply, Site

AT = "2026-03-01T10:00:00Z"
CLAIM = "The hall should be closed"
WORDS = ["Keep the hall", "Save our pool", "Swimmers need it", "The pool is a treasure", "Shut it, too dear", "It burns money", "Money for roads", "Is that decided?", "Nice tiles", "Keep the hall!"]  # fmt: skip


@pytest.fixture
def story(engine: Engine, settings: Settings) -> StoryRow:
    """A story with ten reactions, assessed."""
    with engine.begin() as connection:
        found = add_story(
            connection, slug="hall", title="Hall", url=None, claims=(CLAIM,), created_at=AT, watch_until=AT
        )
        posts = [
            Post(platform="x", external_id=str(i), author=Author(handle=f"u{i}"), text=words, language="en")
            for i, words in enumerate(WORDS)
        ]
        save_posts(connection, posts, AT)
        tie = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="its text links", confidence=1.0)
        for post in posts:
            save_reaction(connection, found.id, post, tie, AT)
    assess(engine, found, settings)
    return found


def test_labels_stand_above_and_teach_the_model(engine: Engine, settings: Settings, story: StoryRow) -> None:
    assert assess(engine, story, settings) == 0
    with engine.begin() as connection:
        for reaction, stance in enumerate(["deny"] * 4 + ["support"] * 3, 1):
            put(connection, reaction, stance, None, "maria", AT)
    assert assess(engine, story, settings) == len(WORDS)
    assert assess(engine, story, settings) == 0
    query = "SELECT reaction_id, stance, model, by_analyst FROM stances ORDER BY reaction_id"
    with engine.begin() as connection:
        rows = connection.execute(text(query)).all()
        models = {r.model for r in connection.execute(text("SELECT DISTINCT model FROM stance"))}
    assert [r.stance for r in rows[:7]] == ["deny"] * 4 + ["support"] * 3
    assert {r.model for r in rows[:7]} == {"analyst:maria"}
    assert all(r.model.startswith("blend+labels@") for r in rows[7:])
    assert len(models) == 2, "what was assessed before stays"


def test_an_edited_post_and_a_new_claim_are_assessed_anew(engine: Engine, settings: Settings, story: StoryRow) -> None:
    with engine.begin() as connection:
        edited = Post(
            platform="x", external_id="0", author=Author(handle="u0"), text="I was wrong, shut it", language="en"
        )
        save_posts(connection, [edited], "2026-03-02T10:00:00Z")
    assert assess(engine, story, settings) == 1
    with engine.begin() as connection:
        add_story(
            connection,
            slug="hall",
            title="Hall",
            url=None,
            claims=("The roof leaks in winter",),
            created_at=AT,
            watch_until=AT,
        )
    assert assess(engine, story, settings) == len(WORDS)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT COUNT(*) FROM stance WHERE reaction_id = 1")).scalar()
    assert kept == 3, "what was assessed before stays"


def test_suggestions_are_unlabelled_and_unlike(engine: Engine, story: StoryRow) -> None:
    with engine.begin() as connection:
        put(connection, 2, "deny", None, "maria", AT)
    found = suggest(engine, story, 20)
    assert 2 not in {row.reaction_id for row in found}
    assert len([row for row in found if row.text.startswith("Keep the hall")]) == 1
    assert found[-1].text.startswith(("Keep", "Swimmers", "The pool")), "most like what has a label"
    assert all(0 <= row.margin <= 1 for row in found)


def test_what_was_read_for_a_suggestion_is_not_read_again(
    engine: Engine, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storywake.collector.stance import meanings

    first = suggest(engine, story, 20)
    monkeypatch.setattr(meanings, "meanings", None)
    assert suggest(engine, story, 20) == first


def test_words_that_have_a_label_are_not_asked_again(engine: Engine, settings: Settings, story: StoryRow) -> None:
    with engine.begin() as connection:
        again = Post(platform="x", external_id="again", author=Author(handle="v"), text=WORDS[4], language="en")
        save_posts(connection, [again], AT)
        tie = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="its text links", confidence=1.0)
        save_reaction(connection, story.id, again, tie, AT)
    assert assess(engine, story, settings) == 1
    assert WORDS[4] in {row.text for row in suggest(engine, story, 20)}
    with engine.begin() as connection:
        put(connection, 11, "support", None, "maria", AT)
    assert WORDS[4] not in {row.text for row in suggest(engine, story, 20)}


def test_agreement_is_told_between_analysts_and_with_the_model(engine: Engine, story: StoryRow) -> None:
    with engine.begin() as connection:
        for reaction, (one, other) in enumerate([("deny", "deny"), ("deny", "deny"), ("support", "deny"), ("support", "support")], 1):  # fmt: skip
            put(connection, reaction, one, CLAIM, "maria", AT)
            put(connection, reaction, other, CLAIM, "jan", AT)
        found = agreement(connection, story)
    assert [(a.one, a.other, a.reactions + a.unclear) for a in found] == [("jan", "maria", 4), ("jan", "the model", 4), ("maria", "the model", 4)]  # fmt: skip
    assert (found[0].agreed, found[0].kappa) == (0.75, 0.5)


def test_what_cannot_be_labelled_is_refused_in_a_line(engine: Engine, story: StoryRow) -> None:
    with engine.begin() as connection:
        for reaction, stance, claim in ((99, "deny", None), (1, "against", None), (1, "deny", "Another claim")):
            with pytest.raises(BadInput):
                put(connection, reaction, stance, claim, "maria", AT)


@pytest.mark.parametrize(
    "one, other, expected", [("aabb", "aabb", 1.0), ("aabb", "bbaa", -1.0), ("abab", "aabb", 0.0), ("", "", None), ("aa", "aa", None)]
)  # fmt: skip
def test_kappa(one: str, other: str, expected: float | None) -> None:
    assert kappa(one, other) == expected


def test_the_command_sets_lists_exports_and_suggests(tmp_path: Path) -> None:
    def storywake(*words: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "storywake", *words, "--db", f"sqlite:///{tmp_path}/s.db"],
            cwd=tmp_path, input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    storywake("demo")
    storywake("label", "set", "1", "query", "--analyst", " maria\n")
    listed = [json.loads(line) for line in storywake("label", "list", "moscow-times").splitlines()]
    assert (listed[0]["reaction_id"], listed[0]["stance"], listed[0]["analyst"]) == (1, "query", "maria")
    assert listed[1]["other"] == "the model"
    labels = tmp_path / "labels.jsonl"
    labels.write_text(storywake("label", "export", "moscow-times"))
    answer = storywake("stance", "--labels", str(labels), given='{"id": 1, "text": "It is true"}\n')
    assert json.loads(answer)["model"].startswith("blend+labels@")
    suggested = [json.loads(line) for line in storywake("label", "--suggest", "moscow-times").splitlines()]
    assert suggested and 1 not in {row["reaction_id"] for row in suggested}


def test_a_language_models_answers_are_kept_and_its_cost_counted(
    engine: Engine, settings: Settings, story: StoryRow, site: Site
) -> None:
    def answer(asked: Asked, body: bytes) -> Reply:
        posts = json.loads(json.loads(body)["messages"][1]["content"])["posts"]
        content = json.dumps({p["id"]: {"stance": "deny", "confidence": 0.9} for p in posts})
        usage = {"prompt_tokens": 1000, "completion_tokens": 100}
        return Reply(json.dumps({"choices": [{"message": {"content": content}}], "usage": usage}).encode())

    site.posts["/v1/chat/completions"] = answer
    chosen = settings.model_copy(
        update={
            "stance_model": "llm",
            "llm_url": f"{site.url}/v1",
            "llm_model": "tiny:1b",
            "llm_price_in": 0.5,
            "llm_price_out": 2.0,
        }
    )
    counts: dict[str, int] = {}
    assert assess(engine, story, chosen, counts) == len(WORDS)
    assert counts["llm_requests"] == 1
    assert counts["llm_cost_microdollars"] == 700
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT DISTINCT stance, model FROM stances")).all()
        connection.execute(text("DELETE FROM stance"))
    assert [tuple(r) for r in rows] == [("deny", "tiny:1b@2")]
    assert assess(engine, story, chosen, counts) == len(WORDS)
    assert counts["llm_requests"] == 1, "kept by content"


def test_no_snapshot_is_held_while_a_model_learns_or_chooses(
    engine: Engine, settings: Settings, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import QueuePool

    from storywake.collector.stance import adapt, likeness, meanings

    held: list[int] = []

    def watched(owner: Any, name: str) -> None:
        begin = getattr(owner, name)

        def computing(*given: object) -> Any:
            assert isinstance(engine.pool, QueuePool)
            held.append(engine.pool.checkedout())
            return begin(*given)

        monkeypatch.setattr(owner, name, computing)

    watched(meanings, "meanings")
    watched(likeness, "most_telling")
    watched(likeness.Likeness, "__init__")
    watched(adapt.Adapted, "__init__")
    suggest(engine, story, 20)
    assert len(held) >= 1
    with engine.begin() as connection:
        for reaction, stance in enumerate(["deny", "deny", "support", "support", "query", "comment"], 1):
            put(connection, reaction, stance, None, "maria", AT)
    assess(engine, story, settings)
    assert len(held) >= 3
    assert set(held) == {0}


def test_labels_that_are_taken_back_leave_the_model_as_it_was(
    engine: Engine, settings: Settings, story: StoryRow
) -> None:
    query = "SELECT reaction_id, stance, probability, model FROM stances ORDER BY reaction_id"
    with engine.begin() as connection:
        before = connection.execute(text(query)).all()
        for reaction, stance in enumerate(["deny"] * 4 + ["support"] * 3, 1):
            put(connection, reaction, stance, None, "maria", AT)
    assess(engine, story, settings, at="2099-01-01T10:00:00Z")
    with engine.begin() as connection:
        for reaction in range(1, 8):
            take_back(connection, reaction, None, "maria", AT)
    assert assess(engine, story, settings, at="2099-01-01T11:00:00Z") == len(WORDS)
    with engine.begin() as connection:
        assert connection.execute(text(query)).all() == before
    assert assess(engine, story, settings, at="2099-01-01T12:00:00Z") == 0
