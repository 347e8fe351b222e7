"""Charts: what they draw and what they say in words."""

import struct
import xml.etree.ElementTree as ET
from datetime import datetime

import pytest

from storywake.jobs.charts import MAX_POINTS, PNG_ZOOM, as_png, reach_chart, short, stance_chart
from storywake.jobs.drawing import MAX_MARKS, NARROW, WIDE, Form, Mark, Theme, ticks
from storywake.jobs.strokes import letters, strokes_of, width_of

STANCES = {"support": 0.5, "deny": 0.2, "query": 0.1, "comment": 0.2}
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def hours(count: int) -> list[str]:
    return [f"2026-03-{1 + n // 24:02}T{n % 24:02}:00:00Z" for n in range(count)]


def shares(count: int) -> list[dict[str, object]]:
    return [
        {"hour": hour, "stance": name, "share": share, "low": share - 0.1, "high": share + 0.1}
        for hour in hours(count)
        for name, share in STANCES.items()
    ]


def reach(count: int, *networks: str) -> list[dict[str, object]]:
    return [
        {"platform": name, "hour": hour, "views": None, "likes": 10 * n, "replies": n}
        for name in networks
        for n, hour in enumerate(hours(count))
    ]


def labels(picture: object) -> list[str]:
    return [element.text or "" for element in ET.fromstring(str(picture)).findall(".//{*}text")]


def test_the_stance_chart_says_in_words_what_it_shows() -> None:
    picture = stance_chart(shares(5), [Mark("2026-03-01T02:00:00Z", "the balance <changed>")])
    svg = ET.fromstring(str(picture))
    said = svg.findtext("{*}desc") or ""
    assert "at the end support 50% (40% to 60%), deny 20% (10% to 30%)" in said
    assert "1: Sun 1 Mar 02:00 the balance <changed>." in said
    assert {"support 50 %", "deny 20 %", "query 10 %", "comment 20 %"} <= set(labels(picture))
    lines = [path for path in svg.findall(".//{*}path") if (path.get("class") or "").startswith("line")]
    assert len({line.get("stroke-dasharray") for line in lines}) == 4, "told apart without colour"


def test_beside_a_list_of_all_marks_pins_have_the_numbers_of_the_list_and_no_legend() -> None:
    marks = [Mark("2026-02-01T00:00:00Z", "long before"), Mark("2026-03-01T02:10:00Z", "event")]
    bare, whole = (labels(stance_chart(shares(9), marks, legend=legend)) for legend in (False, True))
    assert "2" in bare and "1" not in bare
    assert [word for word in whole if word not in bare] == ["Sun 1 Mar 02:10 event"]


def test_marks_have_numbered_pins_and_a_legend() -> None:
    marks = [Mark(f"2026-03-01T0{n}:10:00Z", f"event {n}") for n in (3, 1, 2)]
    picture = stance_chart(shares(9), [*marks, Mark("2027-01-01", "long after")])
    words = labels(picture)
    assert [word for word in words if word in "123456789"] == ["1", "2", "3", "1", "2", "3"]
    assert "Sun 1 Mar 01:10 event 1" in words
    assert not any("long after" in word for word in words)


def test_more_marks_than_pins_are_counted() -> None:
    marks = [Mark(f"2026-03-02T{n:02}:00:00Z", "headline changed") for n in range(MAX_MARKS + 3)]
    assert "and 3 more" in labels(stance_chart(shares(72), marks))


def test_pins_close_to_each_other_stand_at_different_heights() -> None:
    picture = stance_chart(shares(72), [Mark("2026-03-02T10:00:00Z", "a"), Mark("2026-03-02T10:09:00Z", "b")])
    one, other = ET.fromstring(str(picture)).findall(".//{*}circle")
    assert abs(float(one.get("cy") or 0) - float(other.get("cy") or 0)) >= 20


def test_a_picture_without_marks_leaves_no_room_for_pins() -> None:
    heights = [ET.fromstring(str(stance_chart(shares(9), marks))).get("height") for marks in ([], [Mark(hours(3)[2], "a")])]  # fmt: skip
    assert int(heights[0] or 0) < int(heights[1] or 0)


@pytest.mark.parametrize("count", [2, 30])
def test_labels_do_not_lie_on_each_other_nor_below_the_plot(count: int) -> None:
    rows = [row | {"share": 0.0, "low": 0.0, "high": 0.1} for row in shares(count)]
    svg = ET.fromstring(str(stance_chart(rows)))
    ends = [e for e in svg.findall(".//{*}text") if (e.get("class") or "").startswith("end")]
    heights = sorted(float(e.get("y") or 0) for e in ends)
    assert len(heights) == 4
    assert all(b - a >= WIDE.letter for a, b in zip(heights, heights[1:], strict=False))
    assert heights[-1] <= WIDE.height


