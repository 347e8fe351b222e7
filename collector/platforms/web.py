"""The web: any page as a post of kind ``article``."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from ..errors import StorywakeError
from ..net.fetch import Fetcher
from ..pages.article import read_article
from ..records import Article, Author, Kind, Post
from ..settings import Settings
from ..urls import canonical
from .base import Answer, Recorded


class Web(Recorded):
    """Pages of the open web."""

    name = "web"
    help = "articles, obeying robots.txt; no key"
    documentation = "schema.org/NewsArticle, ogp.me, html.spec.whatwg.org"
    settings = ("host_delay", "host_concurrency", "max_bytes", "contact")

    def missing(self, settings: Settings) -> str | None:
        """Nothing is needed, but a contact is good manners."""
        return None if settings.contact else "no STORYWAKE_CONTACT: sites cannot tell whom to write to"

    def normalise(self, payload: Any) -> list[Post]:
        """The page as one post; [] where it is no page."""
        if not isinstance(payload, str):
            return []
        try:
            return [article_as_post(read_article(payload))]
        except StorywakeError:
            return []

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each page by itself."""
        for post in wanted:
            if post.url:
                evidence = await fetcher.get(post.url)
                gone = (post.external_id or "",) if evidence.status in (404, 410) else ()
                yield Answer(evidence, await fetcher.read(self.name, evidence), gone)


def article_as_post(article: Article) -> Post:
    """An article as a record among the reactions."""
    address = article.canonical_url or article.url
    return Post(
        platform="web",
        external_id=canonical(address) if address else None,
        url=address,
        kind=Kind.ARTICLE,
        author=Author(name=article.authors[0] if article.authors else article.publisher),
        text=article.text or None,
        language=article.language,
        posted_at=article.published_at,
        links=tuple(link.url for link in article.links),
    )
