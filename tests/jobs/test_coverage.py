"""Other papers: feeds, sitemaps, GDELT, Wikipedia, fact-checks, agency copy, webmentions; each page once and with its reason."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.db.webmentions import receive_webmention
from storywake.jobs.collect import Result, collect
from storywake.jobs.renormalise import renormalise
from storywake.jobs.settling import fact_check_feeds
from storywake.jobs.watch import watch

from ..loopback import Reply, Site

CLAIM = "The harbour bridge in Northport was opened without a final inspection"
AGENCY = " ".join(
    f"The Northport harbour bridge carried its first {n} cars before engineers from the Halden Institute spoke of doubts."
    for n in ("hundred", "thousand", "morning", "evening", "winter", "summer")
)


def page(title: str, body: str, *, publisher: str, published: str = "2024-03-04T08:00:00Z", more: str = "") -> str:
    data = {"@type": "NewsArticle", "headline": title, "datePublished": published, "publisher": {"name": publisher}}
    return f"""<html lang="en"><head><title>{title}</title><script type="application/ld+json">{json.dumps(data)}</script>{more}</head>
    <body><article><h1>{title}</h1><p>{body}</p><p>The council will meet on Thursday to discuss what is known about the works and their cost.</p></article></body></html>"""


def verdict(site: Site, words: str) -> str:
    review = {
        "@type": "ClaimReview",
        "claimReviewed": "Harbour bridge in Northport opened without a final inspection",
        "reviewRating": {"ratingValue": "1", "bestRating": "5", "worstRating": "1", "alternateName": words},
        "itemReviewed": {"author": {"name": "Northport Times"}, "appearance": {"url": f"{site.url}/original"}},
    }
    return f'<script type="application/ld+json">{json.dumps(review)}</script>'


@pytest.fixture
def watched(engine: Engine, site: Site, settings: Settings) -> Settings:
    """A story whose feeds and indexes are served on loopback."""
    site.page(
        "/original",
        page(
            "Bridge never inspected",
            f"{CLAIM}, according to a leaked report by the engineers of Halden Institute.",
            publisher="Northport Times",
            published="2024-03-03T08:00:00Z",
        ),
    )
    chosen = settings.model_copy(
        update={
            "platforms": ["web"],
            "feeds": [f"{site.url}/feed.xml", f"{site.url}/sitemap_index.xml"],
            "gdelt_url": site.url,
            "wikipedia_url": site.url,
        }
    )
    site.routes["/api/v2/doc/doc"] = lambda asked: Reply(b'{"articles": []}')
    site.routes["/w/api.php"] = lambda asked: Reply(b'{"query": {"exturlusage": []}}')
    site.routes["/feed.xml"] = lambda asked: Reply(b"<rss version='2.0'><channel><title>t</title></channel></rss>")
    site.routes["/sitemap_index.xml"] = lambda asked: Reply(b"<sitemapindex></sitemapindex>")
    watch(engine, chosen, f"{site.url}/original", claims=(CLAIM,), slug="bridge")
    one_pass(engine, chosen)
    return chosen


def one_pass(engine: Engine, settings: Settings) -> Result:
    with engine.begin() as connection:
        watched = stories(connection)
    return asyncio.run(collect(engine, settings, watched))["bridge"]


def articles(engine: Engine) -> dict[str, Any]:
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT * FROM articles WHERE story = 'bridge'")).mappings()
        return {row["url"].rsplit("/", 1)[1]: dict(row) for row in rows}


def rss(*entries: tuple[str, str]) -> Reply:
    items = "".join(f"<item><title>{title}</title><link>{link}</link></item>" for link, title in entries)
    return Reply(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    )


NEWS = """<?xml version='1.0'?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{}/works?part=1&page=2</loc><news:news><news:title>Northport bridge opened without inspection & praised</news:title></news:news></url>"""
SITEMAPS: dict[str, Callable[[str], Reply]] = {
    "packed without saying so": lambda place: Reply(
        gzip.compress(f"{NEWS.format(place)}</urlset>".encode()), headers={"Content-Type": "application/gzip"}
    ),
    "cut off": lambda place: Reply(f"{NEWS.format(place)}<url><loc>https://pap".encode()),
}


@pytest.mark.parametrize("form", SITEMAPS)
def test_coverage_is_found_in_a_sitemap_however_it_is_served(
    engine: Engine, site: Site, watched: Settings, form: str
) -> None:
    link = f'As the <a href="{site.url}/original">Northport Times</a> wrote, the Northport harbour bridge opened early.'
    site.page("/works", page("Northport harbour bridge opened without inspection", link, publisher="Daily Globe"))
    site.routes["/sitemap_index.xml"] = lambda asked: SITEMAPS[form](site.url)
    assert not any("sitemap_index" in note for note in one_pass(engine, watched).notes)
    assert set(articles(engine)) == {"original", "works?part=1&page=2"}


def test_a_sitemap_in_plain_text_is_one(engine: Engine, site: Site, watched: Settings) -> None:
    site.routes["/sitemap_index.xml"] = lambda asked: Reply(f"{site.url}/a\r\n{site.url}/b\n".encode())
    assert not any("sitemap_index" in note for note in one_pass(engine, watched).notes)
    site.routes["/sitemap_index.xml"] = lambda asked: Reply(b"Nothing to see here")
    assert any("sitemap_index" in note for note in one_pass(engine, watched).notes)


def test_coverage_is_found_in_a_feed_and_a_news_sitemap_and_other_news_is_left_alone(
    engine: Engine, site: Site, watched: Settings
) -> None:
    link = f'As the <a href="{site.url}/original">Northport Times</a> wrote, the Northport harbour bridge opened early.'
    site.page("/takes-up", page("Northport harbour bridge opened without inspection", link, publisher="Daily Globe"))
    site.page("/follow-up", page("Northport bridge: Halden engineers speak", link, publisher="Northport Times"))
    site.page(
        "/football", page("Northport harbour cup final", "Northport won the harbour cup.", publisher="Daily Globe")
    )
    site.routes["/feed.xml"] = lambda asked: rss(
        (f"{site.url}/takes-up", "Northport harbour bridge opened without inspection"),
        (f"{site.url}/football", "Northport harbour cup: a final opened by thunder"),
        (f"{site.url}/recipes", "Five soups for autumn"),
    )
    site.routes["/sitemap_index.xml"] = lambda asked: Reply(
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{site.url}/news.xml</loc></sitemap></sitemapindex>".encode()
    )
    site.routes["/news.xml"] = lambda asked: Reply(
        f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc>{site.url}/follow-up</loc><news:news><news:publication><news:name>NT</news:name><news:language>en</news:language></news:publication>
        <news:publication_date>2024-03-04</news:publication_date><news:title>Northport bridge inspection: Halden engineers speak</news:title></news:news></url></urlset>""".encode()
    )
    result = one_pass(engine, watched)
    assert result.notes == []
    found = articles(engine)
    assert set(found) == {"original", "takes-up", "follow-up"}
    assert found["takes-up"]["role"] == "coverage"
    assert "the feed" in found["takes-up"]["rests_on"] and "links to an article" in found["takes-up"]["rests_on"]
    assert found["follow-up"]["role"] == "followup"
    assert not site.asked("/recipes")
    assert len(site.asked("/football")) == 1
    assert result.counts["reactions"] == 2
    again = one_pass(engine, watched)
    assert again.counts["reactions"] == 0
    assert len(site.asked("/football")) == 1
    with engine.begin() as connection:
        story = stories(connection)[0]
    renormalise(engine, watched, story)
    assert articles(engine) == found


