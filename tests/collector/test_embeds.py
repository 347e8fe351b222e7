"""Embeds of every platform, in today's and older markup."""

import pytest

from storywake.collector.markup.page import Page
from storywake.collector.pages.shown import find_embeds

TWEET = '<p lang="en" dir="ltr">Words of it <a href="https://t.co/abc">https://t.co/abc</a></p>&mdash; Ann Lee (@annlee) <a href="https://twitter.com/annlee/status/1234567890?ref_src=twsrc">July 26, 2023</a>'
CASES = {
    "x": (f'<blockquote class="twitter-tweet">{TWEET}</blockquote>', [("x", "1234567890")]),
    "x without a class": (f"<blockquote>{TWEET}</blockquote>", [("x", "1234567890")]),
    "x video": (f'<blockquote class="twitter-video">{TWEET}</blockquote>', [("x", "1234567890")]),
    "misskey framed": (
        '<iframe src="https://key.example/embed/notes/9qexw4pz5c" data-misskey-embed-id="v1_a"></iframe>',
        [("misskey", "https://key.example/notes/9qexw4pz5c")],
    ),
    "misskey link alone": (
        "<p>https://key.example/notes/01HQZ8X2M4V9N6T3R7P5K1J0WE</p>",
        [("misskey", "https://key.example/notes/01HQZ8X2M4V9N6T3R7P5K1J0WE")],
    ),
    "notes that are words": ("<p>https://blog.example/notes/carpenters</p>", []),
    "x under its new name": (
        '<blockquote class="twitter-tweet"><p>a</p>&mdash; b (@c) <a href="https://x.com/c/status/55555">May 1, 2024</a></blockquote>',
        [("x", "55555")],
    ),
    "x rendered": (
        '<iframe id="twitter-widget-0" class="twitter-tweet-rendered" data-tweet-id="800384752746254337"></iframe>',
        [("x", "800384752746254337")],
    ),
    "x framed": (
        '<iframe src="https://platform.twitter.com/embed/Tweet.html?id=800384752746254337&theme=light"></iframe>',
        [("x", "800384752746254337")],
    ),
    "x widget element": (
        '<twitter-widget data-tweet-id="800384752746254337"></twitter-widget>',
        [("x", "800384752746254337")],
    ),
    "x amp": (
        '<amp-twitter width="1" height="1" layout="responsive" data-tweetid="800384752746254337"></amp-twitter>',
        [("x", "800384752746254337")],
    ),
    "x by script": (
        '<div id="t"></div><script>twttr.widgets.createTweet("800384752746254337", document.getElementById("t"));</script>',
        [("x", "800384752746254337")],
    ),
    "x in a template": (
        f'<template><blockquote class="twitter-tweet">{TWEET}</blockquote></template>',
        [("x", "1234567890")],
    ),
    "x in noscript": (
        f'<noscript><blockquote class="twitter-tweet">{TWEET}</blockquote></noscript>',
        [("x", "1234567890")],
    ),
    "x lazy frame": (
        '<iframe data-src="https://twitframe.com/show?url=https%3A%2F%2Ftwitter.com%2Fa%2Fstatus%2F55555"></iframe>',
        [("x", "55555")],
    ),
    "x link alone": ("<p>https://twitter.com/annlee/status/1234567890</p>", [("x", "1234567890")]),
    "x anchor alone": (
        '<p><a href="https://x.com/annlee/status/1234567890?s=20">x.com/annlee/status/1234567890</a></p>',
        [("x", "1234567890")],
    ),
    "x link in prose": (
        '<p>She <a href="https://twitter.com/annlee/status/1234567890">wrote about it</a> on Monday.</p>',
        [],
    ),
    "x twice": (
        f'<blockquote class="twitter-tweet">{TWEET}</blockquote><iframe data-tweet-id="1234567890"></iframe>',
        [("x", "1234567890")],
    ),
    "bluesky": (
        '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abc/app.bsky.feed.post/3kxyz" data-bluesky-cid="b"><p lang="en">Hi</p>&mdash; Ann (<a href="https://bsky.app/profile/did:plc:abc?ref_src=embed">@ann.example</a>) <a href="https://bsky.app/profile/did:plc:abc/post/3kxyz?ref_src=embed">July 26, 2023 at 9:00 AM</a></blockquote>',
        [("bluesky", "at://did:plc:abc/app.bsky.feed.post/3kxyz")],
    ),
    "bluesky framed": (
        '<iframe src="https://embed.bsky.app/embed/did:plc:abc/app.bsky.feed.post/3kxyz?id=1"></iframe>',
        [("bluesky", "at://did:plc:abc/app.bsky.feed.post/3kxyz")],
    ),
    "mastodon": (
        '<iframe src="https://mastodon.example/@ann/110777777777777777/embed" class="mastodon-embed"></iframe>',
        [("mastodon", "https://mastodon.example/@ann/110777777777777777")],
    ),
    "mastodon of today": (
        '<blockquote class="mastodon-embed" data-embed-url="https://mastodon.example/@ann/110777777777777777/embed"><a href="https://mastodon.example/@ann/110777777777777777">Post</a></blockquote>',
        [("mastodon", "https://mastodon.example/@ann/110777777777777777")],
    ),
    "instagram": (
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/CuAbc-12/?utm_source=ig_embed"><a href="https://www.instagram.com/p/CuAbc-12/">A post shared by Ann (@ann)</a></blockquote>',
        [("instagram", "CuAbc-12")],
    ),
    "instagram amp": (
        '<amp-instagram data-shortcode="CuAbc12" width="1" height="1"></amp-instagram>',
        [("instagram", "CuAbc12")],
    ),
    "facebook": (
        '<div class="fb-post" data-href="https://www.facebook.com/paper/posts/1234567890"></div>',
        [("facebook", "1234567890")],
    ),
    "facebook framed": (
        '<iframe src="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fpaper%2Fposts%2F1234567890&width=500"></iframe>',
        [("facebook", "1234567890")],
    ),
    "threads": (
        '<blockquote class="text-post-media" data-text-post-permalink="https://www.threads.net/@ann/post/Cu123"></blockquote>',
        [("threads", "Cu123")],
    ),
    "tiktok": (
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@ann/video/7200000000000000001" data-video-id="7200000000000000001"><section><a href="https://www.tiktok.com/@ann">@ann</a> Look at this <a href="#">♬ original sound - ann</a></section></blockquote>',
        [("tiktok", "7200000000000000001")],
    ),
    "youtube": (
        '<iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"></iframe>',
        [("youtube", "dQw4w9WgXcQ")],
    ),
    "youtube lite": ('<lite-youtube videoid="dQw4w9WgXcQ"></lite-youtube>', [("youtube", "dQw4w9WgXcQ")]),
    "youtube playlist": ('<iframe src="https://www.youtube.com/embed/videoseries?list=PL1"></iframe>', []),
    "telegram": (
        '<script async src="https://telegram.org/js/telegram-widget.js" data-telegram-post="durov/83"></script>',
        [("telegram", "durov/83")],
    ),
    "telegram framed": ('<iframe src="https://t.me/durov/83?embed=1"></iframe>', [("telegram", "durov/83")]),
    "reddit": (
        '<blockquote class="reddit-embed-bq"><a href="https://www.reddit.com/r/news/comments/abc123/a_title/">A title</a></blockquote>',
        [("reddit", "t3_abc123")],
    ),
    "vk": (
        '<div id="vk_post_-1_2"></div><script>VK.Widgets.Post("vk_post_-1_2", -1, 2, "hash");</script>',
        [("vk", "-1_2")],
    ),
    "truthsocial": (
        '<iframe src="https://truthsocial.com/@ann/110777777777777777/embed" class="truthsocial-embed"></iframe>',
        [("truthsocial", "110777777777777777")],
    ),
    "share button": ('<a href="https://twitter.com/intent/tweet?url=https%3A%2F%2Fa.example">Tweet</a>', []),
    "plain quotation": ("<blockquote><p>To be or not to be.</p></blockquote>", []),
    "advertisement": ('<iframe src="https://ads.example/frame?id=800384752746254337"></iframe>', []),
}


@pytest.mark.parametrize("name", CASES)
def test_each_form_is_found_and_none_invented(name: str) -> None:
    markup, wanted = CASES[name]
    page = f"<html{' amp' if 'amp-' in markup else ''}><body><article>{markup}</article></body></html>"
    assert [(e.platform, e.external_id or e.url) for e in find_embeds(Page(page))] == wanted


def test_a_post_comes_with_its_words_author_day_and_links() -> None:
    [embed] = find_embeds(Page(f'<blockquote class="twitter-tweet">{TWEET}</blockquote>'))
    assert embed.author_handle == "annlee"
    assert embed.author_name == "Ann Lee"
    assert embed.posted_at == "2023-07-26"
    assert embed.text == "Words of it https://t.co/abc"
    assert embed.links == ("https://t.co/abc",)
    assert embed.url == "https://x.com/annlee/status/1234567890"
