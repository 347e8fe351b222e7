"""``storywake digest`` as people use it: who gets what, what is tried again and what is not, and each day as it was."""

import email
import email.policy
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, text

from storywake.commands import report
from storywake.db.stories import add_story
from storywake.start import main

from ..jobs.mailserver import Mailbox, free_port, mail_server

TODAY = datetime.now(UTC).date()
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
A, B, C = "a@example.org", "b@example.org", "c@example.org"
ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """How a command ended and what it said."""

    returncode: int | str | None
    stdout: str
    stderr: str


Run = Callable[..., Said]


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def environment(address: str, mailbox: tuple[Mailbox, int]) -> dict[str, str]:
    """The settings of the command."""
    return {
        "STORYWAKE_DB": address,
        "STORYWAKE_SMTP_HOST": "127.0.0.1",
        "STORYWAKE_SMTP_PORT": str(mailbox[1]),
        "STORYWAKE_SMTP_TLS": "0",
        "STORYWAKE_MAIL_FROM": "wake@example.org",
        "STORYWAKE_DIGEST_TO": json.dumps([A, B]),
        "STORYWAKE_TIMEOUT": "20",
    }


@pytest.fixture
def digest(
    engine: Engine,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command, on a story that has no reaction yet."""
    with engine.begin() as connection:
        add_story(
            connection, slug="bridge", title="The bridge", url=None, claims=["The bridge fell."],
            created_at="2024-01-01T00:00:00Z", watch_until="2030-01-01T00:00:00Z",
        )  # fmt: skip

    def run(*words: str, **settings: str) -> Said:
        code: int | str | None = 0
        with monkeypatch.context() as now:
            now.chdir(tmp_path)
            now.setattr(sys, "argv", ["storywake", "digest", *words])
            now.setattr(report, "open_database", lambda _: engine)
            for name, value in (environment | settings).items():
                now.setenv(name, value)
            try:
                main()
            except SystemExit as end:
                code = end.code
        return Said(code or 0, *capsys.readouterr())

    return run


def react(engine: Engine, seen: str, *, likes: int | None = None, seen_again: tuple[str, int] | None = None) -> int:
    """A reaction first seen at a time, perhaps with counts then and later. Returns its id."""
    with engine.begin() as connection:
        values = {"key": f"at://did:plc:{seen}/app.bsky.feed.post/1", "seen": seen, "words": f"said {seen}"}
        post = connection.execute(
            text(
                "INSERT INTO post (platform, key, external_id, kind, text, first_seen_at) VALUES ('bluesky', :key, :key, 'post', :words, :seen) RETURNING id"
            ),
            values,
        ).scalar_one()
        reaction = connection.execute(
            text(
                """INSERT INTO reaction (story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at)
                SELECT id, :post, 'links', 'x', 'x', 1, :seen FROM story RETURNING id"""
            ),
            {**values, "post": post},
        ).scalar_one()
        looks = [(seen, likes)] if likes is not None else []
        for at, count in looks + ([seen_again] if seen_again else []):
            connection.execute(
                text("INSERT INTO observation (post_id, observed_at, likes) VALUES (:p, :at, :n)"),
                {"p": post, "at": at, "n": count},
            )
    return int(reaction)


def assessed(engine: Engine, reaction: int, at: str, stance: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                """INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment)
                SELECT :r, id, 'cues@1', :at, :at, :stance, 0, 0, 0, 0 FROM claim"""
            ),
            {"r": reaction, "at": at, "stance": stance},
        )


def deliveries(engine: Engine) -> dict[str, str]:
    """How the deliveries of today stand, by reader."""
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT reader, status FROM delivery WHERE day = :d"), {"d": TODAY.isoformat()})
        return {row.reader: row.status for row in rows}


def at(day: date, hour: int) -> str:
    return f"{day.isoformat()}T{hour:02}:00:00Z"


def without_time(mail: str) -> str:
    """A mail's text without its first line, which says when it was made."""
    return mail.replace("\r\n", "\n").partition("\n")[2]


def last_mail(box: Mailbox, reader: str) -> str:
    """The text of the last mail that a reader got."""
    return box.part(max(n for n, got in enumerate(box.readers) if got == reader))


