"""A page's posts as Facebook's Graph API tells them, with attachments and comments (developers.facebook.com/docs/graph-api)."""

from typing import Any

from .made import AT, LINK, NUMBER, SUMMARY, TITLE, WORDS, picture


def answer() -> dict[str, Any]:
    """What Graph API answers when it is asked for a page's posts with their attachments and first comments."""
    return {
        "data": [_page_post(n) for n in range(NUMBER // 2)],
        "paging": {"cursors": {"before": "QVFIUk", "after": "QVFIUm"}},
    }


def _page_post(n: int) -> dict[str, Any]:
    own = f"100200300400500_{700800900100 + n}"
    return {
        "id": own,
        "created_time": AT.format(n) + "+0000",
        "updated_time": AT.format(n) + "+0000",
        "message": WORDS.format(n),
        "message_tags": [],
        "from": {"id": "100200300400500", "name": "The Example News"},
        "permalink_url": f"https://www.facebook.com/100200300400500/posts/{700800900100 + n}",
        "full_picture": picture("safe_image", n),
        "icon": "https://static.xx.fbcdn.example/rsrc.php/v3/yD/r/aS8ecmYRys0.gif",
        "is_hidden": False,
        "is_published": True,
        "is_expired": False,
        "is_popular": False,
        "promotable_id": own,
        "status_type": "shared_story",
        "privacy": {"allow": "", "deny": "", "description": "Public", "friends": "", "value": "EVERYONE"},
        "properties": [],
        "shares": {"count": n % 11},
        "reactions": {"data": [], "summary": {"total_count": n % 101, "viewer_reaction": "NONE"}},
        "attachments": {
            "data": [
                {
                    "title": TITLE,
                    "description": SUMMARY,
                    "media": {"image": {"height": 378, "src": picture("safe_image", n), "width": 720}},
                    "media_type": "link",
                    "target": {
                        "url": f"https://l.facebook.example/l.php?u=https%3A%2F%2Fnews.example%2F2024%2F03%2Fbridge&h=AT{n:08}&s=1"
                    },
                    "type": "share",
                    "unshimmed_url": LINK,
                    "url": f"https://l.facebook.example/l.php?u=https%3A%2F%2Fnews.example%2F2024%2F03%2Fbridge&h=AT{n:08}&s=1",
                }
            ]
        },
        "comments": {
            "data": [
                {
                    "id": f"{700800900100 + n}_{55660000 + n}",
                    "created_time": AT.format(n) + "+0000",
                    "message": WORDS.format(n),
                    "from": {"id": str(9000 + n), "name": f"Somebody {n}"},
                    "permalink_url": f"https://www.facebook.com/100200300400500/posts/{700800900100 + n}?comment_id={55660000 + n}",
                    "comment_count": 0,
                    "like_count": n % 7,
                    "is_hidden": False,
                    "is_private": False,
                    "can_comment": False,
                    "message_tags": [],
                }
            ],
            "paging": {"cursors": {"before": "WTI5dGJXVnVkRjlqZ", "after": "WTI5dGJXVnVkRjlqZ"}},
            "summary": {"order": "ranked", "total_count": 1, "can_comment": False},
        },
    }
