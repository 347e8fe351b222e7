"""Cascades are the same for the same seed, and rules are compared at equal looks."""

import gzip
import json
from pathlib import Path

import pytest

from bench.cascades import HORIZON, THREADS, Cascade, cascades, replies, simulated, threads
from bench.forecast import Grown, cells_of, grown, tried
from bench.polling import at_equal_looks, hourly, ours, watch
from storywake.collector.errors import BadInput
from storywake.collector.figures.forecast import Reached
from storywake.collector.records import Kind


def test_a_seed_gives_the_same_stories_and_they_are_within_the_horizon() -> None:
    [story] = simulated(1, seed=3)
    assert [story] == simulated(1, seed=3) != simulated(1, seed=4)
    assert all(post.times == sorted(post.times) and post.born <= HORIZON for post in story)
    assert sum(not post.times for post in story) > len(story) / 3, "most posts gather nothing"
    assert {kind for kind, _ in cascades(4, seed=1)} == {"reactions", "engagement"}


def test_what_is_missed_is_the_area_between_the_curves() -> None:
    story = [Cascade(0.0, Kind.POST, [0.5, 5.25])]
    seen = watch([story], hourly(1.0))
    assert seen.looks == HORIZON - 1
    assert seen.error == pytest.approx((0.5 + 0.75) / 2 / HORIZON)


def test_a_rule_is_bent_to_a_number_of_looks() -> None:
    stories = simulated(1, seed=3)
    whole = watch(stories, hourly(1.0))
    seen = at_equal_looks(stories, ours, whole.looks / 10, 1e-4, 20.0)
    assert seen.looks == pytest.approx(whole.looks / 10, rel=0.05)
    assert seen.error < at_equal_looks(stories, hourly, whole.looks / 10, 1.0, 100.0).error / 2


def test_threads_are_read_as_posts_with_the_times_of_their_replies(tmp_path: Path) -> None:
    def tweet(key: int, minute: int, parent: int | None) -> str:
        payload = {
            "id": key,
            "created_at": f"Wed Jan 07 11:{minute:02}:00 +0000 2015",
            "in_reply_to_status_id": parent,
        }
        return json.dumps({"event": "fire", "thread": "1", "is_source": parent is None, "payload": payload})

    with gzip.open(tmp_path / THREADS, "wt") as file:
        file.write("\n".join([tweet(1, 0, None), tweet(2, 30, 1), tweet(3, 45, 2)]))
    [story] = threads(tmp_path)
    assert [(post.kind, [round(at, 3) for at in post.times]) for post in story] == [
        (Kind.POST, [0.5]),
        (Kind.REPLY, [0.75]),
        (Kind.REPLY, []),
    ]
    [(event, times)] = replies(tmp_path)
    assert (event, [round(at, 3) for at in times]) == ("fire", [0.5, 0.75])
    with pytest.raises(BadInput, match="No such file"):
        threads(tmp_path / "elsewhere")


def test_cells_of_a_forecast_hold_what_they_are_made_of() -> None:
    rows = grown(cascades(400, seed=9), 6)
    found = tried(rows, cells_of(rows), 0.0)
    assert sum(found.held) / len(found.held) == pytest.approx(0.9, abs=0.04)


def test_where_nothing_came_of_most_the_interval_begins_at_what_is_there() -> None:
    rows = [Grown(Reached(8, 8), 0.0, 0.1 * (n == 0), 8, "reactions", 1.0) for n in range(100)]
    [cell] = cells_of([*rows, rows[0]._replace(at=Reached(20, 8)), rows[0]._replace(at=Reached(90, 8))])[0].cells
    assert (cell.low, cell.middle, cell.high) == (0.0, 0.0, 0.0)
