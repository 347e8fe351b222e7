"""Posts that pages hold where no platform put them: consent plugins, publishing systems, state that a script draws."""

import base64
import json
from html import escape
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.markup.page import Page
from storywake.collector.pages.article import read_document
from storywake.collector.pages.shown import find_embeds
from storywake.collector.records import Embed, Reach

POST = "https://twitter.com/ann/status/1500000000000000001"
VIDEO = "https://www.youtube.com/embed/abcdefghij1"
FRAME = f'<iframe src="{VIDEO}"></iframe>'
QUOTED = f'<blockquote class="twitter-tweet"><p>Cracks in June</p>&mdash; Ann (@ann) <a href="{POST}">March 5, 2024</a></blockquote>'
X, YOUTUBE = ("x", "1500000000000000001"), ("youtube", "abcdefghij1")
PROSE = "<p>The harbour authority confirmed on Tuesday that the bridge had been closed after engineers found cracks in it.</p>"
HEAD = "<title>Bridge closed after cracks found</title>"


def packed(markup: str) -> str:
    return base64.b64encode(markup.encode()).decode()


SHOWN = {
    # Consent plugins
    "complianz": f'<iframe data-src-cmplz="{VIDEO}?feature=oembed" data-service="youtube" src="about:blank"></iframe>',
    "cookiebot": f'<iframe data-cookieblock-src="{VIDEO}" data-cookieconsent="marketing"></iframe>',
    "iubenda": f'<iframe class="_iub_cs_activate" suppressedsrc="{VIDEO}" src="//cdn.iubenda.com/cookie_solution/empty.html"></iframe>',
    "usercentrics": f'<iframe data-usercentrics="YouTube Video" uc-src="{VIDEO}"></iframe>',
    "real cookie banner": f'<iframe consent-original-src-_="{VIDEO}" consent-required="1"></iframe>',
    "real cookie banner, any element": f'<div consent-original-data-href-_="{VIDEO}" consent-by="services"></div>',
    "klaro": f'<iframe data-name="youtube" data-src="{VIDEO}"></iframe>',
    "didomi": f'<iframe data-vendor="c:youtube" data-blocked="{VIDEO}"></iframe>',
    "onetrust": f'<div class="optanon-category-C0004" data-iframe="{VIDEO}"></div>',
    "borlabs, packed in a script": f'<div class="BorlabsCookie"><script type="text/template">{packed(FRAME)}</script></div>',
    "borlabs, packed in an attribute": f'<div class="brlbs-cmpnt-container" data-borlabs-cookie-content="{packed(FRAME)}"></div>',
    "borlabs, quoted in per cent": f'<div data-content="{packed(quote(FRAME))}"></div>',
    "embetty video": '<embetty-video type="youtube" video-id="abcdefghij1"></embetty-video>',
    "shariff, two clicks": f'<div class="shariff-embed" data-embed-code="{escape(FRAME)}"><a href="#">Load</a></div>',
    "tarteaucitron": '<div class="youtube_player" videoID="abcdefghij1" width="560"></div>',
    "escaped twice": f'<div class="embed-placeholder" data-content="{escape(escape(FRAME))}"></div>',
    "an island's properties": f'<gu-island name="Block" props="{escape(json.dumps({"element": {"html": FRAME}}))}"></gu-island>',
    "drupal media": '<iframe src="/media/oembed?url=https%3A//www.youtube.com/watch%3Fv%3Dabcdefghij1&amp;max_width=0"></iframe>',
    "a quotation that is a link": '<figure><blockquote><a href="https://www.youtube.com/watch?v=abcdefghij1">View the film</a></blockquote></figure>',
    "a shortcode": "<p>[embed]https://www.youtube.com/watch?v=abcdefghij1[/embed]</p>",
    "a shortcode with a field": '<p>[youtube url="https://www.youtube.com/watch?v=abcdefghij1" width=500]</p>',
    "a shortcode with an id": "<p>[youtube id=abcdefghij1]</p>",
    "an address in a block for it": '<div class="oembed"><a href="https://youtu.be/abcdefghij1">https://youtu.be/abcdefghij1</a></div>',
    "escaped markup in JSON": f'<div data-settings="{escape(json.dumps({"html": FRAME}))}"></div>',
    # Publishing systems
    "ckeditor": '<figure class="media"><oembed url="https://www.youtube.com/watch?v=abcdefghij1"></oembed></figure>',
    "embedly": '<a class="embedly-card" href="https://youtu.be/abcdefghij1">A film</a>',
    "embedly frame": f'<iframe src="https://cdn.embedly.com/widgets/media.html?src={quote(VIDEO, safe="")}&key=1"></iframe>',
    "iframely": '<div class="iframely-embed"><a href="https://youtu.be/abcdefghij1" data-iframely-url="//cdn.iframe.ly/AbC12"></a></div>',
    "iframely frame": f'<iframe src="//cdn.iframe.ly/api/iframe?url={quote(VIDEO, safe="")}"></iframe>',
    "old player": f'<object><param name="movie" value="{VIDEO}"><embed src="https://www.youtube.com/v/abcdefghij1?version=3"></object>',
    "srcdoc": f'<iframe srcdoc="{escape(FRAME)}"></iframe>',
    "gutenberg": '<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">\nhttps://youtu.be/abcdefghij1\n</div></figure>',
    "lazy wordpress": f'<div class="rll-youtube-player" data-src="{VIDEO}" data-id="abcdefghij1"></div>',
    "id beside a type": '<div data-type="youtube" data-video-id="abcdefghij1"></div>',
    "id in an element of its own": '<youtube-player video-id="abcdefghij1"></youtube-player>',
    "address in an element of its own": f'<social-embed url="{VIDEO}"></social-embed>',
    "template": f"<template>{FRAME}</template>",
    "noscript": f"<noscript>{FRAME}</noscript>",
    "noscript, escaped": f"<noscript>{escape(FRAME)}</noscript>",
    "amp in a page that is none": '<amp-youtube data-videoid="abcdefghij1"></amp-youtube>',
}  # fmt: skip
SHOWN_POSTS = {
    "substack without JSON": f'<div class="tweet" data-attrs="{escape(json.dumps({"url": POST}))}"></div>',
    "embetty": '<embetty-tweet status="1500000000000000001"></embetty-tweet>',
    "embetty behind a click": '<a-opt-in type="Twitter"><template><embetty-tweet status="1500000000000000001"></embetty-tweet></template></a-opt-in>',
    "id in a class's element": '<div class="tweet-embed" data-id="1500000000000000001"></div>',
    "id by provider": '<div data-provider="twitter" data-post-id="1500000000000000001"></div>',
    "address in data": f'<div class="lazy-social" data-url="{POST}?ref_src=twsrc%5Etfw"></div>',
    "address in data, quoted": f'<div class="lazy-social" data-embed="{quote(POST, safe="")}"></div>',
    "address packed": f'<div class="lazy-social" data-embed="{packed(POST)}"></div>',
    "quotation in data": f'<div class="lazy-social" data-html="{escape(QUOTED)}"></div>',
    "quotation packed in a script": f'<script type="text/template">{packed(QUOTED)}</script>',
    "quotation in a script's template": f'<script type="text/html">{QUOTED}</script>',
    "link in a figure for it": f'<figure class="embed embed--twitter"><a href="{POST}">View this post</a></figure>',
    "a card": f'<div data-props="{escape(json.dumps({"embeds": [{"kind": "tweet", "src": POST}]}))}"></div>',
}
BESIDE = {
    "share button": f'<a class="share" href="#" data-url="{POST}">Share</a>',
    "share row": f'<div class="social-share"><span data-url="{POST}"></span></div>',
    "share of a video": f'<div data-href="https://twitter.com/intent/tweet?url={quote(VIDEO, safe="")}"></div>',
    "share frame": '<iframe src="https://www.facebook.com/plugins/share_button.php?href=https%3A%2F%2Fnews.example%2Fa"></iframe>',
    "follow button": '<a class="twitter-follow-button" href="https://twitter.com/ann" data-show-count="false">Follow</a>',
    "related": f'<div class="related-stories"><div data-video="{VIDEO}"></div></div>',
    "footer": f'<footer><div data-video="{VIDEO}"></div></footer>',
    "link in prose": f'<p>She <a href="{POST}" data-url="{POST}" data-track-label="{POST}">wrote</a> so on Monday.</p>',
    "link in prose that counts clicks": f'<p>She <a href="{POST}" onclick="track(\'{POST}\')">wrote</a> so.</p>',
    "an account": '<div class="byline" data-url="https://twitter.com/ann"></div><div data-url="https://twitter.com/ann"></div>',
    "a picture": '<img class="tweet" data-id="1500000000000000001" src="a.jpg">',
    "a number": '<div class="story" data-id="1500000000000000001"></div>',
    "a widget's number": '<a class="twitter-timeline" data-widget-id="150000000000000000">Posts</a>',
    "a playlist": '<div class="youtube-list" data-playlist-id="abcdefghij1"></div>',
    "figure with a source": f'<figure class="image"><img src="a.jpg"><figcaption>From <a href="{POST}">a post</a></figcaption></figure>',
    "code": f"<pre><code>{escape(QUOTED)}</code></pre>",
    "packed picture": f'<div data-bg="{packed("https://news.example/a.jpg")}"></div>',
}


