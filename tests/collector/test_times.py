"""Which times a post may claim: a forged one is told by the clocks around it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.dates import any_time, judged, moment, stamp, utc
from storywake.collector.times import find_times

SEEN = "2026-03-05T12:00:00Z"


@pytest.mark.parametrize(
    "posted, indexed, parent, believed",
    [
        ("2026-03-05T11:00:00Z", None, None, "2026-03-05T11:00:00Z"),
        ("2026-03-05T12:14:00Z", None, None, "2026-03-05T12:14:00Z"),  # clocks differ
        ("2031-01-01T00:00:00Z", None, None, None),
        ("2031-01-01T00:00:00Z", "2026-03-05T10:00:00Z", None, "2026-03-05T10:00:00Z"),
        ("2026-03-05T11:59:00Z", "2026-03-05T10:00:00Z", None, "2026-03-05T10:00:00Z"),  # after it was indexed
        ("2024-01-01T00:00:00Z", "2026-03-05T10:00:00Z", None, "2024-01-01T00:00:00Z"),  # brought over from elsewhere
        ("1970-01-01T00:00:00Z", None, None, None),
        ("0001-01-01T00:00:00Z", "2026-03-05T10:00:00Z", None, "2026-03-05T10:00:00Z"),
        ("2026-03-01T00:00:00Z", None, "2026-03-02T00:00:00Z", None),
        ("2026-03-05T12:20:00Z", "2026-03-05T12:10:00Z", None, "2026-03-05T12:10:00Z"),  # after it was seen
        ("2026-03-05T13:00:00Z", "2026-03-05", None, "2026-03-05"),
        ("2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z", None),
        ("2026-03-01T00:00:00Z", None, "2031-01-01T00:00:00Z", "2026-03-01T00:00:00Z"),  # the parent's is forged
        ("2026-03-06", None, None, "2026-03-06"),  # tomorrow here is today in some zone
        ("2026-03-07", None, None, None),
        ("2026-03-02", None, "2026-03-02T09:00:00Z", "2026-03-02"),
        ("2026-03-01", None, "2026-03-02T09:00:00Z", None),
        ("2026-03-02T01:00:00Z", None, "2026-03-02", "2026-03-02T01:00:00Z"),
        ("2026-03-05T14:00:00+02:00", None, None, "2026-03-05T12:00:00Z"),
        ("soon", None, None, None),
        (None, "2026-03-03T00:00:00Z", None, "2026-03-03T00:00:00Z"),
        (None, None, "2026-03-02T00:00:00Z", None),
    ],
)
def test_a_time_is_believed_as_far_as_the_clocks_around_it_allow(
    posted: str | None, indexed: str | None, parent: str | None, believed: str | None
) -> None:
    assert judged(posted, indexed_at=indexed, parent_at=parent, seen_at=SEEN) == believed


TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
NEAR = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 9), timezones=st.just(UTC))
CLAIMED = st.one_of(
    st.none(), st.text(max_size=12), st.one_of(TIMES, NEAR).map(stamp), NEAR.map(lambda t: t.date().isoformat())
)


@pytest.mark.slow
@given(CLAIMED, CLAIMED, CLAIMED, st.integers(0, 3600))
def test_no_time_is_in_the_future_before_the_web_or_before_its_parent(
    posted: str | None, indexed: str | None, parent: str | None, seconds: int
) -> None:
    skew = timedelta(seconds=seconds)
    found = judged(posted, indexed_at=indexed, parent_at=parent, seen_at=SEEN, skew=skew)
    seen = moment(SEEN)
    assert seen is not None
    if found is None:
        return
    when = moment(found)
    assert when is not None and when.year >= 1990
    assert when <= seen + (timedelta(days=1) if len(found) == 10 else skew)
    known = judged(parent, indexed_at=None, parent_at=None, seen_at=SEEN, skew=skew)
    if known:
        length = min(len(known), len(found))
        assert found[:length] >= known[:length]
    assert judged(found, indexed_at=indexed, parent_at=parent, seen_at=SEEN, skew=skew) == found


def test_a_fetch_without_a_time_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="is no time"):
        judged("2026-03-01", indexed_at=None, parent_at=None, seen_at="now")


HERE = Path(__file__).parent.parent / "fixtures" / "times.tsv"
"""Written times: language and country of the text, what is written, what it says."""


@pytest.mark.parametrize("locale, written, said", [row.split("\t") for row in HERE.read_text("utf-8").splitlines()[1:]])
def test_a_written_time_says_what_it_says_and_no_more(locale: str, written: str, said: str) -> None:
    assert utc(written, locale or None) == (said or None)


@pytest.mark.parametrize(
    "number, said",
    [
        (1709632800, "2024-03-05T10:00:00Z"),
        (1709632800.0, "2024-03-05T10:00:00Z"),
        (1709632800123, "2024-03-05T10:00:00Z"),
        (1709632800123456, "2024-03-05T10:00:00Z"),
        (1709632800123456789, "2024-03-05T10:00:00Z"),
        (20240305, "2024-03-05"),
        (20240305101500, "2024-03-05T10:15:00Z"),
        ("/Date(1709632800000)/", "2024-03-05T10:00:00Z"),
        ("\\/Date(1709632800000+0200)\\/", "2024-03-05T10:00:00Z"),
        ("/Date(1709632800000)", None),
        (0, None),
        (-1, None),
        (1, None),
        (5, None),
        (2024, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**40, None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_number_is_a_time_since_1970_or_a_compact_day(number: object, said: str | None) -> None:
    assert utc(number) == said


def test_what_lies_after_tomorrow_is_no_time_of_a_post_but_may_be_asked_about() -> None:
    ahead = stamp(datetime.now(UTC) + timedelta(days=3))
    soon = stamp(datetime.now(UTC) + timedelta(hours=2))
    assert utc(ahead) is None
    assert utc(ahead[:10]) is None
    assert utc(soon) == soon
    assert any_time(ahead) == ahead
    assert any_time("2099-01-01") == "2099-01-01"


@pytest.mark.parametrize(
    "text, locale, found",
    [
        ("Published 5 March 2024, 10:30 EET. Updated March 6, 2024", "en", ["2024-03-05T08:30:00Z", "2024-03-06"]),
        ("Julkaistu 5.3.2024 klo 10.30, päivitetty 6.3.2024", "fi", ["2024-03-05", "2024-03-06"]),
        ("Bridge 12 of 2024 held 3/4 of 7.5.1 tests", "en", []),
        ("March 5, 2024 12 comments", "en", ["2024-03-05"]),
    ],
)
def test_the_times_of_a_text_are_found_and_a_time_of_day_without_a_zone_is_not_believed(
    text: str, locale: str, found: list[str]
) -> None:
    assert [time.utc() for time in find_times(text, locale)] == found


@given(st.text(max_size=120), st.sampled_from([None, "en", "en-US", "de", "xx-YY-ZZ", "-"]))
def test_no_text_fails_and_what_is_read_is_a_time(text: str, locale: str | None) -> None:
    found = utc(text, locale)
    assert found is None or utc(found) == found
    for time in find_times(text, locale):
        assert 0 <= time.start < time.end <= len(text)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2025, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["%a, %d %b %Y %H:%M:%S ", "%Y-%m-%dT%H:%M:%S", "%d %B %Y %H:%M:%S ", "%Y/%m/%d %H:%M:%S ", "%d.%m.%Y %H:%M:%S ", "%b %d, %Y %H:%M:%S "]),
    st.sampled_from(["{}{:02}:{:02}", "{}{:02}{:02}", "GMT{}{:02}:{:02}", "UTC{}{:02}{:02}"]),
)  # fmt: skip
def test_every_form_of_a_time_takes_every_form_of_an_offset(
    written: datetime, minutes: int, form: str, offset: str
) -> None:
    zone = offset.format("-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60)
    assert utc(written.strftime(form) + zone) == stamp((written - timedelta(minutes=minutes)).replace(tzinfo=UTC))


@given(
    st.one_of(
        st.from_regex(
            r"[0-9]{4}-[0-9W]{2}-[0-9]{2}[T ][0-9]{2}[:0-9][0-9]{2}[:0-9.][0-9]{2}(\.[0-9]{3}|[.,][0-9])?Z", fullmatch=True
        ),
        st.datetimes(datetime(1990, 1, 2), datetime(2025, 12, 30)).map(lambda at: f"{at.isoformat('T', 'milliseconds')}Z"),
    )
)  # fmt: skip
def test_a_time_in_the_form_of_most_platforms_is_read_as_any_other_way_of_writing_it(written: str) -> None:
    assert utc(written) == utc(f" {written}")
