"""Made stories and made events of Bluesky's stream."""

import json
import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, text

from storywake.collector.net.stream import Form
from storywake.db.engine import writing
from storywake.db.stories import add_story

STORIES, ADDRESSES = 200, 10_000
PLANTED, WATCHED = "2026-01-01T00:00:00Z", "2199-01-01T00:00:00Z"
ARTICLE = """INSERT INTO article (story_id, key, url, title, role, corrected, first_seen_at)
VALUES (:story, :url, :url, :title, 'coverage', FALSE, :at)"""
FIRST_EVENT = 1_767_225_600_000_000
"""2026-01-01, in microseconds."""
SOUNDS = ("ka", "lo", "mi", "ren", "sta", "vik", "dor", "bel", "tun", "hal", "gre", "pos", "nil", "fra", "zen", "wu")


OTHER_SOUNDS = ("je", "pru", "oqua", "shy", "uth", "cla", "ee", "xo", "yp", "ju", "quo", "iv", "oa", "thu", "aby", "ew")
NAMED = 1 / 30
"""Share of the posts that have a word of a story's name, whoever they mean by it."""


def _word(chance: random.Random, sounds: tuple[str, ...] = SOUNDS) -> str:
    return "".join(chance.choices(sounds, k=chance.randint(2, 4)))


def planted(engine: Engine) -> list[str]:
    """Stories, each with a headline of rare words, a name and fifty articles; their addresses."""
    chance, found = random.Random(3), []
    with writing(engine) as connection:
        for story in range(STORIES):
            name = f"{_word(chance).title()} {_word(chance).title()}"
            title = f"{name} denies {_word(chance)} {_word(chance)} at {_word(chance).title()} harbour inquiry"
            planted_story = add_story(
                connection,
                slug=f"s{story}",
                title=title,
                url=None,
                claims=[title],
                created_at=PLANTED,
                watch_until=WATCHED,
            )
            urls = [f"https://paper{n}.example/2026/{story}/report-{n}" for n in range(ADDRESSES // STORIES)]
            rows = [{"story": planted_story.id, "url": url, "title": title, "at": PLANTED} for url in urls]
            connection.execute(text(ARTICLE), rows)
            found += urls
    return found


COMMON = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "that",
    "it",
    "for",
    "on",
    "was",
    "with",
    "as",
    "be",
    "at",
    "by",
    "this",
    "have",
    "from",
    "or",
    "had",
    "not",
    "but",
    "what",
    "all",
    "were",
    "when",
    "we",
    "there",
    "can",
    "an",
    "your",
    "which",
    "their",
    "said",
    "if",
    "do",
    "will",
    "each",
    "about",
    "how",
    "up",
    "out",
    "them",
    "then",
    "she",
    "many",
    "some",
    "so",
    "these",
    "would",
    "other",
    "into",
    "has",
    "more",
    "her",
    "two",
    "like",
    "him",
    "see",
    "time",
    "could",
    "no",
    "make",
    "than",
    "first",
    "been",
    "its",
    "who",
    "now",
    "people",
    "my",
    "made",
    "over",
    "did",
    "down",
    "only",
    "way",
    "find",
    "use",
    "may",
    "water",
    "long",
    "little",
    "very",
    "after",
    "words",
    "called",
    "just",
    "where",
    "most",
    "know",
    "morning",
    "coffee",
    "train",
    "garden",
    "music",
    "photo",
    "weather",
    "football",
    "cat",
    "dog",
    "book",
    "film",
    "night",
    "game",
]


def made_events(form: Form, count: int, seed: int = 5) -> Iterator[bytes]:
    """Events as the network sends them: mostly short posts, two in five of them replies, one in six with a link, one in twelve a
    deletion, one in thirty with a word as stories' names have it.
    """
    chance = random.Random(seed)
    rare = [_word(chance, OTHER_SOUNDS) for _ in range(30_000)]
    for number in range(count):
        did, key = f"did:plc:{chance.randrange(1 << 60):024x}"[:32], f"3l{number:011}"
        commit: dict[str, Any] = {
            "rev": f"3m{number:011}",
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": key,
        }
        if chance.random() < 1 / 12:
            commit["operation"] = "delete"
        else:
            commit |= {"record": _record(chance, rare, number), "cid": f"bafyrei{chance.randrange(1 << 90):052x}"}
        at = FIRST_EVENT + number * 25_000
        if form is Form.V1:
            yield json.dumps({"did": did, "time_us": at, "kind": "commit", "commit": commit}).encode()
        else:
            told = {"$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": number + 1, "did": did, **commit}
            told["time"] = "2026-01-01T00:00:00.000000Z"
            yield json.dumps({"$type": "message", "payload": told}).encode()


def _record(chance: random.Random, rare: list[str], number: int) -> dict[str, Any]:
    words = chance.choices(COMMON, k=chance.randint(3, 28)) + chance.choices(rare, k=chance.randint(0, 2))
    words += [_word(chance).title()] if chance.random() < NAMED else []
    chance.shuffle(words)
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "langs": ["en"],
        "text": f"{' '.join(words).capitalize()}.",
    }
    if chance.random() < 0.4:
        above = f"at://did:plc:{chance.randrange(1 << 60):024x}/app.bsky.feed.post/3k{number:011}"
        record["reply"] = {
            "parent": {"cid": "bafyrei" + 52 * "a", "uri": above},
            "root": {"cid": "bafyrei" + 52 * "a", "uri": above},
        }
    if chance.random() < 1 / 6:
        uri = f"https://site{chance.randrange(4_000)}.example/{chance.randrange(1 << 40)}/{chance.choice(rare)}?utm_source=bsky"
        record["facets"] = [
            {
                "index": {"byteStart": 0, "byteEnd": 10},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}],
            }
        ]
        record["embed"] = {
            "$type": "app.bsky.embed.external",
            "external": {
                "uri": uri,
                "title": " ".join(chance.choices(COMMON, k=8)),
                "description": " ".join(chance.choices(COMMON, k=20)),
            },
        }
    elif chance.random() < 1 / 5:
        record["embed"] = {
            "$type": "app.bsky.embed.images",
            "images": [{"alt": " ".join(chance.choices(COMMON, k=6)), "image": {}}],
        }
    return record