def test_who_was_refused_one_day_gets_that_days_news_the_next(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int]
) -> None:
    assert digest("--send", "--date", BEFORE.isoformat()).returncode == 0
    react(engine, at(BEFORE, 12))
    mailbox[0].unwelcome = {B}
    said = digest("--send", "--date", YESTERDAY.isoformat())
    assert said.returncode == 1
    assert f"{B}: refused: 550 no such reader here" in said.stderr
    assert "1 sent" in said.stderr
    mailbox[0].unwelcome = set()
    react(engine, at(YESTERDAY, 12))
    assert digest("--send").returncode == 0
    assert "1 new reaction by 1 person (2 in all)" in last_mail(mailbox[0], A)
    assert "2 new reactions by 2 people (2 in all)" in last_mail(mailbox[0], B)


def test_a_send_to_one_reader_takes_nothing_from_the_others_next_mail(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int]
) -> None:
    digest("--send", "--date", YESTERDAY.isoformat())
    react(engine, at(YESTERDAY, 12))
    assert digest("--send", "--date", YESTERDAY.isoformat(), "--to", C).returncode == 0
    assert digest("--send").returncode == 0
    for reader in (A, B):
        assert "1 new reaction by 1 person (1 in all)" in last_mail(mailbox[0], reader)


def test_a_day_sent_late_does_not_take_away_what_came_before_it(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int]
) -> None:
    early = TODAY - timedelta(days=4)
    digest("--send", "--to", A, "--date", early.isoformat())
    react(engine, at(early, 12))
    digest("--send", "--to", A, "--date", YESTERDAY.isoformat())
    digest("--send", "--to", A)
    assert "1 new reaction by 1 person (1 in all)" in last_mail(mailbox[0], A)


@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_a_mail_that_may_have_arrived_is_never_sent_again(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int], fault: str
) -> None:
    mailbox[0].after_data = fault
    readers = ("--to", A, "--to", B, "--to", C)
    said = digest("--send", *readers, STORYWAKE_TIMEOUT="0.5")
    assert said.returncode == 1
    for reader in (A, B, C):
        assert f"{reader}: unknown: no answer after the whole mail was sent" in said.stderr
    mailbox[0].after_data = ""
    again = digest("--send", *readers)
    assert "0 sent" in again.stderr
    assert again.stderr.count("not repeated, since it may have arrived") == 3
    assert sorted(mailbox[0].readers) == [A, B, C]
    assert set(deliveries(engine).values()) == {"unknown"}


@pytest.mark.parametrize("goodbye", ["421 closing, too busy", "drop"])
def test_what_the_server_says_to_quit_changes_nothing(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int], goodbye: str
) -> None:
    mailbox[0].at_quit = goodbye
    said = digest("--send")
    assert (said.returncode, said.stderr.strip()) == (0, "2 sent")
    assert f"{A}: already sent" in digest("--send").stderr
    assert sorted(mailbox[0].readers) == [A, B]


def test_with_the_server_down_everybody_is_named_and_the_next_try_reaches_them(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int]
) -> None:
    said = digest("--send", STORYWAKE_SMTP_PORT=str(free_port()))
    assert said.returncode == 1
    assert [line.split(":")[0] for line in said.stderr.splitlines()] == [A, B, "0 sent"]
    assert deliveries(engine) == {A: "refused", B: "refused"}
    assert digest("--send").stderr.strip() == "2 sent"
    assert sorted(mailbox[0].readers) == [A, B]


def test_a_kill_while_sending_is_named_and_nothing_is_repeated(
    engine: Engine, digest: Run, environment: dict[str, str], mailbox: tuple[Mailbox, int], tmp_path: Path
) -> None:
    mailbox[0].after_data = "hang"
    command = [sys.executable, "-m", "storywake", "digest", "--send"]
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **environment, "PYTHONPATH": str(ROOT)}) as running:
        assert mailbox[0].came.wait(60)
        assert "another process is sending" in digest("--send").stderr, "one sender at a time"
        running.send_signal(signal.SIGKILL)
    mailbox[0].after_data = ""
    for _ in range(2):
        line = f"{A}: unknown: cut off while sending; not repeated, since it may have arrived"
        assert line in digest("--send").stderr
        assert deliveries(engine) == {A: "unknown", B: "handed_over"}
    assert mailbox[0].readers == [A, B]


def test_what_was_cut_off_on_another_day_or_for_another_reader_is_settled_and_named(
    engine: Engine, digest: Run
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO delivery (day, reader, status, message_id, at) VALUES ('2024-01-02', :r, 'claimed', 'x', 'x')"
            ),
            {"r": C},
        )
    assert f"{C}: unknown: cut off while sending on 2024-01-02; not repeated" in digest("--send").stderr
    with engine.begin() as connection:
        assert not connection.execute(text("SELECT 1 FROM delivery WHERE status = 'claimed'")).all()


