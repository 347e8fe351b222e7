"""Servers of the fediverse: several that are asked, quotations that are taken back, threads that are still gathered, rate limits."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from storywake.collector.net.evidence import unpack
from storywake.collector.settings import Settings
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .fediverse import Server
from .world import Clock, ask, one_pass, page


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def servers(clock: Clock) -> Iterator[list[Server]]:
    with Site() as one, Site() as two, Site() as three:
        yield [Server(one, clock, 1000), Server(two, clock, 5000), Server(three, clock, 9000)]


@pytest.fixture
def chosen(site: Site, settings: Settings, servers: list[Server]) -> Settings:
    given = {
        "mastodon_url": servers[0].url,
        "mastodon_token": "one",
        "mastodon_servers": {servers[1].url: ""},
        "platforms": ["web", "mastodon"],
        "coverage": False,
    }
    return settings.model_copy(update=given)


@pytest.fixture
def story(engine: Engine, site: Site, chosen: Settings) -> str:
    site.page("/bridge", page("Bridge never inspected", page("", "")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    return f"{site.url}/bridge"


def reactions(engine: Engine, columns: str = "external_id") -> list[tuple[Any, ...]]:
    return [tuple(r) for r in ask(engine, f"SELECT {columns} FROM reactions WHERE platform = 'mastodon' ORDER BY 1")]


def test_each_server_is_asked_and_a_post_of_both_is_one(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, two, far = servers
    shared = far.post(f'<a href="{story}">it</a>')
    shared.likes = 7
    one.learn(shared)
    two.learn(shared)
    mine = [one.post(f'<p>{n} <a href="{story}">it</a></p>') for n in range(45)]
    theirs = [two.post(f'<p>{n} <a href="{story}">it</a></p>') for n in range(95)]
    two.trending.add(story)
    one_pass(engine, chosen, clock.now)
    assert reactions(engine) == sorted((s.uri,) for s in [shared, *mine, *theirs])
    assert reactions(engine, "external_id, tie") == sorted((s.uri, "links") for s in [shared, *mine, *theirs])
    assert [two.asked["link", story], two.asked["search", story]] == [3, 0], "no search without a token"
    clock.forward(hours=1)
    one_pass(engine, chosen, clock.now)
    assert (shared.uri, 7) in reactions(engine, "external_id, likes"), "its own server's count"


def test_a_server_that_fails_does_not_hide_what_the_others_tell(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, two, _ = servers
    found = two.post(f'<a href="{story}">it</a>')
    two.trending.add(story)
    one.down = True
    result = one_pass(engine, chosen.model_copy(update={"attempts": 1}), clock.now)
    assert reactions(engine) == [(found.uri,)]
    assert any("503" in note for note in result["bridge"].notes)


def test_a_thread_is_read_at_our_server_where_its_own_shows_it_to_nobody(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, far = servers
    opening = far.post(f'<a href="{story}">it</a>')
    answer = far.post("<p>Is that so?</p>", answers=opening)
    one.learn(opening)
    one.learn(answer)
    far.closed = True
    one_pass(engine, chosen, clock.now)
    assert reactions(engine, "external_id, tie") == [(opening.uri, "links"), (answer.uri, "replies")]
    assert far.asked["context", opening.key] == 1


def test_a_quotation_in_an_answer_that_names_a_post_by_its_id_alone_is_asked_for(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    opening = one.post(f'<a href="{story}">it</a>')
    middle = one.post("<p>They say so</p>", quotes=opening)
    outer = one.post("<p>Look at that</p>", answers=opening, quotes=middle)
    one_pass(engine, chosen, clock.now)
    assert reactions(engine, "external_id, tie") == [
        (opening.uri, "links"),
        (middle.uri, "quotes"),
        (outer.uri, "replies"),
    ]
    assert not any(question == "several" for question, _ in one.asked), "the answer held what it named"


def test_what_quotes_a_post_is_asked_for_where_more_is_told_than_known(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    opening = one.post(f'<a href="{story}">it</a>')
    alone = one.post(f'<a href="{story}">it</a>')
    quoting = [one.post(f"<p>No way, {n}</p>", quotes=opening) for n in range(45)]
    one_pass(engine, chosen, clock.now)
    clock.forward(hours=1)
    one_pass(engine, chosen, clock.now)
    ties = reactions(engine, "external_id, tie")
    assert sorted(uri for uri, tie in ties if tie == "quotes") == sorted(s.uri for s in quoting)
    assert (one.asked["quotes", opening.key], one.asked["quotes", alone.key]) == (2, 0)


def test_a_server_that_does_not_list_quotes_is_no_fault(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    opening = one.post(f'<a href="{story}">it</a>')
    opening.more["quotes_count"] = 3
    one.site.routes[f"/api/v1/statuses/{opening.key}/quotes"] = lambda asked: Reply(b'{"error": "Not found"}', 404)
    results = [one_pass(engine, chosen, clock.now)["bridge"] for _ in range(2)]
    assert [note for result in results for note in result.notes if "quotes" in note] == []


@pytest.mark.parametrize("state", ["pending", "rejected", "revoked", "unauthorized", "deleted", "a new one"])
def test_a_quotation_that_is_not_accepted_is_no_tie(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str, state: str
) -> None:
    one, _, _ = servers
    opening = one.post(f'<a href="{story}">it</a>')
    quoting = one.post(f'<p>RE: <a href="{opening.uri}">it</a></p><p>No</p>', quotes=opening)
    quoting.state = state
    quoting.content += f'<p><a href="{story}">see</a></p>'
    one_pass(engine, chosen, clock.now)
    known = state if state != "a new one" else "unauthorized"
    assert reactions(engine, "external_id, tie, quote_state") == [
        (opening.uri, "links", None),
        (quoting.uri, "links", known),
    ]
    assert not ask(engine, "SELECT 1 FROM changes WHERE kind = 'quote'"), "it never stood here"
    assert [row.quotes for row in ask(engine, "SELECT quotes FROM post WHERE kind = 'quote'")] == [None]


def test_a_quotation_that_is_revoked_is_told_with_its_day_and_taken_back_when_it_is_accepted_again(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    opening = one.post(f'<a href="{story}">it</a>')
    quoting = one.post("<p>No</p>", answers=opening, quotes=opening)
    one_pass(engine, chosen, clock.now)
    assert (quoting.uri, "quotes", "accepted") in reactions(engine, "external_id, tie, quote_state")
    quoting.state = "revoked"
    clock.forward(days=1)
    one_pass(engine, chosen, clock.now)
    first = clock.now
    clock.forward(days=3)
    one_pass(engine, chosen, clock.now)
    told = ask(engine, "SELECT at, what, before, after, url FROM changes WHERE kind = 'quote'")
    assert [tuple(row) for row in told] == [
        (first, f"u{quoting.key}", "accepted", "revoked", f"{one.url}/@u{quoting.key}/{quoting.key}")
    ]
    assert (quoting.uri, "quotes", "revoked") in reactions(engine, "external_id, tie, quote_state")
    quoting.state = "accepted"
    clock.forward(days=3)
    one_pass(engine, chosen, clock.now)
    assert not ask(engine, "SELECT 1 FROM changes WHERE kind = 'quote'")


def test_a_thread_that_its_server_is_still_gathering_is_read_once_more_when_it_says(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    opening = one.post(f'<a href="{story}">it</a>')
    one.post("<p>Well</p>", answers=opening)
    one.refresh = 'id="abc", retry=90, result_count=0'
    one_pass(engine, chosen, clock.now)
    late = one.post("<p>Is that so?</p>", answers=opening)
    clock.forward(seconds=60)
    one_pass(engine, chosen, clock.now)
    assert one.asked["context", opening.key] == 1, "not before it is ready"
    clock.forward(seconds=30)
    one_pass(engine, chosen, clock.now)
    assert (late.uri,) in reactions(engine)
    for _ in range(5):
        clock.forward(seconds=100)
        one_pass(engine, chosen, clock.now)
    assert one.asked["context", opening.key] == 2, "once, whatever the second answer says"
    notes = ask(engine, "SELECT outcome, note FROM look WHERE kind = 'replies' AND note IS NOT NULL")
    assert [tuple(row) for row in notes] == [("partial", "the server was still gathering answers from other servers")]


def test_no_window_of_five_minutes_holds_more_requests_than_a_server_allows(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    one.limit = 20
    found = [one.post(f'<p>{n} <a href="{story}">it</a></p>') for n in range(50)]
    for _ in range(8):
        one_pass(engine, chosen, clock.now)
        clock.forward(minutes=16)
    assert reactions(engine) == sorted((status.uri,) for status in found)
    assert one.most <= one.limit
    assert one.refused == 0


def test_what_authors_wish_is_honoured_and_their_marks_are_labels(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    plain, quiet, hidden, refusing, robot = [one.post(f'<p>words <a href="{story}">it</a></p>') for _ in range(5)]
    quiet.more["visibility"] = "unlisted"
    hidden.account["noindex"] = True
    refusing.account["note"] = '<p>I write. <a href="#">#<span>NoBot</span></a></p>'
    robot.account |= {"bot": True, "indexable": False, "note": "<p>hello</p>"}
    robot.more["sensitive"] = True
    one_pass(engine, chosen, clock.now)
    told = reactions(engine, "external_id, text IS NULL, labels")
    assert told == [
        (plain.uri, False, None),
        (quiet.uri, True, "unlisted"),
        (hidden.uri, True, "noindex"),
        (refusing.uri, True, "nobot noindex"),
        (robot.uri, False, "sensitive bot not-indexable"),
    ]
    bodies = "SELECT b.packed FROM evidence e JOIN evidence_body b ON b.hash = e.body_hash WHERE e.source = 'mastodon'"
    assert [unpack(row.packed).count(b"<p>words") for row in ask(engine, bodies)] == [2], (
        "of the two who ask for nothing"
    )


def test_posts_of_authors_who_wish_so_are_not_taken_where_that_is_set(
    engine: Engine, clock: Clock, servers: list[Server], chosen: Settings, story: str
) -> None:
    one, _, _ = servers
    plain, quiet = [one.post(f'<p>words <a href="{story}">it</a></p>') for _ in range(2)]
    quiet.more["visibility"] = "unlisted"
    one_pass(engine, chosen.model_copy(update={"wishes": "drop"}), clock.now)
    assert reactions(engine) == [(plain.uri,)]
