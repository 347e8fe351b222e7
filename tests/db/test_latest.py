"""How each reaction stands now is kept, and is at any time what looking through everything would tell."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storywake.collector.match.person import Person
from storywake.collector.records import Author, Post, Reach, Stance, Tie, TieKind
from storywake.collector.stance import Assessment, Reaction
from storywake.db.assessments import Pending, save_assessments, set_label
from storywake.db.claims import add_claim, claims_of, drop_claim
from storywake.db.dropping import drop_address, drop_reaction
from storywake.db.engine import open_database
from storywake.db.forgetting import forget_post
from storywake.db.persons import authors, save_persons
from storywake.db.posts import mark_deleted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.removal import remove_story
from storywake.db.stories import StoryRow, add_story, find_story
from storywake.jobs.erase import erase

from .test_migrations import at_revision

BEGUN = datetime(2026, 3, 2)
COUNTS = ("likes", "reposts", "replies", "quotes", "views")
STANCES = list(Stance)
SLUGS = ("bridge", "ferry")
PAGES = ("https://a.example/1", "https://b.example/2")


def at(hours: float) -> str:
    return (BEGUN + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """Two stories to which things happen at random."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine, self.draw, self.hour = engine, Random(seed), 0.0
        with engine.begin() as connection:
            for slug in SLUGS:
                add_story(connection, slug=slug, title=None, url=None, claims=("One", "Two"), created_at=at(0), watch_until=at(9))  # fmt: skip

    def post(self, number: int, **more: Any) -> Post:
        known = {
            "author": Author(handle=f"user{number % 4}"),
            "text": f"Words of {number}",
            "posted_at": at(number * 3),
        }
        return Post(platform="x", external_id=str(number), **{**known, **more})

    def step(self) -> str:
        """Something happens; what it was."""
        self.hour += self.draw.choice((0.2, 1, 9, 26))
        happen: Callable[[Connection, StoryRow], None] = self.draw.choice(
            (self.tie, self.tie, self.observe, self.observe, self.observe, self.assess, self.assess, self.label,
             self.unlabel, self.reorder, self.claims, self.drop, self.page, self.delete, self.copy, self.persons, self.edit)
        )  # fmt: skip
        with self.engine.begin() as connection:
            happen(connection, find_story(connection, self.draw.choice(SLUGS)))
        return happen.__name__

    def any(self, connection: Connection, query: str, **values: Any) -> Any:
        rows = connection.execute(text(query), values).all()
        return self.draw.choice(rows) if rows else None

    def tie(self, connection: Connection, story: StoryRow) -> None:
        post = self.post(self.draw.randrange(12))
        save_posts(connection, [post], at(self.hour))
        kind = self.draw.choice(list(TieKind))
        tie = Tie(kind=kind, source=self.draw.choice(PAGES), rests_on="so it is", confidence=0.5)
        save_reaction(connection, story.id, post, tie, at(self.hour))

    def observe(self, connection: Connection, _: StoryRow) -> None:
        reach = Reach(**{name: self.draw.choice((None, self.draw.randrange(99))) for name in COUNTS})
        when = self.hour - self.draw.choice((0, 0, 0, 30))
        save_posts(connection, [self.post(self.draw.randrange(12), reach=reach)], at(when))

    def assess(self, connection: Connection, story: StoryRow) -> None:
        found = self.any(connection, "SELECT id FROM reaction WHERE story_id = :s", s=story.id)
        if found:
            claim = self.draw.choice(claims_of(connection, story.id)).id
            chances = tuple(self.draw.choice(((0.7, 0.1, 0.1, 0.1), (0.1, 0.1, 0.2, 0.6))))
            said = Assessment(chances, self.draw.choice(STANCES), 0.6, unclear=self.draw.random() < 0.2)  # type: ignore[arg-type]
            item = Pending(found.id, claim, str(self.hour), Reaction("w", "c"))
            save_assessments(connection, "m@1", [(item, said)], at(self.hour), verdict=self.draw.random() < 0.1)

    def label(self, connection: Connection, story: StoryRow) -> None:
        found = self.any(connection, "SELECT id FROM reaction WHERE story_id = :s", s=story.id)
        if found:
            claim = self.draw.choice(claims_of(connection, story.id)).id
            set_label(connection, found.id, claim, self.draw.choice("ab"), self.draw.choice(STANCES), at(self.hour))

    def unlabel(self, connection: Connection, _: StoryRow) -> None:
        found = self.any(connection, "SELECT id FROM label")
        if found:
            connection.execute(text("DELETE FROM label WHERE id = :id"), {"id": found.id})

    def reorder(self, connection: Connection, story: StoryRow) -> None:
        claim = self.draw.choice(claims_of(connection, story.id)).id
        connection.execute(text("UPDATE claim SET position = -position WHERE id = :id"), {"id": claim})

    def claims(self, connection: Connection, story: StoryRow) -> None:
        known = claims_of(connection, story.id)
        if len(known) > 1 and self.draw.random() < 0.5:
            drop_claim(connection, story.id, self.draw.choice(known).text)
        else:
            add_claim(connection, story.id, f"Claim {self.hour}")

    def drop(self, connection: Connection, story: StoryRow) -> None:
        found = self.any(connection, "SELECT id FROM reaction WHERE story_id = :s", s=story.id)
        if found and self.draw.random() < 0.4:
            drop_reaction(connection, story.id, found.id, at(self.hour))

    def page(self, connection: Connection, story: StoryRow) -> None:
        if self.draw.random() < 0.15:
            drop_address(connection, story.id, self.draw.choice(PAGES), at(self.hour))

    def delete(self, connection: Connection, _: StoryRow) -> None:
        number = str(self.draw.randrange(12))
        mark_deleted(connection, "x", [number], at(self.hour))
        found = self.any(connection, "SELECT id FROM post WHERE deleted_at IS NOT NULL")
        if found and self.draw.random() < 0.5:
            forget_post(connection, found.id, at(self.hour))

    def copy(self, connection: Connection, story: StoryRow) -> None:
        """An embed without an id, which may turn out to be a post that is known already, or later."""
        number = self.draw.randrange(12)
        post = Post(platform="x", author=Author(handle=f"user{number % 4}"), text=f"Words of {number}", posted_at=at(number * 3)[:10])  # fmt: skip
        save_posts(connection, [post], at(self.hour), copied=True)
        tie = Tie(kind=TieKind.EMBEDDED, source=PAGES[0], rests_on="shown", confidence=0.9)
        save_reaction(connection, story.id, post, tie, at(self.hour))

    def persons(self, connection: Connection, story: StoryRow) -> None:
        accounts = authors(connection, story.id)
        people = [Person(name, None, (), ()) for name in ("Ann", "Ben")]
        holders = {account.id: self.draw.randrange(2) for account in accounts if self.draw.random() < 0.7}
        save_persons(connection, story.id, people, holders)

    def edit(self, connection: Connection, _: StoryRow) -> None:
        number = self.draw.randrange(12)
        known = {"language": self.draw.choice((None, "fi", "sv")), "posted_at": at(number * 3 + self.draw.random())}
        save_posts(connection, [self.post(number, **known)], at(self.hour))


