"""A thread as Mastodon's API tells it (docs.joinmastodon.org/entities/Status, Account, PreviewCard, read 2026-11-28)."""

from typing import Any

from .made import AT, BIO, LINK, NUMBER, SUMMARY, TITLE, WORDS, picture


def answer() -> dict[str, Any]:
    """What a server answers when it is asked for a post's thread."""
    return {"ancestors": [], "descendants": [_status(n) for n in range(NUMBER)]}


def _status(n: int) -> dict[str, Any]:
    url = f"https://social.example/@somebody{n}/{112000000000000000 + n}"
    return {
        "id": str(112000000000000000 + n),
        "created_at": AT.format(n) + ".000Z",
        "in_reply_to_id": str(112000000000000000 + n - 1),
        "in_reply_to_account_id": str(109000000000000000 + n - 1),
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://social.example/users/somebody{n}/statuses/{112000000000000000 + n}",
        "url": url,
        "replies_count": n % 7,
        "reblogs_count": n % 11,
        "favourites_count": n % 101,
        "quotes_count": 0,
        "edited_at": None,
        "content": f'<p><span class="h-card" translate="no"><a href="https://social.example/@somebody{n + 1}" class="u-url mention">@'
        f"<span>somebody{n + 1}</span></a></span> {WORDS.format(n)}</p>"
        f'<p><a href="{LINK}" target="_blank" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">https://</span>'
        f'<span class="ellipsis">news.example/2024/03/bridge-clo</span><span class="invisible">sed-after-report</span></a></p>',
        "reblog": None,
        "quote": None,
        "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "unknown"},
        "application": {"name": "Web", "website": None},
        "account": _account(n),
        "media_attachments": [_picture(n)] if n % 4 == 0 else [],
        "mentions": [
            {
                "id": str(109000000000000000 + n - 1),
                "username": f"somebody{n + 1}",
                "url": f"https://social.example/@somebody{n + 1}",
                "acct": f"somebody{n + 1}",
            }
        ],
        "tags": [{"name": "bridge", "url": "https://social.example/tags/bridge"}],
        "emojis": [],
        "card": {
            "url": LINK,
            "title": TITLE,
            "description": SUMMARY,
            "language": "en",
            "type": "link",
            "author_name": "Anna Berg",
            "author_url": "https://news.example/by/anna-berg",
            "provider_name": "The Example News",
            "provider_url": "https://news.example",
            "html": "",
            "width": 1200,
            "height": 630,
            "image": picture("cache/preview_cards/images", n),
            "image_description": "A bridge",
            "embed_url": "",
            "blurhash": "UGF5?xYk^6#M@-5c,1J5@[or[Q6.",
            "published_at": AT.format(0) + ".000Z",
            "authors": [{"name": "Anna Berg", "url": "https://news.example/by/anna-berg", "account": None}],
        },
        "poll": None,
    }


def _account(n: int) -> dict[str, Any]:
    return {
        "id": str(109000000000000000 + n),
        "username": f"somebody{n}",
        "acct": f"somebody{n}",
        "display_name": f"Somebody {n}",
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": "2022-11-05T00:00:00.000Z",
        "note": f"<p>{BIO}</p>",
        "url": f"https://social.example/@somebody{n}",
        "uri": f"https://social.example/users/somebody{n}",
        "avatar": picture("accounts/avatars", n),
        "avatar_static": picture("accounts/avatars", n),
        "avatar_description": "",
        "header": picture("accounts/headers", n),
        "header_static": picture("accounts/headers", n),
        "header_description": "",
        "followers_count": n % 1000,
        "following_count": n % 700,
        "statuses_count": n % 5000,
        "last_status_at": "2024-03-05",
        "hide_collections": False,
        "noindex": False,
        "emojis": [],
        "roles": [],
        "fields": [
            {
                "name": "Blog",
                "value": f'<a href="https://somebody{n}.example" target="_blank" rel="nofollow noopener noreferrer me" translate="no">'
                f'<span class="invisible">https://</span><span class="">somebody{n}.example</span></a>',
                "verified_at": "2023-01-09T12:00:00.000+00:00",
            }
        ],
    }


def _picture(n: int) -> dict[str, Any]:
    size = {"width": 1200, "height": 800, "size": "1200x800", "aspect": 1.5}
    return {
        "id": str(112000000000000500 + n),
        "type": "image",
        "url": picture("media_attachments", n),
        "preview_url": picture("media_attachments", n, "small"),
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {"original": size, "small": size, "focus": {"x": 0.0, "y": 0.0}},
        "description": "A bridge over a river, with a barrier across the road to it.",
        "blurhash": "UBL_:rOpGG-;~qRjWBay9FxuRjofM{fQt7ay",
    }
