"""Where a story stands among others at the same age."""

from storywake.collector.figures.ages import MIN_STORIES, Curve, curve, standing

START = "2026-03-01T00:00:00Z"


def hour(number: int) -> str:
    return f"2026-03-{1 + number // 24:02}T{number % 24:02}:00:00Z"


def test_a_curve_tells_what_was_there_at_each_age() -> None:
    own = curve(START, hour(5), [hour(0), hour(2), hour(3), hour(9)], {"engagement": {hour(2): 10.0, hour(4): 30.0}})
    assert own == {
        "age": [1, 2, 3, 4],
        "reactions": [1, 2, 3, 3],
        "engagement": [None, 10.0, 10.0, 30.0],
    }
    assert curve(START, "2026-03-01T00:30:00Z", [], {})["age"] == [], "too young for any age"
    assert curve("2026-03-01", hour(1), [], {})["age"] == [1], "a day counts from its first hour"


def curves(*reactions: int) -> list[Curve]:
    return [{"age": [1, 2], "reactions": [0, n], "engagement": [None, None]} for n in reactions]


def test_a_story_stands_among_those_that_were_ever_so_old() -> None:
    own: Curve = {"age": [1, 2], "reactions": [3, 7], "engagement": [5, 50], "deny": [0.1, 0.2]}
    young: list[Curve] = [{"age": [1], "reactions": [900], "engagement": [900]}]
    found = standing(own, [*curves(1, 2, 7, 8, 3), *young])
    assert found == {"age": 2, "reactions": {"value": 7, "of": 5, "more_than": 3}}, "a like number is not less"


def test_a_handful_is_no_company() -> None:
    own: Curve = {"age": [1, 2], "reactions": [3, 7]}
    assert standing(own, curves(*range(MIN_STORIES - 1))) is None
    assert standing(own, curves(*range(MIN_STORIES))) is not None
    assert standing({"age": [], "reactions": []}, curves(*range(9))) is None
