"""A search as X's API v2 tells it where all public fields are asked for, as twarc2 does (docs.x.com, read 2026-11-28)."""

from typing import Any

from .made import AT, BIO, LINK, NUMBER, SUMMARY, TITLE, WORDS, picture


def answer() -> dict[str, Any]:
    """What API v2 answers to a search, with the users in ``includes``."""
    return {
        "data": [_tweet(n) for n in range(NUMBER)],
        "includes": {"users": [_user(n) for n in range(NUMBER)]},
        "meta": {
            "newest_id": str(1765000000000000000 + NUMBER),
            "oldest_id": "1765000000000000000",
            "result_count": NUMBER,
        },
    }


def _tweet(n: int) -> dict[str, Any]:
    own = str(1765000000000000000 + n)
    place = {"domain": {"id": "131", "name": "Unified Topic", "description": "A taxonomy of topics"}}
    return {
        "id": own,
        "edit_history_tweet_ids": [own],
        "edit_controls": {"edits_remaining": 5, "is_edit_eligible": True, "editable_until": AT.format(59) + ".000Z"},
        "author_id": str(440000000 + n),
        "conversation_id": "1765000000000000000",
        "created_at": AT.format(n) + ".000Z",
        "text": WORDS.format(n) + " https://t.co/a1B2c3D4e5",
        "display_text_range": [0, 170],
        "lang": "en",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "source": "Twitter Web App",
        "in_reply_to_user_id": "440000000",
        "referenced_tweets": [{"type": "replied_to", "id": "1765000000000000000"}],
        "context_annotations": [
            {**place, "entity": {"id": str(850000000000000000 + k), "name": f"Subject {k}", "description": "About it"}}
            for k in range(3)
        ],
        "public_metrics": {
            "retweet_count": n % 11,
            "reply_count": n % 7,
            "like_count": n % 101,
            "quote_count": n % 3,
            "bookmark_count": n % 5,
            "impression_count": n % 5000,
        },
        "entities": {
            "annotations": [
                {"start": 30, "end": 36, "probability": 0.6321, "type": "Place", "normalized_text": "bridge"}
            ],
            "mentions": [{"start": 0, "end": 10, "username": "somebody0", "id": "440000000"}],
            "urls": [
                {
                    "start": 150,
                    "end": 173,
                    "url": "https://t.co/a1B2c3D4e5",
                    "expanded_url": LINK,
                    "display_url": "news.example/2024/03/bridge…",
                    "images": [
                        {"url": picture("news_img", n), "width": size, "height": size // 2} for size in (1200, 150)
                    ],
                    "status": 200,
                    "title": TITLE,
                    "description": SUMMARY,
                    "unwound_url": LINK,
                }
            ],
        },
    }


def _user(n: int) -> dict[str, Any]:
    return {
        "id": str(440000000 + n),
        "username": f"somebody{n}",
        "name": f"Somebody {n}",
        "created_at": "2011-12-21T10:00:00.000Z",
        "description": BIO,
        "entities": {
            "url": {
                "urls": [
                    {
                        "start": 0,
                        "end": 23,
                        "url": "https://t.co/b1C2d3E4f5",
                        "expanded_url": "https://own.example",
                        "display_url": "own.example",
                    }
                ]
            }
        },
        "location": "By the river",
        "pinned_tweet_id": "1760000000000000000",
        "profile_image_url": picture("profile_images", n),
        "protected": False,
        "public_metrics": {
            "followers_count": n,
            "following_count": n,
            "tweet_count": n * 9,
            "listed_count": 3,
            "like_count": 7,
            "media_count": 2,
        },
        "url": "https://t.co/b1C2d3E4f5",
        "verified": False,
        "verified_type": "none",
    }
