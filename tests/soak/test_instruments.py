"""The instruments' own network tells the truth, so that what they measure is the product."""

import time

import pytest

from ..loopback import Asked
from . import broken
from .kills import Trap
from .least import least_requests
from .network import Network


def test_what_a_thread_lists_is_what_its_counts_say() -> None:
    with Network(2, 600, busy=0) as network:
        network.page("/story")
        later = network.last_change + 1
        for item in network.items.values():
            assert len(item.replies(later)) + len(item.quotes(later)) == sum(c.there(later) for c in item.children)
            assert item.depth <= 3
            assert all(child.born > item.born for child in item.children)
            assert item.gone is None or not item.children, "nothing hangs below what is deleted"
        assert {i.platform for i in network.items.values()} == {"bluesky", "mastodon"}
        deleted = [i for i in network.items.values() if i.gone]
        assert 0 < len(deleted) < len(network.items) / 5
        assert time.time() < network.last_change


def test_a_growing_network_cannot_be_followed_for_nothing() -> None:
    with Network(2, 600) as busy, Network(2, 0) as quiet:
        least = [least_requests(n, n.starts, n.starts + 600, first=12, links=1, busy=0.2) for n in (busy, quiet)]
    assert least[0]["getPostThread"] > 10
    assert "getPostThread" not in least[1]
    assert sum(least[0].values()) > sum(least[1].values())


def test_a_trap_kills_at_the_request_it_waits_for_and_once() -> None:
    trap = Trap()
    killed: list[str] = []

    def kill() -> bool:
        killed.append("now")
        return True

    trap.arm("link", 2, -1.0, kill)
    for kind in ("link", "page", "link", "link"):
        trap.hit(kind)
    assert killed == ["now"]
    assert trap.fell == "link, under way"


def test_a_busy_network_answers_503_as_often_as_it_says() -> None:
    with Network(1, 0, busy=0.2) as network:
        network.page("/story")
        route = network.pages.routes["/story"]
        answers = [route(Asked(0, "/story", {}, {})).status for _ in range(500)]
    assert 60 < answers.count(503) < 140
    assert network.busy_answers == answers.count(503)


@pytest.mark.parametrize("row", broken.table(), ids=lambda row: row.what)
def test_each_line_that_decides_stands_once_in_the_product(row: broken.Broken) -> None:
    assert len(broken.places(row, broken.ROOT, broken.tracked())) == 1
    assert [test for test in row.tests if not (broken.ROOT / "tests" / test).is_file()] == []
