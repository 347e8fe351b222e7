"""GDELT's files: each is fetched once for all stories, what was missed is caught up, and silence is told."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.cursors import stream_cursor
from storywake.db.engine import reading
from storywake.db.stories import stories
from storywake.jobs import gdelt_files, gdelt_past
from storywake.jobs.collect import Result, collect
from storywake.jobs.manage import remove
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .gdelt import Gdelt, row
from .world import WORDS, Clock, ask, readers

START = datetime(2024, 3, 3, 10, 0, tzinfo=UTC)
PAGE = f"<html><head><title>Harbour bridge in Northport</title></head><body><article><h1>Harbour bridge</h1><p>{WORDS}</p><p>{WORDS} It stands.</p></article></body></html>"
CLAIMS = {
    "bridge": "The harbour bridge in Northport was opened without a final inspection",
    "dam": "The Halden dam above Eastmoor leaks water through its wall",
    "tower": "The radio tower of Westbury was sold to a bank for one euro",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(gdelt_files, "now", lambda: clock.now)
    return clock


@pytest.fixture
def chosen(engine: Engine, site: Site, settings: Settings, clock: Clock) -> Settings:
    """Three watched stories; GDELT's search and Wikipedia know nothing."""
    site.routes["/api/v2/doc/doc"] = lambda asked: Reply(b'{"articles": []}')
    site.routes["/w/api.php"] = lambda asked: Reply(b'{"query": {"exturlusage": []}}')
    asked = {"platforms": ["web"], "gdelt_url": site.url, "gdelt_files_url": site.url, "wikipedia_url": site.url}
    chosen = settings.model_copy(update=asked)
    for slug, claim in CLAIMS.items():
        site.page(f"/{slug}", PAGE.replace("Harbour bridge", claim).replace(WORDS, f"{claim}. " * 3))
        watch(engine, chosen, f"{site.url}/{slug}", claims=(claim,), slug=slug)
    return chosen


def one_pass(engine: Engine, settings: Settings, *slugs: str) -> dict[str, Result]:
    with reading(engine) as connection:
        watched = [story for story in stories(connection) if not slugs or story.slug in slugs]
    return asyncio.run(collect(engine, settings, watched, readers=readers()))


def named(engine: Engine) -> list[tuple[str, str]]:
    found = ask(
        engine,
        "SELECT s.slug, l.target FROM look l JOIN story s ON s.id = l.story_id WHERE l.kind = 'candidate' ORDER BY 1, 2",
    )
    return [(slug, target.rsplit("/", 1)[1]) for slug, target in found]


def test_a_file_is_fetched_once_though_three_stories_watch(engine: Engine, site: Site, chosen: Settings) -> None:
    gdelt, translated = Gdelt(site), Gdelt(site, ".translation.gkg.csv.zip", "lastupdate-translation.txt")
    path = gdelt.add(
        START,
        [
            row(f"{site.url}/a", "Northport harbour bridge opened without inspection"),
            row(f"{site.url}/b", "Halden dam leaks above Eastmoor"),
            row(f"{site.url}/c", "Five soups for autumn"),
            row(f"{site.url}/d", "What a week", links=f"https://else.example/x;{site.url}/tower?utm_source=mail"),
            b"cut \xff off",
        ],
    )
    translated.add(START, [row(f"{site.url}/e", "Sillan avaus: Northport", translated="srclc:fin; eng:GT-FIN 1.0")])
    for name in "bde":
        site.page(f"/{name}", PAGE)
    site.page(
        "/a",
        PAGE.replace(WORDS, "The harbour bridge in Northport was opened although its inspection was not final. " * 3),
    )
    one_pass(engine, chosen, "bridge")
    assert named(engine) == [("bridge", "a"), ("bridge", "e"), ("dam", "b"), ("tower", "d")]
    one_pass(engine, chosen)
    assert len(site.asked(path)) == 1
    assert ask(engine, "SELECT rests_on FROM articles WHERE url LIKE '%/a'")[0][0].startswith(
        "found by GDELT's file 2024"
    )


