"""How long a server asks to wait, as servers write it."""

from datetime import UTC, datetime

import pytest

from storywake.collector.net.pace import retry_after


def test_retry_after_in_both_forms() -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    assert retry_after("120", now) == 120
    assert retry_after("Mon, 01 Jan 2024 00:01:00 GMT", now) == 60
    assert retry_after("soon", now) is None
    assert retry_after(None, now) is None


@pytest.mark.parametrize(
    "value",
    [
        "60.0",
        '"60"',
        "'60'",
        "60 s",
        "60, 60",
        "1 minute",
        "PT1M",
        "PT60S",
        "0m60s",
        "60000 milliseconds",
        "60;reset",
        "1704067260000",
        "2024-01-01T00:01:00Z",
        "Mon Jan  1 00:01:00 2024",
    ],
)
def test_a_wait_is_read_as_servers_write_it(value: str) -> None:
    assert retry_after(value, datetime(2024, 1, 1, tzinfo=UTC)) == 60


def test_a_wait_asked_for_is_bounded_and_may_be_a_unix_time() -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    assert retry_after(f"{now.timestamp() + 90:.0f}", now) == 90
    assert retry_after("10800", now) == 10_800  # three hours, as one who closed for the night may ask for
    assert retry_after("999999999", now) == 900
    assert retry_after("9" * 400, now) == 900
    assert retry_after("Fri, 01 Jan 2100 00:00:00 GMT", now) == 900
    assert retry_after("²", now) is None
