"""What others do while a pass runs, and answers that are none, lose and end nothing."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import now
from storywake.collector.match.tie import embedded
from storywake.collector.records import Author, Post, Reach
from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.db.looks import Look, count_looks
from storywake.db.status import StoryStatus
from storywake.db.stories import stories
from storywake.db.webmentions import receive_webmention
from storywake.jobs.collect import Result, collect
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.manage import Changes, change, remove
from storywake.jobs.settling import due, lane_of
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .test_live_story import PAGE, AppView, ask, embed, reply


def one_pass(engine: Engine, settings: Settings, due_at: str | None = None) -> dict[str, Result]:
    with engine.begin() as connection:
        watched = stories(connection)
    return asyncio.run(collect(engine, settings, watched, due_at=due_at))


@pytest.fixture
def chosen(site: Site, settings: Settings) -> Settings:
    return settings.model_copy(update={"bluesky_url": site.url, "stance_model": "cues"})


def test_a_reaction_dropped_while_its_thread_is_read_ends_no_pass(engine: Engine, site: Site, chosen: Settings) -> None:
    AppView(site, ["one", "two"])
    site.page("/bridge", PAGE.format(more=embed("one", "words one") + embed("two", "words two")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    answer = site.routes["/xrpc/app.bsky.feed.getPostThread"]

    def dropping(asked: Asked) -> Reply:
        for row in ask(engine, "SELECT id FROM reaction WHERE dropped_at IS NULL ORDER BY id LIMIT 1"):
            change(engine, chosen, "bridge", Changes(drop=[str(row.id)]))
        return answer(asked)

    site.routes["/xrpc/app.bsky.feed.getPostThread"] = dropping
    one_pass(engine, chosen)
    assert ask(engine, "SELECT status FROM job_run") == [("done",)]


def test_two_webmentions_of_one_page_stop_no_pass(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(update={"platforms": ["web"], "coverage": False})
    site.page("/bridge", PAGE.format(more=""))
    site.page("/blog", PAGE.format(more=f'<p><a href="{site.url}/bridge">a</a> <a href="{site.url}/other">b</a></p>'))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    with writing(engine) as connection:
        for target in ("bridge", "bridge?utm_source=x"):
            receive_webmention(
                connection, 1, f"{site.url}/blog", f"{site.url}/{target}", "2026-01-01T00:00:00Z", most_waiting=10
            )
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert ask(engine, "SELECT DISTINCT status FROM webmention") == [("verified",)]


def test_a_webmention_that_cannot_be_read_is_given_up(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(update={"platforms": ["web"], "coverage": False, "attempts": 1})
    site.page("/bridge", PAGE.format(more=""))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    site.routes["/down"] = lambda asked: Reply(status=503)
    with writing(engine) as connection:
        receive_webmention(
            connection, 1, f"{site.url}/down", f"{site.url}/bridge", "2026-01-01T00:00:00Z", most_waiting=10
        )
    for _ in range(14):
        one_pass(engine, chosen)
    assert len(site.asked("/down")) == 10
    assert ask(engine, "SELECT status FROM webmention") == [("refused",)]


def test_searches_of_stories_that_ended_take_no_share(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(
        update={"platforms": ["youtube"], "coverage": False, "youtube_key": "k", "youtube_url": site.url}
    )
    site.page("/a", PAGE.format(more=""))
    site.page("/b", PAGE.format(more=""))
    watch(engine, chosen, f"{site.url}/a", slug="a")
    watch(engine, chosen, f"{site.url}/b", slug="b")
    one_pass(engine, chosen)
    change(engine, chosen, "a", Changes(status=StoryStatus.ENDED))
    with engine.begin() as connection:
        assert count_looks(connection, "linking", "youtube", now()) == 1


def test_a_page_in_two_stories_is_revised_in_both(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(update={"platforms": ["web"], "coverage": False, "host_concurrency": 1})
    site.page("/bridge", PAGE.format(more=""))
    watch(engine, chosen, f"{site.url}/bridge", slug="one")
    watch(engine, chosen, f"{site.url}/bridge", slug="two")
    one_pass(engine, chosen)
    site.page("/bridge", PAGE.format(more="<p>The mayor now says that an inspection was made.</p>"))
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert ask(engine, "SELECT story, revisions FROM articles ORDER BY story") == [("one", 2), ("two", 2)]


@pytest.mark.parametrize(
    "body", [b"<html><body>We are down for maintenance.</body></html>", b"{}", b"[]", b'{"error": "x"}']
)
def test_an_answer_that_lists_nothing_deletes_nothing(
    engine: Engine, site: Site, chosen: Settings, body: bytes
) -> None:
    AppView(site, ["one"])
    site.page("/bridge", PAGE.format(more=embed("one", "words")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    site.routes["/xrpc/app.bsky.feed.getPosts"] = lambda asked: Reply(body)
    site.routes["/xrpc/app.bsky.feed.getPostThread"] = lambda asked: reply({})
    one_pass(engine, chosen)
    assert ask(engine, "SELECT deleted_at FROM post") == [(None,)]


def test_a_page_dropped_while_it_is_read_is_not_looked_at_again(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(update={"platforms": ["web"], "coverage": False})
    site.page("/bridge", PAGE.format(more=""))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    change(engine, chosen, "bridge", Changes(add_pages=[f"{site.url}/paper"]))

    def dropping(asked: Asked) -> Reply:
        if len(site.asked("/paper")) == 1:
            change(engine, chosen, "bridge", Changes(drop=[f"{site.url}/paper"]))
        return Reply(PAGE.format(more="<p>more</p>").encode(), headers={"Content-Type": "text/html"})

    site.routes["/paper"] = dropping
    one_pass(engine, chosen)
    assert ask(engine, "SELECT target FROM look WHERE target LIKE '%paper'") == []


def test_a_redirected_page_is_asked_once_a_pass(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(update={"platforms": ["web"], "coverage": False})
    site.routes["/old"] = lambda asked: Reply(status=301, headers={"Location": "/bridge"})
    site.page("/bridge", PAGE.format(more=""))
    watch(engine, chosen, f"{site.url}/old", slug="bridge")
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert len(site.asked("/bridge")) == 2


def test_a_story_removed_during_a_pass_ends_no_other(engine: Engine, site: Site, chosen: Settings) -> None:
    AppView(site, ["one", "two"])
    site.page("/bridge", PAGE.format(more=embed("one", "words one") + embed("two", "words two")))
    watch(engine, chosen, f"{site.url}/bridge", slug="a")
    watch(engine, chosen, f"{site.url}/bridge", slug="b")
    answer = site.routes["/xrpc/app.bsky.feed.getPostThread"]
    done: list[object] = []

    def removing(asked: Asked) -> Reply:
        if not done:
            done.append(remove(engine, "a"))
        return answer(asked)

    site.routes["/xrpc/app.bsky.feed.getPostThread"] = removing
    one_pass(engine, chosen)
    assert ask(engine, "SELECT status FROM job_run") == [("done",)]
    assert ask(engine, "SELECT COUNT(*) FROM look WHERE due_at IS NOT NULL AND last_at IS NULL") == [(0,)]


def test_what_a_removed_story_was_still_to_ask_is_not_asked(engine: Engine, site: Site, chosen: Settings) -> None:
    host = site.url.replace("127.0.0.1", "localhost")
    links = [f"{host}/other{number}" for number in range(12)]
    words = "".join(f'<p>As <a href="{link}">another paper wrote</a>, the works were late.</p>' for link in links)
    site.page("/bridge", PAGE.format(more=words))
    watch(engine, chosen, f"{site.url}/bridge", slug="a")
    asked: list[str] = []

    def removing(request: Asked) -> Reply:
        if not asked:
            remove(engine, "a")
        asked.append(request.path)
        return Reply(b"", 404)

    for number in range(12):
        site.routes[f"/other{number}"] = removing
    result = one_pass(engine, chosen.model_copy(update={"host_concurrency": 1}))
    assert asked == ["/other0"]
    assert len(result["a"].notes) <= 1
    assert ask(engine, "SELECT status FROM job_run") == [("done",)]


def test_a_clock_once_ahead_stops_no_looks(engine: Engine, site: Site, chosen: Settings, monkeypatch: Any) -> None:
    AppView(site, ["one"])
    site.page("/bridge", PAGE.format(more=embed("one", "words")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    with writing(engine) as connection:
        connection.execute(
            text(
                "UPDATE look SET last_at = '2036-01-01T00:00:00Z', due_at = '2036-01-01T00:15:00Z' WHERE due_at IS NOT NULL"
            )
        )
    with engine.begin() as connection:
        watched = stories(connection)
    assert {look.kind for look in due(engine, chosen, watched, now())} >= {"page", "counts"}
    one_pass(engine, chosen, now())
    assert ask(engine, "SELECT COUNT(*) FROM look WHERE due_at > '2030'") == [(0,)]


def test_a_site_that_redirects_to_a_new_session_each_time_ends_a_pass(
    engine: Engine, site: Site, chosen: Settings
) -> None:
    chosen = chosen.model_copy(update={"platforms": ["web"], "coverage": False})
    fresh: set[str] = set()

    def session(asked: Asked) -> Reply:
        number = asked.query.get("session", [""])[0]
        if number not in fresh and len(site.log) < 60:
            fresh.add(str(len(site.log)))
            return Reply(status=302, headers={"Location": f"/paper?session={len(site.log)}"})
        fresh.discard(number)
        return Reply(PAGE.format(more="<p>more</p>").encode(), headers={"Content-Type": "text/html"})

    site.routes["/paper"] = session
    site.page("/bridge", PAGE.format(more=""))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    change(engine, chosen, "bridge", Changes(add_pages=[f"{site.url}/paper"]))
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert len(site.asked("/paper")) <= 8
    assert len(ask(engine, "SELECT target FROM look WHERE kind = 'page'")) == 2


def test_passes_that_write_the_same_posts_in_other_orders_lock_none_out(engine: Engine, chosen: Settings) -> None:
    story = watch(engine, chosen, "https://news.example/bridge", slug="bridge")
    posts = [
        Post(platform="bluesky", external_id=f"at://did:plc:p{n}/app.bsky.feed.post/p", author=Author(handle=f"p{n}.x", external_id=f"did:plc:p{n}"), text=f"words {n}", reach=Reach(likes=1))
        for n in range(150)
    ]  # fmt: skip

    def write(seed: int) -> None:
        for _ in range(3):
            order = random.Random(seed).sample(posts, len(posts))
            take_in(
                engine,
                Arrival("bluesky", now(), [story], posts=order, tie=embedded("https://news.example/bridge")),
                chosen,
            )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert ask(engine, "SELECT COUNT(*) FROM reaction") == [(150,)]


def test_an_address_that_is_none_has_a_lane_all_the_same(settings: Settings) -> None:
    """Such an address stands on a post; it used to end the pass before anything was asked."""
    look = Look(
        1, None, "counts", "mastodon", "post 1", 1, None, "a reaction", "", None, None, None, 0, 0, url="http://["
    )
    assert lane_of(look, settings) == "mastodon"
