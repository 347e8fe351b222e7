"""Invented: puts an invented story in as if it had been watched: pass by pass, by the networks' own readers."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine

from storywake.collector.dates import stamp
from storywake.collector.match.copies import signature
from storywake.collector.match.relevance import Judgement
from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.article import read_article
from storywake.collector.records import Role
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.changes import keep_balance_changes
from storywake.db.engine import reading, writing
from storywake.db.runs import end_run, start_run
from storywake.db.status import RunStatus
from storywake.db.stories import StoryRow, add_story, find_story, stories

from ..assess import assess
from ..figures import stance_parts
from ..filing import Filed
from ..intake import Arrival, take_in
from ..resolution import update_people
from ..summary import tell_summary
from ..ticking import Tick, silent
from .pages import page
from .payloads import Seen, address, external_id, payload
from .script import AHEAD, Line, Paper, Script, moment, read_script

NAME = "kallvik"
PASSES = ("06:00", "10:00", "13:00", "16:40", "19:00", "22:00")
"""When the networks are asked each day, by the clock of the story's town."""
ASSESSED = ("06:00", "19:00")
"""After which of the passes what came is assessed."""
AFTERWARDS = timedelta(minutes=15)
"""From the end of all to the last pass."""
OLD, VERY_OLD = timedelta(hours=10), timedelta(hours=30)
"""From which ages on a post is looked at twice a day only, then once."""


def latest_beginning(now: datetime) -> datetime:
    """The last day on which the story can have begun so that it is over at ``now``: midnight UTC."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    length = read_script(NAME, today).ends + AFTERWARDS - today
    return (now - length).replace(hour=0, minute=0, second=0, microsecond=0)


def plant(engine: Engine, settings: Settings, began: datetime, tick: Tick = silent) -> StoryRow:
    """Puts the invented story in, its first day beginning at ``began`` (midnight UTC); the second time it is there already.

    All its times are those that it would have if it had been watched.
    """
    script = read_script(NAME, began)
    first = script.papers[0]
    with writing(engine) as connection:
        if any(story.slug == script.slug for story in stories(connection)):
            return find_story(connection, script.slug)
        story = add_story(
            connection, slug=script.slug, title=script.title, url=first.url, claims=script.claims,
            created_at=stamp(first.at), watch_until=stamp(script.ends + 2 * AFTERWARDS),
        )  # fmt: skip
    times = list(_times(script, began))
    since = first.at - timedelta(seconds=1)
    for number, at in enumerate(times):
        tick(number, len(times), f"reading {script.slug}")
        _pass(engine, settings, script, story, since, at)
        if at == times[-1] or f"{at + AHEAD:%H:%M}" in ASSESSED:
            update_people(engine, story.id)
            assess(engine, story, settings, at=stamp(at))
            _note_turns(engine, story, stamp(at))
        since = at
    tell_summary(engine, story, settings)
    return story


def _note_turns(engine: Engine, story: StoryRow, at: str) -> None:
    """Keeps the changes of the balance that were found at a time, as a pass does."""
    with reading(engine) as connection:
        turns = stance_parts(connection, story.slug)["stance_changes"]
    with writing(engine) as connection:
        keep_balance_changes(connection, story.id, turns, at)


def _times(script: Script, began: datetime) -> Iterator[datetime]:
    """When passes are made: with the first version, then at the hours of each day, and once when all is over."""
    yield script.papers[0].at + timedelta(minutes=5)
    last = script.ends + AFTERWARDS
    for day in range((last - began).days + 1):
        for clock in PASSES:
            at = moment(f"{day} {clock}", began)
            if script.papers[0].at + timedelta(minutes=5) < at < last:
                yield at
    yield last


def _pass(engine: Engine, settings: Settings, script: Script, story: StoryRow, since: datetime, at: datetime) -> None:
    seen_at, counts = stamp(at), {"stories": 1, "posts": 0, "reactions": 0, "gone": 0}
    with writing(engine) as connection:
        run = start_run(connection, "collect", seen_at, seen_at)
    for paper in script.papers:
        if since < paper.at <= at:
            take_in(engine, _article(paper, script, story, seen_at), settings)
    for network in WATCHED:
        taken = take_in(engine, _answer(network, script, story, since, at), settings)
        for name in ("posts", "reactions", "gone"):
            counts[name] += getattr(taken, name)
    with writing(engine) as connection:
        end_run(connection, run, stamp(at + timedelta(seconds=50)), RunStatus.DONE, counts, ())


WATCHED = ("x", "bluesky", "mastodon", "reddit", "youtube", "telegram", "hackernews", "lemmy")


def _article(paper: Paper, script: Script, story: StoryRow, seen_at: str) -> Arrival:
    body = page(paper, script)
    article = read_article(body.decode(), url=paper.url)
    role = Role(paper.role) if paper.role else None
    why = Judgement("it links to the article", 0.95) if role else None
    return Arrival(
        "web", seen_at, [story], Evidence(url=paper.url, final_url=paper.url, fetched_at=seen_at, status=200, body=body),
        filed=Filed(article, signature(article.text), role, why),
    )  # fmt: skip


def _answer(network: str, script: Script, story: StoryRow, since: datetime, at: datetime) -> Arrival:
    """What a network shows in a pass, and which posts it says are gone."""
    lines = [line for line in script.lines if line.network == network]
    shown = [line for line in lines if line.at <= at and not (line.gone and line.gone <= at)]
    due = {line.number for line in shown if _is_due(line, since, at)}
    if network == "mastodon":  # whose answers name what they answer only where both are shown
        due |= {script.keys[line.answers].number for line in shown if line.number in due and line.answers}
    posts = [Seen(line, script, at) for line in shown if line.number in due]
    answer = payload(network, posts)
    seen_at, url = stamp(at), address(network, at)
    body = answer.encode() if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False).encode()
    return Arrival(
        network, seen_at, [story], Evidence(url=url, final_url=url, fetched_at=seen_at, status=200, body=body),
        posts=SOURCES[network].normalise(answer),
        gone=[external_id(line) for line in lines if line.gone and since < line.gone <= at],
    )  # fmt: skip


def _is_due(line: Line, since: datetime, at: datetime) -> bool:
    """Whether a post is looked at in a pass: when it is new or just changed, often while it is young."""
    if any(since < changed <= at for changed, _ in line.wordings):
        return True
    hours = 1 if at - line.at < OLD else 12 if at - line.at < VERY_OLD else 24
    return since.timestamp() // (hours * 3600) != at.timestamp() // (hours * 3600)
