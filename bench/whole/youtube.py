"""Comments as YouTube's Data API tells them (developers.google.com/youtube/v3/docs/commentThreads, read 2026-11-28)."""

from typing import Any

from .made import AT, NUMBER, WORDS


def answer() -> dict[str, Any]:
    """What the Data API answers when it is asked for the comments under a video."""
    return {
        "kind": "youtube#commentThreadListResponse",
        "etag": "k8rTq3nB4V9pXyC2aWzE7hJdLmQ",
        "nextPageToken": "Z2V0X25ld2VzdF9maXJzdC0tQ2dnSWdBUVZGN2ZST0JJRkNKMGdHQUFTQlFpb0lCZ0FFZ1VJaUNBWUFCSUZDSWtnR0FBU0JRaVdJQmdBSWc0S0RBaTI",
        "pageInfo": {"totalResults": NUMBER, "resultsPerPage": 100},
        "items": [
            {
                "kind": "youtube#commentThread",
                "etag": f"m2Fz8Yw1QeRtUiOp{n:04}LkJhGfD",
                "id": f"Ugx3kQ9vZ0bT7yR{n:04}4AaABAg",
                "snippet": {
                    "channelId": "UCk2vQ3w4E5r6T7y8U9i0O1p",
                    "videoId": "b4Dg3Br1dG3",
                    "topLevelComment": _comment(n),
                    "canReply": True,
                    "totalReplyCount": 1,
                    "isPublic": True,
                },
                "replies": {"comments": [_comment(n, "r")]},
            }
            for n in range(NUMBER // 2)
        ],
    }


def _comment(n: int, below: str = "") -> dict[str, Any]:
    own = f"Ugx3kQ9vZ0bT7yR{n:04}4AaABAg"
    return {
        "kind": "youtube#comment",
        "etag": f"x9Cv7Bn5Ml3Kj1Hg{n:04}FdSaPo{below}",
        "id": f"{own}.9zX8cV7bN6m5L4k3J2h1G0" if below else own,
        "snippet": {
            "channelId": "UCk2vQ3w4E5r6T7y8U9i0O1p",
            "videoId": "b4Dg3Br1dG3",
            "textDisplay": WORDS.format(n),
            "textOriginal": WORDS.format(n),
            **({"parentId": own} if below else {}),
            "authorDisplayName": f"@somebody{n}{below}",
            "authorProfileImageUrl": f"https://yt3.ggpht.example/ytc/AIdro_{n * 7919:08}kZqW4nT2rY6uP0sD8fG1hJ3k=s48-c-k-c0x00ffffff-no-rj",
            "authorChannelUrl": f"http://www.youtube.com/@somebody{n}{below}",
            "authorChannelId": {"value": f"UCa1S2d3F4g5H6j7K8l9Z0x{n}"},
            "canRate": True,
            "viewerRating": "none",
            "likeCount": n % 101,
            "publishedAt": AT.format(n) + "Z",
            "updatedAt": AT.format(n) + "Z",
        },
    }
