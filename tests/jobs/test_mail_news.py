"""What the mail tells, through a real mail server and read back: each number is known from what was planted."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import Connection, Engine, text

from bench.planted import plant
from storywake.collector.dates import stamp
from storywake.collector.records import Stance
from storywake.collector.settings import Settings
from storywake.db import past
from storywake.db.deliveries import Window
from storywake.db.engine import reading, writing
from storywake.db.stories import StoryRow, find_story
from storywake.jobs.digest import build, send
from storywake.jobs.mail.edition import MAX_BYTES
from storywake.jobs.mail.readers import Language, Reader, take_in
from storywake.jobs.mail.standing import standing
from storywake.jobs.summary import tell_summary

from .mailed import (
    CLAIM,
    MONDAY,
    TITLE,
    TUESDAY,
    Said,
    article,
    correct,
    page,
    plain,
    react,
    story,
    turn,
    version,
    words,
)
from .mailserver import Mailbox

FIRST = datetime(2026, 3, 2, 6, tzinfo=UTC)
NEXT = FIRST + timedelta(days=1)
OPINIONS = (Stance.SUPPORT, Stance.COMMENT, Stance.SUPPORT, Stance.QUERY)


@pytest.fixture
def mailing(settings: Settings, mailbox: tuple[Mailbox, int]) -> Settings:
    return settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_port": mailbox[1], "smtp_tls": False, "mail_from": "wake@example.org",
            "public_url": "https://wake.example", "platforms": [],
        }
    )  # fmt: skip


def earlier(count: int = 40) -> list[Said]:
    """Posts of the first day, each with words of its own."""
    return [Said(f"Early Bird {n}", f"word{n} thing{n} matter{n}", "2026-03-01T12:00:00Z", OPINIONS[n % 4], n) for n in range(count)]  # fmt: skip


def morning(engine: Engine, mailing: Settings, box: Mailbox, moment: datetime, reader: str = "a@example.org") -> EmailMessage:  # fmt: skip
    """The mail that a reader gets."""
    assert send(engine, mailing, None, [reader], moment).sent == 1
    return box.mails[-1]


def test_of_101_new_the_four_that_carry_the_reach_come_first_and_copies_are_folded(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    found = story(engine)
    react(engine, found.id, earlier())
    morning(engine, mailing, mailbox[0], FIRST)
    agency = "We have published the inspection protocol of 12 May 2021. The Herald has been informed."
    carriers = [
        Said("Rasmus Kallio", "The protocol of May 2021 is on the page of the agency.", f"{MONDAY}T16:52:00Z", Stance.DENY, 5089),
        Said("Port Agency", agency, f"{MONDAY}T15:10:00Z", Stance.DENY, 4294),
        Said("Ida Lindqvist", "I worked on that bridge six years. Nobody went under it.", f"{MONDAY}T09:14:00Z", Stance.SUPPORT, 2597),
        Said("Town Crier", "Who signed it?", f"{MONDAY}T10:00:00Z", Stance.QUERY, 1200),
        Said("Rasmus Kallio", "And another thing entirely, friends of ours.", f"{MONDAY}T17:00:00Z", Stance.COMMENT, 1100),
    ]  # fmt: skip
    copies = [Said(f"Copy {n}", f"{agency} #kallvik", f"{MONDAY}T18:00:00Z", Stance.DENY, 1) for n in range(6)]
    ferries = [Said(f"Late Bird {n}", f"ferry{n} queue{n} boat{n}", f"{MONDAY}T20:00:00Z", Stance.COMMENT, 0) for n in range(90)]  # fmt: skip
    react(engine, found.id, [*carriers, *copies, *ferries], 100)
    mail = morning(engine, mailing, mailbox[0], NEXT)
    assert mail["Subject"].startswith("Kallvik bridge: ")
    assert mail["Subject"].endswith("101 new")
    said = words(mail)
    assert "101 new reactions by 100 people (141 in all); likes 15,066 (+14,286)" in said
    assert re.findall(r"(Rasmus Kallio|Port Agency|Ida Lindqvist|Town Crier|Late Bird \d+|Copy \d) · Bluesky", said)[:4] == [
        "Rasmus Kallio", "Port Agency", "Ida Lindqvist", "Town Crier",
    ]  # fmt: skip
    assert "4,294 likes · and 6 alike" in said
    assert said.count("Rasmus Kallio ·") == 1, "one an account"
    assert "denies · 91 % sure" in said
    assert "Wrote under a name from the story: Port Agency (nothing shows that the account is theirs)." in said
    assert 'href="https://wake.example/reaction/' in page(mail)
    assert "since=2026-03-02T06%3A00%3A00Z" in page(mail)
    check_form(mail)


def check_form(mail: EmailMessage) -> None:
    """Both parts say the same, and the mail holds to its form."""
    assert len(bytes(mail)) <= MAX_BYTES
    seen = page(mail)
    for wanted in ('name="viewport"', 'name="color-scheme" content="light dark"', "prefers-color-scheme:dark", 'role="presentation"'):  # fmt: skip
        assert wanted in seen
    assert "<script" not in seen
    kinds = {piece.get_content_type() for piece in mail.walk()}
    assert {"text/plain", "text/html"} <= kinds
    for cid in re.findall(r"cid:([\w-]+)", seen):
        [picture] = [piece for piece in mail.walk() if piece["Content-ID"] == f"<{cid}>"]
        assert picture.get_payload(decode=True)[:8] == b"\x89PNG\r\n\x1a\n"  # type: ignore[index]
    told = plain(mail)
    for line in re.findall(r"<li[^>]*>(.*?)</li>", seen):
        assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", line)).replace("&#34;", '"')[:60].split("&")[0] in told


def denied_after_a_correction(engine: Engine, mailing: Settings, mailbox: Mailbox) -> StoryRow:
    """A story of a mail told, then corrected, then denied by many."""
    found = story(engine)
    react(engine, found.id, earlier(60))
    morning(engine, mailing, mailbox, FIRST)
    denials = [Said(f"Denier {n}", f"nonsense{n} report{n} read{n}", f"{MONDAY}T17:00:00Z", Stance.DENY, n) for n in range(120)]  # fmt: skip
    react(engine, found.id, denials, 100)
    correct(engine, f"{MONDAY}T16:30:00Z", "The bridge was inspected once, in May 2021.")
    return found


def test_a_turn_after_a_correction_is_told_once_with_its_evidence(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    found = denied_after_a_correction(engine, mailing, mailbox[0])
    turn(engine, found.id, f"{MONDAY}T16:39:00Z", f"{MONDAY}T17:05:00Z")
    mail = morning(engine, mailing, mailbox[0], NEXT)
    assert re.fullmatch(r"Kallvik bridge: deny \d\d % \(\+\d\d\) after correction, 120 new", mail["Subject"])
    said = words(mail)
    assert "The balance turned: Mon 2 Mar 16:39, 9 minutes after the correction, by more than chance: support 31 → 15 %, deny 20 → 34 %." in said  # fmt: skip
    assert "Corrected: Harbour Herald: “The bridge was inspected once, in May 2021.” (both versions)." in said
    assert re.search(r"deny \d\d % \(\d+–\d+\)", said), "no share without its interval"
    assert "Estimated shares, in brackets their 95 % intervals." in said
    assert any(piece.get_content_type() == "image/png" for piece in mail.walk())
    check_form(mail)
    later = words(morning(engine, mailing, mailbox[0], NEXT + timedelta(days=1)))
    assert "Corrected" not in later
    assert "turned" not in later
    assert "Nothing new since" in later


def test_a_turn_is_not_told_as_after_a_correction_that_was_there_at_the_first_look(
    sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    found = denied_after_a_correction(sqlite, mailing, mailbox[0])
    with writing(sqlite) as connection:
        connection.execute(text("UPDATE article SET first_seen_at = corrected_at WHERE corrected_at IS NOT NULL"))
    turn(sqlite, found.id, f"{MONDAY}T16:39:00Z", f"{MONDAY}T17:05:00Z")
    mail = morning(sqlite, mailing, mailbox[0], NEXT)
    assert re.fullmatch(r"Kallvik bridge: deny \d\d % \(\+\d\d\), 120 new", mail["Subject"])
    assert "The balance turned: Mon 2 Mar 16:39, by more than chance: support 31 → 15 %, deny 20 → 34 %." in words(mail)


def test_what_was_stored_after_a_mail_though_found_before_it_is_told_in_the_next_and_only_there(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    found = story(engine)
    react(engine, found.id, earlier(3))
    correct(engine, "2026-03-02T05:50:00Z", "Earlier note.")
    assert "Earlier note." in words(morning(engine, mailing, mailbox[0], FIRST))
    with engine.begin() as connection:
        number = connection.execute(text("SELECT id FROM article")).scalar_one()
        version(connection, number, "2026-03-02T05:59:30Z", "Bridge inspected once", "Other words.")
    second = words(morning(engine, mailing, mailbox[0], NEXT))
    assert "New headline: Harbour Herald: “The bridge” became “Bridge inspected once” (both versions)." in second
    assert "Earlier note." not in second
    assert "New headline" not in words(morning(engine, mailing, mailbox[0], NEXT + timedelta(days=1)))


def test_deletions_publishers_growth_and_questions_are_told(
    engine: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    found = story(engine)
    posts = [
        Said("Loud Voice", "The bridge is a scandal, everybody.", "2026-03-01T10:00:00Z", Stance.SUPPORT, 900),
        Said("Quiet Voice", "Nobody reads this one here.", "2026-03-01T10:00:00Z", Stance.COMMENT, 3, (f"{MONDAY}T12:00:00Z", 293)),
        *[Said(f"Asker {n}", f"Where is the report number {n}{n}{n}?", "2026-03-01T11:00:00Z", Stance.QUERY, 1) for n in range(3)],
    ]  # fmt: skip
    loud, _, *askers = react(engine, found.id, posts)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO remark (id, claim_id, stance, chosen_of, among) SELECT 1, id, 'query', 3, 3 FROM claim"))  # fmt: skip
        for n in askers:
            connection.execute(text("INSERT INTO remark_member VALUES (1, :r, 0.9, :central)"), {"r": n, "central": n == askers[0]})  # fmt: skip
    morning(engine, mailing, mailbox[0], FIRST)
    with engine.begin() as connection:
        connection.execute(text("UPDATE post SET deleted_at = :at WHERE id = (SELECT post_id FROM reaction WHERE id = :r)"), {"at": f"{MONDAY}T13:00:00Z", "r": loud})  # fmt: skip
        connection.execute(text("UPDATE post SET quote_state = 'revoked', quote_ended_at = :at WHERE id = (SELECT post_id FROM reaction WHERE id = :r)"), {"at": f"{MONDAY}T13:30:00Z", "r": askers[0]})  # fmt: skip
        for paper in ("Coast Daily", "Echo"):
            article(connection, found.id, paper, "coverage", f"{MONDAY}T14:00:00Z")
        connection.execute(text("UPDATE article SET stance = 'doubts' WHERE publisher = 'Coast Daily'"))
        connection.execute(text("UPDATE article SET copy_of = (SELECT x.id FROM article x WHERE x.publisher = 'Coast Daily') WHERE publisher = 'Echo'"))  # fmt: skip
    mail = morning(engine, mailing, mailbox[0], NEXT)
    said = words(mail)
    assert "1 post was deleted, one of the five most seen." in said
    assert "1 quotation was taken back by whom it quotes." in said
    assert "New publishers: Coast Daily (doubts the report); 1 with another’s text." in said
    assert "Quiet Voice · Bluesky, Sun 1 Mar 10:00" in said, said
    assert "+290 since the last mail" in said
    assert "What is asked “Where is the report number 000?” – asked by 3" in said
    assert "scandal" not in said, "the words of a deleted post"
    assert len(re.findall("<li", page(mail).partition("<h2")[0])) <= 5
    check_form(mail)
    assert "post was deleted" not in words(morning(engine, mailing, mailbox[0], NEXT + timedelta(days=1)))


@pytest.mark.slow
def test_five_thousand_new_fit_into_a_mail(sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]) -> None:
    plant(sqlite, 5000)
    moment = datetime(2026, 3, 7, 6, tzinfo=UTC)
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE reaction SET first_seen_at = '2026-03-07T00:00:00Z'"))
    mail = morning(sqlite, mailing, mailbox[0], moment)
    assert "5,000 new" in mail["Subject"]
    check_form(mail)


def test_four_languages_tell_the_same_numbers(sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]) -> None:
    found = story(sqlite)
    react(sqlite, found.id, earlier(60))
    react(sqlite, found.id, [Said(f"Denier {n}", f"nonsense{n} read{n}", f"{MONDAY}T17:00:00Z", Stance.DENY, n) for n in range(120)], 100)  # fmt: skip
    correct(sqlite, f"{MONDAY}T16:30:00Z", "Inspected once.")
    turn(sqlite, found.id, f"{MONDAY}T16:39:00Z", f"{MONDAY}T17:05:00Z")
    with writing(sqlite) as connection:
        for language in Language:
            take_in(
                connection, Reader(f"{language}@example.org", 8, "Europe/Helsinki", language), f"{MONDAY}T00:00:00Z"
            )
    assert send(sqlite, mailing, TUESDAY, [], datetime(2026, 3, 4, 9, tzinfo=UTC)).sent == 4
    by_reader = dict(zip(mailbox[0].readers, mailbox[0].mails, strict=True))
    wanted = {
        "en": ("deny", "after correction, 120 new", "The balance turned: Mon 2 Mar 18:39, 9 minutes after the correction"),
        "fi": ("kiistää", "oikaisun jälkeen, 120 uutta", "Suhtautuminen kääntyi: ma 2.3. klo 18.39, 9 minuuttia oikaisun jälkeen"),
        "sv": ("bestrider", "efter rättelsen, 120 nya", "Opinionen svängde: mån 2 mars kl. 18:39, 9 minuter efter rättelsen"),
        "de": ("bestreiten", "nach Korrektur, 120 neue", "Die Stimmung ist gekippt: Mo. 2. März, 18:39, 9 Minuten nach der Korrektur"),
    }  # fmt: skip
    moves = set()
    for code, (stance, ending, line) in wanted.items():
        mail = by_reader[f"{code}@example.org"]
        assert mail["Subject"].startswith("Kallvik bridge: ")
        assert stance in mail["Subject"]
        assert mail["Subject"].endswith(ending)
        assert line in words(mail)
        assert f'<html lang="{code}">' in page(mail)
        moves.add(re.search(r"(\d+) %.*?\(\+(\d+)\)", mail["Subject"]).groups())  # type: ignore[union-attr]
        check_form(mail)
    assert len(moves) == 1


HOSTILE = (
    "Eve\r\nBcc: all@example.org <script>alert(1)</script> <img src=x onerror=alert(1)> \u202egnp.exe\u202c {0} {{7*7}} %s \"'>"
    " </title></style></td></table><!-- " + "A" * 9000 + "\x07\u2028\ufeff"
)


def test_hostile_words_reach_no_header_and_no_markup_in_any_place(
    sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    bad = HOSTILE.replace("\r", "")
    found = story(sqlite, title=bad, claim=bad)
    react(sqlite, found.id, [Said(bad, bad, f"{MONDAY}T10:00:00Z", Stance.DENY, 5), *earlier(12)])
    correct(sqlite, f"{MONDAY}T16:30:00Z", bad)
    turn(sqlite, found.id, f"{MONDAY}T16:39:00Z", f"{MONDAY}T17:05:00Z")
    with sqlite.begin() as connection:
        number = article(connection, found.id, bad, "coverage", f"{MONDAY}T14:00:00Z")
        version(connection, number, f"{MONDAY}T15:00:00Z", bad, bad)
        connection.execute(text("UPDATE article SET url = 'javascript:alert(1)' WHERE id = :n"), {"n": number})
        connection.execute(text("UPDATE post SET url = 'javascript:alert(1)'"))
    for public in ("https://wake.example", None):
        digest = build(sqlite, mailing.model_copy(update={"public_url": public}), TUESDAY, None, datetime(2026, 3, 9, tzinfo=UTC))  # fmt: skip
        for told in (digest.text, digest.html):
            assert "javascript:" not in re.sub(r"<[^a].*?>", "", told) or 'href="javascript' not in told
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x07\u2028]", told)
        assert not re.search(r"<(script|img(?! src=\"cid:))", digest.html)
        assert digest.html.count("<!--") == 0
        assert digest.html.count("</table>") == digest.html.count("<table")
    mail = morning(sqlite, mailing, mailbox[0], datetime(2026, 3, 3, 5, tzinfo=UTC))
    assert mail["Bcc"] is None
    assert set(mail.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "List-Unsubscribe",
        "List-Unsubscribe-Post", "X-Peer", "X-MailFrom", "X-RcptTo",
    }  # fmt: skip
    assert len(mail["Subject"]) <= 200
    check_form(mail)


def test_without_a_public_address_links_lead_to_the_posts_alone(sqlite: Engine, mailing: Settings) -> None:
    found = story(sqlite)
    react(sqlite, found.id, [Said("Ann", "Words of hers.", f"{MONDAY}T10:00:00Z", Stance.DENY, 5)])
    digest = build(
        sqlite, mailing.model_copy(update={"public_url": None}), TUESDAY, None, datetime(2026, 3, 9, tzinfo=UTC)
    )
    links = set(re.findall(r'href="([^"]+)"', digest.html))
    assert links == {"https://posts.example/0", "https://herald.example/bridge"}
    assert digest.leave_at is None


def test_a_reader_hears_of_their_stories_alone_and_of_little_news_in_a_line(
    sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    one, other = story(sqlite), story(sqlite, "ferry", "The ferry is late again")
    react(sqlite, one.id, [Said("Ann", "Words of hers.", f"{MONDAY}T10:00:00Z")])
    react(sqlite, other.id, [Said("Ben", "Boat matters.", f"{MONDAY}T10:00:00Z")])
    with writing(sqlite) as connection:
        take_in(connection, Reader("ferry@example.org", 6, "UTC", stories=("ferry",)), f"{MONDAY}T00:00:00Z")
        take_in(connection, Reader("much@example.org", 6, "UTC", threshold=50), f"{MONDAY}T00:00:00Z")
    assert "Words of hers" not in words(morning(sqlite, mailing, mailbox[0], NEXT, "ferry@example.org"))
    little = words(morning(sqlite, mailing, mailbox[0], NEXT, "much@example.org"))
    assert "Little new since Mon 2 Mar 06:00: 2 reactions." in little
    assert "The ferry is late again: 1 new reaction, 1 in all" in little
    assert "Most seen" not in little


def test_each_storys_facts_are_found_once_for_all_readers(
    sqlite: Engine, mailing: Settings, mailbox: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("one", "two"):
        react(sqlite, story(sqlite, slug, f"Story {slug}").id, earlier(2))
    asked: list[int] = []
    real = past.new_posts

    def counted(connection: Connection, story_id: int, window: Window, most: int) -> list[past.Weighed]:
        asked.append(story_id)
        return real(connection, story_id, window, most)

    monkeypatch.setattr(past, "new_posts", counted)
    with writing(sqlite) as connection:
        for n in range(12):
            take_in(connection, Reader(f"r{n}@example.org", 6, "UTC", list(Language)[n % 4]), f"{MONDAY}T00:00:00Z")
    assert send(sqlite, mailing, None, [], FIRST).sent == 12
    assert sorted(asked) == [1, 2]


def test_a_past_day_tells_what_was_known_then(sqlite: Engine, mailing: Settings) -> None:
    found = story(sqlite)
    react(sqlite, found.id, earlier(5))
    correct(sqlite, f"{TUESDAY}T16:30:00Z", "Too late for it.")
    late = datetime(2026, 3, 9, tzinfo=UTC)
    assert "Too late" not in build(sqlite, mailing, TUESDAY, None, late).text
    assert "Too late" in build(sqlite, mailing, "2026-03-04", None, late).text
    assert TITLE in build(sqlite, mailing, MONDAY, None, late).text
    assert CLAIM in build(sqlite, mailing, MONDAY, None, late).text


def test_kept_figures_say_what_counting_says(engine: Engine, settings: Settings) -> None:
    plant(engine, 300)
    with reading(engine) as connection:
        planted = find_story(connection, "planted")
    tell_summary(engine, planted, settings)
    moment = datetime.now(UTC) + timedelta(minutes=1)
    with reading(engine) as connection:
        assert standing(connection, planted, stamp(moment)).kept
    read = build(engine, settings, None, None, moment)
    with writing(engine) as connection:
        connection.execute(text("UPDATE story_summary SET made_at = '2999-01-01T00:00:00Z'"))
    counted = build(engine, settings, None, None, moment)
    assert (read.text, read.html) == (counted.text, counted.html)
    with writing(engine) as connection:
        connection.execute(text("UPDATE story_summary SET made_at = '2026-03-09T00:00:00Z'"))
        connection.execute(text("UPDATE post SET deleted_at = '2026-03-09T00:00:00Z' WHERE id = 7"))
    with reading(engine) as connection:
        assert standing(connection, planted, stamp(moment)).kept is None


def test_what_was_not_asked_is_named_in_the_readers_language(engine: Engine, mailing: Settings) -> None:
    react(engine, story(engine).id, earlier(3))
    with engine.begin() as connection:
        take_in(connection, Reader("de@example.org", 6, "UTC", Language.GERMAN), f"{MONDAY}T00:00:00Z")
    asked = mailing.model_copy(update={"platforms": ["web", "x"], "contact": None, "x_token": None})
    told = build(engine, asked, None, "de@example.org", FIRST).text
    assert "Teile von X (kein Zugang eingerichtet)" in told, "a site needs no contact to be read"
    told = build(engine, asked.model_copy(update={"platforms": ["x"]}), None, "de@example.org", FIRST).text
    assert re.search(r"(, |und )das Web \(nicht abgefragt\)", told)
