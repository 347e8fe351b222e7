"""The open web: the paper with its comments, other papers that GDELT's files name, Wikipedia, a channel on Telegram; posts
that only pages show.

Formats and limits, read on 2026-11-27: developer.wordpress.org/rest-api/reference/comments (100 a page);
blog.gdeltproject.org (the search once in five seconds; files of every quarter of an hour); mediawiki.org, API:Exturlusage.
"""

import html
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any, ClassVar

import httpx

from storywake.collector.pages.comments import comment_id
from storywake.collector.urls import canonical

from ..jobs.gdelt import packed, row
from .planted import Asked, Network, Thing, Window, stamp

WORDS = "The harbour bridge {n} in Northport was opened without a final inspection, as a report by engineers says."
STEP = timedelta(minutes=15)


class Paper(Network):
    """The paper's pages, which show more posts as time goes by, and the comments below them (WordPress)."""

    name = "comments"
    platform = "web"
    hosts = ("www.northport-times.example",)
    hows = ()

    def __init__(self, seed: int, shown: Sequence[Network], faults: bool = True) -> None:
        super().__init__(seed, faults)
        self._shown = shown

    def id_of(self, thing: Thing) -> str:
        return comment_id(canonical(thing.story.url), thing.number)

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path == "/wp-json/wp/v2/comments":
            return self._comments(asked, at)
        stories = {thing.story.url: thing.story for thing in self.things}
        story = stories.get(f"https://{asked.host}{asked.path}")
        if story is None:
            return httpx.Response(404)
        shown = [
            network.embed(thing)
            for network in self._shown
            for thing in sorted(network.things, key=lambda t: t.born)
            if thing.how == "embedded" and thing.story is story and thing.there(at)
        ]
        return _page(story.title, story.published, "Northport Times", _told(story.number, shown), story.number)

    def _comments(self, asked: Asked, at: datetime) -> httpx.Response:
        size, number = int(asked.one("per_page")), int(asked.one("page"))
        there = [t for t in self.things if t.story.number == int(asked.one("post")) and t.there(at)]
        listed = sorted(there, key=lambda t: t.born, reverse=True)
        pages = -(-len(listed) // size)
        if size > 100 or number > max(pages, 1):
            return httpx.Response(400, json={"code": "rest_comment_invalid_page_number"})
        told = {"X-WP-Total": str(len(listed)), "X-WP-TotalPages": str(pages)}
        shown = listed[(number - 1) * size : number * size]
        return httpx.Response(200, headers=told, json=[self._comment(t) for t in shown])

    def _comment(self, thing: Thing) -> dict[str, Any]:
        return {
            "id": thing.number,
            "post": thing.story.number,
            "parent": 0,
            "author": 0,
            "author_name": f"Reader {thing.number}",
            "date_gmt": stamp(thing.born)[:19],
            "content": {"rendered": f"<p>Words {thing.number}</p>"},
            "link": f"{thing.story.url}#comment-{thing.number}",
            "status": "approved",
            "type": "comment",
        }


class Papers(Network):
    """Other papers' reports, which GDELT's files name a while after they are published."""

    name = "papers"
    platform = "web"
    hosts = ("other-paper.example", "data.gdeltproject.org", "api.gdeltproject.org")
    windows = {"api.gdeltproject.org": (Window(1, 5),)}
    hows = ()

    def __init__(self, seed: int, faults: bool = True) -> None:
        super().__init__(seed, faults)
        self._files: dict[tuple[datetime, str], bytes] = {}

    def id_of(self, thing: Thing) -> str:
        return canonical(f"https://other-paper.example/report-{thing.number}")

    def bucket(self, asked: Asked) -> str:
        return asked.host

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.host == "api.gdeltproject.org":
            return {"articles": [_listed(t) for t in self.things if t.born <= at - STEP]}
        if asked.host == "data.gdeltproject.org":
            return self._file(asked.path, at)
        thing = next((t for t in self.things if asked.path == f"/report-{t.number}" and t.there(at)), None)
        if thing is None:
            return httpx.Response(404)
        words = f"<p>Northport Times <a href='{thing.story.url}'>reported it first</a>. This is report {thing.number}, with words of its own.</p>"
        return _page(f"{thing.story.title}: report {thing.number}", thing.born, "Other Paper", words)

    def _file(self, path: str, at: datetime) -> Any:
        """``lastupdate.txt``, or a file of the quarter of an hour that its name says."""
        kind = ".translation.gkg.csv.zip" if "translation" in path else ".gkg.csv.zip"
        if path.endswith(("lastupdate.txt", "lastupdate-translation.txt")):
            newest = at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
            return f"1 {'0' * 31}1 http://data.gdeltproject.org/gdeltv2/{newest:%Y%m%d%H%M%S}.export.CSV.zip\n" + (
                f"1 {_sum(self._rows(newest, kind))} http://data.gdeltproject.org/gdeltv2/{newest:%Y%m%d%H%M%S}{kind}\n"
            )
        end = datetime.strptime(path.rsplit("/", 1)[-1][:14], "%Y%m%d%H%M%S").replace(tzinfo=at.tzinfo)
        return self._rows(end, kind)

    def _rows(self, end: datetime, kind: str) -> bytes:
        """Reports of the quarter of an hour before the last: GDELT needs a while. A file stays as it is."""
        if (end, kind) in self._files:
            return self._files[end, kind]
        found = [t for t in self.things if end - 2 * STEP < t.born <= end - STEP and "translation" not in kind]
        named = [row(f"https://other-paper.example/report-{t.number}", t.story.title, links=t.story.url) for t in found]
        self._files[end, kind] = packed(named)
        return self._files[end, kind]


def _listed(thing: Thing) -> dict[str, str]:
    """A report as GDELT's search lists it."""
    return {
        "url": f"https://other-paper.example/report-{thing.number}",
        "title": thing.story.title,
        "seendate": f"{thing.born:%Y%m%dT%H%M%SZ}",
        "domain": "other-paper.example",
        "language": "English",
    }


class Wikipedia(Network):
    """The articles of one Wikipedia that cite a story, by its links outwards."""

    name = "wikipedia"
    platform = "web"
    hosts = ("en.wikipedia.org",)
    hows = ()

    def id_of(self, thing: Thing) -> str:
        return canonical(f"https://en.wikipedia.org/wiki/Bridge_{thing.number}")

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.one("list") != "exturlusage":
            return {"batchcomplete": True}
        if asked.one("euprotocol") != "https":
            return {"query": {"exturlusage": []}}
        found, start = self.linking(asked.one("euquery"), at), int(asked.one("eucontinue") or 0)
        shown = [{"ns": 0, "title": f"Bridge {t.number}", "url": t.story.url} for t in found[start : start + 3]]
        more = {"continue": {"eucontinue": str(start + 3), "continue": "-||"}} if start + 3 < len(found) else {}
        return {"query": {"exturlusage": shown}, **more}


class Telegram(Network):
    """The public pages of one channel: its posts by search, each by its widget, the comments below one."""

    name = "telegram"
    buries = False
    hosts = ("t.me",)
    hows = ("replies",)
    channel = "northportnews"

    def id_of(self, thing: Thing) -> str:
        if thing.parent is None:
            return f"{self.channel}/{thing.number}"
        return f"{self.channel}/{thing.root.number}?comment={thing.number}"

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path == f"/s/{self.channel}":
            before = int(asked.one("before") or 10**9)
            found = sorted((t for t in self.linking(asked.one("q"), at) if t.number < before), key=lambda t: -t.number)
            return f"<html><body>{''.join(self._post(t) for t in reversed(found[:4]))}</body></html>"
        post = self.by_id.get(asked.path.strip("/"))
        if post is None or not post.there(at):
            return '<div class="tgme_widget_message_error">Post not found</div>'
        if "discussion" not in asked.query:
            return f"<html><body>{self._post(post)}</body></html>"
        below = list(post.below(at))[-50:]
        head = f'<span class="js-header">{len(below)} comments</span>' if below else ""
        return f"<html><body>{head}{''.join(self._comment(t) for t in below)}</body></html>"

    def _post(self, thing: Thing) -> str:
        return (
            f'<div class="tgme_widget_message" data-post="{self.id_of(thing)}">'
            f'<div class="tgme_widget_message_text js-message_text">words {thing.number} <a href="{thing.story.url}">here</a></div>'
            f'<a class="tgme_widget_message_date" href="https://t.me/{self.id_of(thing)}"><time datetime="{stamp(thing.born)}"></time></a>'
            '<span class="tgme_widget_message_views">9</span></div>'
        )

    def _comment(self, thing: Thing) -> str:
        above = thing.parent
        answered = (
            f'<div class="tgme_widget_message_reply" data-reply-to="{above.number}"></div>'
            if above and above.parent
            else ""
        )
        return (
            f'<div class="tgme_widget_message" data-post-id="{thing.number}">{answered}'
            f'<span class="tgme_widget_message_author_name">Reader {thing.number}</span>'
            f'<div class="tgme_widget_message_text js-message_text">words {thing.number}</div>'
            f'<a class="tgme_widget_message_date" href="https://t.me/{html.escape(self.id_of(thing))}">'
            f'<time datetime="{stamp(thing.born)}"></time></a></div>'
        )


class _Shown(Network):
    """Posts that nobody is asked for: the paper's page shows them."""

    hosts: ClassVar[tuple[str, ...]] = ()
    hows = ()
    shown = True
    form = ""

    def embed(self, thing: Thing) -> str:
        return self.form.format(n=self.id_of(thing))


class Facebook(_Shown):
    """Posts on Facebook."""

    name = "facebook"
    form = '<div class="fb-post" data-href="https://www.facebook.com/paper/posts/{n}"></div>'


class Instagram(_Shown):
    """Posts on Instagram."""

    name = "instagram"
    form = '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/{n}/"></blockquote>'

    def id_of(self, thing: Thing) -> str:
        return f"Cz{thing.number}"


class Vk(_Shown):
    """Posts on VK."""

    name = "vk"
    form = '<div id="vk_post_{n}"></div><script>VK.Widgets.Post("vk_post_{n}", {owner}, {post}, "hash");</script>'

    def id_of(self, thing: Thing) -> str:
        return f"-77_{thing.number}"

    def embed(self, thing: Thing) -> str:
        return self.form.format(n=self.id_of(thing), owner=-77, post=thing.number)


class TruthSocial(_Shown):
    """Posts on Truth Social."""

    name = "truthsocial"
    form = '<iframe src="https://truthsocial.com/@ann/{n}/embed" class="truthsocial-embed"></iframe>'

    def id_of(self, thing: Thing) -> str:
        return str(110_777_777_777_000_000 + thing.number)


class TikTok(_Shown):
    """Videos on TikTok, asked about by oEmbed."""

    name = "tiktok"
    hosts = ("www.tiktok.com",)
    form = '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@ann/video/{n}" data-video-id="{n}"></blockquote>'

    def id_of(self, thing: Thing) -> str:
        return str(7_300_000_000_000_000_000 + thing.number)

    def answer(self, asked: Asked, at: datetime) -> Any:
        number = asked.one("url").rsplit("/", 1)[-1]
        if number not in self.by_id:
            return httpx.Response(404)
        told = {"title": "a video", "author_name": "Ann", "author_url": "https://www.tiktok.com/@ann"}
        return {**told, "embed_product_id": number, "html": self.form.format(n=number)}


def _told(number: int, shown: Sequence[str]) -> str:
    return "".join(_paragraphs(number, shown))


def _paragraphs(number: int, shown: Sequence[str]) -> Iterator[str]:
    yield f"<p>{WORDS.format(n=number)}</p>" * 3
    for one in shown:
        yield f"{one}<p>And this is what the paper has to say about it, at some length, for its readers.</p>"


def _page(title: str, published: datetime, publisher: str, body: str, post: int | None = None) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": stamp(published),
        "publisher": {"name": publisher},
    }
    comments = (
        f'<link rel="https://api.w.org/" href="/wp-json/"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/{post}">'
        if post is not None
        else ""
    )
    return (
        f'<html lang="en"><head><title>{title}</title><meta property="og:site_name" content="{publisher}">{comments}'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head><body><article><h1>{title}</h1>{body}</article></body></html>'
    )


def _sum(body: bytes) -> str:
    return md5(body, usedforsecurity=False).hexdigest()
