"""How looks end and when they come again; which looks a story is to have."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.clock import (
    MAX_FAILURES,
    MAX_WAIT,
    ONCE,
    PICTURES,
    THREADS,
    LookKind,
    wait,
    wait_after_failures,
    wait_in_vain,
)
from storywake.collector.dates import moment, now, stamp
from storywake.collector.groups import GDELT
from storywake.collector.match.told_by import questions
from storywake.collector.pages.comment_places import DISQUS
from storywake.collector.pages.verdicts import fact_checkers
from storywake.collector.platforms.bluesky.constellation import NAME as CONSTELLATION
from storywake.collector.platforms.bluesky.constellation import address
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES, budgets
from storywake.collector.urls import split
from storywake.db.articles import addresses_of_stories
from storywake.db.engine import reading, writing
from storywake.db.looks import (
    NOTHING,
    Look,
    Settled,
    add_looks,
    count_looks,
    due_looks,
    known_looks,
    own_looks,
    settle_looks,
)
from storywake.db.status import LookOutcome, StoryStatus
from storywake.db.stories import StoryRow, standing, still_there
from storywake.db.threads import Thread, threads_above, threads_of
from storywake.db.unlinked import tellings
from storywake.db.webmentions import adopt_webmentions, webmentions_wait

from .pages import MAX_ADDRESSES
from .past_posts import past_looks
from .waking import WHOLE

MAX_SEARCH_SHARE = 0.8
"""Share of a day's budget, 0 to 1, that searches for links and for words may use."""
SEARCHES = (LookKind.LINKING, LookKind.NAMING)
DAY = timedelta(days=1)
GATHERING = "the server was still gathering answers from other servers"


class Ending(NamedTuple):
    """How a look ended. ``fault`` says in a line what went wrong."""

    grew: bool = False
    fault: str | None = None
    put_off: bool = False  # not made, because its host did not answer other looks
    over_budget: bool = False
    refused: bool = False  # it will not be answered another time either
    again: float | None = None  # seconds after which the platform says that it can tell more
    lacking: str | None = None  # what it kept out of its answers, in a line


def lane_of(look: Look, settings: Settings) -> str:
    """The host whose pace a look must keep, or the source if it names no host.

    Never raises, since authors choose their addresses.
    """
    if look.url and look.source in SOURCES and SOURCES[look.source].federated:
        place = look.url
    elif look.kind == LookKind.COMMENTS and look.source == DISQUS:
        place = settings.disqus_url
    elif look.kind == LookKind.PICTURE:
        place = (look.about or "").partition("\n")[2].partition("\n")[0]
    elif look.kind == LookKind.FILES:
        place = settings.gdelt_files or look.source
    elif look.kind == LookKind.BACKLINKS:
        place = address(settings) or CONSTELLATION
    elif look.kind == LookKind.COVERAGE or (look.source in SOURCES and look.source != "web"):
        place = getattr(settings, f"{look.source}_url", look.source)
    else:
        place = look.target
    parts = split(place)
    return f"{parts.scheme}://{parts.netloc}" if parts else look.source


def is_asked(look: Look, settings: Settings) -> bool:
    """Whether the settings allow a look: platforms can be excluded, indexes and feeds removed."""
    if look.kind == LookKind.FEED:
        return look.target in settings.feeds or look.target in fact_check_feeds(settings)
    if look.kind in PICTURES:
        return settings.pictures and settings.asks(look.source)
    if look.kind == LookKind.COMMENTS:
        return settings.comments and settings.asks("web")
    if look.kind == LookKind.FILES and not settings.gdelt_files:
        return False
    if look.kind == LookKind.BACKLINKS:
        return settings.asks("bluesky") and address(settings) is not None
    if look.kind in (LookKind.COVERAGE, LookKind.FILES):
        return settings.coverage and settings.asks("web")
    return look.source == "web" or settings.asks(look.source)


def fact_check_feeds(settings: Settings) -> tuple[str, ...]:
    """The feeds of fact-checkers that are read: those of the settings, else all known ones; none on a network of one's own."""
    if not settings.coverage or not settings.asks("web"):
        return ()
    if settings.fact_check_feeds is not None:
        return tuple(settings.fact_check_feeds)
    return tuple(site.feed for site in fact_checkers()) if settings.gdelt_url == GDELT else ()


