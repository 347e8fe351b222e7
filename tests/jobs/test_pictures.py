"""A story with a picture: posts that show it, or a page with its headline, are found without a word or a link of the story."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.manage import Changes, change
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from ..painted import DONE, Picture, as_jpeg, page, photograph
from .world import ask, one_pass, reply

TITLE = "Norlund Lines sailed for months without a valid safety certificate"
ARTICLE = """<html lang="en"><head><title>{title}</title><meta property="og:image" content="/lead.jpg">
<meta property="og:site_name" content="Skerry Gazette"></head><body><article><h1>{title}</h1>
<p>The ferry Skerry Queen sailed for five months without a valid safety certificate, inspectors say.
Norlund Lines runs the ferry to Arnsay. Its chief executive, Patricia Oakes, says that the paper had been applied for.</p>
<p>Inspector Declan Moray says that the Skerry Queen should never have left Arnsay.</p></article></body></html>"""


class Lemmy:
    """A server of Lemmy whose search shows pictures."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.posts: list[dict[str, Any]] = []
        site.routes["/api/v3/search"] = lambda asked: reply(
            {"posts": [] if "Url" in asked.query["type_"] else self.posts}
        )
        site.routes["/api/v3/post"] = self._one
        site.routes["/api/v3/comment/list"] = lambda asked: reply({"comments": []})

    def _one(self, asked: Asked) -> Reply:
        found = [p for p in self.posts if str(p["post"]["id"]) == asked.query["id"][0]]
        return reply({"post_view": found[0]}) if found else Reply(status=404)

    def show(self, picture: Picture | bytes, author: str = "ann") -> None:
        """Adds a post that has nothing but a picture."""
        number = len(self.posts) + 1
        body = picture if isinstance(picture, bytes) else as_jpeg(picture)
        self.site.routes[f"/{number}.jpg"] = lambda asked: Reply(body, headers={"Content-Type": "image/jpeg"})
        post = {
            "id": number, "ap_id": f"{self.site.url}/post/{number}", "name": "look at this", "url": f"{self.site.url}/{number}.jpg",
            "url_content_type": "image/jpeg", "published": "2026-03-03T10:00:00Z",
        }  # fmt: skip
        creator = {"name": author, "actor_id": f"{self.site.url}/u/{author}"}
        self.posts.append({"post": post, "creator": creator, "counts": {"upvotes": 3, "comments": 0}})


@pytest.fixture
def lemmy() -> Iterator[Lemmy]:
    with Site() as site:
        yield Lemmy(site)


@pytest.fixture
def paper() -> Iterator[Site]:
    with Site() as site:
        site.page("/ferry", ARTICLE.format(title=TITLE))
        site.routes["/lead.jpg"] = lambda asked: Reply(as_jpeg(photograph(1)), headers={"Content-Type": "image/jpeg"})
        yield site


@pytest.fixture
def chosen(settings: Settings, lemmy: Lemmy) -> Settings:
    return settings.model_copy(
        update={"platforms": ["lemmy", "web"], "coverage": False, "lemmy_url": lemmy.site.url, "lemmy_servers": []}
    )


def found(engine: Engine) -> list[tuple[str, str, str, str]]:
    query = "SELECT url, tie, text, rests_on FROM reactions WHERE platform = 'lemmy' ORDER BY url"
    return [tuple(row) for row in ask(engine, query)]


@pytest.mark.slow
def test_a_post_that_shows_the_storys_picture_is_a_reaction(
    engine: Engine, chosen: Settings, lemmy: Lemmy, paper: Site
) -> None:
    for shown in (photograph(5), DONE["cropped on all sides"](photograph(1)), page(3, photograph(6)), b"no picture"):
        lemmy.show(shown)
    watch(engine, chosen, f"{paper.url}/ferry", claims=(), slug="ferry")
    one_pass(engine, chosen)
    [(url, tie, text, rests_on)] = found(engine)
    assert (url, tie, text) == (f"{lemmy.site.url}/post/2", "mentions", "look at this")
    assert rests_on.startswith("its picture is the article's, whole or in part, at a distance of 0.")
    assert rests_on.endswith(f"{paper.url}/lead.jpg")
    assert "its picture is the article's" in report(engine, "ferry", ReportFormat.JSON)
    assert ask(engine, "SELECT COUNT(*) FROM post WHERE platform = 'lemmy'") == [(1,)], "strangers are not kept"
    asked = len(lemmy.site.log)
    change(engine, chosen, "ferry", Changes(drop=[f"{lemmy.site.url}/post/2"]))
    one_pass(engine, chosen)
    assert found(engine) == [], "what was dropped is not offered again"
    assert not any(".jpg" in request.path for request in lemmy.site.log[asked:]), "nor is a picture fetched again"


@pytest.mark.slow
def test_a_papers_logo_over_two_stories_tells_neither_whatever_its_addresses(
    engine: Engine, chosen: Settings, lemmy: Lemmy, paper: Site
) -> None:
    title = "Arnsay harbour master Declan Moray resigns over the silted channel"
    paper.page("/ferry", ARTICLE.format(title=TITLE).replace("/lead.jpg", "/lead.jpg?for=ferry"))
    paper.page("/harbour", ARTICLE.format(title=title).replace("/lead.jpg", "/lead.jpg?for=harbour"))
    watch(engine, chosen, f"{paper.url}/ferry", claims=(), slug="ferry")
    watch(engine, chosen, f"{paper.url}/harbour", claims=(), slug="harbour")
    one_pass(engine, chosen)
    assert ask(engine, "SELECT COUNT(*) FROM lead_picture WHERE max_distance > 0") == [(2,)]
    lemmy.show(photograph(1))
    one_pass(engine, chosen)
    assert any(request.path == "/1.jpg" for request in lemmy.site.log), "it was looked at"
    assert found(engine) == []
