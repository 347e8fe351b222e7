"""A mailing killed while a mail is under way: nobody gets it twice, and whoever may lack it is named."""

from ..soak.kills import Trap
from ..soak.kills_mail import Mailbox
from ..soak.machine import Machine

READERS = ["anna@example.org", "bo@example.org", "cai@example.org"]
DAY = "2026-01-05"


def test_a_mailing_killed_while_a_mail_is_under_way_reaches_everybody_once_and_names_the_one_in_doubt() -> None:
    trap = Trap()
    with Mailbox(trap.hit) as box, Machine("sqlite", {}) as machine:
        box.day = DAY
        machine.set(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port, SMTP_TLS=0, MAIL_FROM="wake@example.org")
        words = ["digest", "--send", "--date", DAY, *(word for reader in READERS for word in ("--to", reader))]
        mailing = machine.start(*words)
        trap.arm("mail data", 2, -1.0, mailing.kill)
        assert trap.sprung.wait(60)
        assert trap.fell == "mail data, under way"
        said = machine.run(*words, fails=True)
    assert box.got == {(DAY, reader): 1 for reader in READERS}
    assert [line for line in said.splitlines() if "already" not in line and "bo@" in line]
    assert not [line for line in said.splitlines() if "already" not in line and "anna@" in line]
