"""Posts of a stream and of searches that speak of a story without a link: taken with what it rests on, once, from the story's confidence on."""

import asyncio
import json
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr
from sqlalchemy import Engine, text

from storywake.collector.clock import LookKind
from storywake.collector.errors import BadInput
from storywake.collector.match.told_by import Telling, questions
from storywake.collector.net.stream import Event
from storywake.collector.settings import Settings
from storywake.db.stories import find_story, stories
from storywake.db.unlinked import tellings
from storywake.jobs import settling
from storywake.jobs.collect import collect
from storywake.jobs.filing import Filed
from storywake.jobs.hearing import Listener
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.manage import Changes, change, show
from storywake.jobs.renormalise import renormalise
from storywake.jobs.settling import due
from storywake.jobs.watch import read_document, watch_document

ARTICLE = b"""<html><head><link rel="canonical" href="https://gazette.example/ferry">
<meta property="og:site_name" content="Skerry Gazette"><meta property="article:published_time" content="2026-03-03T07:00:00Z">
<title>Norlund Lines sailed for months without a valid safety certificate</title></head><body><article>
<h1>Norlund Lines sailed for months without a valid safety certificate</h1>
<p>The ferry Skerry Queen sailed for five months without a valid safety certificate, inspectors say.
Norlund Lines runs the ferry to Arnsay. Its chief executive, Patricia Oakes, says that the paper had been applied for.</p>
<p>Inspector Declan Moray says that the Skerry Queen should never have left Arnsay.</p></article></body></html>"""
REACTION = "So Norlund Lines had no safety certificate for the Skerry Queen, and my kids were on board"
STRANGER = "Norlund Lines is hiring deckhands for the summer"


def posted(key: str, words: str, **record: object) -> Event:
    payload: dict[str, Any] = {
        "did": "did:plc:ann",
        "time_us": 1,
        "kind": "commit",
        "commit": {
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": key,
            "record": {"$type": "app.bsky.feed.post", "text": words, "createdAt": "2026-03-03T10:00:00Z", **record},
        },
    }
    return Event(1, payload)


@pytest.fixture
def ferry(engine: Engine, settings: Settings) -> Engine:
    """A database with one story, of a page."""
    watch_document(engine, settings, "ferry.html", ARTICLE, claims=(), slug="ferry")
    return engine


def heard(engine: Engine, settings: Settings, *events: Event) -> list[tuple[str, str, str]]:
    """What a listener that hears ``events`` leaves of the story: text, tie, source."""
    listener = Listener(engine, settings)
    for event in events:
        listener.hear(event)
    listener.write()
    with engine.begin() as connection:
        rows = connection.execute(
            text("SELECT text, tie, tie_source FROM reactions WHERE platform = 'bluesky' ORDER BY reaction_id")
        )
        return [tuple(row) for row in rows]


def test_a_post_that_speaks_of_the_story_is_a_reaction(ferry: Engine, settings: Settings) -> None:
    found = heard(ferry, settings, posted("a", REACTION), posted("b", STRANGER), posted("a", REACTION))
    assert found == [(REACTION, "mentions", "https://gazette.example/ferry")]
    with ferry.begin() as connection:
        [(rests_on, confidence)] = connection.execute(
            text("SELECT rests_on, confidence FROM reaction WHERE tie = 'mentions'")
        ).all()
        [posts] = connection.execute(text("SELECT COUNT(*) FROM post WHERE platform = 'bluesky'")).one()
    assert rests_on.startswith("it ") and "Norlund Lines" in rests_on
    assert 0.6 <= confidence < 1
    assert posts == 1


def test_a_post_of_the_day_on_which_the_story_came_out_needs_less(ferry: Engine, settings: Settings) -> None:
    said = "Norlund sailed on, no certificate"
    assert heard(ferry, settings, posted("x", said, createdAt="2026-03-05T10:00:00Z")) == []
    assert [words for words, *_ in heard(ferry, settings, posted("y", said, createdAt="2026-03-03T15:00:00Z"))] == [
        said
    ]


def test_two_names_of_the_story_and_no_word_of_it_are_none_even_on_its_day(ferry: Engine, settings: Settings) -> None:
    said = "Declan Moray wins the Arnsay half marathon, again"
    assert heard(ferry, settings, posted("x", said, createdAt="2026-03-03T15:00:00Z")) == []


PASTED = b"""Bridge in Harrowmere was never inspected, council papers show
By Ilse Marten
Harbour Gazette, 24 October 2026

The bridge over the Orrin in Harrowmere was never inspected after 2019, papers of the council show. Councillor Imogen
Thackwell said that she had asked for an inspection three times. Ilse Marten has seen the papers.
Councillor Imogen Thackwell asks for an inquiry. The engineer Derek Pashley says the bearings of the bridge were cracked."""