def test_gdelt_and_wikipedia_are_asked_and_what_they_name_is_read(
    engine: Engine, site: Site, watched: Settings
) -> None:
    body = f"The Northport Times reported that the harbour bridge in Northport was opened without a final inspection. {AGENCY}"
    site.page("/globe", page("Northport harbour bridge", body, publisher="Daily Globe"))
    site.routes["/api/v2/doc/doc"] = lambda asked: Reply(
        json.dumps(
            {"articles": [{"url": f"{site.url}/globe", "title": "Northport harbour bridge opened without inspection", "language": "English", "seendate": "20240304T080000Z"}]}
        ).encode()
    )  # fmt: skip
    site.routes["/w/api.php"] = lambda asked: Reply(
        json.dumps(
            {"query": {"exturlusage": [{"title": "Northport Harbour", "ns": 0, "url": f"{site.url}/original"}]}}
        ).encode()
    )
    one_pass(engine, watched)
    assert articles(engine)["globe"]["rests_on"].startswith("found by GDELT")
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT url, tie, kind FROM reactions WHERE author_name = 'Wikipedia'")).all()
    assert [tuple(r) for r in rows] == [(f"{site.url}/wiki/Northport_Harbour", "links", "article")]
    assert site.asked("/w/api.php")[0].query["euquery"] == [f"{site.url.removeprefix('http://')}/original"]


