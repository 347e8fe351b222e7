"""Constellation says who linked to a story, quoted and answered its posts, before the watch and without a key."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.platforms.bluesky import constellation
from storywake.collector.settings import Settings
from storywake.jobs.coverage import unasked
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .constellation import ANSWER, CARD, QUOTE, WORDS, Constellation
from .world import Bluesky, Clock, ask, embed, one_pass, page, uri


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def index() -> Iterator[tuple[Constellation, str]]:
    with Site() as site:
        yield Constellation(site), site.url


@pytest.fixture
def chosen(settings: Settings, site: Site, index: tuple[Constellation, str]) -> Settings:
    update = {
        "bluesky_url": site.url,
        "constellation_url": index[1],
        "coverage": False,
        "contact": "desk@paper.example",
    }
    return settings.model_copy(update=update)


def begin(engine: Engine, settings: Settings, site: Site, body: str = "") -> str:
    """Watches a story; its address."""
    site.page("/story", page("The bridge", f"{body}<p>{'The bridge was opened. ' * 20}</p>"))
    watch(engine, settings, f"{site.url}/story", claims=("The bridge was not inspected.",), slug="bridge")
    return f"{site.url}/story"


def ties(engine: Engine) -> dict[str, str]:
    return {row.external_id: row.tie for row in ask(engine, "SELECT external_id, tie FROM reactions WHERE platform = 'bluesky'")}  # fmt: skip


def test_all_who_linked_before_the_watch_are_found_once(
    clock: Clock, engine: Engine, chosen: Settings, site: Site, index: tuple[Constellation, str]
) -> None:
    bluesky, known = Bluesky(site), index[0]
    story = begin(engine, chosen, site)
    cards = [bluesky.add(f"card{n}", link=story) for n in range(120)]
    words = [bluesky.add(f"words{n}", link=f"{story}/") for n in range(30)]
    known.add(story, CARD, *cards)
    known.add(f"{story}/", WORDS, *words, cards[0], uri("deleted"))
    result = one_pass(engine, chosen)["bridge"]
    assert result.notes == []
    assert ties(engine) == dict.fromkeys([*cards, *words], "links")
    assert known.asked[story, CARD] == 2
    assert all("storywake" in agent and "desk@paper.example" in agent for agent in known.agents)
    before = bluesky.told("posts", "card7")
    clock.forward(hours=1)
    one_pass(engine, chosen, due_at=clock.now)
    assert set(ties(engine)) == {*cards, *words}
    assert bluesky.told("posts", "card7") <= before + 1  # by its own look alone: the index's posts are not read again


def test_who_quoted_and_answered_is_found_where_the_appview_does_not_say(
    clock: Clock, engine: Engine, chosen: Settings, site: Site, index: tuple[Constellation, str]
) -> None:
    bluesky, known = Bluesky(site), index[0]
    bluesky.add("shown", quoteCount=1, replyCount=1)
    bluesky.add("quiet")
    quote, answer = bluesky.add("quote", quotes="shown"), bluesky.add("answer", answers="shown")
    site.routes["/xrpc/app.bsky.feed.getQuotes"] = lambda asked: Reply(b'{"posts": []}')
    site.routes["/xrpc/app.bsky.feed.getPostThread"] = lambda asked: Reply(b'{"thread": {}}')
    known.add(uri("shown"), QUOTE, quote)
    known.add(uri("shown"), ANSWER, answer)
    begin(engine, chosen, site, embed("shown") + embed("quiet"))
    bluesky.posts["quiet"] |= {"quoteCount": 0, "replyCount": 0}
    one_pass(engine, chosen)
    clock.forward(minutes=16)
    one_pass(engine, chosen, due_at=clock.now)
    found = ties(engine)
    assert (found[quote], found[answer]) == ("quotes", "replies")
    assert known.asked[uri("quiet"), QUOTE] == 0, "nobody quotes it, its platform says"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Reply(b"overloaded", 503), "answered 503"),
        (Reply(b"", 429, {"Retry-After": "120"}), "answered 429, asks to wait 120 s"),
        (Reply(b"<p>down</p>"), "no backlinks"),
        (Reply(b'{"records": "many"}'), "no backlinks"),
        (Reply(b'{"error": "NotFound"}', 404), "answered 404"),
    ],
)
def test_its_failure_is_said_and_costs_nothing_else(
    clock: Clock, sqlite: Engine, chosen: Settings, site: Site, index: tuple[Constellation, str], wrong: Reply, said: str
) -> None:  # fmt: skip
    bluesky, known = Bluesky(site), index[0]
    bluesky.add("shown", quoteCount=1)
    quote = bluesky.add("quote", quotes="shown")
    begin(sqlite, chosen, site, embed("shown"))
    known.fault = lambda number: wrong
    result = one_pass(sqlite, chosen)["bridge"]
    assert any(said in note for note in result.notes), result.notes
    assert ties(sqlite) == {uri("shown"): "embedded", quote: "quotes"}
    known.fault = lambda number: None
    known.add(f"{site.url}/story", CARD, bluesky.add("late", link=f"{site.url}/story"))
    clock.forward(hours=1)
    one_pass(sqlite, chosen)
    assert ties(sqlite)[uri("late")] == "links"


def test_what_was_found_before_a_fault_is_kept(
    clock: Clock, sqlite: Engine, chosen: Settings, site: Site, index: tuple[Constellation, str]
) -> None:
    bluesky, known = Bluesky(site), index[0]
    story = begin(sqlite, chosen, site)
    known.add(story, CARD, *(bluesky.add(f"card{n}", link=story) for n in range(150)))
    known.fault = lambda number: Reply(b"", 500) if number >= 2 else None
    result = one_pass(sqlite, chosen)["bridge"]
    assert any("answered 500" in note for note in result.notes)
    assert len(ties(sqlite)) == 100


def test_odd_records_name_no_posts() -> None:
    records: list[Any] = [
        7, {"did": "did:plc:a"}, {"did": "did:plc:a", "collection": "app.bsky.feed.like", "rkey": "1"},
        {"did": "not-a-did", "collection": "app.bsky.feed.post", "rkey": "1"},
        {"did": "did:plc:a", "collection": "app.bsky.feed.post", "rkey": "1/../2"},
        {"did": "did:plc:a", "collection": "app.bsky.feed.post", "rkey": "1"},
    ]  # fmt: skip
    assert constellation._uris(json.loads(json.dumps({"records": records}))) == ("at://did:plc:a/app.bsky.feed.post/1",)


def test_an_address_is_asked_for_in_its_known_spellings() -> None:
    asked = constellation.spellings(["http://www.paper.example/a/", "https://paper.example/a", "https://bit.ly/x"])
    assert asked[:3] == ["http://www.paper.example/a/", "https://paper.example/a", "https://bit.ly/x"]
    assert set(asked[3:]) == {
        f"{scheme}://{host}/a{slash}"
        for scheme in ("http", "https")
        for host in ("paper.example", "www.paper.example")
        for slash in ("", "/")
    } - set(asked[:3])
    assert not any("www" in one for one in constellation.spellings(["http://127.0.0.1:8080/a"]))
    many = [f"https://s.example/{n}" for n in range(100)]
    assert len(constellation.spellings(many)) <= constellation.MAX_SPELLINGS


def test_spellings_that_posts_and_redirects_tell_are_asked_for(
    clock: Clock, sqlite: Engine, chosen: Settings, site: Site, index: tuple[Constellation, str]
) -> None:
    bluesky, known = Bluesky(site), index[0]
    story = begin(sqlite, chosen, site)
    marked = f"{story}?utm_source=bsky"
    known.add(story, CARD, bluesky.add("first", link=story))
    one_pass(sqlite, chosen)
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE post SET links = :links WHERE key = :key"), {"links": marked, "key": uri("first")})  # fmt: skip
    known.add(marked, CARD, bluesky.add("second", link=marked))
    clock.forward(hours=2)
    one_pass(sqlite, chosen)
    assert set(ties(sqlite)) == {uri("first"), uri("second")}


def test_who_asks_it_can_be_set(settings: Settings) -> None:
    assert constellation.address(settings) == "https://constellation.microcosm.blue"
    assert constellation.address(settings.model_copy(update={"bluesky_url": "https://own.example"})) is None
    own = settings.model_copy(update={"bluesky_url": "https://own.example", "constellation_url": "https://i.example"})
    assert constellation.address(own) == "https://i.example"
    off = settings.model_copy(update={"constellation": False})
    assert constellation.address(off) is None
    assert "constellation" in unasked(off)
    assert "constellation" not in unasked(settings)
