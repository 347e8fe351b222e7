"""Counts that an article shows with a post are its first; what the platform tells is never replaced by them."""

import json
from html import escape

from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.watch import watch

from ..loopback import Site
from .test_live_story import PAGE, ask, one_pass

LIKES = "SELECT likes FROM observations ORDER BY observed_at"


def shown(likes: int) -> str:
    told = {
        "url": "https://x.com/ann/status/1500000000000000001",
        "username": "ann",
        "full_text": "No.",
        "like_count": likes,
    }
    return f"<div class='tweet' data-attrs='{escape(json.dumps(told))}'></div>"


def test_counts_of_an_article_are_kept_once(engine: Engine, site: Site, settings: Settings) -> None:
    for likes in (20, 19):
        site.page("/bridge", PAGE.format(more=shown(likes)))
        if likes == 20:
            watch(engine, settings, f"{site.url}/bridge", slug="bridge")
        one_pass(engine, settings)
    assert [row.likes for row in ask(engine, LIKES)] == [20]
