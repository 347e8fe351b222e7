"""The daily mail through a real SMTP server: text and HTML say what the report says; each reader gets it once."""

import email
import email.policy
import html
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.deliveries import Window, claim_delivery
from storywake.db.reporting import new_reactions
from storywake.jobs.assess import assess
from storywake.jobs.digest import build, send, write
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.watch import watch, watch_seed

from .mailserver import Mailbox

MOMENT = datetime.now(UTC) + timedelta(hours=1)
DAY = MOMENT.date().isoformat()
TOMORROW = MOMENT + timedelta(days=1)


@pytest.fixture
def mailing(settings: Settings, mailbox: tuple[Mailbox, int]) -> Settings:
    return settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_port": mailbox[1], "smtp_tls": False, "mail_from": "wake@example.org",
            "digest_hour": (MOMENT.hour + 12) % 24,
        }
    )  # fmt: skip


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def words_of(page: str) -> str:
    """A page's words without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def numbers(words: str) -> list[str]:
    return re.findall(r"support (\d+)\W+deny (\d+)\W+query (\d+)\W+comment (\d+)", words)


def test_text_and_html_say_the_numbers_of_the_report(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    story = watch_seed(engine, mailing, "moscow-times")
    assess(engine, story)
    assert send(engine, mailing, DAY, ["a@example.org"], MOMENT)[:2] == (1, [])
    [mail] = mailbox[0].mails
    assert mail["Subject"] == "Moscow Times: corrected, 5 new"
    said = numbers(report(engine, story.slug).partition("\nStance\n")[2])[:1]
    assert said
    assert numbers(part(mail, "plain")) == said
    assert numbers(part(mail, "html")) == said
    for kind in ("plain", "html"):
        assert "5 new reactions by 5 people (5 in all)" in words_of(part(mail, kind))
        assert "Max Seddon" in part(mail, kind)


def test_a_deleted_post_is_counted_without_its_words(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    story = watch_seed(engine, mailing, "moscow-times")
    with engine.begin() as connection:
        [gone, *_] = new_reactions(connection, story.slug, None)
        query = text("UPDATE post SET deleted_at = :at WHERE id = (SELECT post_id FROM reaction WHERE id = :r)")
        connection.execute(query, {"r": gone["reaction_id"], "at": now()})
    send(engine, mailing, DAY, ["a@example.org"], MOMENT)
    [mail] = mailbox[0].mails
    for kind in ("plain", "html"):
        assert "5 new reactions by 5 people (5 in all)" in words_of(part(mail, kind))
        assert "1 post was deleted" in part(mail, kind)
        assert gone["text"][:40] not in part(mail, kind)


def test_sent_twice_delivered_once(engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]) -> None:
    watch_seed(engine, mailing, "moscow-times")
    assert send(engine, mailing, DAY, ["a@example.org", "a@example.org", "b@example.org"], MOMENT)[0] == 2
    assert send(engine, mailing, DAY, ["a@example.org", "b@example.org"], MOMENT)[:2] == (
        0,
        ["a@example.org: already sent", "b@example.org: already sent"],
    )
    assert sorted(mailbox[0].readers) == ["a@example.org", "b@example.org"]


def test_the_next_day_tells_only_what_is_new(engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]) -> None:
    watch_seed(engine, mailing, "moscow-times")
    send(engine, mailing, DAY, ["a@example.org"], MOMENT)
    send(engine, mailing, TOMORROW.date().isoformat(), ["a@example.org"], TOMORROW)
    assert "Nothing new since" in part(mailbox[0].mails[1], "plain")
    assert "5 in all" in part(mailbox[0].mails[1], "plain")


def test_what_was_being_stored_while_a_mail_was_built_is_told_in_the_next(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    send(engine, mailing, DAY, ["a@example.org"], MOMENT)
    watch_seed(engine, mailing, "moscow-times")
    with engine.begin() as connection:
        seen = connection.execute(text("SELECT MAX(first_seen_at) FROM reaction")).scalar_one()
    assert seen < MOMENT.isoformat(), "seen before the mail was built, stored after"
    send(engine, mailing, TOMORROW.date().isoformat(), ["a@example.org"], TOMORROW)
    assert "5 new reactions by 5 people (5 in all)" in part(mailbox[0].mails[1], "plain")


def test_a_bad_address_among_others_stops_none_of_them(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    bad = ["b@x.org, evil@x.org", "", "c@x.org\r\nBcc: evil@x.org"]
    result = send(engine, mailing, DAY, [bad[0], "a@example.org", *bad[1:], "d@example.org"], MOMENT)
    assert (result.sent, result.refused) == (2, 3)
    assert result.lines == [f"refused: {address!r} is not one mail address" for address in bad]
    assert mailbox[0].readers == ["a@example.org", "d@example.org"]


def test_a_senders_address_that_is_none_is_said_before_anything_is_sent(sqlite: Engine, mailing: Settings) -> None:
    for bad in ("nobody", "a@x.org\r\nBcc: evil@x.org", ""):
        with pytest.raises(BadInput, match="STORYWAKE_MAIL_FROM"):
            send(sqlite, mailing.model_copy(update={"mail_from": bad}), DAY, ["a@example.org"], MOMENT)


def test_a_refusal_is_tried_again_and_a_cut_off_send_is_not(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    watch_seed(engine, mailing, "moscow-times")
    mailbox[0].refuse = True
    sent, [line], *_ = send(engine, mailing, DAY, ["a@example.org"], MOMENT)
    assert sent == 0
    assert "451" in line
    mailbox[0].refuse = False
    assert send(engine, mailing, DAY, ["a@example.org"], MOMENT)[0] == 1
    with engine.begin() as connection:
        window = Window("2026-01-04T06:00:00Z", None, "2026-01-05T06:00:00Z", None)
        claim_delivery(connection, DAY, "b@example.org", message_id="<x@y>", window=window, at="2026-01-05T06:00:00Z")
    sent, [line], *_ = send(engine, mailing, DAY, ["b@example.org"], MOMENT)
    assert sent == 0
    assert "cut off" in line


def test_hostile_titles_reach_no_header_and_no_markup(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "evil.html"
    page.write_text(
        "<html><head><title>Nice\r\nBcc: all@example.org <script>alert(1)</script></title></head><body><article><p>Text long enough to be taken for a paragraph of an article.</p>"
        "<blockquote class='twitter-tweet'><p>&lt;img src=x onerror=alert(1)&gt;</p>&mdash; Eve &lt;b&gt; (@eve) <a href='https://twitter.com/eve/status/123456'>March 3, 2024</a></blockquote></article></body></html>"
    )
    watch(sqlite, settings, str(page), slug="evil")
    path = write(sqlite, settings, DAY, str(tmp_path / "out"), "a@example.org", MOMENT)
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert "<script>" not in part(mail, "html")
    assert "<img" not in part(mail, "html")
    assert "<img" not in report(sqlite, "evil", ReportFormat.HTML)


def test_what_cannot_be_sent_is_said_in_one_line(sqlite: Engine, settings: Settings) -> None:
    with pytest.raises(BadInput, match="STORYWAKE_SMTP_HOST"):
        send(sqlite, settings, DAY, ["a@example.org"], MOMENT)
    with pytest.raises(BadInput, match="no readers"):
        send(sqlite, settings.model_copy(update={"smtp_host": "127.0.0.1"}), DAY, [], MOMENT)
    assert "No story is being watched." in build(sqlite, settings, DAY, None, MOMENT).text
    with sqlite.begin() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM delivery")).scalar() == 0
