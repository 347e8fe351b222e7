"""Passes that cost money, under the scheduler and its lock, and a scheduler whose lock is taken from it."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.clock import LookKind
from storywake.collector.errors import LockLost
from storywake.collector.settings import Settings
from storywake.collector.sources import budgets
from storywake.db.engine import reading, writing
from storywake.db.locks import Lock
from storywake.db.stories import stories
from storywake.jobs import schedule
from storywake.jobs.settling import due
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .test_budget import PaidX
from .world import Clock, ask, one_pass, page

PATIENCE = 60
"""Seconds after which a scheduler that hangs is given up on."""


class PaidYouTube:
    """YouTube's Data API, which keeps count of its three buckets."""

    def __init__(self, site: Site) -> None:
        self.link = f"{site.url}/story"
        self.units = 0
        self.searches = 0
        self.batches = 0
        site.routes["/youtube/v3/search"] = self.search
        site.routes["/youtube/v3/videos"] = self.videos
        site.routes["/youtube/v3/videos:batchGetStats"] = self.counts
        site.routes["/youtube/v3/commentThreads"] = self.comments

    def video(self, identity: str) -> dict[str, Any]:
        snippet = {"title": f"video {identity}", "description": self.link, "publishedAt": "2024-03-03T09:00:00Z"}
        return {
            "kind": "youtube#video",
            "id": identity,
            "snippet": snippet,
            "statistics": {"viewCount": "7", "commentCount": "0"},
        }

    def search(self, asked: Asked) -> Reply:
        self.searches += 1
        return Reply(json.dumps({"items": [self.video("abcdefghij1")]}).encode())

    def videos(self, asked: Asked) -> Reply:
        self.units += 1
        return Reply(json.dumps({"items": [self.video(i) for i in asked.query["id"][0].split(",")]}).encode())

    def counts(self, asked: Asked) -> Reply:
        self.batches += 1
        found = [
            {**self.video(i), "kind": "youtube#videoStats", "snippet": {}} for i in asked.query["id"][0].split(",")
        ]
        return Reply(json.dumps({"kind": "youtube#batchGetStatsResponse", "items": found}).encode())

    def comments(self, asked: Asked) -> Reply:
        self.units += 1
        return Reply(b'{"items": []}')


def paid(settings: Settings, site: Site, **more: Any) -> Settings:
    given = {
        "platforms": ["web", "x", "youtube"],
        "coverage": False,
        "x_url": site.url,
        "x_token": "t",
        "youtube_url": site.url,
        "youtube_key": "k",
        **more,
    }
    return settings.model_copy(update=given)


def test_a_paid_pass_under_the_scheduler_ends_and_keeps_its_budgets(
    engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/story", page("Bridge never inspected"))
    x, youtube = PaidX(site, 20), PaidYouTube(site)
    chosen = paid(settings, site, x_budget=0.2, youtube_budget=450, first_look_minutes=0.01)
    watch(engine, chosen, f"{site.url}/story", slug="bridge")
    passes: list[dict[str, int]] = []
    enough = threading.Event()
    look = schedule.look

    def looking(engine: Engine, settings: Settings) -> dict[str, int]:
        result = look(engine, settings)
        passes.append(result)
        if x.bill and youtube.searches and youtube.batches:
            enough.set()
        return result

    monkeypatch.setitem(schedule.JOBS, "look", looking)
    schedule.run_forever(engine, chosen, lambda seconds: enough.wait(PATIENCE))
    assert enough.is_set(), f"paid requests were made in {PATIENCE} s; passes: {passes}"
    assert 0 < x.bill <= 0.2 + 1e-9
    assert youtube.units <= 450
    assert 0 < youtube.searches <= 100
    spent = {
        row.platform: int(row.amount)
        for row in ask(engine, "SELECT platform, SUM(amount) AS amount FROM spending GROUP BY platform")
    }
    assert spent.get("youtube", 0) == youtube.units
    assert spent["youtube/search"] == youtube.searches
    assert spent["youtube/counts"] == youtube.batches
    assert spent["x"] / 1e6 == pytest.approx(x.bill)
    assert not ask(engine, "SELECT item FROM spending WHERE item LIKE 'held:%'")


def test_a_scheduler_whose_lock_the_server_took_away_says_so_in_one_line_and_ends(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("PostgreSQL frees a lock with its session")
    monkeypatch.setattr(schedule, "JOBS", dict.fromkeys(schedule.JOBS, lambda engine, settings: {}))
    waits = iter(range(3))

    def wait(seconds: float) -> bool:
        if next(waits) == 1:
            with writing(engine) as connection:
                found = connection.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :n"),
                    {"n": int(Lock.SCHEDULER)},
                ).all()
                assert [tuple(row) for row in found] == [(True,)]
        return False

    with pytest.raises(LockLost) as caught:
        schedule.run_forever(engine, settings, wait)
    assert "lock was lost" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_scheduler_whose_lock_file_was_taken_away_ends_too(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "JOBS", dict.fromkeys(schedule.JOBS, lambda engine, settings: {}))

    def wait(seconds: float) -> bool:
        Path(f"{sqlite.url.database}.scheduler").unlink(missing_ok=True)
        return False

    with pytest.raises(LockLost):
        schedule.run_forever(sqlite, settings, wait)


def test_searches_that_cost_much_are_spread_over_the_day(
    engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, "2024-03-03T00:00:00Z")
    for number in range(3):
        site.page(f"/story{number}", page(f"Story {number}"))
    youtube = PaidYouTube(site)
    chosen = paid(settings, site, platforms=["web", "youtube"], youtube_searches=10)
    for number in range(3):
        watch(engine, chosen, f"{site.url}/story{number}", slug=f"s{number}")
    one_pass(engine, chosen.model_copy(update={"platforms": ["web"]}), clock.now)  # now their addresses are known
    by_hour = []
    for _ in range(24):
        before = youtube.searches
        one_pass(engine, chosen, clock.now)
        one_pass(engine, chosen, clock.now)
        by_hour.append(youtube.searches - before)
        clock.forward(hours=1)
    assert budgets(chosen)["youtube/search"].most == 10
    assert by_hour[0] == 3, "one for each address at once"
    assert 6 <= sum(by_hour) <= 9, "the day's ten searches are never all made at once"
    assert sum(by_hour[1:9]) == 0, "and each address waits for its turn"
    assert sum(by_hour[12:]) >= 2, "there is something left for the evening"
    with reading(engine) as connection:
        watched = stories(connection)
    waiting = [look for look in due(engine, chosen, watched, None) if look.kind == LookKind.LINKING]
    assert len(waiting) == 3
