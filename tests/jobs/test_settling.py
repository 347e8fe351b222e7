"""How a look ends, and when it comes again: after success, failure, a spent budget, a host that did not answer others."""

import pytest
from sqlalchemy import Engine

from storywake.collector.clock import MAX_FAILURES, LookKind
from storywake.collector.records import Kind, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.db.looks import Look, PostLook, add_look, add_post_looks, due_looks
from storywake.db.posts import counted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.settling import Ending, settle

from .world import Clock, ask

START = "2024-03-03T10:00:00Z"
PAGE = "https://globe.example/a"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, START)


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    """A story without any looks."""
    with writing(engine) as connection:
        return add_story(
            connection, slug="s", title=None, url=None, claims=(), created_at=START, watch_until="2025-01-01T00:00:00Z"
        )


def look_at(engine: Engine, story: StoryRow, kind: LookKind, source: str = "web", target: str = PAGE) -> Look:
    with writing(engine) as connection:
        add_look(connection, story.id, kind, source, target, "it was named", START)
    return again(engine, story)


def again(engine: Engine, story: StoryRow) -> Look:
    with writing(engine) as connection:
        [look] = due_looks(connection, [story.id], None, 2)
    return look


def row(engine: Engine) -> tuple[str, str | None, int]:
    """Outcome, due time and failures of the one look."""
    [found] = ask(engine, "SELECT outcome, due_at, failures FROM look")
    return tuple(found)


def test_a_page_read_once_is_given_up_at_its_tenth_failure_and_said_so(
    engine: Engine, settings: Settings, clock: Clock, story: StoryRow
) -> None:
    look = look_at(engine, story, LookKind.LINK)
    for failures in range(1, MAX_FAILURES):
        assert settle(engine, settings, [look], Ending(fault="no answer")) == []
        assert row(engine)[::2] == ("failed", failures)
        look = again(engine, story)
    assert row(engine)[1] == "2024-03-04T10:00:00Z", "a day after the ninth"
    [(given_up, line)] = settle(engine, settings, [look], Ending(fault="no answer"))
    assert (given_up.id, line) == (look.id, f"{PAGE}: given up after 10 failures")
    assert row(engine) == ("given up", None, 10)


def test_a_story_page_is_never_given_up(engine: Engine, settings: Settings, clock: Clock, story: StoryRow) -> None:
    look = look_at(engine, story, LookKind.PAGE)
    for _ in range(2 * MAX_FAILURES):
        assert settle(engine, settings, [look], Ending(fault="no answer")) == []
        look = again(engine, story)
    assert row(engine) == ("failed", "2024-03-04T10:00:00Z", 20)


def test_a_success_ends_a_row_of_failures_and_what_is_read_once_is_done(
    engine: Engine, settings: Settings, clock: Clock, story: StoryRow
) -> None:
    look = look_at(engine, story, LookKind.LINK)
    settle(engine, settings, [look], Ending(fault="no answer"))
    settle(engine, settings, [again(engine, story)], Ending())
    assert row(engine) == ("ok", None, 0)


def test_a_host_that_did_not_answer_others_is_no_failure_of_this_look(
    engine: Engine, settings: Settings, clock: Clock, story: StoryRow
) -> None:
    settle(engine, settings, [look_at(engine, story, LookKind.PAGE)], Ending(fault="not asked", put_off=True))
    assert row(engine) == ("put off", "2024-03-03T10:15:00Z", 0)


def test_what_todays_budget_does_not_hold_waits_for_the_next_day(
    engine: Engine, settings: Settings, clock: Clock, story: StoryRow
) -> None:
    look = look_at(engine, story, LookKind.LINKING, "x", PAGE)
    settle(engine, settings, [look], Ending(fault="the budget is spent", over_budget=True))
    assert row(engine) == ("put off", "2024-03-04T00:00:00Z", 0)


@pytest.mark.parametrize(
    "source, budget, grew, quiet_hours, minutes",
    [
        ("lemmy", 0, True, 0, 15),  # something new: the shortest wait
        ("lemmy", 0, False, 10, 30),  # a twentieth of ten quiet hours
        ("youtube", 100, True, 0, 18),  # eighty searches a day fit in the budget's part for them
        ("youtube", 10, True, 0, 180),  # eight a day do
        ("youtube", 10, False, 100, 300),  # quieter than the budget asks
        ("threads", 10, True, 0, 180),  # a budget for searches of all kinds
    ],
)
def test_a_search_waits_by_what_it_brought_and_by_what_it_costs(
    engine: Engine,
    settings: Settings,
    clock: Clock,
    story: StoryRow,
    source: str,
    budget: int,
    grew: bool,
    quiet_hours: int,
    minutes: int,
) -> None:
    look = look_at(engine, story, LookKind.NAMING if source == "threads" else LookKind.LINKING, source)
    clock.forward(hours=quiet_hours)
    chosen = {"youtube_searches": budget, "threads_budget": budget, "threads_token": "t"}
    settle(engine, settings.model_copy(update=chosen), [look], Ending(grew=grew))
    clock.forward(minutes=minutes)
    assert row(engine) == ("ok", clock.now, 0)


@pytest.mark.parametrize(
    "told, kind, idle, minutes",
    [
        (0, Kind.POST, 0, None),  # nothing is told of that is not here: what its counts tell wakes it
        (2, Kind.POST, 0, 30),  # two more than are here
        (2, Kind.POST, 3, 240),  # ... and asked for in vain for the fourth time
        (None, Kind.POST, 0, 15),  # its platform does not count
        (None, Kind.REPLY, 0, None),  # the thread that it stands in is asked for
    ],
)
def test_a_thread_comes_again_by_what_its_platform_tells_of(
    engine: Engine,
    settings: Settings,
    clock: Clock,
    story: StoryRow,
    told: int | None,
    kind: Kind,
    idle: int,
    minutes: int | None,
) -> None:
    post = Post(
        platform="bluesky", external_id="at://did:plc:a/1", kind=kind, text="w", reach=Reach(likes=1, replies=told)
    )
    tie = Tie(kind=TieKind.LINKS, source="a", rests_on="b", confidence=1.0)
    with writing(engine) as connection:
        save_posts(connection, [post], START)
        save_reaction(connection, story.id, post, tie, START)
        [stored] = counted(connection, [post]).values()
        look = PostLook(LookKind.REPLIES, "bluesky", stored.id, "it reacts", START, START)
        add_post_looks(connection, [look])
    settle(engine, settings, [again(engine, story)._replace(idle=idle)], Ending())
    if minutes is not None:
        clock.forward(minutes=minutes)
    assert row(engine) == ("ok", None if minutes is None else clock.now, 0)