def settle(engine: Engine, settings: Settings, looks: Sequence[Look], ending: Ending) -> list[tuple[Look, str]]:
    """Stores how looks of one kind ended and when they are due again. Returns a line for each that is given up."""
    first = timedelta(minutes=settings.first_look_minutes)
    at = datetime.now(UTC)
    with reading(engine) as connection:
        threads = {t.look_id: t for t in threads_of(connection, [x.post_id for x in looks if x.post_id], WHOLE)}
        rivals = (
            sum(count_looks(connection, kind, looks[0].source, stamp(at)) for kind in SEARCHES)
            if looks[0].kind in SEARCHES
            else 0
        )
    settled = []
    for look in looks:
        if ending.fault:
            settled.append(_after_fault(settings, look, ending, at, first))
        elif look.kind in THREADS:
            if look.id not in threads:
                continue  # meanwhile its post was dropped, or merged with another
            settled.append(_after_thread(look, threads[look.id], ending, at, first))
        else:
            due = None if look.kind in ONCE else at + _pause(settings, look, ending, at, first, rivals)
            settled.append(Settled(look.id, stamp(at), _stamped(due), LookOutcome.OK, grew=ending.grew))
    with writing(engine) as connection:
        settle_looks(connection, settled)
    given_up = {s.id for s in settled if s.outcome == LookOutcome.GIVEN_UP and not ending.refused}
    return [(x, f"{x.target}: given up after {MAX_FAILURES} failures") for x in looks if x.id in given_up]


def _after_fault(settings: Settings, look: Look, ending: Ending, at: datetime, first: timedelta) -> Settled:
    failures, outcome = look.failures, LookOutcome.PUT_OFF
    due: datetime | None = at + first
    if ending.over_budget:
        due = min((budget.period.ends(at) for budget in SOURCES[look.source].budgets(settings)), default=at + DAY)
    elif not ending.put_off:
        failures, outcome = failures + 1, LookOutcome.FAILED
        due = at + wait_after_failures(failures, first)
        if look.kind == LookKind.FILES:
            due = at + max(MAX_WAIT[LookKind.FILES], first)
        if ending.refused or (look.kind in ONCE and failures >= MAX_FAILURES):
            due, outcome = None, LookOutcome.GIVEN_UP
    return Settled(look.id, stamp(at), _stamped(due), outcome, ending.fault, False, failures, look.idle)


def _after_thread(look: Look, thread: Thread, ending: Ending, at: datetime, first: timedelta) -> Settled:
    """A thread is due again at a time only if its platform reports no counts; else when it reports more answers than
    are stored. Where the platform was still gathering answers, it is due once more when these are said to be there.
    """
    if ending.again is not None and look.outcome != LookOutcome.AWAITED:
        soon = _stamped(at + timedelta(seconds=ending.again))
        return Settled(look.id, stamp(at), soon, LookOutcome.AWAITED, GATHERING, ending.grew, idle=look.idle)
    lacking = GATHERING if ending.again is not None else ending.lacking
    idle = look.idle + 1 if thread.told is not None and thread.told > thread.stored else 0
    due: datetime | None = at + wait_in_vain(idle, first) if idle else None
    if thread.told is None and look.post_kind not in ("reply", "comment"):
        due = at + wait(LookKind(look.kind), _quiet(look, ending, at), first)
    outcome = LookOutcome.PARTIAL if lacking else LookOutcome.OK
    return Settled(look.id, stamp(at), _stamped(due), outcome, lacking, ending.grew, idle=idle)


def _pause(settings: Settings, look: Look, ending: Ending, at: datetime, first: timedelta, rivals: int) -> timedelta:
    """The wait until the next look.

    Searches for links and for words wait so long that their platform's budget lasts through the day.
    """
    pause = wait(LookKind(look.kind), _quiet(look, ending, at), first)
    source = SOURCES.get(look.source)
    budget = budgets(settings).get(source.search_budget) if source and look.kind in SEARCHES else None
    if source is None or budget is None or not budget.most:
        return pause
    return max(pause, DAY * (source.search_units * max(rivals, 1) / (MAX_SEARCH_SHARE * budget.most)))


def _quiet(look: Look, ending: Ending, at: datetime) -> timedelta:
    """How long nothing new has been seen."""
    return timedelta(0) if ending.grew else at - (moment(look.grown_at) or moment(look.added_at) or at)


def _stamped(due: datetime | None) -> str | None:
    return stamp(due) if due else None


def due(
    engine: Engine,
    settings: Settings,
    stories: Sequence[StoryRow],
    at: str | None,
    among: Collection[int] | None = None,
) -> list[Look]:
    """The looks that are due by ``at`` (None: all unfinished ones) and allowed by the settings: all of the stories, to which
    missing ones are added, or those with the ids ``among``.
    """
    if among is None:
        _add_missing(engine, settings, stories, at or now())
    with reading(engine) as connection:
        return waiting(connection, settings, stories, at, among)


def waiting(
    connection: Connection,
    settings: Settings,
    stories: Sequence[StoryRow],
    at: str | None,
    among: Collection[int] | None = None,
) -> list[Look]:
    """What ``due`` finds of the looks that are there: what is told of them is what is made."""
    found = due_looks(connection, [story.id for story in stories], at, settings.follow_depth, among)
    return [look for look in found if is_asked(look, settings)]