def found(markup: str, head: str = HEAD) -> list[tuple[str, str | None]]:
    page = f"<html><head>{head}</head><body><main><article><h1>Bridge closed after cracks found</h1>{PROSE}{markup}</article></main></body></html>"
    return [(e.platform, e.external_id) for e in find_embeds(Page(page))]


@pytest.mark.parametrize("name", SHOWN)
def test_a_video_is_found_wherever_it_is_held(name: str) -> None:
    assert found(SHOWN[name]) == [YOUTUBE]


@pytest.mark.parametrize("name", SHOWN_POSTS)
def test_a_post_is_found_wherever_it_is_held(name: str) -> None:
    assert found(SHOWN_POSTS[name]) == [X]


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_article_is_no_embed(name: str) -> None:
    assert found(BESIDE[name]) == []


def substack(**told: Any) -> Embed:
    told = {"url": POST, "username": "ann", **told}
    [embed] = find_embeds(Page(f"<body><div class='tweet' data-attrs='{escape(json.dumps(told))}'></div></body>"))
    return embed


def test_what_an_attribute_tells_of_a_post_is_kept() -> None:
    embed = substack(
        full_text="It was inspected <in> May",
        name="Ann Lee",
        date="Tue Mar 05 10:00:00 +0000 2024",
        like_count=20,
        reply_count=0,
    )
    assert (embed.author_handle, embed.author_name, embed.posted_at) == ("ann", "Ann Lee", "2024-03-05T10:00:00Z")
    assert embed.reach == Reach(likes=20, replies=0)