def looked_for(connection: Connection) -> list[dict[str, Any]]:
    """How each reaction stands, by going through everything."""

    def rows(table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]

    posts = {row["id"]: row for row in rows("post")}
    looks, claims, stances, labels = rows("observation"), rows("claim"), rows("stance"), rows("label")
    found = []
    for r in sorted(rows("reaction"), key=lambda row: row["id"]):
        if r["dropped_at"] is not None:
            continue
        post = posts[r["post_id"]]
        own = sorted((row for row in looks if row["post_id"] == post["id"]), key=lambda row: row["observed_at"])
        main = min((c for c in claims if c["story_id"] == r["story_id"]), key=lambda c: (c["position"], c["id"]))
        said = [s for s in stances if s["reaction_id"] == r["id"] and s["claim_id"] == main["id"]]
        judged = [b for b in labels if b["reaction_id"] == r["id"] and b["claim_id"] == main["id"]]
        found.append(
            {
                **{name: r[name] for name in ("story_id", "post_id", "person_id", "tie")},
                "reaction_id": r["id"],
                "platform": post["platform"],
                "language": post["language"],
                "posted_at": post["posted_at"] or r["first_seen_at"],
                **{name: own[-1][name] if own else None for name in (*COUNTS, "observed_at")},
                "engagement": together(own[-1]) if own else None,
                "growth": grown(own, post["posted_at"]) if own else None,
                "claim_id": main["id"],
                **in_force(said, judged),
            }
        )
    return found


