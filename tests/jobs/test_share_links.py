"""A post that an article shows by its share link alone becomes the post behind it, once that is known."""

import httpx
import pytest
import respx
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.watch import watch

from ..loopback import Site
from .test_live_story import PAGE, ask, one_pass

SHORT = "https://www.reddit.com/r/bridges/s/abcDEF123g"
LONG = "https://www.reddit.com/r/bridges/comments/abc123/cracks/?share_id=1"
LONG_NAME = "the post itself"
SHOWN = f"""<blockquote class="reddit-embed-bq"><a href="{SHORT}">Cracks</a><br> by<a href="https://www.reddit.com/user/ann/">u/ann</a>
in<a href="https://www.reddit.com/r/bridges/">bridges</a></blockquote>"""
POSTS = "SELECT platform, external_id, url FROM reactions WHERE platform = 'reddit'"


def routes(answer: httpx.Response) -> respx.MockRouter:
    router = respx.mock(assert_all_called=False)
    router.route(host="127.0.0.1").pass_through()
    router.get("https://www.reddit.com/robots.txt").respond(404)
    router.get(SHORT).mock(return_value=answer)
    router.get(url__startswith="https://www.reddit.com/r/bridges/comments/", name=LONG_NAME).respond(403)
    return router


@pytest.mark.parametrize("shown", [SHOWN, f'<p>See <a href="{SHORT}">the thread</a>.</p>'])
def test_the_post_gets_its_id_and_is_asked_for_once(engine: Engine, site: Site, settings: Settings, shown: str) -> None:
    site.page("/bridge", PAGE.format(more=shown))
    with routes(httpx.Response(301, headers={"Location": LONG})) as router:
        watch(engine, settings, f"{site.url}/bridge", slug="bridge")
        one_pass(engine, settings)
        site.page("/bridge", PAGE.format(more=shown + "<p>Another word.</p>"))
        one_pass(engine, settings)
        assert sum(str(call.request.url) == SHORT for call in router.calls) == 1
    assert ask(engine, POSTS) == [("reddit", "t3_abc123", "https://www.reddit.com/r/bridges/comments/abc123/")]


def test_a_link_that_leads_nowhere_stays_as_it_is_and_its_failure_is_remembered(
    engine: Engine, site: Site, settings: Settings
) -> None:
    site.page("/bridge", PAGE.format(more=SHOWN))
    with routes(httpx.Response(404)):
        watch(engine, settings, f"{site.url}/bridge", slug="bridge")
        one_pass(engine, settings)
    assert ask(engine, POSTS) == [("reddit", None, SHORT)]
    assert ask(engine, "SELECT target, failures FROM look WHERE kind = 'short'") == [(SHORT, 1)]


def test_a_sign_in_page_behind_the_post_does_not_hide_it(engine: Engine, site: Site, settings: Settings) -> None:
    site.page("/bridge", PAGE.format(more=SHOWN))
    with routes(httpx.Response(301, headers={"Location": LONG})) as router:
        router.pop(LONG_NAME)
        router.get(url__startswith="https://www.reddit.com/r/bridges/comments/").respond(
            302, headers={"Location": "https://www.reddit.com/login/"}
        )
        router.get("https://www.reddit.com/login/").respond(200)
        watch(engine, settings, f"{site.url}/bridge", slug="bridge")
        one_pass(engine, settings)
    assert ask(engine, POSTS) == [("reddit", "t3_abc123", "https://www.reddit.com/r/bridges/comments/abc123/")]
