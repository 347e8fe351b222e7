"""A pass killed at any moment loses nothing committed and doubles nothing."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storywake.db.engine import open_database

from ..loopback import Asked, Reply, Site

KILLS = 20
POSTS = 30


def view(uri: str) -> dict[str, Any]:
    key = uri.rsplit("/", 1)[1]
    return {
        "uri": uri,
        "author": {"did": f"did:plc:{key}", "handle": f"{key}.example", "displayName": key},
        "record": {"text": f"words of {key}", "createdAt": "2024-03-03T09:00:00Z"},
        "likeCount": 3,
    }


def answer(payload: Any) -> Reply:
    return Reply(json.dumps(payload).encode(), headers={"Content-Type": "application/json"})


def serve_story(site: Site) -> None:
    uris = [f"at://did:plc:p{n}/app.bsky.feed.post/p{n}" for n in range(POSTS)]
    quotes = "".join(
        f'<blockquote class="bluesky-embed" data-bluesky-uri="{uri}"><p>words of p{n}</p></blockquote><p>And this is what the paper has to say about it, at some length.</p>'
        for n, uri in enumerate(uris)
    )
    site.page("/story", f"<html><head><title>Story</title></head><body><article>{quotes}</article></body></html>")
    site.routes["/xrpc/app.bsky.feed.getPosts"] = lambda asked: answer(
        {"posts": [view(uri) for uri in asked.query["uris"]]}
    )

    def thread(asked: Asked) -> Reply:
        uri = asked.query["uri"][0]
        child = view(uri + "r")
        child["record"]["reply"] = {"parent": {"uri": uri}, "root": {"uri": uri}}
        return answer({"thread": {"post": view(uri), "replies": [{"post": child}]}})

    site.routes["/xrpc/app.bsky.feed.getPostThread"] = thread
    site.routes["/xrpc/app.bsky.feed.getQuotes"] = lambda asked: answer({"posts": []})


def test_twenty_kills_lose_and_double_nothing(site: Site, tmp_path: Path) -> None:
    serve_story(site)
    database = f"sqlite:///{tmp_path}/s.db"
    environment = {
        **os.environ,
        "STORYWAKE_DB": database,
        "STORYWAKE_ALLOW_PRIVATE": "1",
        "STORYWAKE_HOST_DELAY": "0",
        "STORYWAKE_PLATFORMS": '["bluesky"]',
        "STORYWAKE_BLUESKY_URL": site.url,
    }

    def start(*words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "storywake", *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    started = start("watch", f"{site.url}/story", "--slug", "s")
    started.communicate()
    assert started.returncode == 0
    killed = 0
    rounds = random.Random(4)
    committed = 0
    for _ in range(KILLS):
        running = start("collect", "s")
        seen = len(site.log)
        target = seen + rounds.randint(0, 70)
        while len(site.log) <= target and running.poll() is None:
            try:
                running.wait(rounds.uniform(0.001, 0.02))
            except subprocess.TimeoutExpired:
                continue
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            killed += 1
        running.communicate()
        engine = open_database(database)
        with engine.begin() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            now = connection.execute(text("SELECT COUNT(*) FROM reaction")).scalar_one()
        engine.dispose()
        assert now >= committed, "what was committed is still there"
        committed = now
    assert killed >= KILLS // 2
    last = start("collect", "s")
    out, err = last.communicate()
    assert last.returncode == 0, err
    assert json.loads(out)["notes"] == 0
    engine = open_database(database)
    with engine.begin() as connection:
        counts = connection.execute(text("SELECT COUNT(*), COUNT(DISTINCT external_id) FROM reactions")).one()
        assert tuple(counts) == (2 * POSTS, 2 * POSTS)
        for table, key in (
            ("post", "platform, key"),
            ("account", "platform, key"),
            ("reaction", "story_id, post_id"),
            ("observation", "post_id, observed_at"),
            ("stance", "reaction_id, claim_id, model, input_hash"),
        ):
            assert (
                connection.execute(
                    text(f"SELECT COUNT(*) FROM (SELECT {key} FROM {table} GROUP BY {key} HAVING COUNT(*) > 1) d")
                ).scalar()
                == 0
            )
        assert connection.execute(text("SELECT COUNT(*) FROM job_run WHERE status = 'running'")).scalar() == 0
        assert (
            connection.execute(
                text("SELECT COUNT(*) FROM witness WHERE reaction_id NOT IN (SELECT id FROM reaction)")
            ).scalar()
            == 0
        )
    engine.dispose()
