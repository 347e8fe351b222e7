"""A small slice of the campaign over changed fixtures (``python -m tests.soak.mutations``)."""

import random
from collections import Counter

import pytest

from storywake.collector.errors import Unreadable
from storywake.collector.pages.feeds import read_feed
from storywake.collector.reading.answers import read
from storywake.collector.reading.workers import Readers
from tests.soak.mutations import FILE, HIDDEN, campaign, cases, mutated, read_file

pytestmark = pytest.mark.slow


def test_no_changed_fixture_breaks_a_reader() -> None:
    result = campaign(range(300), seed=2024)
    assert (result["exceptions"], result["faults"], result["workers_ended"]) == (0, {}, 0)


def test_no_changed_fixture_raises_what_a_worker_would_have_to_hide() -> None:
    known, faults = cases(), Counter[str]()
    with Readers() as readers:
        for number in range(1700):
            chance = random.Random(number)
            case = chance.choice(known)
            evidence = mutated(case, chance)
            try:
                if case.source.startswith(FILE):
                    read_file(evidence.body, case.source.removeprefix(FILE), readers)
                else:
                    read(case.source, evidence)
            except Unreadable as error:
                if str(error).startswith(HIDDEN):
                    faults[f"{case.source} {number}: {error}"] += 1
            except Exception as error:
                faults[f"{case.source} {number}: {type(error).__name__}: {error}"] += 1
    assert not faults


def test_a_sitemap_with_a_namespace_that_nobody_declared_is_read() -> None:
    sitemap = b"<urlset><url><loc>https://n.example/a</loc><n:news><n:title>A</n:title></n:news></url></urlset>"
    assert [e.url for e in read_feed(sitemap, "https://n.example/")] == ["https://n.example/a"]


def test_a_feed_that_names_a_character_by_thousands_of_digits_is_read() -> None:
    item = f"<item><link>https://n.example/a</link><title>A &#{'9' * 5000}; b</title></item>"
    (entry,) = read_feed(f"<rss><channel>{item}</channel></rss>".encode(), "https://n.example/")
    assert entry.title == "A \ufffd b"