def together(look: dict[str, Any]) -> int | None:
    known = [look[name] for name in COUNTS[:4] if look[name] is not None]
    return sum(known) if known else None


def grown(looks: list[dict[str, Any]], posted: str | None) -> int | None:
    last = looks[-1]
    day_before = (datetime.fromisoformat(last["observed_at"]) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    earlier = [look for look in looks[:-1] if look["observed_at"] <= day_before]
    if not earlier and posted and posted >= day_before:
        return together(last)
    first = earlier[-1] if earlier else looks[0]
    gains = [last[n] - first[n] for n in COUNTS[:4] if last[n] is not None and first[n] is not None]
    return sum(gains) if gains and first is not last else None


def in_force(said: list[dict[str, Any]], judged: list[dict[str, Any]]) -> dict[str, Any]:
    if judged:
        stance = max(judged, key=lambda row: (row["set_at"], row["id"]))["stance"]
        return {"stance": stance, "probability": 1.0, "confidence": 1.0, "unclear": False, "by_analyst": True}
    if not said:
        return dict.fromkeys(("stance", "probability", "confidence", "unclear", "by_analyst"))
    one = max(said, key=lambda row: (row["verdict"], row["assessed_at"], row["id"]))
    told = {"stance": one["stance"], "probability": one[one["stance"]], "by_analyst": False}
    return {**told, "confidence": one["confidence"], "unclear": bool(one["unclear"])}


def kept(connection: Connection) -> list[dict[str, Any]]:
    rows = [dict(row) for row in connection.execute(text("SELECT * FROM latest ORDER BY reaction_id")).mappings()]
    return [
        {k: bool(v) if k in ("unclear", "by_analyst") and v is not None else v for k, v in row.items()} for row in rows
    ]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_it_is_what_looking_through_everything_tells(engine: Engine, seed: int) -> None:
    world = World(engine, seed)
    for number in range(120):
        happened = world.step()
        with engine.begin() as connection:
            wanted = looked_for(connection)
            assert kept(connection) == wanted, (number, happened)
    assert len(wanted) > 3
    erase(engine, "x", "user1")
    with engine.begin() as connection:
        assert kept(connection) == looked_for(connection)
        remove_story(connection, find_story(connection, "bridge"))
        assert kept(connection) == looked_for(connection)


def test_a_database_of_an_earlier_version_is_filled(address: str) -> None:
    old = at_revision(address, "0013")
    values = {"at": at(1)}
    with old.begin() as connection:
        for statement in (
            "INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', :at, :at)",
            "INSERT INTO claim (id, story_id, position, text) VALUES (1, 1, 0, 'The bridge fell.')",
            "INSERT INTO post (id, platform, key, kind, first_seen_at) VALUES (1, 'x', '1', 'post', :at), (2, 'x', '2', 'post', :at)",
            "INSERT INTO observation (post_id, observed_at, likes) VALUES (1, :at, 7)",
            "INSERT INTO reaction (id, story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at, dropped_at) VALUES (1, 1, 1, 'links', 'x', 'x', 1, :at, NULL), (2, 1, 2, 'links', 'x', 'x', 1, :at, :at)",
            "INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at) VALUES (1, 1, 'ann', 'deny', :at)",
        ):
            connection.execute(text(statement), values)
    old.dispose()
    opened = open_database(address)
    with opened.begin() as connection:
        found = connection.execute(text("SELECT reaction_id, engagement, stance, by_analyst FROM latest")).all()
        assert [tuple(row) for row in found] == [(1, 7, "deny", True)]
        connection.execute(text("UPDATE observation SET likes = 9"))
        assert connection.execute(text("SELECT engagement FROM reactions")).scalar_one() == 9
    opened.dispose()