def test_a_fact_check_is_an_explicit_stance_with_its_rating(engine: Engine, site: Site, watched: Settings) -> None:
    words = "We asked the harbour authority of Northport for the inspection records and were shown them."
    site.page("/check", page("Was the bridge inspected?", words, publisher="Checkers", more=verdict(site, "False")))
    site.routes["/feed.xml"] = lambda asked: rss(
        (f"{site.url}/check", "Northport harbour bridge inspection: the facts")
    )
    one_pass(engine, watched)
    query = "SELECT s.stance, s.probability, s.model FROM stances s JOIN reactions r ON r.reaction_id = s.reaction_id WHERE r.url LIKE :u"
    with engine.begin() as connection:
        stance = connection.execute(text(query), {"u": "%/check"}).one()
        rating = connection.execute(text("SELECT rating, rating_value, claimant FROM review")).one()
    assert tuple(stance) == ("deny", 1.0, "claimreview@1")
    assert tuple(rating) == ("False", 0.0, "Northport Times")


def test_the_same_text_on_several_sites_is_one_reaction(engine: Engine, site: Site, watched: Settings) -> None:
    credit = f'{AGENCY} The <a href="{site.url}/original">first report</a> was in the Northport Times.'
    for name, publisher in (("wire", "Agency"), ("copy-a", "Daily Globe"), ("copy-b", "Evening Star")):
        site.page(f"/{name}", page("Northport harbour bridge: doubts", credit, publisher=publisher))
    site.routes["/feed.xml"] = lambda asked: rss(
        *(
            (f"{site.url}/{n}", "Northport harbour bridge opened without inspection")
            for n in ("wire", "copy-a", "copy-b")
        )
    )
    one_pass(engine, watched)
    found = articles(engine)
    first = [name for name, row in found.items() if row["copy_of"] is None and name != "original"]
    assert len(first) == 1
    assert {row["copy_of"] for name, row in found.items() if name not in ("original", *first)} == {
        f"{site.url}/{first[0]}"
    }
    with engine.begin() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM reactions WHERE kind = 'article'")).scalar() == 1
        witnesses = connection.execute(
            text("SELECT COUNT(*) FROM witness WHERE rests_on LIKE 'the same text%'")
        ).scalar()
    assert witnesses == 2


def test_a_webmention_counts_once_its_sender_was_read(engine: Engine, site: Site, watched: Settings) -> None:
    link = (
        f'See the <a href="{site.url}/original">report on the bridge</a>, which surprised many readers of this column.'
    )
    site.page("/blog", page("What I think of the bridge", link, publisher="A Blog"))
    site.page(
        "/liar", page("Nothing here", "This page links to nothing at all, whatever it may say.", publisher="Liar")
    )
    with engine.begin() as connection:
        story = stories(connection)[0].id
        for name in ("blog", "liar", "gone"):
            receive_webmention(
                connection, story, f"{site.url}/{name}", f"{site.url}/original", "2024-03-05T00:00:00Z", most_waiting=10
            )
    one_pass(engine, watched)
    with engine.begin() as connection:
        rows = {
            r.source.rsplit("/", 1)[1]: (r.status, r.note) for r in connection.execute(text("SELECT * FROM webmention"))
        }
    assert rows == {
        "blog": ("verified", None),
        "liar": ("refused", "does not link to the article"),
        "gone": ("refused", "answered 404"),
    }
    assert set(articles(engine)) == {"original", "blog"}


def test_a_broken_feed_is_noted_and_stops_nothing(engine: Engine, site: Site, watched: Settings) -> None:
    site.routes["/feed.xml"] = lambda asked: Reply(b"\x00\xff<<<not a feed", 200)
    site.routes["/sitemap_index.xml"] = lambda asked: Reply(status=500)
    result = one_pass(engine, watched)
    assert sum("feed.xml" in note or "sitemap_index" in note for note in result.notes) == 2


def test_the_feeds_of_fact_checkers_are_read_like_others(engine: Engine, site: Site, watched: Settings) -> None:
    words = "We asked the harbour authority of Northport for the inspection records and were shown them."
    site.page("/check", page("Was the bridge inspected?", words, publisher="Checkers", more=verdict(site, "False")))
    site.routes["/facts.xml"] = lambda asked: rss(
        (f"{site.url}/check", "Northport harbour bridge inspection: the facts")
    )
    chosen = watched.model_copy(update={"fact_check_feeds": [f"{site.url}/facts.xml"]})
    one_pass(engine, chosen)
    assert "check" in articles(engine)
    assert fact_check_feeds(watched) == ()
    assert len(fact_check_feeds(watched.model_copy(update={"gdelt_url": "https://api.gdeltproject.org"}))) > 20
