"""Readers of the mail: each at their own hour, over clock changes, once a day; who leaves gets none."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.runs import end_run, start_run
from storywake.db.status import Below, RunStatus
from storywake.jobs import schedule
from storywake.jobs.digest import send, send_due
from storywake.jobs.mail.readers import Language, Reader, everybody, take_in, take_out
from storywake.web.app import build

from .mailserver import Mailbox

ZONES = ("Europe/Helsinki", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "America/Santiago", "UTC")
AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def mailing(settings: Settings, mailbox: tuple[Mailbox, int]) -> Settings:
    return settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_port": mailbox[1], "smtp_tls": False, "mail_from": "wake@example.org",
            "public_url": "http://testserver", "digest_hour": 7,
        }
    )  # fmt: skip


def taken_in(engine: Engine, *readers: Reader) -> None:
    with writing(engine) as connection:
        for reader in readers:
            take_in(connection, reader, AT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", ["2026-03-06", "2026-03-27", "2026-04-03", "2026-09-04", "2026-09-25", "2026-10-23", "2026-10-30"]
)
def test_six_readers_in_six_zones_get_one_mail_a_day_over_every_clock_change(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int], first: str
) -> None:
    """Hours 2 and 3, and midnight in Santiago, are those that clock changes leave out or bring twice."""
    hours = dict(zip(ZONES, (3, 2, 7, 2, 0, 23), strict=True))
    readers = [Reader(f"r{n}@example.org", hours[zone], zone) for n, zone in enumerate(ZONES)]
    taken_in(engine, *readers)
    moment = datetime.fromisoformat(first).replace(tzinfo=UTC)
    start, end = moment, moment + timedelta(days=4)
    sent: dict[str, list[datetime]] = {str(reader.address): [] for reader in readers}
    while (moment := schedule.digest_due(engine, mailing, moment)) < end:
        before = len(mailbox[0].readers)
        assert send_due(engine, mailing, moment).lines == []
        for address in mailbox[0].readers[before:]:
            sent[address].append(moment)
        with writing(engine) as connection:
            run = start_run(connection, "digest", stamp(moment), stamp(moment))
            end_run(connection, run, stamp(moment), RunStatus.DONE, {}, [])
    for reader in readers:
        times = sent[str(reader.address)]
        days = [reader.day(at) for at in times]
        whole = {reader.day(start) + timedelta(days=n) for n in range(1, 4)}
        assert max(Counter(days).values()) == 1, "never twice a day"
        assert whole <= set(days), "never none"
        assert all(at == reader.due(day) or at == start for at, day in zip(times, days, strict=True))


def test_a_reader_whose_hour_has_not_come_waits_for_it(engine: Engine, mailing: Settings) -> None:
    taken_in(engine, Reader("early@example.org", 5, "UTC"), Reader("late@example.org", 9, "UTC"))
    assert send_due(engine, mailing, datetime(2026, 1, 5, 6, tzinfo=UTC)).sent == 1
    assert send_due(engine, mailing, datetime(2026, 1, 5, 8, 59, tzinfo=UTC)).sent == 0
    assert send_due(engine, mailing, datetime(2026, 1, 5, 9, tzinfo=UTC)).sent == 1


def test_with_nothing_new_a_reader_gets_what_they_chose(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    taken_in(
        engine,
        Reader("line@example.org", 7, "UTC", below=Below.LINE),
        Reader("none@example.org", 7, "UTC", below=Below.NOTHING),
    )
    moment = datetime(2026, 1, 5, 7, tzinfo=UTC)
    done = send_due(engine, mailing, moment)
    assert (done.sent, done.nothing_new) == (1, 1)
    assert mailbox[0].readers == ["line@example.org"]
    assert send_due(engine, mailing, moment + timedelta(hours=1))[:2] == (0, [])


def test_the_setting_goes_on_working_and_the_table_stands_above_it(sqlite: Engine, settings: Settings) -> None:
    named = settings.model_copy(update={"digest_to": ["a@example.org", "b@example.org"], "digest_hour": 8})
    taken_in(sqlite, Reader("b@example.org", 5, "Europe/Helsinki"), Reader("c@example.org", 6, "UTC"))
    with writing(sqlite) as connection:
        assert [(r.address, r.hour) for r in everybody(connection, named)] == [
            ("a@example.org", 8), ("b@example.org", 5), ("c@example.org", 6),
        ]  # fmt: skip
        assert take_out(connection, named, "a@example.org", AT)
        assert take_out(connection, named, "c@example.org", AT)
        assert not take_out(connection, named, "c@example.org", AT)
        assert [r.address for r in everybody(connection, named)] == ["b@example.org"]


def test_one_click_unsubscribes_at_once_also_an_address_of_the_setting(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    named = mailing.model_copy(update={"digest_to": ["set@example.org"]})
    taken_in(engine, Reader("added@example.org", 7, "UTC"))
    moment = datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert send(engine, named, None, [], moment).sent == 2
    with TestClient(build(engine, named, "testserver")) as client:
        for mail in mailbox[0].mails:
            assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            [address] = [mail["List-Unsubscribe"].strip("<>")]
            assert mail["To"] not in address
            asked = client.get(address)
            assert asked.status_code == 200
            assert mail["To"] in asked.text
        with reading(engine) as connection:
            assert len(everybody(connection, named)) == 2, "asking does nothing: scanners of mail follow links"
        for mail in mailbox[0].mails:
            address = mail["List-Unsubscribe"].strip("<>")
            done = client.post(
                address, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
            )
            assert done.status_code == 200
            assert client.post(address).status_code == 200, "twice is once"
        assert client.get("/unsubscribe/" + "0" * 40).status_code == 404
        assert client.post("/unsubscribe/é").status_code == 404
    with reading(engine) as connection:
        assert everybody(connection, named) == []
    tomorrow = moment + timedelta(days=1)
    assert send_due(engine, named, tomorrow).sent == 0
    again = send(engine, named, None, ["set@example.org", "added@example.org"], tomorrow)
    assert again.sent == 0
    assert all("has unsubscribed" in line for line in again.lines)
    taken_in(engine, Reader("added@example.org", 7, "UTC"))
    assert send_due(engine, named, tomorrow).sent == 1


def test_a_scanner_that_follows_the_links_of_a_mail_waits_for_no_writer_and_writes_nothing(
    engine: Engine, mailing: Settings
) -> None:
    with TestClient(build(engine, mailing, "testserver")) as client, writing(engine) as connection:
        connection.execute(text("UPDATE story SET title = title"))
        for address in ("/unsubscribe/", "/mail/"):
            assert client.get(address + "0" * 40).status_code == 404
        assert connection.execute(text("SELECT COUNT(*) FROM secret")).scalar_one() == 0


def test_a_reader_changes_hour_zone_and_language_by_the_link_in_the_mail(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    taken_in(engine, Reader("a@example.org", 7, "UTC", threshold=3))
    assert send(engine, mailing, None, [], datetime(2026, 1, 5, 7, tzinfo=UTC)).sent == 1
    [mail] = mailbox[0].mails
    text_part, html_part = (mail.get_body((form,)) for form in ("plain", "html"))
    assert text_part and html_part
    said = text_part.get_content()
    [address] = [word for word in said.split() if "/mail/" in word]
    assert address in html_part.get_content()
    with TestClient(build(engine, mailing, "testserver")) as client:
        assert "a@example.org" in client.get(address).text
        wanted = {"hour": "6", "zone": "Europe/Helsinki", "language": "fi"}
        for wrong in (
            {"hour": "24"},
            {"hour": "²"},
            {"hour": ""},
            {"zone": "Mars/Base"},
            {"zone": ""},
            {"language": "xx"},
        ):
            assert client.post(address, data={**wanted, **wrong}).status_code == 400, wrong
        assert client.post("/mail/" + "0" * 40, data=wanted).status_code == 404
        done = client.post(address, data=wanted)
        assert done.status_code == 200 and "Tallennettu" in done.text
        with reading(engine) as connection:
            [reader] = everybody(connection, mailing)
        assert reader == Reader("a@example.org", 6, "Europe/Helsinki", Language.FINNISH, threshold=3)
        client.post(address.replace("/mail/", "/unsubscribe/"))
        assert client.post(address, data=wanted).status_code == 404, "who left is not taken in again"
