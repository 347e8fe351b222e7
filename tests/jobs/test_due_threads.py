"""Under the schedule: answers are asked for whenever a platform tells of more than is here, and else not."""

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.collect import Result
from storywake.jobs.watch import watch

from ..loopback import Site
from .world import Bluesky, Clock, ask, embed, one_pass, page, uri


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def network(site: Site) -> Bluesky:
    return Bluesky(site)


@pytest.fixture
def chosen(site: Site, settings: Settings) -> Settings:
    return settings.model_copy(update={"bluesky_url": site.url, "coverage": False})


def follow(engine: Engine, settings: Settings, site: Site, *keys: str) -> None:
    site.page("/bridge", page("Bridge never inspected", "".join(map(embed, keys)) + page("", "")))
    watch(engine, settings, f"{site.url}/bridge", slug="bridge")


def due_pass(engine: Engine, settings: Settings, clock: Clock) -> Result:
    return one_pass(engine, settings, clock.now)["bridge"]


def texts(engine: Engine) -> set[str]:
    return {row.text for row in ask(engine, "SELECT text FROM reactions WHERE platform = 'bluesky'")}


def test_replies_and_quotes_that_come_later_are_fetched_by_the_pass_that_sees_the_count_grow(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("root")
    follow(engine, chosen, site, "root")
    due_pass(engine, chosen, clock)
    assert texts(engine) == {"words of root"}
    asked = 0
    for number in range(1, 4):
        network.add(f"answer{number}", answers="root")
        network.add(f"quote{number}", quotes="root")
        clock.forward(hours=12)
        due_pass(engine, chosen, clock)
        assert f"words of answer{number}" in texts(engine)
        assert f"words of quote{number}" in texts(engine)
        assert network.told("replies", "root") == network.told("quotes", "root") == asked + 1
        asked += 1
    seen = network.told("posts", "root")
    for _ in range(6):
        clock.forward(days=1)
        due_pass(engine, chosen, clock)
    assert network.told("posts", "root") > seen, "the counts are looked at"
    assert network.told("replies", "root") == asked, "all that the platform tells of is here"
    assert network.told("quotes", "root") == asked


def test_a_thread_that_its_platform_does_not_give_out_whole_is_asked_ever_more_seldom(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("root", replyCount=5)
    follow(engine, chosen, site, "root")
    asked = []
    for _ in range(96):
        due_pass(engine, chosen, clock)
        asked.append(network.told("replies", "root"))
        clock.forward(hours=1)
    by_day = [asked[23] - 0, asked[47] - asked[23], asked[71] - asked[47], asked[95] - asked[71]]
    assert by_day[0] >= 4
    assert by_day == sorted(by_day, reverse=True)
    assert by_day[3] <= 1
    network.add("late", answers="root", text="at last")
    network.posts["root"]["replyCount"] = 6
    clock.forward(days=1)
    due_pass(engine, chosen, clock)
    assert "at last" in texts(engine), "a count that grew wakes the thread, however long it was asked in vain"


def test_a_post_without_answers_is_not_asked_for_any(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("root")
    network.add("quote", quotes="root")
    follow(engine, chosen, site, "root")
    for _ in range(4):
        due_pass(engine, chosen, clock)
        clock.forward(hours=6)
    assert "words of quote" in texts(engine)
    assert network.told("posts", "quote") >= 2
    assert network.told("replies", "quote") == network.told("quotes", "quote") == 0
    assert network.told("replies", "root") == 0


def test_a_thread_deeper_than_is_asked_for_at_once_is_followed_on_where_more_is_told(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    chosen = chosen.model_copy(update={"thread_depth": 2})
    network.add("d0")
    for depth in range(1, 8):
        network.add(f"d{depth}", answers=f"d{depth - 1}")
    follow(engine, chosen, site, "d0")
    due_pass(engine, chosen, clock)
    for _ in range(3):
        clock.forward(hours=1)
        due_pass(engine, chosen, clock)
    assert texts(engine) == {f"words of d{depth}" for depth in range(8)}
    assert network.told("replies", "d7") == 0


def test_a_post_embedded_by_its_authors_handle_has_its_replies_after_one_pass(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("root")
    network.add("answer", answers="root")
    shown = """<blockquote class="bluesky-embed" data-bluesky-uri="at://root.example/app.bsky.feed.post/root"><p>words of root</p>&mdash; root
    (<a href="https://bsky.app/profile/root.example">@root.example</a>)
    <a href="https://bsky.app/profile/root.example/post/root">March 3, 2024</a></blockquote>"""
    site.page("/bridge", page("Bridge never inspected", page("", "") + shown))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    due_pass(engine, chosen, clock)
    found = {row.external_id for row in ask(engine, "SELECT external_id FROM reactions")}
    assert found == {uri("root"), uri("answer")}


def test_a_year_old_post_that_a_fresh_article_embeds_is_looked_at_as_often_as_a_new_one(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("old", created="2023-02-01T09:00:00Z")
    network.add("new", created="2024-03-03T09:00:00Z")
    follow(engine, chosen, site, "old", "new")
    for _ in range(48):
        due_pass(engine, chosen, clock)
        clock.forward(minutes=30)
    assert network.told("posts", "old") == network.told("posts", "new") >= 10


def test_a_post_that_was_gone_and_is_back_is_alive_again(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("root")
    follow(engine, chosen, site, "root")
    due_pass(engine, chosen, clock)
    gone = network.posts.pop("root")
    clock.forward(hours=3)
    assert due_pass(engine, chosen, clock).counts["gone"] == 1
    asked = [network.told("posts", "root")]
    for _ in range(8):
        for _ in range(6):
            clock.forward(hours=4)
            due_pass(engine, chosen, clock)
        asked.append(network.told("posts", "root"))
    by_day = [later - sooner for sooner, later in zip(asked, asked[1:], strict=False)]
    assert by_day[0] >= 3
    assert 1 <= sum(by_day[4:]) < sum(by_day[1:4]) < by_day[0] + by_day[1]
    network.posts["root"] = gone
    clock.forward(days=7)
    due_pass(engine, chosen, clock)
    [row] = ask(engine, "SELECT deleted, text FROM reactions")
    assert (bool(row.deleted), row.text) == (False, "words of root")


def test_a_post_gone_for_so_long_that_it_is_forgotten_is_forgotten(
    engine: Engine, site: Site, clock: Clock, network: Bluesky, chosen: Settings
) -> None:
    network.add("root")
    follow(engine, chosen, site, "root")
    due_pass(engine, chosen, clock)
    network.posts.pop("root")
    clock.forward(hours=3)
    due_pass(engine, chosen, clock)
    clock.forward(days=31)
    due_pass(engine, chosen, clock)
    [row] = ask(engine, "SELECT deleted, text FROM reactions")
    assert (bool(row.deleted), row.text) == (True, None)
