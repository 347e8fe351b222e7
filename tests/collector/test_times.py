"""Which times a post may claim: a forged one is told by the clocks around it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.dates import judged, moment, stamp

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