def test_what_is_not_told_is_unknown() -> None:
    embed = substack(full_text=None, name="", date="soon", like_count="many")
    assert (embed.author_name, embed.posted_at, embed.text) == (None, None, None)
    assert not embed.reach


STATE = {"headline": "Bridge closed after cracks found", "slug": "bridge"}
TWEET = {"type": "tweet", "url": POST}
STATES = {
    "next": '<script id="__NEXT_DATA__" type="application/json">{}</script>',
    "assigned": "<script>window.__INITIAL_STATE__ = {};</script>",
    "apollo": "<script>window.__APOLLO_STATE__={};window.other=1</script>",
    "parsed": "<script>window.__PRELOADED_STATE__ = JSON.parse({!r})</script>",
    "arc": "<script>window.Fusion=window.Fusion||{{}};Fusion.globalContent={};Fusion.x={{}};</script>",
}
IN_STATE = {
    "typed": {"article": {**STATE, "body": [{"type": "paragraph", "text": "Words."}, TWEET]}},
    "by name of field": {"article": {**STATE, "body": [{"tweetUrl": POST}]}},
    "by id": {"article": {**STATE, "body": [{"__typename": "Tweet", "tweetId": "1500000000000000001"}]}},
    "markup": {"article": {**STATE, "body": f"<p>Words.</p>{QUOTED}"}},
    "markup in a block": {"post": {**STATE, "content": {"rendered": f"<p>Words</p><div>{QUOTED}</div>"}}},
    "arc": {**STATE, "content_elements": [{"type": "oembed_response", "raw_oembed": {"html": QUOTED, "url": POST}}]},
    "lexical": {
        "article": {
            **STATE,
            "body": {"root": {"children": [{"type": "tweet", "version": 1, "id": "1500000000000000001"}]}},
        }
    },
    "tiptap": {
        "article": {
            **STATE,
            "body": {"content": [{"type": "twitterEmbed", "attrs": {"tweetId": "1500000000000000001"}}]},
        }
    },
    "editor.js": {
        "article": {
            **STATE,
            "blocks": [{"type": "embed", "data": {"service": "twitter", "source": POST, "caption": ""}}],
        }
    },
    "draft.js": {"article": {**STATE, "body": {"entityMap": {"0": {"type": "EMBED", "data": {"url": POST}}}}}},
    "deep": {"a": {"b": {"c": [{"d": {**STATE, "blocks": [{"name": "x", "data": {"embed": {"href": POST}}}]}}]}}},
}
NOT_IN_STATE = {
    "another story": {"others": [{"headline": "The mayor resigns at last", "url": "/mayor", "body": [TWEET]}]},
    "related": {"article": {**STATE, "relatedItems": [TWEET]}},
    "footer": {"footer": {"columns": [{"type": "video", "url": VIDEO}]}},
    "link in an editor's document": {
        "article": {
            **STATE,
            "body": [{"type": "text", "text": "wrote", "marks": [{"type": "link", "attrs": {"href": POST}}]}],
        }
    },
    "link of Draft.js": {"article": {**STATE, "body": {"entityMap": {"0": {"type": "LINK", "data": {"url": POST}}}}}},
    "link of Sanity": {"article": {**STATE, "body": [{"markDefs": [{"_type": "link", "href": POST}]}]}},
    "link in markup": {"article": {**STATE, "body": f'<p>She <a href="{POST}">wrote</a> so.</p>'}},
    "profiles": {"author": {"sameAs": ["https://twitter.com/ann"], "tweet": TWEET}},
    "settings": {"config": {"pinned": POST}},
}


