"""What of a query's answer becomes a chart."""

from typing import Any

import pytest

from storywake.jobs.curves import Curve, curves_chart, curves_of
from storywake.jobs.drawing import NARROW

HOURS = ["2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z", "2026-11-24"]


def names(curves: list[Curve]) -> list[str]:
    return [curve.name for curve in curves]


def test_each_count_is_a_curve_in_order_of_time() -> None:
    rows = [[HOURS[1], 5, 0.25, 17], [HOURS[0], 2, None, 18], [HOURS[2], 9, 0.5, 19]]
    likes, share = curves_of(["hour", "likes", "share", "reaction_id"], rows)
    assert (likes.name, [point["value"] for point in likes.points]) == ("likes", [2.0, 5.0, 9.0])
    assert [point["at"] for point in share.points] == HOURS[1:], "what is unknown is no point"


def test_a_column_of_few_words_tells_rows_of_one_time_apart() -> None:
    rows = [[at, word, n] for n, at in enumerate(HOURS) for word in ("deny", "support")]
    assert names(curves_of(["hour", "stance", "cumulative"], rows)) == ["deny: cumulative", "support: cumulative"]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (["hour"], [[HOURS[0]], [HOURS[1]]]),
        (["hour", "likes"], [[HOURS[0], 1], [HOURS[0], 2]]),
        (["hour", "likes"], [[HOURS[0], 1], [HOURS[1], "many"]]),
        (["hour", "likes"], [[HOURS[0], 1], ["soon", 2]]),
        (["hour", "reaction_id"], [[HOURS[0], 1], [HOURS[1], 2]]),
        (["likes"], [[1], [2]]),
        (["hour", "likes"], []),
    ],
)
def test_other_answers_have_no_chart(columns: list[str], rows: list[list[Any]]) -> None:
    assert curves_of(columns, rows) == []
    assert curves_chart(columns, rows) is None


def test_the_chart_says_in_words_what_it_shows_and_escapes_them() -> None:
    picture = str(curves_chart(["hour", "<b>"], [[HOURS[0], 1], [HOURS[1], 12_345]], NARROW))
    assert "at the end &lt;b&gt; 12.3k" in picture and "<b>" not in picture
    assert 'role="img"' in picture and "stroke" in picture
