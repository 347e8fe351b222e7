"""What is remembered of hosts from pass to pass."""

import asyncio

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import FetchError
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.hosts import OneProcess, drop_old_hosts

from ..loopback import Reply, Site

HOUR = 3600.0


def make_pass(engine: Engine, settings: Settings, site: Site, at: float) -> list[str]:
    """Asks for a page that a site's robots.txt allows and one that it forbids; the paths that were asked for."""
    site.routes["/robots.txt"] = lambda asked: Reply(b"User-agent: *\nDisallow: /no\n")
    site.routes["/yes"] = lambda asked: Reply(b"<p>Yes")
    began = len(site.log)

    async def ask() -> None:
        async with Fetcher(settings, turns=OneProcess(engine, lambda: at), clock=lambda: at) as fetcher:
            await fetcher.get(f"{site.url}/yes")
            with pytest.raises(FetchError, match=r"robots\.txt forbids it"):
                await fetcher.get(f"{site.url}/no")

    asyncio.run(ask())
    return [asked.path for asked in site.log[began:]]


def test_robots_txt_is_asked_for_again_only_when_it_has_expired(engine: Engine, settings: Settings) -> None:
    with Site() as site:
        assert make_pass(engine, settings, site, 1_000_000.0) == ["/robots.txt", "/yes"]
        assert make_pass(engine, settings, site, 1_000_000.0 + 23 * HOUR) == ["/yes"]
        assert make_pass(engine, settings, site, 1_000_000.0 + 25 * HOUR) == ["/robots.txt", "/yes"]


def test_what_a_clock_that_was_years_ahead_wrote_down_holds_no_longer(engine: Engine, settings: Settings) -> None:
    with Site() as site:
        make_pass(engine, settings, site, 4_000_000_000.0)
        assert make_pass(engine, settings, site, 1_000_000.0) == ["/robots.txt", "/yes"]
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO host_state (host, next_at, limited_until, closed_until) VALUES ('shut.example', 0, 0, 4e9)"
            )
        )
    drop_old_hosts(engine)
    with reading(engine) as connection:
        assert not connection.execute(text("SELECT host FROM host_state WHERE host = 'shut.example'")).all()
