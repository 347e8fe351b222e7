"""Lines of twarc's a second, imported into a story: what it takes in processor time, and whether memory grows."""

import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs.imports import import_file
from storywake.jobs.watch import watch

GOAL = 10_000
LINES = 100_000
PEOPLE = 20_000
THREAD = 7
"""Posts of a thread: one, and the answers to it."""
FIRST_ID = 1_600_000_000_000_000_000
MAX_GROWTH = 20
"""MiB of memory that the second half of the lines may take."""


def bench_imports(_: str | None) -> dict[str, Any]:
    """Imports 100,000 flattened posts as twarc2 writes them into SQLite; lines a second of processor time."""
    half = 0.0

    def tick(done: int, known: int | None, what: str) -> None:
        nonlocal half
        half = half or (_memory() if done >= LINES // 2 else 0.0)

    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "posts.jsonl"
        write_lines(lines, LINES)
        engine = open_database(f"sqlite:///{folder}/import.db")
        story = watch(engine, Settings(), "https://news.example/story/0", slug="imported")
        start = time.process_time()
        result = import_file(engine, Settings(), story, str(lines), tick)
        rate = LINES / (time.process_time() - start)
        engine.dispose()
    growth = _memory() - half
    return {
        "bench": "imports",
        "ratio": round(rate / GOAL, 2),
        "goal": 1.0,
        "met": rate >= GOAL and growth < MAX_GROWTH and result.posts == LINES,
        "figures": {
            "lines": LINES,
            "posts": result.posts,
            "lines_per_second_of_processor_time": round(rate),
            "memory_growth_second_half_mib": round(growth, 1),
        },
    }


def write_lines(path: Path, number: int) -> None:
    """Writes posts of threads of seven by many people, each with a link, as twarc2 flattens them."""
    encode = msgspec.json.encode
    with path.open("wb") as file:
        for n in range(number):
            first = FIRST_ID + n - n % THREAD
            answers = {"referenced_tweets": [{"type": "replied_to", "id": str(first)}]} if n % THREAD else {}
            file.write(encode({**_post(n, first), **answers}) + b"\n")


def _post(n: int, first: int) -> dict[str, Any]:
    author = n % PEOPLE
    return {
        "id": str(FIRST_ID + n),
        "edit_history_tweet_ids": [str(FIRST_ID + n)],
        "conversation_id": str(first),
        "author_id": str(author),
        "created_at": f"2024-03-03T{n % 24:02}:{n % 60:02}:00.000Z",
        "text": f"Post number {n} says that the bridge was never inspected, and links to the story. https://t.co/{n % 50}",
        "lang": "en",
        "public_metrics": {
            "retweet_count": n % 11,
            "reply_count": n % 7,
            "like_count": n % 101,
            "quote_count": n % 3,
            "impression_count": n % 5000,
        },
        "entities": {
            "urls": [{"url": f"https://t.co/{n % 50}", "expanded_url": f"https://news.example/story/{n % 50}"}]
        },
        "author": {
            "id": str(author),
            "username": f"somebody{author}",
            "name": f"Somebody {author}",
            "public_metrics": {"followers_count": author % 1000},
        },
        "__twarc": {"url": "https://api.example/2/tweets/search/all", "version": "2.14.0"},
    }


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