def test_a_story_is_searched_by_whom_it_is_about_not_by_who_wrote_or_published_it(
    engine: Engine, settings: Settings
) -> None:
    watch_document(engine, settings, "bridge.txt", PASTED, claims=(), slug="bridge")
    with engine.begin() as connection:
        [telling] = tellings(connection, stories(connection))
    assert telling.authors == ("Ilse Marten",)
    assert set(questions(telling)) == {"Imogen Thackwell", "Derek Pashley"}


SUED = ARTICLE.replace(b"/ferry", b"/sued")
SUED = (
    SUED[: SUED.index(b"<title>")]
    + b"""<title>Inspector Declan Moray sues Patricia Oakes over leaked wedding photographs</title></head>
<body><article><h1>Inspector Declan Moray sues Patricia Oakes over leaked wedding photographs</h1><p>Declan Moray has sued Patricia Oakes for
publishing photographs of his daughter's wedding. The hearing is set for May.</p><p>Oakes did not comment.</p></article></body></html>"""
)


def test_of_two_events_with_the_same_people_a_post_is_tied_to_the_one_it_speaks_of(
    ferry: Engine, settings: Settings
) -> None:
    watch_document(ferry, settings, "sued.html", SUED, claims=(), slug="sued")
    of_sued = "Declan Moray and Patricia Oakes in court over wedding photographs, what a circus"
    of_ferry = "Declan Moray and Patricia Oakes: five months without a safety certificate"
    of_either = "Declan Moray and Patricia Oakes deserve each other"
    found = heard(ferry, settings, posted("a", of_sued), posted("b", of_ferry), posted("c", of_either))
    assert sorted((words, source.rsplit("/", 1)[1]) for words, _, source in found) == [
        (of_either, "ferry"),
        (of_either, "sued"),
        (of_sued, "sued"),
        (of_ferry, "ferry"),
    ]


def test_an_answer_to_it_and_a_link_are_ties_of_their_own(ferry: Engine, settings: Settings) -> None:
    answer = {"uri": "at://did:plc:ann/app.bsky.feed.post/a", "cid": "c"}
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://gazette.example/ferry"}
    found = heard(
        ferry,
        settings,
        posted("a", REACTION),
        posted("b", "oh no", reply={"root": answer, "parent": answer}),
        posted("c", REACTION + "!", facets=[{"features": [link]}]),
    )
    assert [tie for _, tie, _ in found] == ["mentions", "replies", "links"]


def test_a_dropped_one_is_not_offered_again(ferry: Engine, settings: Settings) -> None:
    heard(ferry, settings, posted("a", REACTION))
    with ferry.begin() as connection:
        [number] = connection.execute(text("SELECT reaction_id FROM reactions WHERE platform = 'bluesky'")).one()
    change(ferry, settings, "ferry", Changes(drop=[str(number)]))
    assert heard(ferry, settings, posted("a", REACTION)) == []


def test_a_story_has_a_threshold(ferry: Engine, settings: Settings) -> None:
    assert change(ferry, settings, "ferry", Changes(mention_threshold=1.0)) == [
        "posts without a link are taken from a confidence of 1"
    ]
    assert heard(ferry, settings, posted("a", REACTION)) == []
    assert "posts without a link: taken from a confidence of 1" in show(ferry, settings, "ferry")
    change(ferry, settings, "ferry", Changes(mention_threshold=0.5))
    assert len(heard(ferry, settings, posted("a", REACTION))) == 1
    with pytest.raises(BadInput, match="from 0 to 1"):
        change(ferry, settings, "ferry", Changes(mention_threshold=1.5))


def test_platforms_are_searched_for_the_storys_names(ferry: Engine, settings: Settings) -> None:
    hits = [
        {"objectID": "1", "comment_text": REACTION, "parent_id": 9, "author": "ann", "_tags": ["comment"]},
        {"objectID": "2", "comment_text": STRANGER, "parent_id": 9, "author": "bo", "_tags": ["comment"]},
    ]
    asked: list[str] = []

    def search(request: httpx.Request) -> httpx.Response:
        words = request.url.params["query"]
        asked.append(words)
        return httpx.Response(200, json={"hits": [] if "://" in words else hits, "nbPages": 1})

    chosen = settings.model_copy(update={"platforms": ["hackernews"], "coverage": False})
    with ferry.begin() as connection:
        story = find_story(connection, "ferry")
    with respx.mock(assert_all_called=False) as router:
        router.get(path="/api/v1/search").mock(side_effect=search)
        router.route().respond(404)
        asyncio.run(collect(ferry, chosen, [story]))
    again = renormalise(ferry, chosen, story)
    assert (again.reactions, again.notes) == (0, [])
    assert {"Norlund Lines", "Skerry Queen"} <= set(asked)
    with ferry.begin() as connection:
        rows = connection.execute(text("SELECT text, tie FROM reactions WHERE platform = 'hackernews'")).all()
        [posts] = connection.execute(text("SELECT COUNT(*) FROM post WHERE platform = 'hackernews'")).one()
    assert [tuple(row) for row in rows] == [(REACTION, "mentions")]
    assert posts == 1, "what a stranger wrote on something else is not kept"


