"""Which address names whose post: every platform's forms, share links, and addresses that look alike and name none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.addresses import identify, is_short

UUID = "0d9e1c2a-1111-4222-8333-444455556666"
ULID = "01HQZ8X2M4V9N6T3R7P5K1J0WE"
NAMED = [
    ("https://social.example/@ann/112000000000000001", "mastodon", None),
    ("https://social.example/@ann@far.example/112000000000000001", "mastodon", None),
    ("https://social.example/web/@ann/112000000000000001", "mastodon", None),
    ("https://social.example/web/statuses/112000000000000001", "mastodon", None),
    ("https://social.example/deck/@ann/112000000000000001", "mastodon", None),
    (
        "https://social.example/users/ann/statuses/112000000000000001/activity",
        "mastodon",
        "https://social.example/users/ann/statuses/112000000000000001",
    ),
    (
        "https://social.example/ap/users/115000000000000001/statuses/115000000000000002",
        "mastodon",
        "https://social.example/ap/users/115000000000000001/statuses/115000000000000002",
    ),
    (f"https://gts.example/@ann/statuses/{ULID}", "mastodon", f"https://gts.example/users/ann/statuses/{ULID}"),
    (f"https://gts.example/users/ann/statuses/{ULID}", "mastodon", f"https://gts.example/users/ann/statuses/{ULID}"),
    ("https://akkoma.example/notice/AbCdEfGhIjKlMnOpQr", "mastodon", None),
    ("https://akkoma.example/notice/AbCdEfGhIjKlMnOpQr/embed", "mastodon", None),
    (f"https://akkoma.example/objects/{UUID}", "mastodon", f"https://akkoma.example/objects/{UUID}"),
    ("https://pixel.example/p/ann/567890123456789012", "mastodon", None),
    ("https://pixel.example/p/ann/567890123456/embed", "mastodon", None),
    (f"https://friendica.example/display/{UUID}", "mastodon", f"https://friendica.example/objects/{UUID}"),
    (f"https://tube.example/videos/watch/{UUID}", "mastodon", f"https://tube.example/videos/watch/{UUID}"),
    (f"https://tube.example/videos/embed/{UUID}?autoplay=0", "mastodon", f"https://tube.example/videos/watch/{UUID}"),
    (f"https://tube.example/w/{UUID}", "mastodon", f"https://tube.example/videos/watch/{UUID}"),
    ("https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv", "mastodon", "https://tube.example/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d"),
    ("https://misskey.example/notes/9abc123def", "misskey", "https://misskey.example/notes/9abc123def"),
    ("https://lemmy.example/post/44", "lemmy", "https://lemmy.example/post/44"),
    ("https://programming.dev/post/44", "lemmy", "https://programming.dev/post/44"),
    ("https://lemmy.example/post/44/567", "lemmy", "https://lemmy.example/comment/567"),
    ("https://lemmy.example/post/44/comment/567", "lemmy", "https://lemmy.example/comment/567"),
    ("https://elk.zone/social.example/@ann/112000000000000001", "mastodon", None),
    ("https://elk.zone/social.example/@ann@far.example/112000000000000001", "mastodon", None),
    ("https://x.com/ann/article/1500000000000000001", "x", "1500000000000000001"),
    ("https://x.com/ann/status/1500000000000000001/photo/1", "x", "1500000000000000001"),
    ("https://fixupx.com/ann/status/1500000000000000001", "x", "1500000000000000001"),
    ("https://xcancel.com/ann/status/1500000000000000001#m", "x", "1500000000000000001"),
    ("https://twitter.com/#!/ann/status/1500000000000000001", "x", "1500000000000000001"),
    ("https://twitter.com/i/events/1500000000000000001", None, None),
    ("https://bsky.app/profile/ann.example/post/3kabc", "bluesky", "at://ann.example/app.bsky.feed.post/3kabc"),
    ("https://deer.social/profile/did:plc:ann/post/3kabcdefghij2", "bluesky", "at://did:plc:ann/app.bsky.feed.post/3kabcdefghij2"),
    ("https://fxbsky.app/profile/ann.example/post/3kabc", "bluesky", "at://ann.example/app.bsky.feed.post/3kabc"),
    ("https://www.threads.com/@ann.b/post/Cu123?xmt=AQ", "threads", "Cu123"),
    ("https://www.threads.net/@ann/post/Cu123/embed", "threads", "Cu123"),
    ("https://www.instagram.com/ann/reel/CuAbc12/", "instagram", "CuAbc12"),
    ("https://instagr.am/p/CuAbc12", "instagram", "CuAbc12"),
    ("https://www.tiktok.com/@ann/photo/7200000000000000001", "tiktok", "7200000000000000001"),
    ("https://m.tiktok.com/v/7200000000000000001.html", "tiktok", "7200000000000000001"),
    ("https://www.tiktok.com/share/video/7200000000000000001", "tiktok", "7200000000000000001"),
    ("https://www.tiktok.com/embed/v3/7200000000000000001", "tiktok", "7200000000000000001"),
    ("https://www.facebook.com/watch/live/?v=1234567890", "facebook", "1234567890"),
    ("https://www.facebook.com/video.php?v=1234567890", "facebook", "1234567890"),
    ("https://www.facebook.com/paper/videos/a-title/1234567890/", "facebook", "1234567890"),
    ("https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fpaper%2Fvideos%2F1234567890%2F", "facebook", "1234567890"),
    ("https://www.youtube.com/shorts/abcdefghij1", "youtube", "abcdefghij1"),
    ("https://www.youtube.com/live/abcdefghij1?si=a", "youtube", "abcdefghij1"),
    ("https://www.youtube.com/e/abcdefghij1", "youtube", "abcdefghij1"),
    ("https://youtu.be/abcdefghij1?t=3", "youtube", "abcdefghij1"),
    ("https://www.youtube-nocookie.com/embed/abcdefghij1", "youtube", "abcdefghij1"),
    ("https://yewtu.be/watch?v=abcdefghij1", "youtube", "abcdefghij1"),
    ("https://www.youtube.com/@ann", None, None),
    ("https://t.me/channel/12?single", "telegram", "channel/12"),
    ("https://t.me/channel/12/345", "telegram", "channel/345"),
    ("https://t.me/c/1234567/345", None, None),
    ("https://vk.com/ann?w=wall-1_2", "vk", "-1_2"),
    ("https://vkvideo.ru/video-1_2", "vk", "video-1_2"),
    ("https://www.reddit.com/gallery/abc123", "reddit", "t3_abc123"),
    ("https://www.reddit.com/tb/abc123", "reddit", "t3_abc123"),
    ("https://v.redd.it/abc123def", None, None),
    ("https://truthsocial.com/@ann/posts/112000000000000001", "truthsocial", "112000000000000001"),
    # Look-alikes
    ("https://news.example/notice/closing-early", None, None),
    ("https://news.example/notice/2024", None, None),
    ("https://museum.example/objects/vase", None, None),
    ("https://shop.example/p/garden-hose/567890123456", None, None),
    ("https://news.example/p/sports/20240305", None, None),
    ("https://news.example/videos/watch/a-bridge", None, None),
    ("https://news.example/w/bridge", None, None),
    ("https://news.example/display/bridge", None, None),
    ("https://news.example/post/44", None, None),
    ("https://news.example/post/44/567", None, None),
    ("https://lemmy.example/44", None, None),
    ("https://elk.zone/settings/interface", None, None),
    ("https://elk.zone/home", None, None),
    ("https://news.example/@ann/2024", None, None),
]  # fmt: skip
SHARED = [
    ("https://www.reddit.com/r/bridges/s/abcDEF123g", "reddit"),
    ("https://reddit.com/u/ann_example/s/abcDEF123g/", "reddit"),
    ("https://vm.tiktok.com/ZMabcdefg/", "tiktok"),
    ("https://vt.tiktok.com/ZMabcdefg/", "tiktok"),
    ("https://www.tiktok.com/t/ZMabcdefg/", "tiktok"),
    ("https://fb.watch/abcDEF123/", "facebook"),
    ("https://fb.me/p/abcDEF123", "facebook"),
    ("https://www.facebook.com/share/p/abcDEF123/", "facebook"),
    ("https://www.facebook.com/share/v/abcDEF123/?mibextid=a", "facebook"),
    ("https://m.facebook.com/share/abcDEF123/", "facebook"),
    ("https://www.instagram.com/share/reel/BAabcDEF12", "instagram"),
]


@pytest.mark.parametrize(("url", "platform", "identity"), NAMED)
def test_an_address_names_the_post_of_its_platform(url: str, platform: str | None, identity: str | None) -> None:
    found = identify(url)
    assert (found.platform if found else None, found.external_id if found else None) == (platform, identity)
    again = identify(found.url) if found else None
    assert (again.platform if again else None) == platform
    assert again is None or again.external_id in (None, identity)


@pytest.mark.parametrize(("url", "platform"), SHARED)
def test_a_share_link_is_short_and_its_platforms(url: str, platform: str) -> None:
    found = identify(url)
    assert found is not None
    assert (found.platform, found.external_id) == (platform, None)
    assert is_short(url)
    assert is_short(found.url)
    assert identify(found.url) == found


@pytest.mark.parametrize(
    "url",
    [
        "https://fb.watch/",
        "https://www.facebook.com/share.php?u=https%3A%2F%2Fnews.example%2Fa",
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fnews.example%2Fa",
        "https://www.reddit.com/submit?url=https%3A%2F%2Fnews.example%2Fa",
        "https://www.tiktok.com/t/",
        "https://news.example/r/bridges/s/abcDEF123g",
    ],
)
def test_share_buttons_are_no_share_links(url: str) -> None:
    assert identify(url) is None
    assert not is_short(url)


def test_shorteners_of_the_whole_web_are_short_and_name_no_post() -> None:
    assert is_short("https://t.co/abc")
    assert is_short("https://share.google/abc")
    assert is_short("https://search.app/abc")
    assert identify("https://t.co/abc") is None


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    identify(text)
    identify(f"https://tube.example/{text}")
    is_short(f"https://fb.watch/{text}")
