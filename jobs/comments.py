"""Reads the comments under an article, page after page, as readers of its site see them."""

from collections.abc import Iterator

from storywake.collector.clock import LookKind
from storywake.collector.dates import now
from storywake.collector.errors import FetchError, Refused
from storywake.collector.match.tie import commented
from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.comment_places import DISQUS, FEED, WORDPRESS
from storywake.collector.pages.comments import page_of
from storywake.collector.reading.answers import Content
from storywake.collector.records import Post
from storywake.collector.urls import canonical, host_of, split
from storywake.db.comments import comments_under, has_refused
from storywake.db.engine import reading, writing
from storywake.db.looks import Look, add_look
from storywake.db.stories import StoryRow

from .intake import Arrival
from .tools import Tools

PAGE_SIZE = 100
"""Comments on one page of WordPress's interface, the most that it gives."""
MAX_PAGES = 50
"""Pages read at one look; there the newest comments stand first."""
REFUSALS = (400, 401, 403, 404, 405, 410, 451, 501)
"""Answers of a site that does not give its comments away."""


class Comments:
    """Reads comments during a pass."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def read(self, look: Look, story: StoryRow) -> bool:
        """Reads the comments of one place. Returns whether a new one came.

        Raises Refused where the site does not give them away; then the feed of a WordPress post's comments is looked at in
        its interface's place. Raises FetchError where an answer is none of that system.
        """
        try:
            with reading(self._tools.engine) as connection:
                if has_refused(connection, look.source, _origin(look.target), look.id):
                    raise Refused(look.target, "the site refused its comments before")
            return await self._read(look, story)
        except Refused:
            if look.source == WORDPRESS and look.about:
                self._instead(look, story)
            raise

    def _instead(self, look: Look, story: StoryRow) -> None:
        """Adds a look at the feed of a post's comments, where WordPress has it: below the post's own address."""
        parts = split(look.about)
        if parts and not parts.query and parts.path.strip("/"):
            place = parts._replace(path=f"{parts.path.rstrip('/')}/feed/", fragment="").geturl()
            with writing(self._tools.engine) as connection:
                add_look(connection, story.id, LookKind.COMMENTS, FEED, place, look.reason, now(), look.about)

    async def _read(self, look: Look, story: StoryRow) -> bool:
        new, seen, told = 0, dict[str, Post](), None
        for address in self._addresses(look):
            evidence = await self._tools.fetcher.get(address)
            if evidence.status == 400 and seen:
                break  # WordPress says so of a page after the last, where comments went while they were read
            content = await self._content(look, evidence)
            tie = commented(canonical(look.about or look.target))
            posts = [post for post in content.posts if _is_of_site(post, look)]
            arrival = Arrival(look.source, evidence.fetched_at, [story], evidence, posts=posts, tie=tie)
            new += self._tools.keep(arrival).reactions
            seen |= {post.external_id or "": post for post in posts}
            told, pages = _told(evidence)
            if (
                look.source != WORDPRESS
                or len(content.posts) == 0
                or (pages is not None and address.endswith(f"&page={pages}"))
            ):
                break
        else:
            self._tools.note(story.id, f"{look.about or look.target}: of its comments the newest {len(seen)} are read")
        if told is not None and told == len(seen):
            self._mark_gone(look, story, set(seen))
        return new > 0

    def _addresses(self, look: Look) -> Iterator[str]:
        if look.source == DISQUS:
            yield f"{self._tools.settings.disqus_url.rstrip('/')}/embed/comments/?{look.target}"
        elif look.source == FEED:
            yield look.target
        else:
            for number in range(1, MAX_PAGES + 1):
                yield f"{look.target}&per_page={PAGE_SIZE}&orderby=date_gmt&order=desc&page={number}"

    async def _content(self, look: Look, evidence: Evidence) -> Content:
        """What an answer holds. Raises Refused or FetchError, and stores the answer, where it holds no comments."""
        content = await self._tools.readers.read(look.source, evidence)
        if evidence.status in REFUSALS:
            raise Refused(evidence.url, f"answered {evidence.status}")
        if evidence.status != 200 or not content.readable:
            raise FetchError(evidence.url, "no comments" if evidence.status == 200 else f"answered {evidence.status}")
        return content

    def _mark_gone(self, look: Look, story: StoryRow, there: set[str]) -> None:
        """Marks as deleted what a complete list no longer has."""
        page = page_of(look.about or "")
        with reading(self._tools.engine) as connection:
            gone = sorted(set(comments_under(connection, story.id, page)) - there)
        if gone:
            self._tools.keep(Arrival("web", now(), [story], gone=gone))


def _told(evidence: Evidence) -> tuple[int | None, int | None]:
    """How many comments and pages of them WordPress tells of, in its headers."""
    found = (evidence.headers.get(name, "") for name in ("x-wp-total", "x-wp-totalpages"))
    total, pages = (int(value) if value.isdecimal() and len(value) < 10 else None for value in found)
    return total, pages


def _is_of_site(post: Post, look: Look) -> bool:
    """Whether a comment stands on the site that tells it, or on that of the article: any other's is not its to tell."""
    if look.source == DISQUS:
        return True  # the page is named by what was asked
    return host_of(canonical(post.url or "")) in {
        host_of(canonical(place)) for place in (look.target, look.about or "")
    }


def _origin(address: str) -> str:
    """Scheme and host of an address; "" where it is none (a thread of Disqus, whose host is nobody's site)."""
    parts = split(address)
    return f"{parts.scheme}://{parts.netloc}/" if parts and parts.netloc else ""
