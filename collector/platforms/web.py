"""The web: any page is a post of kind ``article``. Its reader is ``collector/pages/article.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING

from ..groups import FollowSettings, NetSettings
from ..records import Post
from .base import Answer, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "web"
NO_CONTACT = "no STORYWAKE_CONTACT: sites cannot tell whom to write to"


class WebSettings(FollowSettings, NetSettings):
    """None of its own: pages are asked as the whole network is."""


class Web(Source[WebSettings]):
    """Pages of the open web."""

    name = NAME
    title = "the web"
    rank = 99
    help = "articles and the comments under them, obeying robots.txt; GDELT, Wikipedia, fact-checkers' feeds; no key; not Coral's comments, nor more of Disqus than its embed shows at first"
    row = Row(
        "articles, with robots.txt obeyed; feeds and news sitemaps; GDELT's files of every quarter of an hour and its search; Wikipedia's external links; comments under articles (WordPress, feeds of comments, what Disqus shows at first); webmentions",
        "none needed",
        "none",
    )
    documentation = (
        "schema.org/NewsArticle, ogp.me, html.spec.whatwg.org; blog.gdeltproject.org, mediawiki.org/wiki/API:Etiquette, "
        "developer.wordpress.org/rest-api/reference/comments"
    )
    limits = (
        "each site's robots.txt and Retry-After; GDELT: a search in five seconds, files without a limit; Wikipedia: 500 links an answer, "
        "with a User-Agent that names a contact; WordPress: 100 comments a page"
    )
    checked = "2026-11-27"
    group = WebSettings

    def missing(self, settings: WebSettings) -> str | None:
        """Nothing is needed, but a contact is good manners."""
        return None if settings.contact else NO_CONTACT

    def read_markup(self, markup: str) -> Iterable[Post]:
        """None: a page as a post is read by who knows pages."""
        return ()

    async def posts(self, fetcher: Fetcher, settings: WebSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each page by itself."""
        for post in wanted:
            if post.url:
                evidence = await fetcher.get(post.url)
                gone = (post.external_id or "",) if evidence.status in (404, 410) else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)


PLATFORM = Web()
