"""What is remembered of hosts from pass to pass."""

import asyncio

import pytest
from sqlalchemy import Engine

from storywake.collector.errors import FetchError
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings
from storywake.db.hosts import OneProcess

from ..loopback import Reply, Site

HOUR = 3600.0


def test_robots_txt_is_asked_for_again_only_when_it_has_expired(engine: Engine, settings: Settings) -> None:
    at = [1_000_000.0]
    with Site() as site:
        site.routes["/robots.txt"] = lambda asked: Reply(b"User-agent: *\nDisallow: /no\n")
        site.routes["/yes"] = lambda asked: Reply(b"<p>Yes")

        async def make_pass() -> list[str]:
            began = len(site.log)
            async with Fetcher(settings, turns=OneProcess(engine, lambda: at[0]), clock=lambda: at[0]) as fetcher:
                await fetcher.get(f"{site.url}/yes")
                with pytest.raises(FetchError, match=r"robots\.txt forbids it"):
                    await fetcher.get(f"{site.url}/no")
            return [asked.path for asked in site.log[began:]]

        assert asyncio.run(make_pass()) == ["/robots.txt", "/yes"]
        at[0] += 23 * HOUR
        assert asyncio.run(make_pass()) == ["/yes"]
        at[0] += 2 * HOUR
        assert asyncio.run(make_pass()) == ["/robots.txt", "/yes"]
