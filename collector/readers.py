"""What an answer holds, read by the reader of its source: in a pass as it came, or anew from evidence."""

import msgspec

from .article import decode, read_article
from .copies import signature
from .evidence import Evidence
from .feeds import Entry, read_feed, sitemap_index
from .indexes import read_citing, read_gdelt
from .records import Article, Post
from .sources import SOURCES
from .sources.base import load, readable


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from an answer."""

    article: Article | None = None
    signature: bytes | None = None  # of the article's text
    posts: list[Post] = []
    entries: list[Entry] = []
    inner: list[str] = []
    readable: bool = True


def read(source: str, evidence: Evidence) -> Content:
    """Reads an answer by its source."""
    if source == "web":
        if (
            evidence.status != 200
            or "html" not in evidence.headers.get("content-type", "text/html")
            or not evidence.body
        ):
            return Content(readable=False)
        address = evidence.final_url if evidence.final_url.startswith(("http://", "https://")) else None
        article = read_article(decode(evidence.body, evidence.charset), address)
        return Content(article=article, signature=signature(article.text))
    if source == "feed":
        entries = read_feed(evidence.body, evidence.final_url)
        return Content(
            entries=list(entries), inner=list(sitemap_index(evidence.body, evidence.final_url)), readable=bool(entries)
        )
    payload = load(evidence)
    if source == "gdelt":
        return Content(entries=list(read_gdelt(payload)), readable=payload is not None)
    if source == "wikipedia":
        return Content(
            posts=read_citing(payload, evidence.url.partition("/w/api.php")[0]), readable=payload is not None
        )
    found = SOURCES[source].normalise(payload if payload is not None else evidence.body.decode("utf-8", "replace"))
    return Content(posts=found, readable=readable(evidence))
