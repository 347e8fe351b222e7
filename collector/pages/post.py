"""A page as a post of the platform ``web``."""

from typing import Any

from ..errors import StorywakeError
from ..platforms.web import NAME
from ..records import Article, Author, Kind, Post
from ..urls import canonical
from .article import read_article


def page_post(payload: Any) -> list[Post]:
    """The page that a payload is as one post; [] where it is none. Never raises."""
    if not isinstance(payload, str):
        return []
    try:
        return [article_as_post(read_article(payload))]
    except StorywakeError:
        return []


def article_as_post(article: Article) -> Post:
    """An article as a record among the reactions."""
    address = article.canonical_url or article.url
    return Post(
        platform=NAME,
        external_id=canonical(address) if address else None,
        url=address,
        kind=Kind.ARTICLE,
        author=Author(name=article.authors[0] if article.authors else article.publisher),
        text=article.text or None,
        language=article.language,
        posted_at=article.published_at,
        links=tuple(link.url for link in article.links),
    )
