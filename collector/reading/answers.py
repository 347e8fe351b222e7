"""Reads an answer of any source; used by live passes and when evidence is read again."""

from typing import Any

import msgspec

from ..cleaning import clean_post, clean_record
from ..errors import NoArticle
from ..exports.documents import exported
from ..match.copies import signature
from ..net.evidence import Evidence
from ..pages.address import linked_address
from ..pages.article import read_document
from ..pages.charsets import decode
from ..pages.citing import read_citing
from ..pages.comment_places import DISQUS, WORDPRESS, CommentPlace, comment_places
from ..pages.comment_places import FEED as COMMENT_FEED
from ..pages.comments import is_feed, read_comment_feed, read_disqus, read_wordpress
from ..pages.declared_accounts import Declared, declared_accounts
from ..pages.feeds import Entry, read_feed, sitemap_index
from ..pages.gdelt_files import read_gkg
from ..pages.indexes import read_gdelt
from ..pages.kinds import given_text
from ..pages.post import article_as_post, page_post
from ..pictures.seeing import opened, sign_of
from ..pictures.words import words_in
from ..platforms.asking import load, readable
from ..platforms.web import NAME as WEB
from ..prose.sentences import MAX_TEXT_LENGTH
from ..records import Article, Post
from ..sources import SOURCES
from ..urls import is_web_address

PICTURE, WORDS = "picture", "words"
"""Sources of pictures: what they look like, and what stands in them."""
PAGES = ("html", "gzip", "multipart/related", "message/rfc822")
"""Parts of media types that pages have: HTML, packed HTML, saved pages. Their bytes tell the rest."""


class Content(msgspec.Struct, kw_only=True):
    """What was read from an answer; every string is clean."""

    article: Article | None = None
    signature: bytes | None = None  # MinHash of the article's text, to find copies
    posts: list[Post] = []  # a page is itself one
    entries: list[Entry] = []  # of a feed, a sitemap or a search
    inner: list[str] = []  # sitemaps in a sitemap index
    comments: list[CommentPlace] = []  # where those under the article can be asked for
    declared: list[Declared] = []  # accounts that the page declares to be persons'
    readable: bool = True  # whether the answer has a form that its source is known to use
    sign: bytes | None = None  # of a picture, see ``pictures.likeness``
    words: str | None = None  # that stand in a picture
    refused: str | None = None  # what a page is that is no article: "a consent page, no article"
    notes: list[str] = []  # what was not read, a line each


def read(source: str, evidence: Evidence) -> Content:
    """Reads an answer as its source's: "web", "feed", "gdelt", "gdelt_files", "wikipedia", "wordpress", "comment_feed", "disqus", "export" (of another tool; "export:x" where the user says
    that it is X's), "picture", "words" (those in a picture; "words:fi" where their language is known), or a platform's name.

    Raises Unreadable where a page is empty. Any other exception is a bug in a reader; ``Readers`` turns it into one line.
    """
    if source == WEB:
        return _page(evidence)
    if source == "feed":
        return _feed(evidence)
    if source == PICTURE:
        return Content(sign=sign_of(opened(evidence.body)))
    if source.partition(":")[0] == WORDS:
        return Content(words=words_in(opened(evidence.body), source.partition(":")[2] or None))
    if source == "gdelt_files":
        return Content(entries=[clean_record(e) for e in read_gkg(evidence.body)])
    if source == COMMENT_FEED:
        posts = read_comment_feed(evidence.body, evidence.url)
        return Content(posts=[clean_post(p) for p in posts], readable=bool(posts) or is_feed(evidence.body))
    if source == DISQUS:
        thread = read_disqus(evidence.body, evidence.url)
        return Content(posts=[clean_post(p) for p in thread or ()], readable=thread is not None)
    payload = load(evidence)
    if source == WORDPRESS:
        return Content(posts=[clean_post(p) for p in read_wordpress(payload)], readable=isinstance(payload, list))
    if source == "gdelt":
        return Content(entries=[clean_record(e) for e in read_gdelt(payload)], readable=payload is not None)
    if source == "wikipedia":
        posts = read_citing(payload, evidence.url)
        return Content(posts=[clean_post(p) for p in posts], readable=payload is not None)
    if source.partition(":")[0] == "export":
        found = exported(payload, source.partition(":")[2] or None)
        return Content(
            posts=[clean_post(p) for p in found.posts], readable=payload is not None, notes=[found.why or ""]
        )
    given = payload if payload is not None else decode(evidence.body, evidence.charset)
    return Content(
        posts=[clean_post(p) for p in normalise(source, given, evidence.url)],
        readable=payload is not None or readable(evidence),
    )


def normalise(platform: str, payload: Any, address: str = "") -> list[Post]:
    """Every post in a payload of a platform: decoded JSON, or a page as a string. Of the web, the page itself. Never raises.

    ``address`` is where the payload came from, as far as that is known.
    """
    if platform == WEB:
        return page_post(payload)
    source = SOURCES[platform]
    return source.normalise(source.located(payload, address))


async def posts_in(source: str, evidence: Evidence) -> list[Post]:
    """The posts in an answer, read in this process. Raises what ``read`` does."""
    return read(source, evidence).posts


def _page(evidence: Evidence) -> Content:
    """A page as an article, and as a post itself; not readable unless it is HTML, answered with 200, and an article."""
    kind = evidence.headers.get("content-type", "text/html").lower()
    if evidence.status != 200 or not evidence.body or not any(name in kind for name in PAGES):
        return Content(readable=False)
    try:
        text, own = given_text(evidence.body, evidence.charset)
        address = evidence.final_url if is_web_address(evidence.final_url) else own
        article, notes = read_document(text, address, linked_address(evidence.headers.get("link")))
    except NoArticle as error:
        return Content(readable=False, refused=str(error))
    return Content(
        article=article,
        comments=comment_places(text, address),
        declared=declared_accounts(text, address),
        posts=[clean_post(article_as_post(article))],
        signature=signature(article.text[:MAX_TEXT_LENGTH]),
        notes=notes,
    )


def _feed(evidence: Evidence) -> Content:
    """A feed's entries; links are resolved against the address that was requested."""
    inner = sitemap_index(evidence.body, evidence.url)
    entries = [] if inner else [clean_record(e) for e in read_feed(evidence.body, evidence.url)]
    return Content(entries=entries, inner=inner, readable=bool(inner or entries))
