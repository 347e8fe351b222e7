"""What came before the story or stands beside it is listed; what reacts to it is a reaction, in any language."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.db.stories import find_story
from storywake.db.webmentions import receive_webmention
from storywake.jobs.watch import watch

from ..loopback import Reply, Site, raw_server, silence
from .world import LONG, Bluesky, ask, embed, one_pass, page

TITLE = "Northport harbour bridge opened without inspection"


@pytest.fixture
def other() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def chosen(site: Site, settings: Settings) -> Settings:
    return settings.model_copy(update={"bluesky_url": site.url, "coverage": False})


def link(address: str, words: str = "another paper wrote") -> str:
    return f'<p>As <a href="{address}">{words}</a>, the works on the bridge were late.</p>'


def roles(engine: Engine) -> dict[str, str]:
    return {row.url.rsplit("/", 1)[1]: row.role for row in ask(engine, "SELECT url, role FROM articles")}


def test_what_an_earlier_article_shows_and_what_links_to_it_are_no_reactions(
    engine: Engine, site: Site, other: Site, chosen: Settings
) -> None:
    network = Bluesky(site)
    for key in ("old", "new"):
        network.add(key)
    network.add("about-old", answers="new", link=f"{other.url}/earlier")
    said = "<p>“The works are late,” said Anna Berg, an engineer at the Halden Institute.</p>"
    other.page(
        "/earlier",
        page("Works are late", LONG + said + embed("old"), published="2024-01-10T08:00:00Z", publisher="Globe"),
    )
    site.page("/bridge", page(TITLE, LONG + link(f"{other.url}/earlier") + embed("new")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for _ in range(2):
        one_pass(engine, chosen)
    assert roles(engine) == {"bridge": "original", "earlier": "earlier"}
    found = {(row.text, row.tie) for row in ask(engine, "SELECT text, tie FROM reactions")}
    assert found == {("words of new", "embedded"), ("words of about-old", "replies")}
    assert ("links", f"{other.url}/earlier") not in {
        (row.tie, row.source) for row in ask(engine, "SELECT tie, source FROM witness")
    }
    assert not [row for row in ask(engine, "SELECT target FROM look WHERE kind = 'linking'") if "earlier" in row.target]
    assert network.told("posts", "old") == 0


def test_a_page_that_the_story_only_links_to_is_listed_and_not_searched_for_and_one_that_links_back_reacts(
    engine: Engine, site: Site, other: Site, chosen: Settings
) -> None:
    Bluesky(site)
    later = "2024-03-04T08:00:00Z"
    other.page("/beside", page("How bridges are built", LONG, published=later, publisher="Globe"))
    other.page("/back", page("The bridge again", LONG + link(f"{site.url}/bridge"), published=later, publisher="Star"))
    site.page("/bridge", page(TITLE, LONG + link(f"{other.url}/beside") + link(f"{other.url}/back")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for _ in range(2):
        one_pass(engine, chosen)
    assert roles(engine) == {"bridge": "original", "beside": "context", "back": "coverage"}
    sure = {row.url.rsplit("/", 1)[1]: row.confidence for row in ask(engine, "SELECT url, confidence FROM articles")}
    assert (sure["beside"], sure["back"]) == (0.7, 0.95)
    assert [row.url.rsplit("/", 1)[1] for row in ask(engine, "SELECT url FROM reactions")] == ["back"]
    searched = {row.target.rsplit("/", 1)[1] for row in ask(engine, "SELECT target FROM look WHERE kind = 'linking'")}
    assert searched == {"bridge", "back"}


def test_coverage_in_another_script_that_links_to_the_story_is_found_through_a_feed(
    engine: Engine, site: Site, other: Site, chosen: Settings
) -> None:
    chosen = chosen.model_copy(update={"feeds": [f"{other.url}/feed"], "platforms": ["web"]})
    headline = "Мост в Нортпорте открыли без проверки"
    other.routes["/feed"] = lambda asked: Reply(
        f"""<rss version="2.0"><channel><title>t</title><language>ru</language>
        <item><title>{headline}</title><link>{other.url}/ru</link></item>
        <item><title>Пять рецептов супа на осень</title><link>{other.url}/soup</link></item></channel></rss>""".encode()
    )
    body = (
        f'<p>Как пишет <a href="{site.url}/bridge">газета</a>, мост открыли раньше срока, и никто его не проверял.</p>'
    )
    other.page("/ru", page(headline, body * 3, published="2024-03-04T08:00:00Z", publisher="Вести", language="ru"))
    site.page("/bridge", page(TITLE))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for _ in range(2):
        one_pass(engine, chosen)
    assert roles(engine) == {"bridge": "original", "ru": "coverage"}
    assert not other.asked("/soup")


def test_why_gdelt_was_not_asked_stands_in_the_notes(engine: Engine, site: Site, settings: Settings) -> None:
    chosen = settings.model_copy(
        update={"platforms": ["web"], "coverage": True, "gdelt_url": site.url, "wikipedia_url": site.url}
    )
    site.routes["/w/api.php"] = lambda asked: Reply(b'{"query": {"exturlusage": []}}')
    site.page(
        "/bridge", page("so it is", "<p>it was so and it will be so, as they say in the town by the sea.</p>" * 3)
    )
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    notes = one_pass(engine, chosen)["bridge"].notes
    assert [note for note in notes if "GDELT" in note], notes
    assert not site.asked("/api/v2/doc/doc")


def test_a_post_takes_no_place_in_a_chart_outside_the_time_of_watching(
    engine: Engine, site: Site, chosen: Settings
) -> None:
    network = Bluesky(site)
    network.add("root", created="2024-03-03T09:00:00Z")
    network.add("first", answers="root", created="1970-01-01T00:00:00Z")
    network.add("last", answers="root", created="2099-01-01T00:00:00Z")
    network.add("parentless", answers="root", created="2024-03-01T09:00:00Z")
    network.add("sound", answers="root", created="2024-03-03T11:00:00Z")
    site.page("/bridge", page(TITLE, LONG + embed("root")))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for _ in range(2):
        one_pass(engine, chosen)
    posted = {row.text: row.posted_at for row in ask(engine, "SELECT text, posted_at FROM reactions")}
    assert posted["words of root"] == "2024-03-03T09:00:00Z"
    assert posted["words of sound"] == "2024-03-03T11:00:00Z"
    assert posted["words of first"] is posted["words of last"] is posted["words of parentless"] is None
    [until] = ask(engine, "SELECT watch_until AS at FROM story")
    hours = {row.hour for row in ask(engine, "SELECT hour FROM stance_over_time")}
    assert hours
    assert all("2024-03-03T09:00:00Z" <= hour <= until.at for hour in hours)


def test_an_embeds_wording_beside_the_platforms_own_is_no_edit_and_a_real_edit_is_one(
    engine: Engine, site: Site, chosen: Settings, monkeypatch: Any
) -> None:
    clock = iter(f"2024-03-03T{hour:02}:{minute:02}:00Z" for hour in range(10, 24) for minute in range(60))
    monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: next(clock))
    network = Bluesky(site)
    network.add("root", text="As it  was, with https://a.example/very/long")
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for number in range(10):
        site.page(
            "/bridge", page(TITLE, f"{LONG}<p>Version {number}.</p>" + embed("root", "As it was, with a.example/ve…"))
        )
        one_pass(engine, chosen)
    assert len(site.asked("/bridge")) == 10
    assert ask(engine, "SELECT text FROM post_revision") == []
    assert ask(engine, "SELECT text FROM reactions") == [("As it  was, with https://a.example/very/long",)]
    network.posts["root"]["text"] = "As it is"
    for _ in range(2):
        one_pass(engine, chosen)
    assert ask(engine, "SELECT text FROM post_revision") == [("As it  was, with https://a.example/very/long",)]
    assert ask(engine, "SELECT text FROM reactions") == [("As it is",)]


def test_webmentions_to_a_story_that_ended_are_refused_by_the_next_pass(
    engine: Engine, site: Site, other: Site, chosen: Settings
) -> None:
    Bluesky(site)
    for slug in ("one", "two"):
        site.page(f"/{slug}", page(TITLE))
        watch(engine, chosen, f"{site.url}/{slug}", slug=slug)
    one_pass(engine, chosen)
    other.page("/blog", page("A blog", LONG + link(f"{site.url}/two"), publisher="Blog"))
    with writing(engine) as connection:
        for slug in ("one", "two"):
            story = find_story(connection, slug).id
            receive_webmention(
                connection, story, f"{other.url}/blog", f"{site.url}/{slug}", "2024-03-05T00:00:00Z", most_waiting=9
            )
        connection.execute(text("UPDATE story SET status = 'ended' WHERE slug = 'one'"))
    one_pass(engine, chosen)
    found = {row.target.rsplit("/", 1)[1]: row for row in ask(engine, "SELECT target, status, note FROM webmention")}
    assert (found["one"].status, found["one"].note) == ("refused", "the story is no longer watched")
    assert found["two"].status == "verified"


def test_webmentions_from_silent_servers_hold_nothing_up(sqlite: Engine, site: Site, settings: Settings) -> None:
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False, "timeout": 0.5, "attempts": 1})
    network = Bluesky(site)
    network.add("root")
    site.page("/bridge", page(TITLE, LONG + embed("root")))
    watch(sqlite, chosen, f"{site.url}/bridge", slug="bridge")
    with raw_server(silence) as silent:
        with writing(sqlite) as connection:
            for number in range(10):
                receive_webmention(
                    connection,
                    find_story(connection, "bridge").id,
                    f"{silent}/{number}",
                    f"{site.url}/bridge",
                    "2024-03-05T00:00:00Z",
                    most_waiting=99,
                )
        one_pass(sqlite, chosen)
    assert ask(sqlite, "SELECT text FROM reactions") == [("words of root",)]
    assert ask(sqlite, "SELECT DISTINCT status FROM webmention") == [("waiting",)]
    failed = ask(sqlite, "SELECT outcome FROM look WHERE kind = 'webmention' AND due_at IS NOT NULL")
    assert len(failed) == 10, "they are tried again"
