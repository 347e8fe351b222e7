"""What could not be read is read again by a later pass, until it is given up; one bad answer ends nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import Engine

from storywake.collector.clock import MAX_FAILURES
from storywake.collector.settings import Settings
from storywake.jobs import pages
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site, raw_server, silence
from .world import LONG, Bluesky, Clock, ask, embed, one_pass, page


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def other() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def chosen(site: Site, settings: Settings) -> Settings:
    return settings.model_copy(update={"bluesky_url": site.url, "coverage": False, "timeout": 1, "attempts": 1})


def story(engine: Engine, settings: Settings, site: Site, body: str, slug: str = "bridge") -> None:
    site.page(f"/{slug}", page(f"Bridge never inspected, {slug}", LONG + body))
    watch(engine, settings, f"{site.url}/{slug}", slug=slug)


def link(address: str) -> str:
    return f'<p>As <a href="{address}">another paper wrote</a>, the works were late.</p>'


def titles(engine: Engine) -> set[str]:
    return {row.title for row in ask(engine, "SELECT title FROM articles")}


def cut_off(asked: Asked) -> Reply:
    raise OSError


FAULTS: dict[str, Callable[[Asked], Reply]] = {
    "503": lambda asked: Reply(b"later", 503),
    "404": lambda asked: Reply(b"not yet", 404),
    "403": lambda asked: Reply(b"no", 403),
    "dropped": cut_off,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_linked_page_that_fails_once_is_read_by_a_later_pass_and_what_hangs_on_it_is_found(
    engine: Engine, site: Site, other: Site, clock: Clock, chosen: Settings, fault: str
) -> None:
    network = Bluesky(site)
    network.add("root")
    other.routes["/linked"] = FAULTS[fault]
    story(engine, chosen, site, link(f"{other.url}/linked"))
    [noted] = one_pass(engine, chosen, clock.now)["bridge"].notes
    assert f"{other.url}/linked" in noted
    assert titles(engine) == {"Bridge never inspected, bridge"}
    other.page(
        "/linked",
        page("Works were late", LONG + link(f"{site.url}/bridge") + embed("root"), publisher="Daily Globe"),
    )
    clock.forward(minutes=20)
    assert one_pass(engine, chosen, clock.now)["bridge"].notes == []
    assert "Works were late" in titles(engine)
    [row] = ask(engine, "SELECT tie FROM reactions WHERE text = 'words of root'")
    assert row.tie == "embedded"
    asked = len(other.asked("/linked"))
    clock.forward(days=1)
    one_pass(engine, chosen, clock.now)
    assert ask(engine, "SELECT due_at FROM look WHERE kind = 'link'") == [(None,)], "what is read once was read"
    assert len(other.asked("/linked")) <= asked + 1, "from then on it is an article as others are"


@pytest.mark.parametrize("status", [403, 404])
def test_a_page_that_a_feed_names_before_it_can_be_read_is_read_later(
    engine: Engine, site: Site, other: Site, clock: Clock, chosen: Settings, status: int
) -> None:
    chosen = chosen.model_copy(update={"feeds": [f"{other.url}/feed"]})
    other.routes["/feed"] = lambda asked: Reply(
        f"""<rss version="2.0"><channel><title>t</title><item><title>Northport harbour bridge opened without inspection</title>
        <link>{other.url}/takes-up</link></item></channel></rss>""".encode()
    )
    other.routes["/takes-up"] = lambda asked: Reply(b"no", status)
    site.page("/bridge", page("Harbour bridge in Northport opened without inspection"))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for _ in range(2):
        one_pass(engine, chosen, clock.now)
        clock.forward(minutes=70)
    assert other.asked("/takes-up")
    other.page("/takes-up", page("Globe takes it up", LONG + link(f"{site.url}/bridge"), publisher="Daily Globe"))
    for _ in range(3):
        clock.forward(hours=2)
        one_pass(engine, chosen, clock.now)
    [row] = ask(engine, "SELECT role, rests_on FROM articles WHERE title = 'Globe takes it up'")
    assert row.role == "coverage"
    assert "the feed" in row.rests_on


def test_a_page_that_never_answers_is_given_up_and_that_is_said(
    engine: Engine, site: Site, other: Site, clock: Clock, chosen: Settings
) -> None:
    other.routes["/linked"] = lambda asked: Reply(b"no", 404)
    story(engine, chosen, site, link(f"{other.url}/linked"))
    notes: list[str] = []
    for _ in range(MAX_FAILURES + 3):
        notes += one_pass(engine, chosen, clock.now)["bridge"].notes
        clock.forward(days=1)
    assert len(other.asked("/linked")) == MAX_FAILURES
    assert [n for n in notes if "given up" in n] == [f"{other.url}/linked: given up after {MAX_FAILURES} failures"]


def test_a_pass_that_is_killed_while_it_reads_a_page_reads_it_the_next_time(
    engine: Engine, site: Site, other: Site, clock: Clock, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.page("/linked", page("Works were late", LONG + link(f"{site.url}/bridge"), publisher="Daily Globe"))
    story(engine, chosen, site, link(f"{other.url}/linked"))
    read = pages.Pages.link

    class Killed(BaseException):
        pass

    async def killed(*words: Any) -> bool:
        raise Killed

    monkeypatch.setattr(pages.Pages, "link", killed)
    with pytest.raises(Killed):
        one_pass(engine, chosen, clock.now)
    monkeypatch.setattr(pages.Pages, "link", read)
    clock.forward(minutes=1)
    one_pass(engine, chosen, clock.now)
    assert "Works were late" in titles(engine)
    assert ask(engine, "SELECT COUNT(*) FROM look WHERE kind = 'link'") == [(1,)]


def nested(words: str) -> Reply:
    return Reply(
        f"<rss version='2.0'><channel><title>t</title><item><title>{'<b>' * 1200}{words}{'</b>' * 1200}</title><link>http://x.example/a</link></item></channel></rss>".encode()
    )


def headline(words: str) -> Reply:
    data = f'{{"@type": "NewsArticle", "headline": "{words}", "datePublished": "2024-03-04T08:00:00Z"}}'
    return Reply(
        f'<html><head><title>t</title><script type="application/ld+json">{data}</script></head><body><article>{LONG}</article></body></html>'.encode(),
        headers={"Content-Type": "text/html"},
    )


BAD: dict[str, Callable[[Asked], Reply]] = {
    "redirect": lambda asked: Reply(status=302, headers={"Location": "http://["}),
    "surrogate": lambda asked: headline("Half \\ud800 a pair"),
    "null": lambda asked: headline("No \\u0000 end"),
    "nested": lambda asked: nested("Northport bridge"),
}


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_answer_ends_nothing(engine: Engine, site: Site, other: Site, chosen: Settings, bad: str) -> None:
    network = Bluesky(site)
    network.add("root")
    other.routes["/bad"] = BAD[bad]
    chosen = chosen.model_copy(update={"feeds": [f"{other.url}/bad"] if bad == "nested" else []})
    linked = "" if bad == "nested" else link(f"{other.url}/bad")
    story(engine, chosen, site, linked + link("http://a℀b.com/x"), "one")
    story(engine, chosen, site, embed("root"), "two")
    results = one_pass(engine, chosen)
    assert {row.story for row in ask(engine, "SELECT story FROM articles")} == {"one", "two"}
    assert ask(engine, "SELECT story FROM reactions WHERE text = 'words of root'") == [("two",)]
    notes = "\n".join(results["one"].notes)
    assert bad != "redirect" or f"{other.url}/bad" in notes
    assert ask(engine, "SELECT status FROM job_run") == [("done",)]
    for row in ask(engine, "SELECT title FROM articles"):
        assert "\0" not in row.title
        row.title.encode()


def test_an_attribution_that_is_no_address_ends_nothing(engine: Engine, site: Site, chosen: Settings) -> None:
    chosen = chosen.model_copy(
        update={"platforms": ["mastodon", "bluesky"], "mastodon_url": site.url, "mastodon_token": "t"}
    )
    network = Bluesky(site)
    network.add("root")
    note = f"""{{"id": "https://m.example/users/a/statuses/1", "type": "Note", "attributedTo": "http://[", "content": "<p>words of a note <a href='{site.url}/one'>it</a></p>",
        "published": "2024-03-03T09:00:00Z", "url": "https://m.example/@a/1"}}""".encode()
    site.routes["/api/v2/search"] = lambda asked: Reply(note, headers={"Content-Type": "application/json"})
    story(engine, chosen, site, "", "one")
    story(engine, chosen, site, embed("root"), "two")
    one_pass(engine, chosen)
    assert ask(engine, "SELECT story FROM reactions WHERE text = 'words of root'") == [("two",)]
    assert ask(engine, "SELECT story, text FROM reactions WHERE platform = 'mastodon'") == [
        ("one", "words of a note it")
    ]
    assert ask(engine, "SELECT status FROM job_run") == [("done",)]


def test_a_fault_of_our_own_costs_one_look_and_names_its_address(
    engine: Engine, site: Site, other: Site, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Bluesky(site)
    network.add("root")
    story(engine, chosen, site, link(f"{other.url}/linked"), "one")
    story(engine, chosen, site, embed("root"), "two")

    async def broken(*words: Any) -> bool:
        raise ZeroDivisionError("a fault\nof two lines")

    monkeypatch.setattr(pages.Pages, "link", broken)
    results = one_pass(engine, chosen)
    assert results["one"].notes == [f"{other.url}/linked: ZeroDivisionError: a fault of two lines"]
    assert results["two"].notes == []
    assert ask(engine, "SELECT story FROM reactions WHERE text = 'words of root'") == [("two",)]
    assert ask(engine, "SELECT outcome, failures FROM look WHERE kind = 'link'") == [("failed", 1)]


def test_a_host_that_hangs_holds_up_only_itself(
    sqlite: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False, "timeout": 0.5, "attempts": 1})
    network = Bluesky(site)
    network.add("root")
    with ExitStack() as stack:
        silent = stack.enter_context(raw_server(silence))
        watch(sqlite, chosen, f"{silent}/story", slug="one")
        story(sqlite, chosen, site, embed("root"), "two")
        results = one_pass(sqlite, chosen)
    assert [note for note in results["one"].notes if silent in note]
    assert results["two"].notes == []
    assert ask(sqlite, "SELECT story FROM reactions") == [("two",)]
