"""A video that a search shows without its counts is asked for them none the less."""

import asyncio
import json

from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

from ..loopback import Reply, Site

VIDEO = "dQw4w9WgXcQ"


def test_a_video_found_by_search_has_counts_after_the_same_pass(engine: Engine, site: Site, settings: Settings) -> None:
    words = "<p>The harbour bridge was opened without a final inspection, a leaked report says.</p>" * 3
    site.page(
        "/story", f"<html lang='en'><head><title>Bridge</title></head><body><article>{words}</article></body></html>"
    )
    snippet = {"title": "The bridge", "description": f"{site.url}/story", "publishedAt": "2024-03-03T09:00:00Z"}
    found = {"kind": "youtube#searchResult", "id": {"videoId": VIDEO}, "snippet": snippet}
    whole = {
        "kind": "youtube#video",
        "id": VIDEO,
        "snippet": snippet,
        "statistics": {"viewCount": "9", "commentCount": "0"},
    }
    for name in ("videos", "videos:batchGetStats"):
        site.routes[f"/youtube/v3/{name}"] = lambda _: Reply(json.dumps({"items": [whole]}).encode())
    site.routes["/youtube/v3/search"] = lambda _: Reply(json.dumps({"items": [found]}).encode())
    chosen = settings.model_copy(
        update={"platforms": ["youtube"], "youtube_url": site.url, "youtube_key": "k", "coverage": False}
    )
    story = watch(
        engine, chosen, f"{site.url}/story", claims=("The bridge was opened without inspection",), slug="bridge"
    )
    asyncio.run(collect(engine, chosen, [story]))
    with engine.begin() as connection:
        views = connection.execute(text("SELECT views FROM observations WHERE views IS NOT NULL")).scalars().all()
    assert views == [9]
