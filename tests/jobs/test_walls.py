"""What stands before an article makes no story of itself and takes the place of no text that was read before."""

import asyncio
import gzip

from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .test_live_story import ask

HEAD = '<!doctype html><html lang="en"><head><title>{}</title></head><body>'
WORDS = (
    "The harbour authority said on Tuesday that the bridge had been closed after engineers found cracks in its piers. "
)
ARTICLE = (
    HEAD.format("Bridge closed")
    + "<article><h1>Bridge closed</h1>"
    + "".join(f"<p>{WORDS}Part {number}.</p>" for number in range(5))
    + "</article>"
)
LONGER = ARTICLE.replace(
    "</article>", "<p>On Friday the council decided to build a new one beside it, by 2031.</p></article>"
)
CUT = f"{HEAD.format('Bridge closed')}<article><h1>Bridge closed</h1><p>{WORDS}</p><p>Subscribe to read the rest of this article.</p></article>"
CONSENT = f"{HEAD.format('Before you continue')}<h1>We value your privacy</h1><p>We and our partners store cookies on your device.</p>"
CHECK = f"{HEAD.format('Just a moment...')}<script>window._cf_chl_opt={{}}</script><noscript>Enable JavaScript and cookies to continue</noscript>"


def one_pass(engine: Engine, settings: Settings) -> Result:
    with engine.begin() as connection:
        watched = stories(connection)
    return asyncio.run(collect(engine, settings, watched))["bridge"]


def test_a_wall_is_told_in_a_line_and_replaces_nothing(engine: Engine, site: Site, settings: Settings) -> None:
    chosen = settings.model_copy(update={"platforms": ["web"], "coverage": False})
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    site.page("/bridge", CONSENT)
    result = one_pass(engine, chosen)
    assert [note for note in result.notes if "is a consent page, no article" in note]
    assert ask(engine, "SELECT title FROM story") == [(None,)]
    assert ask(engine, "SELECT COUNT(*) FROM article_revision") == [(0,)]
    site.page("/bridge", ARTICLE)
    one_pass(engine, chosen)
    assert ask(engine, "SELECT title FROM story") == [("Bridge closed",)]
    for wall in (CONSENT, CHECK):
        site.page("/bridge", wall)
        assert len(one_pass(engine, chosen).notes) == 1
    assert ask(engine, "SELECT title, revisions FROM articles") == [("Bridge closed", 1)]
    site.page("/bridge", LONGER)
    one_pass(engine, chosen)
    assert ask(engine, "SELECT revisions FROM articles") == [(2,)]


def test_a_text_cut_off_by_a_paywall_replaces_no_longer_one(engine: Engine, site: Site, settings: Settings) -> None:
    chosen = settings.model_copy(update={"platforms": ["web"], "coverage": False})
    site.page("/bridge", CUT)
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    assert [note for note in one_pass(engine, chosen).notes if "behind a paywall" in note]
    [stored] = ask(engine, "SELECT text FROM article_revision")
    assert "harbour" in stored.text and "Subscribe" not in stored.text
    for page, revisions in ((ARTICLE, 2), (CUT.replace("Tuesday", "Monday"), 2), (LONGER, 3)):
        site.page("/bridge", page)
        one_pass(engine, chosen)
        assert ask(engine, "SELECT revisions FROM articles") == [(revisions,)]


def test_what_of_a_page_was_not_read_is_told_where_the_page_is_kept(
    engine: Engine, site: Site, settings: Settings
) -> None:
    chosen = settings.model_copy(update={"platforms": ["web"], "coverage": False})
    site.page(
        "/bridge", ARTICLE.replace("</article>", '<iframe src="https://medium.com/media/0a1b"></iframe></article>')
    )
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    [note] = [note for note in one_pass(engine, chosen).notes if "was not read" in note]
    assert note.startswith(f"{site.url}/bridge: ")
    assert "medium.com/media/0a1b" in note
    assert not one_pass(engine, chosen).notes


def test_a_watched_feed_may_be_packed(engine: Engine, site: Site, settings: Settings) -> None:
    site.page("/bridge", ARTICLE)
    link = f"As the <a href='{site.url}/bridge'>Times</a> wrote, the harbour bridge was closed over cracks. "
    site.page(
        "/more",
        ARTICLE.replace("The harbour", link + "The harbour").replace(
            "Bridge closed", "Harbour bridge closed over cracks"
        ),
    )
    packed = gzip.compress(
        f"<urlset xmlns:n='x'><url><loc>{site.url}/more</loc><n:news><n:title>Harbour bridge closed over cracks</n:title></n:news></url></urlset>".encode()
    )
    site.routes["/news.xml.gz"] = lambda asked: Reply(packed, headers={"Content-Type": "application/gzip"})
    chosen = settings.model_copy(
        update={
            "platforms": ["web"],
            "feeds": [f"{site.url}/news.xml.gz"],
            "gdelt_url": site.url,
            "wikipedia_url": site.url,
        }
    )
    site.routes["/api/v2/doc/doc"] = lambda asked: Reply(b'{"articles": []}')
    site.routes["/w/api.php"] = lambda asked: Reply(b'{"query": {"exturlusage": []}}')
    watch(engine, chosen, f"{site.url}/bridge", claims=("The harbour bridge was closed over cracks",), slug="bridge")
    one_pass(engine, chosen)
    one_pass(engine, chosen)
    assert (f"{site.url}/more",) in [tuple(row) for row in ask(engine, "SELECT url FROM articles")]