def test_the_files_of_a_night_are_caught_up_each_once(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    gdelt = Gdelt(site)
    gdelt.add(START, [])
    one_pass(engine, chosen)
    paths = gdelt.until(START, 8)
    gdelt.add(START + timedelta(hours=3), [row(f"{site.url}/a", "Northport harbour bridge opened without inspection")])
    gdelt.until(START + timedelta(hours=7.75), 0.25)
    site.routes[paths[5]] = lambda asked: Reply(b"not here", 404)
    site.routes[paths[6]] = lambda asked: Reply(b"PK\x03\x04 no archive")
    clock.forward(hours=8)
    result = one_pass(engine, chosen)["dam"]
    assert [len(site.asked(path)) for path in paths] == [1] * 32
    assert named(engine) == [("bridge", "a")]
    assert [note.rpartition("gdeltv2/")[2].partition(":")[0] for note in result.notes if "left out" in note] == [
        "20240303113000.gkg.csv.zip",
        "20240303114500.gkg.csv.zip",
    ]


def test_a_month_without_a_pass_costs_no_more_files_than_a_day_has(
    engine: Engine, site: Site, chosen: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gdelt_files.MAX_MISSED == 24 * 4
    monkeypatch.setattr(gdelt_files, "MAX_MISSED", 6)
    gdelt = Gdelt(site)
    gdelt.add(START, [])
    one_pass(engine, chosen)
    clock.forward(days=30)
    gdelt.add(clock.at, [])
    result = one_pass(engine, chosen)["dam"]
    asked = [a.path for a in site.log if a.path.endswith(".zip")]
    assert len(asked) == len(set(asked)) == 1 + 6
    assert any(note.startswith("GDELT: 2874 files .gkg.csv.zip from before") for note in result.notes)


def test_the_newest_file_is_asked_for_again_where_it_came_broken(engine: Engine, site: Site, chosen: Settings) -> None:
    gdelt = Gdelt(site)
    found = [row(f"{site.url}/a", "Northport harbour bridge opened without inspection")]
    gdelt.add(START, found, body=b"PK\x03\x04 half")
    result = one_pass(engine, chosen)["bridge"]
    assert named(engine) == []
    assert any("is not what the listing tells of" in note for note in result.notes)
    gdelt.add(START, found)
    one_pass(engine, chosen)
    assert named(engine) == [("bridge", "a")]


def test_a_kill_before_the_mark_is_written_loses_and_doubles_nothing(
    engine: Engine, site: Site, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Gdelt(site).add(START, [row(f"{site.url}/a", "Northport harbour bridge opened without inspection")])
    with monkeypatch.context() as broken:
        broken.setattr(gdelt_files, "move_cursor", lambda *_: 1 / 0)
        one_pass(engine, chosen)
    assert named(engine) == []
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert named(engine) == [("bridge", "a")]
    with reading(engine) as connection:
        assert stream_cursor(connection, "gdelt.gkg") == 20240303100000


def test_silence_is_told_in_the_statement_of_coverage(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    Gdelt(site).add(START, [])
    one_pass(engine, chosen)
    clock.forward(minutes=59)
    assert not any("silent" in note for note in one_pass(engine, chosen)["dam"].notes)
    clock.forward(minutes=30)
    assert any(
        "GDELT is silent: no file since 2024-03-03T10:00:00Z" in note for note in one_pass(engine, chosen)["dam"].notes
    )
    site.routes["/gdeltv2/lastupdate.txt"] = lambda asked: Reply(b"busy", 429)
    assert any("429" in note for note in one_pass(engine, chosen)["dam"].notes)


def test_another_gdelt_is_not_asked_for_files_that_it_does_not_have(settings: Settings) -> None:
    assert settings.gdelt_files == "http://data.gdeltproject.org"
    assert settings.model_copy(update={"gdelt_url": "https://gdelt.example"}).gdelt_files is None


def test_a_page_that_was_about_something_else_is_not_read_again_under_another_form_of_its_address(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    gdelt = Gdelt(site)
    headline = "Northport harbour bridge painted blue"
    gdelt.add(START, [row(f"{site.url}/paint", headline)])
    site.page(
        "/paint",
        "<html><body><article><h1>Painters</h1><p>Forty painters came with forty brushes.</p></article></body></html>",
    )
    one_pass(engine, chosen, "bridge")
    assert named(engine) == [("bridge", "paint")]
    clock.forward(minutes=15)
    gdelt.add(clock.at, [row(f"{site.url}/paint?utm_source=rss", headline), row(f"{site.url}/paint/", headline)])
    one_pass(engine, chosen, "bridge")
    assert named(engine) == [("bridge", "paint")] and len(site.asked("/paint")) == 1


def test_a_headline_that_names_nobody_is_read_for_rare_words_of_the_story(
    engine: Engine, site: Site, chosen: Settings
) -> None:
    claim = "Galvanised scaffolding corroded while the welders of Halden falsified certificates"
    site.page("/weld", PAGE.replace("Harbour bridge", claim).replace(WORDS, f"{claim}. " * 3))
    watch(engine, chosen, f"{site.url}/weld", claims=(claim,), slug="weld")
    gdelt = Gdelt(site)
    gdelt.add(
        START,
        [
            row(f"{site.url}/a", "Corroded scaffolding: welders under suspicion"),
            row(f"{site.url}/b", "A ship with certificates"),
        ],
    )
    site.page("/a", PAGE)
    one_pass(engine, chosen, "weld")
    assert named(engine) == [("weld", "a")]


def test_a_listing_that_names_a_file_of_another_century_is_told_and_the_next_one_is_read(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    gdelt = Gdelt(site)
    gdelt.add(START, [])
    one_pass(engine, chosen)
    clock.forward(minutes=15)
    gdelt.add(datetime(2099, 1, 1, tzinfo=UTC), [])
    assert any("ahead of the clock" in note for note in one_pass(engine, chosen)["dam"].notes)
    clock.forward(minutes=30)
    gdelt.add(clock.at, [row(f"{site.url}/a", "Northport harbour bridge opened without inspection")])
    one_pass(engine, chosen)
    assert named(engine) == [("bridge", "a")]


def published(site: Site, slug: str, claim: str, at: str) -> None:
    told = f'<meta property="article:published_time" content="{at}">'
    site.page(
        f"/{slug}",
        PAGE.replace("<head>", f"<head>{told}").replace("Harbour bridge", claim).replace(WORDS, f"{claim}. " * 3),
    )


def test_a_story_that_is_watched_late_has_the_files_since_its_publication(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    gdelt = Gdelt(site)
    early = gdelt.add(START - timedelta(hours=3), [row(f"{site.url}/a", "Westbury radio tower sold")])
    paths = gdelt.until(START - timedelta(hours=3), 3)
    gdelt.add(
        START - timedelta(hours=1),
        [
            row(f"{site.url}/b", "Westbury radio tower sold to a bank"),
            row(f"{site.url}/c", "Halden dam leaks above Eastmoor"),
        ],
    )
    gdelt.add(START, [])
    for slug in ("dam", "tower"):
        published(site, slug, CLAIMS[slug], "2024-03-03T07:50:00Z")
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert named(engine) == [("dam", "c"), ("tower", "b")]
    assert site.asked(early) == []
    assert [len(site.asked(path)) for path in paths] == [*[0] * 3, *[1] * 9]  # that of 7:45 was whole by then


def test_a_story_that_joins_is_read_the_files_that_were_read_for_others(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    gdelt = Gdelt(site)
    path = gdelt.add(START, [row(f"{site.url}/a", "Mayor of Kesselburg resigned over missing harbour funds")])
    one_pass(engine, chosen)
    clock.forward(hours=2)
    gdelt.until(START, 2)
    one_pass(engine, chosen)
    claim = "The mayor of Kesselburg resigned over missing harbour funds"
    published(site, "mayor", claim, "2024-03-03T09:50:00Z")
    watch(engine, chosen, f"{site.url}/mayor", claims=(claim,), slug="mayor")
    for _ in range(3):
        one_pass(engine, chosen)
        clock.forward(minutes=15)
    assert ("mayor", "a") in named(engine)
    assert len(site.asked(path)) == 2


def test_a_removed_story_leaves_no_word_of_how_far_files_were_read_for_it(
    engine: Engine, site: Site, chosen: Settings, clock: Clock
) -> None:
    gdelt = Gdelt(site)
    gdelt.until(START - timedelta(hours=1), 1)
    published(site, "dam", CLAIMS["dam"], "2024-03-03T09:20:00Z")
    for _ in range(2):
        one_pass(engine, chosen)
    named_by = "SELECT COUNT(*) FROM stream_cursor WHERE stream LIKE '% {}@%'"
    assert ask(engine, named_by.format("dam")) == [(2,)]
    kept = ask(engine, named_by.format("tower"))
    remove(engine, "dam")
    assert ask(engine, named_by.format("dam")) == [(0,)]
    assert ask(engine, named_by.format("tower")) == kept == [(1,)]


def test_files_of_more_than_a_day_before_a_watch_are_not_read_and_that_is_told(
    engine: Engine, site: Site, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gdelt_past, "MAX_PAST", timedelta(hours=1))
    gdelt = Gdelt(site)
    paths = gdelt.until(START - timedelta(hours=3), 3)
    published(site, "dam", CLAIMS["dam"], "2024-03-01T10:00:00Z")
    notes = [note for _ in range(3) for note in one_pass(engine, chosen)["dam"].notes]
    assert [len(site.asked(path)) for path in paths] == [*[0] * 8, *[1] * 4]
    assert [note for note in notes if "are read; those of a day are" in note] == [
        "GDELT: no files .gkg.csv.zip from before 20240303091500.gkg.csv.zip are read; those of a day are"
    ]
