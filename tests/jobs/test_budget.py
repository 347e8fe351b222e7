"""What a platform may cost in a day is never exceeded, and goes where most is to be found."""

import asyncio
import json

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site

PAGE = """<html lang="en"><head><title>Bridge</title></head><body><article><p>The harbour bridge was opened without a final inspection,
according to a leaked engineering report seen by this newspaper on Sunday evening.</p></article></body></html>"""


class PaidX:
    """X's API, which keeps the bill: each post and user returned, once a day."""

    def __init__(self, site: Site, posts: int) -> None:
        self.link = f"{site.url}/story"
        self.billed: set[str] = set()
        self.posts = posts
        self.asked: list[str] = []
        site.routes["/2/tweets/search/recent"] = self.search
        site.routes["/2/tweets"] = self.lookup
        for i in range(posts):
            site.routes[f"/2/tweets/{1000 + i}/quote_tweets"] = self.quotes

    @property
    def bill(self) -> float:
        return sum(0.005 if item.startswith("post") else 0.010 for item in self.billed)

    def answer(self, ids: list[int], following: str | None = None) -> Reply:
        self.billed |= {f"post {i}" for i in ids} | {f"user {i}" for i in ids}
        data = [
            {
                "id": str(i),
                "author_id": str(i),
                "text": f"post {i}",
                "created_at": "2024-03-03T09:00:00Z",
                "entities": {"urls": [{"expanded_url": self.link}]},
                "public_metrics": {"like_count": 1, "reply_count": i % 3, "quote_count": 0, "retweet_count": 0},
            }
            for i in ids
        ]
        users = [{"id": str(i), "username": f"u{i}", "name": f"U {i}"} for i in ids]
        meta = {"meta": {"next_token": following}} if following else {}
        return Reply(json.dumps({"data": data, "includes": {"users": users}, **meta}).encode())

    def search(self, asked: Asked) -> Reply:
        self.asked.append(asked.query["query"][0])
        if "conversation_id" in asked.query["query"][0]:
            return self.conversation(int(asked.query["query"][0].split(":")[1]))
        start, size = int(asked.query.get("next_token", ["0"])[0]), int(asked.query["max_results"][0])
        assert 10 <= size <= 100
        ids = list(range(1000 + start, 1000 + min(start + size, self.posts)))
        return self.answer(ids, str(start + size) if start + size < self.posts else None)

    def conversation(self, post: int) -> Reply:
        """One reply below each post that counts one; none below the others."""
        if post % 3 != 1:
            return Reply(b'{"meta": {"result_count": 0}}')
        self.billed |= {f"post {post + 5000}", f"user {post + 5000}"}
        reply = {
            "id": str(post + 5000),
            "author_id": str(post + 5000),
            "text": "a reply",
            "created_at": "2024-03-03T10:00:00Z",
            "referenced_tweets": [{"type": "replied_to", "id": str(post)}],
        }
        return Reply(json.dumps({"data": [reply], "includes": {"users": [{"id": reply["author_id"]}]}}).encode())

    def lookup(self, asked: Asked) -> Reply:
        return self.answer([int(i) for i in asked.query["ids"][0].split(",")])

    def quotes(self, asked: Asked) -> Reply:
        self.asked.append(asked.path)
        return Reply(b'{"meta": {"result_count": 0}}')


@pytest.fixture
def x(site: Site) -> PaidX:
    paid = PaidX(site, 120)
    site.page("/story", PAGE)
    return paid


def asking(settings: Settings, site: Site, budget: float) -> Settings:
    """With X alone asked."""
    return settings.model_copy(
        update={"platforms": ["x"], "x_url": site.url, "x_token": "t", "x_budget": budget, "coverage": False}
    )


def run(engine: Engine, settings: Settings, site: Site, budget: float) -> Result:
    chosen = asking(settings, site, budget)
    with engine.begin() as connection:
        watched = stories(connection)
    if not watched:
        claims = ("The bridge was opened without inspection",)
        watched = [watch(engine, chosen, f"{site.url}/story", claims=claims, slug="bridge")]
    return asyncio.run(collect(engine, chosen, watched))["bridge"]


@pytest.mark.parametrize("budget", [0.0, 0.14, 0.30, 1.0])
def test_a_days_budget_is_never_exceeded(
    engine: Engine, site: Site, settings: Settings, x: PaidX, budget: float
) -> None:
    for _ in range(3):
        result = run(engine, settings, site, budget)
        assert x.bill <= budget + 1e-9
    assert any("the day's budget is spent" in note for note in result.notes)
    with engine.begin() as connection:
        kept = connection.execute(
            text("SELECT COALESCE(SUM(amount), 0) FROM spending WHERE platform = 'x'")
        ).scalar_one()
    assert int(kept) / 1e6 == pytest.approx(x.bill)


def test_a_report_says_what_was_not_asked_for_want_of_money(
    engine: Engine, site: Site, settings: Settings, x: PaidX
) -> None:
    result = run(engine, settings, site, 0.40)
    assert any("the day's budget is spent" in note for note in result.notes)
    told = report(engine, "bridge", ReportFormat.HTML, asking(settings, site, 0.40))
    assert "looks put off: x: the day&#39;s budget is spent: " in told, "though some cents of the day are left"


@pytest.mark.parametrize("most", [0, 9, 45])
def test_a_months_posts_are_never_exceeded(engine: Engine, site: Site, settings: Settings, x: PaidX, most: int) -> None:
    capped = settings.model_copy(update={"x_month_posts": most})
    for _ in range(2):
        run(engine, capped, site, 9.0)
    posts = {item for item in x.billed if item.startswith("post")}
    assert len(posts) <= most
    assert bool(posts) == (most >= 10), "a search is of ten posts at least"


def test_what_was_paid_for_is_stored_before_the_next_page_is_asked_for(
    engine: Engine, site: Site, settings: Settings, x: PaidX
) -> None:
    stored: list[int] = []

    def search(asked: Asked) -> Reply:
        if "next_token" in asked.query:
            with engine.begin() as connection:
                stored.append(connection.execute(text("SELECT COUNT(*) FROM reactions")).scalar_one())
        return x.search(asked)

    site.routes["/2/tweets/search/recent"] = search
    run(engine, settings, site, 9.0)
    assert stored == [100], "a kill while the second page is awaited costs that page alone"


def test_looking_again_on_the_same_day_is_free(engine: Engine, site: Site, settings: Settings, x: PaidX) -> None:
    run(engine, settings, site, 9.0)
    first = x.bill
    assert first == pytest.approx(120 * 0.015 + 40 * 0.015)
    run(engine, settings, site, 9.0)
    assert x.bill == pytest.approx(first)
    assert site.asked("/2/tweets")


def test_the_most_promising_come_first_and_those_with_nothing_more_to_tell_are_not_asked(
    engine: Engine, site: Site, settings: Settings, x: PaidX
) -> None:
    def conversations() -> list[int]:
        found = [int(q.split(":")[1]) for q in x.asked if "conversation_id" in q and int(q.split(":")[1]) < 2000]
        x.asked.clear()
        return found

    run(engine, settings, site, 10.0)
    first = conversations()
    assert set(first) == {i for i in range(1000, 1120) if i % 3}, (
        "where the platform counts no answer, none is asked for"
    )
    assert [i % 3 for i in first] == sorted((i % 3 for i in first), reverse=True)
    run(engine, settings, site, 10.0)
    assert set(conversations()) == {i for i in range(1000, 1120) if i % 3 == 2}