@pytest.mark.parametrize("place", STATES)
@pytest.mark.parametrize("name", IN_STATE)
def test_a_post_of_the_article_is_found_in_a_pages_state(place: str, name: str) -> None:
    held = json.dumps(IN_STATE[name])
    assert found(STATES[place].format(held)) == [X]


@pytest.mark.parametrize("place", STATES)
@pytest.mark.parametrize("name", NOT_IN_STATE)
def test_what_a_state_holds_of_other_stories_and_links_is_no_embed(place: str, name: str) -> None:
    held = json.dumps(NOT_IN_STATE[name])
    assert found(STATES[place].format(held)) == []


def test_the_flat_state_of_nuxt_and_the_pushed_state_of_next_are_read() -> None:
    flat = [{"article": 1}, {"body": 2}, [3], {"type": 4, "url": 5}, "tweet", POST]
    assert found(f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(flat)}</script>') == [X]
    line = "7:" + json.dumps(["$", "div", None, {"type": "tweet", "url": POST}]) + "\n"
    assert found(f"<script>self.__next_f.push({json.dumps([1, line])})</script>") == [X]


LIVE = {
    "@type": "LiveBlogPosting",
    "headline": "Bridge: live",
    "liveBlogUpdate": [
        {"@type": "BlogPosting", "headline": "Mayor speaks", "url": "/live#1", "articleBody": f"It is safe. {POST}"}
    ],
}
LINKED = {
    "video": ({"@type": "NewsArticle", "video": {"@type": "VideoObject", "embedUrl": VIDEO}}, [YOUTUBE]),
    "live blog": (LIVE, [X]),
    "list": ({"@type": "ItemList", "itemListElement": [{"@type": "VideoObject", "embedUrl": VIDEO}]}, []),
    "accounts": ({"@type": "Organization", "sameAs": [POST]}, []),
    "cited": ({"@type": "NewsArticle", "headline": "Bridge closed after cracks found", "citation": POST}, []),
}


