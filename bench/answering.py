"""A Bluesky on loopback that knows any number of posts: each is told from its number, with the same counts each time."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

WHO = "did:plc:"
STORY = "https://news.example/story"
AUTHORS = 4
"""Posts by one author, on average."""


def uri(number: int) -> str:
    """The address of the post of a number."""
    return f"at://{WHO}{number // AUTHORS:020}/app.bsky.feed.post/{number:013}"


def view(number: int) -> dict[str, Any]:
    """The post of a number, as an AppView shows it: it links to the story."""
    author = number // AUTHORS
    link = {"$type": "app.bsky.richtext.facet#link", "uri": STORY}
    return {
        "uri": uri(number),
        "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae",
        "author": {
            "did": f"{WHO}{author:020}",
            "handle": f"{name_of(author).replace(' ', '')}{author}.example",
            "displayName": name_of(author).title(),
        },
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": f"2026-03-{1 + number // 86_400:02}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z",
            "langs": ["en"],
            "text": f"Post number {number} says that the bridge was never inspected, and links to the story.",
            "facets": [{"index": {"byteStart": 0, "byteEnd": 4}, "features": [link]}],
        },
        "replyCount": 0,
        "repostCount": number % 11,
        "likeCount": number % 101,
        "quoteCount": 0,
        "labels": [],
    }


def name_of(author: int) -> str:
    """A name of two words, that of hardly anybody else."""
    return " ".join("".join(_syllables(author * prime % 1_000_003)).title() for prime in (7919, 104_729))


def _syllables(number: int) -> Iterator[str]:
    for _ in range(3):
        number, rest = divmod(number, 60)
        yield "bdfghjklmnprstvz"[rest % 16] + "aeiou"[rest % 5]


async def serve() -> None:
    """Answers until stopped; prints its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked = parse_qs(head.split(b" ", 2)[1].partition(b"?")[2].decode())
                posts = [view(int(address.rpartition("/")[2])) for address in asked.get("uris", ())]
                body = json.dumps({"posts": posts}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
