"""Answers of which the status is neither 200 nor that of a fault: pages and feeds that came in full, and those that did not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .world import LONG, ask, one_pass, page

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def other() -> Iterator[Site]:
    with Site() as running:
        yield running


def linked(
    engine: Engine, site: Site, other: Site, settings: Settings, status: int, headers: dict[str, str]
) -> list[str]:
    """Titles of the articles after a pass in which the linked page is answered so."""
    body = page("Works were late", LONG).encode()
    told = {name: value.format(size=len(body), last=len(body) - 1) for name, value in headers.items()}
    other.routes["/linked"] = lambda asked: Reply(body, status, {**HTML, **told})
    site.page(
        "/bridge",
        page(
            "Bridge never inspected",
            f'{LONG}<p>As <a href="{other.url}/linked">another paper wrote</a>, it was late.</p>',
        ),
    )
    chosen = settings.model_copy(update={"coverage": False, "attempts": 1})
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    return sorted(row.title for row in ask(engine, "SELECT title FROM articles"))


@pytest.mark.parametrize(
    ("status", "headers"),
    [(203, {}), (206, {"Content-Range": "bytes 0-{last}/{size}"}), (206, {"Content-Range": "Bytes 0-{last}/{size} "})],
)
def test_a_page_that_a_proxy_changed_or_that_came_as_one_whole_part_is_read(
    engine: Engine, site: Site, other: Site, settings: Settings, status: int, headers: dict[str, str]
) -> None:
    assert linked(engine, site, other, settings, status, headers) == ["Bridge never inspected", "Works were late"]
    assert ask(engine, "SELECT DISTINCT status FROM evidence") == [(200,)]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, {}),
        (206, {"Content-Range": "bytes 0-{last}/*"}),
        (206, {"Content-Range": "bytes 0-{last}/9{size}"}),
        (206, {"Content-Range": "bytes 1-{last}/{size}"}),
        (202, {}),
        (300, {}),
        (301, {}),
        (305, {"Location": "/bridge"}),
    ],
)
def test_a_part_of_a_page_and_what_stands_in_its_place_are_no_article(
    engine: Engine, site: Site, other: Site, settings: Settings, status: int, headers: dict[str, str]
) -> None:
    assert linked(engine, site, other, settings, status, headers) == ["Bridge never inspected"]


def test_a_page_that_is_said_to_be_as_before_at_the_first_time_is_asked_for_again(
    engine: Engine, site: Site, other: Site, settings: Settings
) -> None:
    assert linked(engine, site, other, settings, 304, {}) == ["Bridge never inspected"]
    [(outcome, fault)] = ask(engine, "SELECT outcome, note FROM look WHERE kind = 'link'")
    assert outcome != "ok"
    assert "answered 304 to a request that named no version" in fault