@pytest.mark.parametrize("platform", ["reddit", "misskey", "threads"])
def test_networks_that_want_a_token_are_searched_for_the_storys_names(
    ferry: Engine, settings: Settings, platform: str
) -> None:
    asked: list[str] = []

    def reddit(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["q"])
        assert (request.url.params["type"], request.headers["authorization"]) == ("link", "Bearer t")
        found = [
            {"kind": "t3", "data": {"name": f"t3_{n}", "title": words, "selftext": "", "author": "ann"}}
            for n, words in enumerate((REACTION, STRANGER))
        ]
        return httpx.Response(200, json={"kind": "Listing", "data": {"children": found, "after": None}})

    def misskey(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        assert sent["i"] == "t"
        if "://" in sent["query"]:
            return httpx.Response(200, json=[])
        asked.append(sent["query"])
        told = {"createdAt": "2026-03-03T09:00:00.000Z", "visibility": "public", "user": {"id": "u", "username": "ann"}}
        found = [{"id": f"9n{n}", "text": words, **told} for n, words in enumerate((REACTION, STRANGER))]
        return httpx.Response(200, json=found)

    def threads(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer t"
        words = request.url.params["q"]
        asked.append(words)
        if "." in words:  # an address
            return httpx.Response(200, json={"data": []})
        told = {"username": "ann", "media_type": "TEXT_POST", "timestamp": "2026-03-03T09:00:00+0000"}
        found = [
            {"id": str(n), "permalink": f"https://www.threads.net/@ann/post/Cz{n}", "text": words, **told}
            for n, words in enumerate((REACTION, STRANGER))
        ]
        return httpx.Response(200, json={"data": found})

    chosen = settings.model_copy(
        update={"platforms": [platform], "coverage": False, f"{platform}_token": SecretStr("t")}
    )
    with ferry.begin() as connection:
        story = find_story(connection, "ferry")
    with respx.mock(assert_all_called=False) as router:
        router.get(host="oauth.reddit.com", path="/search").mock(side_effect=reddit)
        router.post(path="/api/notes/search").mock(side_effect=misskey)
        router.get(path="/v1.0/keyword_search").mock(side_effect=threads)
        router.route().respond(404)
        asyncio.run(collect(ferry, chosen, [story]))
    assert {"Norlund Lines", "Skerry Queen"} <= set(asked)
    with ferry.begin() as connection:
        rows = connection.execute(text("SELECT text, tie FROM reactions WHERE platform = :name"), {"name": platform})
        assert [tuple(row) for row in rows] == [(REACTION, "mentions")]


def test_another_title_asks_anew(ferry: Engine, settings: Settings) -> None:
    with ferry.begin() as connection:
        story = find_story(connection, "ferry")
    chosen = settings.model_copy(update={"platforms": ["hackernews"], "coverage": False})

    def searched() -> set[str]:
        return {look.target for look in due(ferry, chosen, [story], None) if look.kind == LookKind.NAMING}

    before = searched()
    change(
        ferry,
        settings,
        "ferry",
        Changes(title="Maritime Office fines Calder Marine", add_claims=["Calder Marine was fined."]),
    )
    with ferry.begin() as connection:
        story = find_story(connection, "ferry")
    assert searched() != before


PLAIN = b"""<html><head><link rel="canonical" href="https://gazette.example/ferry"><title>It is so</title></head>
<body><article><h1>It is so</h1><p>It is what it is, and so it will be, they say, as it has been before now.</p></article></body></html>"""


def test_what_to_ask_for_is_worked_out_once_for_each_wording_of_a_story(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = watch_document(engine, settings, "ferry.html", PLAIN, claims=(), slug="ferry")
    worked_out: list[Telling] = []

    def counted(telling: Telling) -> list[str]:
        worked_out.append(telling)
        return questions(telling)

    monkeypatch.setattr(settling, "questions", counted)

    def searched() -> set[str]:
        chosen = settings.model_copy(update={"platforms": ["hackernews"], "coverage": False})
        return {
            look.target
            for _ in range(3)
            for look in due(engine, chosen, [story], "2100-01-01T00:00:00Z")
            if look.kind == LookKind.NAMING
        }

    assert (searched(), len(worked_out)) == (set(), 1)
    take_in(
        engine,
        Arrival("web", "2026-03-03T08:00:00Z", [story], filed=Filed(*read_document("ferry.html", ARTICLE))),
        settings,
    )
    assert any("Norlund Lines" in words for words in searched())
    assert len(worked_out) == 2