@pytest.mark.parametrize("name", LINKED)
def test_json_ld_shows_what_the_article_shows(name: str) -> None:
    data, wanted = LINKED[name]
    assert found("", f'{HEAD}<script type="application/ld+json">{json.dumps(data)}</script>') == wanted


def test_a_post_linked_in_prose_is_no_embed_though_the_state_has_its_address() -> None:
    linked = f'<p>She <a href="{POST}">wrote</a> so on Monday, and the council answered her on Tuesday morning.</p>'
    state = {"article": {**STATE, "body": [{"html": f"<p>{linked}"}]}}
    assert found(linked + STATES["next"].format(json.dumps(state))) == []


@pytest.mark.parametrize("address", ["https://medium.com/media/0123456789abcdef", "https://cdn.iframe.ly/AbC12"])
def test_a_frame_that_does_not_say_what_it_shows_is_noted(address: str) -> None:
    reading = read_document(f'<html><body><article>{PROSE}<iframe src="{address}"></iframe></article></body></html>')
    assert reading.article.embeds == ()
    assert [address in note for note in reading.notes] == [True]


def test_text_around_a_held_post_stays() -> None:
    markup = f'<div id="app" data-page="{escape(json.dumps({"tweet": TWEET}))}">{PROSE * 20}</div>'
    article = read_document(f"<html><head>{HEAD}</head><body>{markup}</body></html>").article
    assert [e.external_id for e in article.embeds] == [X[1]]
    assert article.text.count("harbour authority") >= 1


def test_a_placeholder_is_not_the_posts() -> None:
    [embed] = find_embeds(
        Page(
            '<body><blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:a/app.bsky.feed.post/3k"><p>Silta<br><br><a>[image or embed]</a></p>'
            '&mdash; Ann (<a href="https://bsky.app/profile/a">@ann.example</a>) <a>5. maaliskuuta 2024 klo 10.30</a></blockquote></body>'
        )
    )
    assert embed.text == "Silta"


@given(
    st.recursive(
        st.text(max_size=20) | st.none() | st.integers(),
        lambda s: st.lists(s, max_size=4) | st.dictionaries(st.text(max_size=8), s, max_size=4),
        max_leaves=30,
    )
)
def test_no_state_breaks_a_page(data: Any) -> None:
    found(
        f'<script type="application/json">{json.dumps([data, "https://x.com/a/status/1"])}</script><i data-x="{escape(json.dumps(data))}"></i>'
    )


@given(st.text(alphabet="data-:._<>='\"x{[&", max_size=60))
def test_no_tag_breaks_a_page(text: str) -> None:
    found(f'<div data-{text}="https://x.com/a/status/1500000000000000001" data-{text}></div>')


def test_a_long_state_that_is_broken_takes_no_long_time() -> None:
    broken = '={"url": "https://x.com/a/status/15", "a": [' + "1," * 200_000
    assert found(f"<script>__INITIAL_STATE__{broken * 5}</script>") == []


@given(st.text(max_size=200))
def test_no_attribute_breaks_a_page(text: str) -> None:
    found(
        f'<div data-url="https://x.com/{escape(text)}" data-html="&lt;blockquote&gt;{escape(text)}" data-b="{packed(text)}"></div>'
    )