def test_a_long_story_makes_no_long_picture() -> None:
    picture = stance_chart(shares(24 * 30))
    for path in ET.fromstring(str(picture)).findall(".//{*}path"):
        assert (path.get("d") or "").count(",") <= MAX_POINTS


@pytest.mark.parametrize("count", [0, 1])
def test_a_single_hour_is_no_curve(count: int) -> None:
    assert stance_chart(shares(count)) is None
    assert reach_chart(reach(count, "x")) is None


def test_each_network_has_its_curve_by_the_count_that_it_tells() -> None:
    rows = [
        {"platform": name, "hour": hour, "views": views and views * (n + 1), "likes": 10 * (n + 1), "replies": None}
        for n, hour in enumerate(hours(3))
        for name, views in (("x", 500_000), ("bluesky", None))
    ]
    rows.append({"platform": "vk", "hour": hours(1)[0], "views": None, "likes": None, "replies": None})
    words = labels(reach_chart(rows))
    assert "1.5M views" in words and "30 likes" in words and "vk" not in words


def test_a_day_from_which_a_count_means_something_else_is_marked() -> None:
    def drawn(first: str, last: str, platform: str = "youtube", count: str = "views") -> str:
        unknown = dict.fromkeys(("views", "likes", "replies"))
        rows = [{**unknown, "platform": platform, "hour": at, count: 9} for at in (first, last)]
        return " ".join(labels(reach_chart(rows)))

    across = drawn("2026-08-26T10:00:00Z", "2026-08-28T10:00:00Z")
    assert "27 Aug" in across and "a view counts from the first frame" in across
    assert "first frame" not in drawn("2026-08-27T10:00:00Z", "2026-08-28T10:00:00Z"), (
        "all of it is from after the break"
    )
    assert "first frame" not in drawn("2026-08-26T10:00:00Z", "2026-08-28T10:00:00Z", count="likes")
    assert "first frame" not in drawn("2026-08-26T10:00:00Z", "2026-08-28T10:00:00Z", "x")


@pytest.mark.parametrize("form", [WIDE, NARROW])
@pytest.mark.parametrize("theme", list(Theme))
def test_a_png_has_the_size_of_its_form_and_needs_no_font(form: Form, theme: Theme) -> None:
    picture = reach_chart(reach(30, "x", "bluesky"), [Mark("2026-03-01T10:00:00Z", "Ångström “Москва”")], form, theme)
    assert picture is not None and "<text" not in picture
    png = as_png(picture, theme)
    assert png.startswith(PNG_HEAD)
    wide, tall = struct.unpack(">II", png[16:24])
    assert (wide, tall) == (PNG_ZOOM * form.width, PNG_ZOOM * int(ET.fromstring(str(picture)).get("height") or 0))


def test_every_letter_of_ascii_is_drawn_and_others_are_written_with_them() -> None:
    assert {chr(code) for code in range(32, 127)} <= letters().strokes.keys()
    assert len(strokes_of("å")) == 2, "a letter and its ring"
    assert strokes_of("Москва") == strokes_of("Moskva")
    assert width_of("“–”", 10) > 0


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2026-11-22T06:30:00Z", "2026-11-22T11:00:00Z", ["07:00", "08:00", "09:00", "10:00", "11:00"]),
        ("2026-11-22T20:00:00Z", "2026-11-23T10:00:00Z", ["21:00", "Mon 23 Nov", "03:00", "06:00", "09:00"]),
        ("2026-11-29T12:00:00Z", "2026-12-02T12:00:00Z", ["Mon 30 Nov", "Tue 1 Dec", "Wed 2"]),
        ("2026-12-30T12:00:00Z", "2027-01-02T12:00:00Z", ["31 Dec 2026", "1 Jan 2027", "2 Jan 2027"]),
    ],
)
def test_the_axis_shows_round_times(first: str, last: str, labels: list[str]) -> None:
    start, end = (datetime.fromisoformat(at).timestamp() for at in (first, last))
    found = [label for _, label in ticks(start, end, most=5)]
    assert found == labels


def test_years_of_a_story_have_few_labels() -> None:
    found = ticks(0.0, 20 * 365 * 86400.0, most=6)
    assert 2 <= len(found) <= 6 and found[0][1] == "1 Jan 1970"


def test_counts_are_short() -> None:
    assert [short(n) for n in (0, 940, 17_800, 389_412, 1_100_000)] == ["0", "940", "17.8k", "389k", "1.1M"]
