"""Thirty quiet days, in which each kind of thing happens once: all are told, once, and nothing else."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storywake.collector.dates import stamp
from storywake.collector.figures.tail import exceedance, tail_of
from storywake.collector.settings import Settings
from storywake.db.alerts import last_alert, told
from storywake.db.changes import keep_balance_changes
from storywake.db.engine import reading, writing
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.alert_figures import Peers
from storywake.jobs.alert_words import worded
from storywake.jobs.alerts import AlertKind, find
from storywake.jobs.figures import stance_parts

BEGIN = datetime(2026, 2, 1, 0, 0, tzinfo=UTC)
DAYS = 30
PLATFORMS = ("bluesky", "mastodon", "reddit")
STANCES = ("support", "deny", "query", "comment")
CLAIM = "The bridge is closed for lack of money"
HOUR = timedelta(hours=1)


class World:
    """A story as passes would store it, without any network: the same every time.

    Noise: posts come by day and night in bursts, counts grow as a power of time with heavy tails and a weekly rhythm,
    some small posts are deleted, papers publish, networks fail for an hour, and people who are not in the story post.
    """

    def __init__(self, engine: Engine, seed: int, planted: bool) -> None:
        self.engine, self.planted = engine, planted
        self.dice = random.Random(seed)
        self.posts: list[dict[str, Any]] = []
        self.silent: dict[str, tuple[int, int]] = {}
        at = stamp(BEGIN)
        with writing(engine) as connection:
            about: dict[str, Any] = {
                "slug": "bridge",
                "title": "Bridge closed, says Anna Virta",
                "url": "https://paper.example/a",
            }
            self.story: StoryRow = add_story(
                connection, **about, claims=[CLAIM], created_at=at, watch_until="2026-12-01T00:00:00Z"
            )
            self.page(
                connection,
                "https://paper.example/a",
                "The Paper",
                "Bridge closed",
                BEGIN,
                rests_on=None,
                correction="It was July, not June.",
            )
            for platform in (*PLATFORMS, "web"):
                self.run(
                    connection,
                    "INSERT INTO look (kind, source, target, reason, added_at, last_at, outcome) VALUES ('counts', :p, :p || :n, '', :at, :at, 'ok')",
                    [{"p": platform, "n": str(n), "at": at} for n in range(4)],
                )
            for n in range(30):
                self.post(
                    connection, BEGIN - timedelta(days=n % 5), platform=PLATFORMS[n % 3], scale=2000 if n < 3 else 4
                )

    def run(self, connection: Connection, statement: str, values: Any) -> None:
        connection.execute(text(statement), values)

    def page(
        self,
        connection: Connection,
        url: str,
        publisher: str,
        title: str,
        at: datetime,
        rests_on: str | None = "it links",
        correction: str | None = None,
    ) -> None:
        values = {
            "s": self.story.id,
            "u": url,
            "p": publisher,
            "t": title,
            "at": stamp(at),
            "r": rests_on,
            "c": correction,
            "k": correction is not None,
        }
        self.run(
            connection,
            "INSERT INTO article (story_id, key, url, title, publisher, role, corrected, correction, corrected_at, rests_on, first_seen_at) VALUES (:s, :u, :u, :t, :p, 'coverage', :k, :c, CASE WHEN :k THEN :at END, :r, :at)",
            values,
        )
        self.run(
            connection,
            "INSERT INTO article_revision (article_id, seen_at, text_hash, title, text) SELECT id, :at, :t, :t, 'Anna Virta of the council says the bridge is closed.' FROM article WHERE url = :u",
            values,
        )

    def post(
        self,
        connection: Connection,
        at: datetime,
        *,
        platform: str,
        scale: float,
        name: str | None = None,
        stance: str | None = None,
    ) -> dict[str, Any]:
        n = len(self.posts)
        post = {"n": n, "at": at, "platform": platform, "scale": scale, "gone": False, "bursts": {}}
        self.posts.append(post)
        seen = stamp(max(at, BEGIN))
        row = {"n": n, "p": platform, "k": f"k{n}", "at": stamp(at), "seen": seen, "s": self.story.id, "name": name or f"Someone {n}", "h": f"user{n}", "stance": stance or self.dice.choices(STANCES, (50, 20, 10, 20))[0]}  # fmt: skip
        for statement in (
            "INSERT INTO account (id, platform, key, external_id, handle, name) VALUES (:n + 1, :p, :k, :k, :h, :name)",
            "INSERT INTO post (id, platform, key, external_id, url, kind, account_id, text, posted_at, first_seen_at, own_words) VALUES (:n + 1, :p, :k, :k, 'https://x.example/' || :k, 'post', :n + 1, 'words', :at, :seen, TRUE)",
            "INSERT INTO person (id, story_id, name) VALUES (:n + 1, :s, :name)",
            "INSERT INTO reaction (id, story_id, post_id, person_id, tie, tie_source, rests_on, confidence, first_seen_at) VALUES (:n + 1, :s, :n + 1, :n + 1, 'links', 'x', 'x', 1, :seen)",
            "INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment, confidence, covered) SELECT :n + 1, id, 'linear@1', :k, :seen, :stance, 0.25, 0.25, 0.25, 0.25, 0.9, TRUE FROM claim",
        ):
            self.run(connection, statement, {key: value for key, value in row.items() if f":{key}" in statement})
        return post

    def engagement(self, post: dict[str, Any], now: datetime) -> int:
        """Grows as a power of age to a heavy-tailed size."""
        age = max((now - post["at"]) / HOUR, 0.0)
        jumps = sum(size for at, size in post["bursts"].items() if at <= now)
        return int(float(post["scale"]) * (1 - (1 + age / 6) ** -0.9)) + int(jumps)

    def pass_at(self, now: datetime, day: int, hour: int) -> None:
        """What a pass finds: new posts, counts, and how the networks answered."""
        at, dice = stamp(now), self.dice
        with writing(self.engine) as connection:
            for platform in PLATFORMS:
                share = {"bluesky": 3, "mastodon": 2, "reddit": 2}[platform] * (0.3 if hour < 8 else 1.2)
                silenced = self.is_silent(platform, day)
                new = 0 if silenced else min(int(dice.expovariate(1 / share)), 12)
                for _ in range(new):
                    turned = self.planted and day >= 12
                    weights = (15, 60, 10, 15) if turned else (50, 20, 10, 20)
                    self.post(
                        connection,
                        now - dice.random() * 4 * HOUR,
                        platform=platform,
                        scale=dice.paretovariate(1.3) * 3,
                        stance=dice.choices(STANCES, weights)[0],
                    )
                failed = silenced == "failing" or (day % 6 == 3 and hour == 8)  # an hour's outage now and then
                self.run(
                    connection,
                    "UPDATE look SET last_at = :at, outcome = :o, note = :w, failures = CASE WHEN :f = 1 THEN failures + 1 ELSE 0 END, grown_at = CASE WHEN :new > 0 THEN :at ELSE grown_at END WHERE source = :p",
                    {
                        "at": at,
                        "o": "failed" if failed else "ok",
                        "w": "answered 503" if failed else None,
                        "f": int(failed),
                        "new": new,
                        "p": platform,
                    },
                )
            self.run(connection, "UPDATE look SET last_at = :at WHERE source = 'web'", {"at": at})
            watched = [
                p
                for p in self.posts
                if not p["gone"] and (now - p["at"] < timedelta(days=6) or p["bursts"]) and p["at"] <= now
            ]
            rows = [{"p": p["n"] + 1, "at": at, "l": self.engagement(p, now)} for p in watched]
            self.run(connection, "INSERT INTO observation (post_id, observed_at, likes) VALUES (:p, :at, :l)", rows)
            if hour == 8 and day % 2:
                gone = dice.choice([p for p in self.posts if p["scale"] < 20 and not p["gone"]])
                gone["gone"] = True
                self.delete(connection, gone, now)
                self.page(connection, f"https://other.example/{day}", f"Paper {day}", f"Bridge news {day}", now)
            self.run(
                connection,
                "INSERT INTO job_run (job, scheduled_for, started_at, finished_at, status) VALUES ('collect', :at, :at, :at, 'done')",
                {"at": at},
            )
        if hour == 20:
            with reading(self.engine) as connection:
                found = stance_parts(connection, "bridge")["stance_changes"]
            with writing(self.engine) as connection:
                keep_balance_changes(connection, self.story.id, found, at)

    def delete(self, connection: Connection, post: dict[str, Any], now: datetime) -> None:
        self.run(connection, "UPDATE post SET deleted_at = :at WHERE id = :n", {"at": stamp(now), "n": post["n"] + 1})

    def is_silent(self, platform: str, day: int) -> str | None:
        if not self.planted:
            return None
        return {("reddit", 22): "failing", ("mastodon", 26): "empty", ("mastodon", 27): "empty"}.get((platform, day))

    def happen(self, day: int, hour: int, now: datetime) -> None:
        """What is planted, each on a day of its own."""
        if not self.planted or hour != 12:
            return
        with writing(self.engine) as connection:
            if day == 8:
                self.page(
                    connection,
                    "https://paper.example/b",
                    "The Second",
                    "A bridge",
                    now,
                    correction="The council voted on Monday.",
                )
            elif day == 9:
                self.run(
                    connection,
                    "INSERT INTO article_revision (article_id, seen_at, text_hash, title, text) SELECT id, :at, 'new', 'Bridge stays open', 'Anna Virta' FROM article WHERE url = 'https://paper.example/a'",
                    {"at": stamp(now)},
                )
            elif day == 10:
                self.post(connection, now, platform="bluesky", scale=3, name="Anna Virta")
            elif day == 15:
                self.post(connection, now, platform="bluesky", scale=9000)["bursts"][now + 24 * HOUR] = 4000
            elif day == 18:
                one = self.post(connection, now - 30 * HOUR, platform="mastodon", scale=6)
                one["bursts"][now + 10 * HOUR] = 7000
            elif day == 20:
                self.run(
                    connection,
                    "INSERT INTO review (reaction_id, claim_reviewed, rating, stance, seen_at) VALUES (31, 'Closed?', 'False', 'deny', :at)",
                    {"at": stamp(now)},
                )
            elif day == 24:
                leading = max((p for p in self.posts if not p["gone"]), key=lambda p: self.engagement(p, now))
                leading["gone"] = True
                self.delete(connection, leading, now)
            elif day == 25:
                quoting = max((p for p in self.posts if not p["gone"]), key=lambda p: self.engagement(p, now))
                self.run(
                    connection,
                    "UPDATE post SET quote_state = 'revoked', quote_ended_at = :at WHERE id = :n",
                    {"at": stamp(now), "n": quoting["n"] + 1},
                )


def days(world: World, settings: Settings) -> Iterator[tuple[int, AlertKind]]:
    """The alerts of thirty days: the day and the kind."""
    peers, last = Peers(), 0
    for day in range(DAYS):
        for hour in range(0, 24, 4):
            now = BEGIN + timedelta(days=day, hours=hour)
            world.happen(day, hour, now)
            world.pass_at(now, day, hour)
            find(world.engine, settings, now + timedelta(seconds=30), peers)
            with reading(world.engine) as connection:
                found = told(connection, list(range(last + 1, last_alert(connection) + 1)))
                last = last_alert(connection)
            for one in found:
                assert worded(one, None).text
                yield day, AlertKind(one.kind)


@pytest.mark.slow
def test_each_kind_once_among_noise_is_told_and_at_most_one_other(engine: Engine, settings: Settings) -> None:
    quiet = settings.model_copy(update={"platforms": [*PLATFORMS, "web"]})
    found = list(days(World(engine, 7, planted=True), quiet))
    kinds = Counter(kind for _, kind in found)
    assert set(kinds) == set(AlertKind)
    when = {kind: [day for day, one in found if one == kind] for kind in AlertKind}
    planted = {
        AlertKind.CORRECTION: 8, AlertKind.HEADLINE: 9, AlertKind.ANSWER: 10, AlertKind.FACTCHECK: 20,
        AlertKind.SILENCE: 22, AlertKind.DELETION: 24, AlertKind.QUOTE: 25,
    }  # fmt: skip
    assert {kind: when[kind][0] for kind in planted} == planted
    assert set(when[AlertKind.SILENCE]) <= {22, 26, 27}, "one network fails, another brings nothing"
    assert when[AlertKind.BALANCE][0] in range(12, 17)
    assert when[AlertKind.REACH] == [16]
    assert 19 in when[AlertKind.GROWTH]
    assert len(found) <= len(AlertKind) + 2, found
    find(engine, quiet, BEGIN + timedelta(days=DAYS))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM alert")).scalar() == len(found), "nothing twice"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_thirty_quiet_days_have_one_alert_at_most(sqlite: Engine, settings: Settings, seed: int) -> None:
    quiet = settings.model_copy(update={"platforms": [*PLATFORMS, "web"]})
    found = list(days(World(sqlite, seed, planted=False), quiet))
    assert len(found) <= 1, found


def test_what_a_tail_makes_of_a_number_is_what_it_was_made_from() -> None:
    dice = random.Random(3)
    tail = tail_of([dice.paretovariate(1.2) for _ in range(20_000)])
    assert tail is not None
    for value in (50, 500):
        told, true = exceedance(tail, value), value**-1.2
        assert 0.3 < told / true < 6, "the upper end of the interval"
    assert tail_of([1.0] * 49) is None
    alike = tail_of([0.0] * 100)
    assert alike
    assert exceedance(alike, 0) == 1
    assert exceedance(alike, 100) < 1e-6
    normal = tail_of([math.exp(dice.gauss(0, 1)) for _ in range(2000)])
    assert normal
    assert exceedance(normal, 1e5) * 2000 < 0.02 < exceedance(normal, 50) * 2000
    assert json.dumps(normal._asdict())
