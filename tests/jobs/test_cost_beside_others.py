"""What a story costs does not grow with the reactions to other stories, a pass not with what is not due or is due of
others, and the sizes of all stories not with their reactions.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from bench.planted import plant_many
from storywake.collector.clock import LookKind
from storywake.collector.match.person import Person
from storywake.collector.records import Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.assessments import stances_of
from storywake.db.attention import sizes
from storywake.db.engine import open_database, writing
from storywake.db.looks import add_look, due_looks
from storywake.db.overview import lag_of
from storywake.db.persons import save_persons, stories_without_persons
from storywake.db.stories import find_story, story_counts, story_list
from storywake.db.upkeep import keep_statistics
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.watch import watch

from ..steps import steps
from .test_cost_of_storing import posts


def _people(connection: Connection) -> None:
    """As a pass does: works out whose a story's accounts are, and lists its people."""
    story = find_story(connection, "small")
    save_persons(connection, story.id, [Person("Ann Example", None, (), ())], {})
    connection.execute(text("SELECT * FROM people WHERE story = 'small'")).all()


ASKED: dict[str, Callable[[Connection], object]] = {
    "people": _people,
    "missing answers": lambda connection: lag_of(connection, "small"),
    "whose reactions are nobody's yet": lambda connection: stories_without_persons(
        connection, [find_story(connection, "small").id]
    ),
    "stances to learn from": lambda connection: stances_of(connection, find_story(connection, "small").id),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_story_costs_the_same_beside_a_large_one(tmp_path: Path, asked: str) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/beside.db")
    plant_many(engine, 100, ["small"])
    few = _steps(engine, asked)
    plant_many(engine, 4_000, ["large"], seed=9)
    many = _steps(engine, asked)
    engine.dispose()
    assert many < 1.5 * few + 20


def _steps(engine: Engine, asked: str) -> int:
    keep_statistics(engine)
    with writing(engine) as connection:
        return steps(connection, ASKED[asked])


def test_a_pass_that_finds_nothing_due_costs_the_same_beside_many_looks(tmp_path: Path, settings: Settings) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/due.db")
    story = watch(engine, settings, "https://news.example/bridge", slug="bridge")
    tie = Tie(kind=TieKind.LINKS, source="https://news.example/bridge", rests_on="links to it", confidence=1.0)
    taken = []
    for many in (20, 2_000):
        shown = Arrival("bluesky", "2026-03-03T09:00:00Z", [story], posts=posts("bluesky", 1, many), tie=tie)
        take_in(engine, shown, settings)
        keep_statistics(engine)
        with writing(engine) as connection:
            taken.append(steps(connection, lambda opened: due_looks(opened, [story.id], "2026-03-03T08:59:59Z", 2)))
            due = due_looks(connection, [story.id], "2026-03-04T00:00:00Z", 2)
        assert len([look for look in due if look.kind == "counts"]) == many
    engine.dispose()
    assert taken[1] < 1.5 * taken[0] + 20


def test_a_pass_over_one_story_costs_the_same_beside_looks_that_are_due_of_others(
    tmp_path: Path, settings: Settings
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/others.db")
    own, other = (watch(engine, settings, f"https://news.example/{slug}", slug=slug) for slug in ("bridge", "ferry"))
    tie = Tie(kind=TieKind.LINKS, source="https://news.example/bridge", rests_on="links to it", confidence=1.0)
    taken, found = [], []
    with writing(engine) as connection:
        add_look(
            connection, None, LookKind.FEED, "feed", "https://news.example/feed", "watched", "2026-03-03T09:00:00Z"
        )
    for story, platform, many in ((own, "bluesky", 20), (other, "reddit", 2_000)):
        take_in(
            engine,
            Arrival(platform, "2026-03-03T09:00:00Z", [story], posts=posts(platform, 1, many), tie=tie),
            settings,
        )
        keep_statistics(engine)
        with writing(engine) as connection:
            taken.append(steps(connection, lambda opened: due_looks(opened, [own.id], "2026-03-04T00:00:00Z", 2)))
            found.append(due_looks(connection, [own.id], "2026-03-04T00:00:00Z", 2))
    engine.dispose()
    assert found[0] == found[1]
    assert {look.kind for look in found[0]} >= {"counts", "feed"}
    assert taken[1] < 1.5 * taken[0] + 20


TOLD_OF_ALL: dict[str, Callable[[Connection], object]] = {
    "sizes": lambda connection: sizes(connection, "2026-04-01T00:00:00Z", "2026-03-31T00:00:00Z"),
    "list": story_list,
    "list for assistants": story_counts,
}


@pytest.mark.parametrize("asked", TOLD_OF_ALL)
def test_what_is_told_of_all_stories_costs_the_same_however_many_react(tmp_path: Path, asked: str) -> None:
    taken = []
    for many in (2_000, 8_000):
        engine = open_database(f"sqlite:///{tmp_path}/{many}.db")
        plant_many(engine, many, ["planted"])
        keep_statistics(engine)
        with writing(engine) as connection:
            taken.append(steps(connection, TOLD_OF_ALL[asked]))
        engine.dispose()
    assert taken[1] < 1.5 * taken[0] + 20