def own_due(connection: Connection, settings: Settings, story: StoryRow, at: str) -> int:
    """How many looks of a story, those at its posts aside, the next pass makes; none where it is not watched."""
    if standing(story, at) is not StoryStatus.WATCHED:
        return 0
    return len(waiting(connection, settings, [story], at, own_looks(connection, story.id)))


def _add_missing(engine: Engine, settings: Settings, stories: Sequence[StoryRow], at: str) -> None:
    with reading(engine) as connection:
        missing = _missing(connection, settings, still_there(connection, stories))
        waiting = webmentions_wait(connection)
    if missing or waiting:
        with writing(engine) as connection:
            add_looks(connection, missing, at)
            adopt_webmentions(connection, at)


def instead(engine: Engine, settings: Settings, looks: Sequence[Look]) -> list[Look]:
    """Threads to ask for before the looks of a lane, because they answer most of these with fewer requests.

    Only threads on the same server count: a copy on another server has counts of its own.
    """
    page = SOURCES[looks[0].source].thread_answers if looks and looks[0].kind == LookKind.COUNTS else 0
    if not page or len(looks) < 2:
        return []
    with reading(engine) as connection:
        above = threads_above(connection, [look.post_id for look in looks if look.post_id])
    whose = {look.post_id: look for look in looks}
    members: dict[int, int] = {}
    threads: dict[int, tuple[int, Look]] = {}
    for post_id, told, thread in above:
        if lane_of(thread, settings) == lane_of(whose[post_id], settings):
            members[thread.id] = members.get(thread.id, 0) + 1
            threads[thread.id] = told, thread._replace(story_id=whose[post_id].story_id)
    return [thread for key, (told, thread) in threads.items() if members[key] > 1 + told // page]


def _missing(
    connection: Connection, settings: Settings, stories: Sequence[StoryRow]
) -> list[tuple[int | None, str, str, str, str]]:
    """The looks that stories should have and lack: their own article, searches for links, indexes, feeds."""
    rows: list[tuple[int | None, str, str, str, str]] = [
        (None, LookKind.FEED, "feed", feed, "a watched feed") for feed in settings.feeds
    ]
    rows += [(None, LookKind.FEED, "feed", feed, "a fact-checker's feed") for feed in fact_check_feeds(settings)]
    addresses = addresses_of_stories(connection, [story.id for story in stories])
    searching = [name for name in SOURCES if name != "web" and settings.asks(name)]
    if settings.coverage and settings.asks("web") and settings.gdelt_files:
        rows.append((None, LookKind.FILES, "gdelt_files", "gdelt_files", "pages that may be about a story"))
    indexes = ("wikipedia", "gdelt") if settings.coverage and settings.asks("web") else ()
    backlinks = settings.asks("bluesky") and address(settings) is not None
    for story in stories:
        if story.url:
            rows.append((story.id, LookKind.PAGE, "web", story.url, "the story's own article"))
        for own in addresses.get(story.id, [])[:MAX_ADDRESSES]:
            rows += [(story.id, LookKind.LINKING, name, own, "posts that link to the story") for name in searching]
            if backlinks:
                rows.append((story.id, LookKind.BACKLINKS, CONSTELLATION, own, "posts that link to the story"))
        rows += past_looks(connection, settings, story, addresses.get(story.id, [])[:MAX_ADDRESSES])
        if story.id in addresses or not story.url:
            rows += [(story.id, LookKind.COVERAGE, name, name, "who writes about the story") for name in indexes]
    known = known_looks(connection, [story.id for story in stories])
    rows += _naming(connection, settings, stories, known)
    return [row for row in rows if row[:4] not in known]


def _naming(
    connection: Connection,
    settings: Settings,
    stories: Sequence[StoryRow],
    known: Collection[tuple[int | None, str, str, str]],
) -> list[tuple[int | None, str, str, str, str]]:
    """Searches for posts that speak of stories which no platform was asked about yet. A story that tells nothing to ask for has
    a look at NOTHING, until its articles say something new: what it is told by is worked out once.
    """
    asked = {(story, source) for story, kind, source, _ in known if kind == LookKind.NAMING}
    platforms = [name for name, source in SOURCES.items() if source.searches_words and settings.asks(name)]
    new = [story for story in stories if any((story.id, name) not in asked for name in platforms)]
    told = {telling.story_id: questions(telling) for telling in (tellings(connection, new) if new else ())}
    return [
        (story.id, LookKind.NAMING, name, words, "posts that speak of the story")
        for story in new
        for words in told.get(story.id) or (NOTHING,)
        for name in platforms
        if (story.id, name) not in asked
    ]
