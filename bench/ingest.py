"""Posts a second into the store: ours beside a bare loop of json.loads and executemany that writes the same rows."""

import json
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from storywake.collector.records import Post
from storywake.collector.sources import SOURCES
from storywake.db.engine import open_database, writing
from storywake.db.posts import save_posts

GOAL = 0.5
POSTS = 100_000
ROUNDS = 5
BATCH = 2000
SEEN = "2024-03-03T12:00:00Z"


def bench_ingest(_: str | None) -> dict[str, Any]:
    """Both write 100,000 posts with observations to SQLite files of the same schema; ratio of posts a second, medians of five rounds."""
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    counts: dict[str, tuple[int, ...]] = {}
    half = full = 0.0
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "posts.jsonl"
        _make(lines)
        for number in range(ROUNDS):
            for name, write in (("ours", _ours), ("peer", _peer)):
                database = Path(folder) / f"{name}{number}.db"
                open_database(f"sqlite:///{database}").dispose()
                start = time.perf_counter()
                memory = write(lines, database)
                rates[name].append(POSTS / (time.perf_counter() - start))
                if name == "ours" and number == 0:
                    half, full = memory
                counts[name] = _count(database)
                database.unlink()
    ratios = sorted(a / b for a, b in zip(rates["ours"], rates["peer"], strict=True))
    ratio = ratios[ROUNDS // 2]
    return {
        "bench": "ingest",
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio >= GOAL and counts["ours"] == counts["peer"] and full - half < 20,
        "figures": {
            "posts": POSTS,
            "rows_accounts_posts_observations": list(counts["ours"]),
            "same_rows": counts["ours"] == counts["peer"],
            "ours_posts_per_second": round(sorted(rates["ours"])[ROUNDS // 2]),
            "bare_loop_posts_per_second": round(sorted(rates["peer"])[ROUNDS // 2]),
            "ratio_min": round(ratios[0], 2),
            "ratio_max": round(ratios[-1], 2),
            "memory_growth_second_half_mib": round(full - half, 1),
        },
    }


def _make(path: Path) -> None:
    with path.open("w") as file:
        for n in range(POSTS):
            did = f"did:plc:{n % 20_000:020}"
            view = {
                "uri": f"at://{did}/app.bsky.feed.post/{n:013}",
                "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae",
                "author": {
                    "did": did,
                    "handle": f"somebody{n % 20_000}.example",
                    "displayName": f"Somebody {n % 20_000}",
                    "avatar": "https://cdn.example/img/avatar",
                },
                "record": {
                    "$type": "app.bsky.feed.post",
                    "createdAt": "2024-03-03T09:00:00.000Z",
                    "langs": ["en"],
                    "text": f"Post number {n} says that the bridge was never inspected, and links to the story.",
                    "facets": [
                        {
                            "index": {"byteStart": 0, "byteEnd": 4},
                            "features": [
                                {"$type": "app.bsky.richtext.facet#link", "uri": f"https://news.example/story/{n % 50}"}
                            ],
                        }
                    ],
                },
                "replyCount": n % 7,
                "repostCount": n % 11,
                "likeCount": n % 101,
                "quoteCount": n % 3,
                "indexedAt": "2024-03-03T09:00:01.000Z",
                "labels": [],
            }
            file.write(json.dumps(view) + "\n")


def _batches(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while batch := list(islice(file, BATCH)):
            yield batch


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _ours(lines: Path, database: Path) -> tuple[float, float]:
    engine = open_database(f"sqlite:///{database}")
    normalise = SOURCES["bluesky"].normalise
    decode = msgspec.json.Decoder().decode
    half = 0.0
    for number, batch in enumerate(_batches(lines)):
        posts: list[Post] = []
        for line in batch:
            posts.extend(normalise(decode(line)))
        with writing(engine) as connection:
            save_posts(connection, posts, SEEN)
        if number == POSTS // BATCH // 2:
            half = _memory()
    engine.dispose()
    return half, _memory()


def _peer(lines: Path, database: Path) -> tuple[float, float]:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-32768")
    for batch in _batches(lines):
        accounts, posts, observations = [], [], []
        for line in batch:
            view = json.loads(line)
            uri, author, record = view["uri"], view["author"], view["record"]
            did = author["did"]
            accounts.append(("bluesky", did, did, author["handle"], author["displayName"]))
            url = f"https://bsky.app/profile/{author['handle']}/post/{uri.rsplit('/', 1)[1]}"
            link = record["facets"][0]["features"][0]["uri"]
            posts.append(
                (
                    "bluesky",
                    uri,
                    uri,
                    url,
                    "post",
                    "bluesky",
                    did,
                    record["text"],
                    "en",
                    record["createdAt"][:19] + "Z",
                    link,
                    SEEN,
                )
            )
            observations.append(
                (SEEN, view["likeCount"], view["repostCount"], view["replyCount"], view["quoteCount"], "bluesky", uri)
            )
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO account (platform, key, external_id, handle, name) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            accounts,
        )
        connection.executemany(
            "INSERT INTO post (platform, key, external_id, url, kind, account_id, text, language, posted_at, links, first_seen_at) VALUES (?, ?, ?, ?, ?, (SELECT id FROM account WHERE platform = ? AND key = ?), ?, ?, ?, ?, ?)",
            posts,
        )
        connection.executemany(
            "INSERT INTO observation (post_id, observed_at, likes, reposts, replies, quotes) SELECT id, ?, ?, ?, ?, ? FROM post WHERE platform = ? AND key = ?",
            observations,
        )
        connection.execute("COMMIT")
    connection.close()
    return 0.0, 0.0


def _count(database: Path) -> tuple[int, ...]:
    connection = sqlite3.connect(database)
    counts = tuple(
        connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
        for table in ("account", "post", "observation")
    )
    connection.close()
    return counts
