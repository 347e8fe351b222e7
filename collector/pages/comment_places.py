"""Where the comments under a page can be asked for: what the page itself declares of WordPress, a feed of comments, or Disqus.

WordPress declares its interface and the post (developer.wordpress.org/rest-api/using-the-rest-api/discovery) and, on a page of one
post, that post's feed of comments; Disqus is told by the settings of its embed (help.disqus.com, "JavaScript configuration
variables"). Coral's interface is for administrators with a token alone (docs.coralproject.net/api/schema), so it is left alone.
Read on 2026-11-27.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import msgspec

from ..markup.page import Page
from ..urls import canonical, host_of, is_keepable, resolve, split
from ..values import text

WORDPRESS, FEED, DISQUS = "wordpress", "comment_feed", "disqus"
API = "https://api.w.org/"
POST = re.compile(r"/wp/v2/(?:posts|pages)/(\d{1,12})/?$")
BODY_CLASS = re.compile(r"(?:^|\s)(?:postid|page-id)-(\d{1,12})(?:\s|$)")
SIGNS = (API, "disqus", "/feed", "feed=", '"feed/', "'feed/")
"""One of which stands in every page that declares where its comments are."""
FEEDS = ("application/rss+xml", "application/atom+xml")
SHORTNAME = re.compile(
    r"\bdisqus_shortname\s*[=:]\s*['\"]([\w-]{1,80})['\"]|//([\w-]{1,80})\.disqus\.com/(?:embed|count)\.js"
)
IDENTIFIER = re.compile(r"\b(?:disqus_identifier|page\.identifier)\s*=\s*['\"]([^'\"\n]{1,300})['\"]")
ADDRESS = re.compile(r"\b(?:disqus_url|page\.url)\s*=\s*['\"](https?://[^'\"\s]{1,1000})['\"]")


class CommentPlace(msgspec.Struct, frozen=True):
    """Where comments can be asked for: the system that keeps them, and the address; of Disqus, what names the thread."""

    system: str
    address: str


def comment_places(markup: str, url: str | None) -> list[CommentPlace]:
    """The places of the comments under the page at ``url``, each system once; WordPress's feed only where its interface is not told."""
    if not any(sign in markup for sign in SIGNS):
        return []
    page = Page(markup)
    own = _wordpress(page, url) or _feed(page, url)
    found = [own, _disqus(page, url)]
    return [place for place in found if place and is_keepable(place.address)]


def _links(page: Page, rel: str, base: str | None) -> Iterator[tuple[dict[str, str | None], str]]:
    """The ``link`` elements of a relation: their attributes, and where they lead."""
    for node in page.tree.css("link[rel][href]"):
        marks = node.attributes
        if rel in (marks.get("rel") or "").lower().split():
            place = resolve(base, marks.get("href") or "")
            if place:
                yield marks, place


def _wordpress(page: Page, url: str | None) -> CommentPlace | None:
    """WordPress's interface, of this site, and the number of the post."""
    root = next((place for _, place in _links(page, API, url) if url is None or host_of(place) == host_of(url)), None)
    number = _number(page, url) if root else None
    if root is None or number is None:
        return None
    joined = "&" if "rest_route=" in root else "?"
    return CommentPlace(WORDPRESS, f"{root.rstrip('/')}/wp/v2/comments{joined}post={number}")


def _number(page: Page, url: str | None) -> str | None:
    """A post's number: by the address of its JSON, by its short link, or by the class of the page's body."""
    for marks, place in _links(page, "alternate", url):
        if marks.get("type") == "application/json":
            parts = split(place)
            route = parse_qs(parts.query).get("rest_route", [parts.path]) if parts else []
            found = POST.search(route[0]) if route else None
            if found:
                return found[1]
    for _, place in _links(page, "shortlink", url):
        parts = split(place)
        number = parse_qs(parts.query).get("p") if parts else None
        if number and number[0].isdecimal() and len(number[0]) <= 12:
            return number[0]
    body = page.tree.body
    found = BODY_CLASS.search((body.attributes.get("class") or "") if body else "")
    return found[1] if found else None


def _feed(page: Page, url: str | None) -> CommentPlace | None:
    """The feed of the comments on this very page: an alternate below its own address, as WordPress has it."""
    if not url:
        return None
    own = canonical(url)
    for marks, place in _links(page, "alternate", url):
        if (marks.get("type") or "") in FEEDS and is_feed_of(place, own):
            return CommentPlace(FEED, place)
    return None


def is_feed_of(place: str, own: str) -> bool:
    """Whether an address is that of the feed of comments on the page with the canonical address ``own``, by WordPress's way of making one."""
    folded = canonical(place)
    for end in ("/feed", "/feed/rss2", "/feed/atom"):
        if folded == own + end and own.count("/") > 2:
            return True
    parts, page = split(folded), split(own)
    asked, named = parse_qs(parts.query) if parts else {}, parse_qs(page.query) if page else {}
    return "feed" in asked and "p" in asked and asked["p"] == named.get("p")


def _disqus(page: Page, url: str | None) -> CommentPlace | None:
    """The thread that Disqus's embed shows: its forum, and the identifier or address that the page gives."""
    scripts = [code for _, _, code in page.scripts] + [
        node.attributes.get("src") or "" for node in page.tree.css("script[src]")
    ]
    name = next((found for code in scripts if "disqus" in code and (found := SHORTNAME.search(code))), None)
    if name is None or (page.tree.css_first("#disqus_thread") is None):
        return None
    code = next((code for code in scripts if "disqus" in code and IDENTIFIER.search(code)), "")
    identifier = IDENTIFIER.search(code)
    address = next((found[1] for code in scripts if "disqus" in code and (found := ADDRESS.search(code))), url)
    asked = {
        "base": "default",
        "f": name[1] or name[2],
        "t_i": text(identifier[1]) if identifier else None,
        "t_u": address,
    }
    return CommentPlace(DISQUS, urlencode({key: value for key, value in asked.items() if value}))