@pytest.mark.parametrize(
    "bad", ["b@x.org, evil@x.org", "", "nobody", "a@b@c.org", "b@x.org\r\nBcc: evil@x.org", "b\n@x.org", "B <b@x.org>"]
)
def test_a_bad_address_is_refused_by_name_before_anything_is_sent(
    digest: Run, mailbox: tuple[Mailbox, int], bad: str
) -> None:
    for said in (
        digest("--send", "--to", A, "--to", bad),
        digest("--send", STORYWAKE_DIGEST_TO=json.dumps([A, bad])),
    ):
        assert said.returncode == 1
        assert said.stderr.strip().count("\n") == 0, said.stderr
        assert f"{bad!r} is not one mail address" in said.stderr
    assert mailbox[0].mails == []


def test_a_reader_written_twice_gets_one_mail(digest: Run, mailbox: tuple[Mailbox, int]) -> None:
    assert digest("--send", "--to", A, "--to", "a@EXAMPLE.org").stderr.strip() == "1 sent"
    assert f"{A}: already sent" in digest("--send", "--to", "a@Example.Org").stderr


def test_a_past_day_is_told_as_it_was_at_its_hour(engine: Engine, digest: Run, tmp_path: Path) -> None:
    first = react(engine, at(BEFORE, 5), likes=1, seen_again=(at(YESTERDAY, 12), 1000))
    second = react(engine, at(BEFORE, 7), likes=2)
    react(engine, at(YESTERDAY, 6), likes=4)
    react(engine, at(YESTERDAY, 7), likes=8)
    assessed(engine, first, at(BEFORE, 5), "deny")
    assessed(engine, first, at(YESTERDAY, 12), "support")
    assessed(engine, second, at(YESTERDAY, 12), "support")
    said = digest("--date", YESTERDAY.isoformat()).stdout
    assert "2 new reactions by 2 people (3 in all)" in said
    assert "support 0, deny 1, query 0, comment 0" in said
    assert "likes 7 (+6)" in said
    assert f"said {at(BEFORE, 7)}" in said
    assert "not assessed" in said
    assert "1 new reaction by 1 person (1 in all)" in digest("--date", BEFORE.isoformat()).stdout
    now = digest().stdout
    assert "1 new reaction by 1 person (4 in all)" in now
    assert "support 2, deny 0, query 0, comment 0" in now


def test_printed_written_and_sent_are_the_same(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int], tmp_path: Path
) -> None:
    for day, hour in ((BEFORE, 7), (YESTERDAY, 7)):
        react(engine, at(day, hour))
    digest("--send", "--date", BEFORE.isoformat())
    for words in (("--date", YESTERDAY.isoformat()), ()):
        printed = digest(*words).stdout
        path = Path(digest(*words, "--out", "mails").stdout.strip())
        kept = email.message_from_bytes((tmp_path / path).read_bytes(), policy=email.policy.default)
        body = kept.get_body(("plain",))
        assert body is not None
        assert digest(*words, "--send").stderr.strip() == "2 sent"
        assert "1 new" in printed
        for told in (body.get_content(), last_mail(mailbox[0], A), last_mail(mailbox[0], B)):
            assert without_time(told) == without_time(printed)


def test_a_day_to_come_is_refused_in_one_line(digest: Run) -> None:
    for words in ((), ("--send",), ("--out", "mails")):
        said = digest("--date", (TODAY + timedelta(days=2)).isoformat(), *words)
        assert said.returncode == 1
        assert said.stderr.strip().count("\n") == 0
        assert "still to come" in said.stderr
    assert digest("--date", "0001-01-01").returncode == 1


def test_a_mark_set_by_a_clock_once_ahead_hides_nothing(
    engine: Engine, digest: Run, mailbox: tuple[Mailbox, int]
) -> None:
    react(engine, at(YESTERDAY, 7))
    digest("--send", "--to", A, "--date", YESTERDAY.isoformat())
    with engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET at = '2031-01-01T06:00:00Z', until = '2031-01-01T06:00:00Z'"))
    digest("--send", "--to", A)
    assert "1 new reaction by 1 person (1 in all)" in last_mail(mailbox[0], A)


def test_readers_that_are_no_json_list_are_told_in_one_line(digest: Run) -> None:
    said = digest(STORYWAKE_DIGEST_TO=A)
    assert said.returncode == 1
    assert said.stderr.strip().count("\n") == 0
    assert "DIGEST_TO" in said.stderr
