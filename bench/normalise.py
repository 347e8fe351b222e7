"""Payloads a second into posts: ours, decoding included, beside bare msgspec decoding of the same bytes.

The fixtures hold little but what is read, 240 to 590 bytes a post; what servers send is several times as long, and decoding takes
much more of the time then. So five platforms are measured with whole answers too (``bench/whole``), under ``NAME_whole``.
``--data FOLDER`` adds the tweets of RumourEval 2017 as X sent them, under ``x_as_sent``.
"""

import gc
import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from storywake.collector.reading.answers import normalise
from storywake.collector.sources import SOURCES

from .whole import WHOLE

GOAL = 0.3
ROUNDS = 7
SECONDS = 0.03
FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures" / "payloads"
TWEETS = "rumoureval2017-train-dev.jsonl.gz"
MAX_TWEETS = 1000


def bench_normalise(data: str | None) -> dict[str, Any]:
    """Each platform's recorded JSON payloads, without blanks, in processor time: the lowest platform's ratio is told.

    A ratio is the time of bare decoding through that of decoding and normalising, each the shortest of seven rounds.
    """
    figures: dict[str, Any] = {}
    for name in SOURCES:
        payloads = [_compact(path) for path in sorted((FIXTURES / name).glob("*.json")) if ".records" not in path.name]
        if payloads:
            figures[name] = _measured(name, payloads)
    for name, answer in WHOLE.items():
        figures[f"{name}_whole"] = _measured(name, [msgspec.json.encode(answer())])
    if data:
        figures["x_as_sent"] = _measured("x", _tweets(Path(data) / TWEETS))
    ratios = {name: figure["ratio"] for name, figure in figures.items()}
    ratio = min(ratios.values())
    return {
        "bench": "normalise",
        "ratio": ratio,
        "goal": GOAL,
        "met": ratio >= GOAL,
        "figures": {"below_the_goal": [name for name, found in ratios.items() if found < GOAL], **figures},
    }


def _compact(path: Path) -> bytes:
    """A payload as a server sends it."""
    return msgspec.json.encode(msgspec.json.decode(path.read_bytes()))


def _tweets(path: Path) -> list[bytes]:
    """Tweets of X's API 1.1, as they came."""
    with gzip.open(path) as lines:
        return [
            msgspec.json.encode(msgspec.json.decode(line)["payload"])
            for _, line in zip(range(MAX_TWEETS), lines, strict=False)
        ]


def _measured(name: str, payloads: list[bytes]) -> dict[str, Any]:
    decode = msgspec.json.decode
    posts = sum(len(normalise(name, decode(payload))) for payload in payloads)
    ours = _shortest(lambda: [normalise(name, decode(payload)) for payload in payloads])
    bare = _shortest(lambda: [decode(payload) for payload in payloads])
    return {
        "ratio": round(bare / ours, 3),
        "posts": posts,
        "bytes_a_post": round(sum(map(len, payloads)) / posts),
        "ours_posts_per_second": round(posts / ours),
        "decoded_posts_per_second": round(posts / bare),
    }


def _shortest(turn: Callable[[], object]) -> float:
    """Seconds of processor time that a turn takes, the least of several rounds."""
    gc.collect()
    rounds = []
    for _ in range(ROUNDS):
        turns, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS:
            turn()
            turns += 1
        rounds.append(spent / turns)
    return min(rounds)
