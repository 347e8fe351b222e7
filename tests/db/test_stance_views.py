"""What the views tell of stance: which assessment is in force, and shares hour by hour, a claim each."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Stance, Tie, TieKind
from storywake.collector.stance import Assessment, Reaction
from storywake.db.assessments import Pending, assessable, save_assessments, set_label
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import add_story

AT = "2024-03-03T12:00:00Z"
LATER, LATEST = "2024-03-03T13:00:00Z", "2024-03-03T14:00:00Z"
MAIN, SECOND = "The bridge is unsafe", "The mayor knew"
POSTED = ("2024-03-03", "2024-03-03T09:10:00Z", "2024-03-03T09:50:00Z", "2024-03-03T11:05:00Z")
CHANCES = {
    "support": (0.7, 0.1, 0.1, 0.1),
    "deny": (0.1, 0.7, 0.1, 0.1),
    "query": (0.1, 0.1, 0.7, 0.1),
    "comment": (0.1, 0.1, 0.1, 0.7),
}


class Bridge:
    """A story of two claims with four reactions, the first known to the day alone."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        tie = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="its text links", confidence=1.0)
        with engine.begin() as connection:
            story = add_story(
                connection, slug="bridge", title=None, url=None, claims=(MAIN, SECOND), created_at=AT, watch_until=AT
            )
            for number, posted in enumerate(POSTED):
                post = Post(
                    platform="x", external_id=str(number), author=Author(handle="a"), text="w", posted_at=posted
                )
                save_posts(connection, [post], AT)
                save_reaction(connection, story.id, post, tie, AT)
            claims = connection.execute(text("SELECT id FROM claim ORDER BY position")).scalars().all()
            self.claims = dict(zip((MAIN, SECOND), claims, strict=True))
            self.reactions = [item.reaction_id for item in assessable(connection, story.id, self.claims[MAIN])]

    def assess(self, number: int, claim: str, stance: str, *, model: str = "m@1", at: str = AT, **more: Any) -> None:
        """A model's word on a reaction, by its place."""
        item = Pending(self.reactions[number], self.claims[claim], "h", Reaction("w", claim))
        with self.engine.begin() as connection:
            said = Assessment(CHANCES[stance], Stance(stance), 0.7, **more)
            save_assessments(connection, model, [(item, said)], at, verdict=model.startswith("claimreview@"))

    def label(self, number: int, analyst: str, stance: str, at: str) -> None:
        """An analyst's word on a reaction to the main claim, by its place."""
        with self.engine.begin() as connection:
            set_label(connection, self.reactions[number], self.claims[MAIN], analyst, stance, at)

    def ask(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def in_force(self, number: int = 0) -> tuple[Any, ...]:
        """What stands for a reaction to the main claim: stance, model, probability."""
        query = "SELECT stance, model, probability FROM stances WHERE reaction_id = :r AND claim = :c"
        [row] = self.ask(query, r=self.reactions[number], c=MAIN)
        return row


@pytest.fixture
def bridge(engine: Engine) -> Bridge:
    """The story, with nothing assessed."""
    return Bridge(engine)


def test_the_newest_model_is_in_force(bridge: Bridge) -> None:
    bridge.assess(0, MAIN, "support", model="m@2", at=LATER)
    bridge.assess(0, MAIN, "deny", model="m@1", at=AT)
    assert bridge.in_force() == ("support", "m@2", 0.7)
    bridge.assess(0, MAIN, "query", model="m@3", at=LATEST)
    assert bridge.in_force() == ("query", "m@3", 0.7)


def test_a_fact_checks_verdict_stands_above_a_newer_model(bridge: Bridge) -> None:
    bridge.assess(0, MAIN, "deny", model="claimreview@1", at=AT)
    bridge.assess(0, MAIN, "support", model="m@2", at=LATER)
    assert bridge.in_force() == ("deny", "claimreview@1", 0.7)


def test_of_two_analysts_the_newest_label_stands_above_models_and_verdicts(bridge: Bridge) -> None:
    bridge.assess(0, MAIN, "support", model="claimreview@1", at=LATEST)
    bridge.label(0, "zoe", "deny", LATER)
    bridge.label(0, "ann", "query", AT)
    assert bridge.in_force() == ("deny", "analyst:zoe", 1.0)
    bridge.label(0, "ann", "comment", LATEST)
    assert bridge.in_force() == ("comment", "analyst:ann", 1.0)


def test_a_reaction_shows_its_stance_towards_the_main_claim(bridge: Bridge) -> None:
    bridge.assess(0, SECOND, "deny")
    bridge.assess(0, MAIN, "support")
    query = "SELECT stance, stance_probability, unclear FROM reactions WHERE reaction_id = :r"
    [(stance, chance, unclear)] = bridge.ask(query, r=bridge.reactions[0])
    assert (stance, chance, bool(unclear)) == ("support", 0.7, False)


def test_shares_are_those_of_a_claim_up_to_each_hour(bridge: Bridge) -> None:
    for number, stance in enumerate(("support", "deny", "support")):
        bridge.assess(number, MAIN, stance)
    bridge.assess(3, MAIN, "comment", unclear=True)
    bridge.assess(1, SECOND, "support")
    query = """SELECT hour, stance, reactions, cumulative, share FROM stance_over_time
        WHERE story = 'bridge' AND claim = :claim ORDER BY hour, stance"""
    hours = ("2024-03-03T00:00:00Z", "2024-03-03T09:00:00Z", "2024-03-03T11:00:00Z")
    assert bridge.ask(query, claim=MAIN) == [
        (hours[0], "deny", 0, 0, 0.0),
        (hours[0], "support", 1, 1, 1.0),
        (hours[0], "unclear", 0, 0, 0.0),
        (hours[1], "deny", 1, 1, pytest.approx(1 / 3)),
        (hours[1], "support", 1, 2, pytest.approx(2 / 3)),
        (hours[1], "unclear", 0, 0, 0.0),
        (hours[2], "deny", 0, 1, 0.25),
        (hours[2], "support", 0, 2, 0.5),
        (hours[2], "unclear", 1, 1, 0.25),
    ]
    assert bridge.ask(query, claim=SECOND) == [(hours[1], "support", 1, 1, 1.0)]
