"""Whom a story names: who of them answered, where and when, by accounts that are declared theirs; on both databases."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.declared_accounts import Declared
from storywake.collector.records import Article, Author, Embed, Post, Role
from storywake.collector.settings import Settings
from storywake.db.alerts import last_alert, told
from storywake.db.engine import reading, writing
from storywake.db.persons import identities, said_voices, set_identity, set_voices
from storywake.db.questions import asked, find_question
from storywake.db.runs import record_run
from storywake.db.sql import read_only
from storywake.db.stories import StoryRow
from storywake.jobs.alert_words import worded
from storywake.jobs.alerts import find
from storywake.jobs.digest import build
from storywake.jobs.erase import erase
from storywake.jobs.filing import Filed, with_named
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.manage import Changes, change
from storywake.jobs.report import ReportFormat, gathered, report
from storywake.jobs.resolution import update_people
from storywake.jobs.watch import watch

PAPER = "https://paper.example/bridge"
SEEN = "2026-03-03T12:00:00Z"
LATER = "2026-03-03T14:00:00Z"
ARTICLE = Article(
    url=PAPER, title="Bridge closed", language="en",
    text="Minister Anna Virta closed the bridge. Engineer Bo Nygaard and mayor Elsa Holm were not asked, nor was Otto Brandt.",
    embeds=(Embed(platform="x", external_id="1", author_handle="elsa", author_name="Elsa Holm", text="Nobody asked me"),),
)  # fmt: skip
HOMEPAGE = Article(url="https://bonygaard.example/", title="Bo Nygaard", text="I build bridges.")
DECLARED = Declared("Bo Nygaard", "bluesky", "bo.example", "https://bonygaard.example/ links to it")


def filed(article: Article, role: Role | None, *declared: Declared) -> Filed:
    return Filed(article, None, role, declared=declared)


def page(engine: Engine, settings: Settings, story: StoryRow, kept: Filed) -> None:
    url = kept.article.url or ""
    evidence = Evidence(url=url, final_url=url, fetched_at=SEEN, status=200, body=b"")
    take_in(engine, Arrival("web", SEEN, [story], evidence, filed=kept), settings)


def post(platform: str, handle: str, name: str, at: str = "2026-03-03T09:00:00Z") -> Post:
    author = Author(handle=handle, name=name, external_id=f"id-{handle}")
    return Post(platform=platform, external_id=f"{platform}-{handle}-{at}", author=author, text="On the bridge",
                posted_at=at, links=(PAPER,))  # fmt: skip


@pytest.fixture
def story(engine: Engine, settings: Settings) -> StoryRow:
    """A story that names four people: one has a post in it, one has a page, one a namesake, and of one nothing is known."""
    story = watch(engine, settings, PAPER, claims=("The bridge is closed.",), slug="bridge")
    page(engine, settings, story, filed(ARTICLE, None))
    page(engine, settings, story, filed(HOMEPAGE, Role.CONTEXT, DECLARED))
    for one in (post("bluesky", "bo.example", "Bo"), post("x", "annav", "Anna Virta")):
        take_in(engine, Arrival(one.platform, SEEN, [story], posts=[one]), settings)
    update_people(engine, story.id)
    return story


def named(engine: Engine) -> dict[str, dict[str, Any]]:
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT * FROM named ORDER BY place"))
        return {row.person: dict(row._mapping) for row in rows}


def passed_and_looked_through(engine: Engine, settings: Settings, hour: int) -> None:
    """A pass that ends at an hour, and the search for alerts after it."""
    ended = datetime(2026, 3, 3, hour, tzinfo=UTC)
    with writing(engine) as connection:
        record_run(connection, "collect", stamp(ended), stamp(ended), {}, [])
    find(engine, settings, ended)


def test_who_answered_is_told_with_where_and_when(engine: Engine, story: StoryRow, settings: Settings) -> None:
    told = named(engine)
    assert {name: row["state"] for name, row in told.items()} == {
        "Elsa Holm": "voice", "Anna Virta": "no account known", "Bo Nygaard": "answered", "Otto Brandt": "no account known",
    }  # fmt: skip
    bo = told["Bo Nygaard"]
    assert (bo["platform"], bo["author"], bo["answered_at"]) == ("bluesky", "bo.example", "2026-03-03T09:00:00Z")
    assert (bo["accounts"], bo["rests_on"]) == ("bluesky:bo.example", "https://bonygaard.example/ links to it")
    assert told["Anna Virta"]["namesakes"] == 1 and told["Elsa Holm"]["shown"] == 1
    with read_only(engine, asked(find_question("named-in-story"), {"story": "bridge"})) as result:
        assert [row[1] for row in result.rows] == ["Bo Nygaard", "Elsa Holm", "Anna Virta", "Otto Brandt"]
    with read_only(engine, asked(find_question("named-answered"), {"story": "bridge"})) as result:
        answers = [(row[1], row[3], row[9]) for row in result.rows]
    assert answers == [("Bo Nygaard", "2026-03-03T09:00:00Z", "On the bridge")] + [
        (name, None, None) for name in ("Elsa Holm", "Anna Virta", "Otto Brandt")
    ], "a namesake's post and the one that the article shows are no answers in any list"
    assert [row["person"] for row in gathered(engine, "bridge", settings)["named"]][0] == "Bo Nygaard"
    words = report(engine, "bridge", settings=settings)
    assert "Bo Nygaard: answered 2026-03-03T09:00:00Z on bluesky" in words
    assert "1 account of that name reacted; nothing says that it is theirs" in words
    shown = report(engine, "bridge", ReportFormat.HTML, settings)
    assert "a voice in the story, which shows their post" in shown and 'id="named"' in shown


def test_mail_and_alert_tell_an_answer_of_own_accounts_alone_and_others_as_what_they_are(
    engine: Engine, story: StoryRow, settings: Settings
) -> None:
    settings = settings.model_copy(update={"digest_to": ["a@example.org"], "first_look_minutes": 15.0})
    with writing(engine) as connection:
        connection.execute(text("UPDATE story SET created_at = '2026-03-01T00:00:00Z'"))
    mail = build(engine, settings, None, None, datetime(2026, 3, 4, 6, tzinfo=UTC)).text
    assert "Answered for the first time: Bo Nygaard, named in the story." in mail
    assert "Wrote under a name from the story: Anna Virta (nothing shows that the account is theirs)." in mail
    passed_and_looked_through(engine, settings, 13)
    said = {"external_id": "at://did:plc:bo/app.bsky.feed.post/2", "text": "I said so"}
    bo = msgspec.structs.replace(post("bluesky", "bo.example", "Bo", LATER), **said)
    for one in (bo, post("x", "annav", "Anna Virta", LATER)):
        take_in(engine, Arrival(one.platform, LATER, [story], posts=[one]), settings)
    update_people(engine, story.id)
    passed_and_looked_through(engine, settings, 15)
    with reading(engine) as connection:
        alerts = [worded(one, None).text for one in told(connection, range(1, last_alert(connection) + 1))]
    assert alerts == [
        "Bo on bluesky, whom the story names, reacted: “I said so”",
        "Anna Virta on x reacted, under a name that stands in the story; nothing shows that the account is theirs: “On the bridge”",
    ]


def test_an_account_that_is_known_and_silent_is_not_seen(engine: Engine, story: StoryRow, settings: Settings) -> None:
    theirs = Declared("Otto Brandt", "x", "brandt", "https://brandt.example/ links to it")
    page(engine, settings, story, filed(HOMEPAGE, Role.CONTEXT, theirs))
    assert named(engine)["Otto Brandt"]["state"] == "not seen"
    take_in(engine, Arrival("x", SEEN, [story], posts=[post("x", "Brandt", "OB")]), settings)
    update_people(engine, story.id)
    assert named(engine)["Otto Brandt"]["state"] == "answered"


def test_an_analysts_word_makes_an_account_theirs(engine: Engine, story: StoryRow) -> None:
    with writing(engine) as connection:
        set_identity(connection, story.id, "Anna Virta", "x:annav", True, "maria", SEEN)
    update_people(engine, story.id)
    anna = named(engine)["Anna Virta"]
    assert (anna["state"], anna["rests_on"], anna["namesakes"]) == ("answered", "maria says so", 0)


def test_who_is_no_longer_named_goes_and_who_is_erased_stays_out(
    engine: Engine, story: StoryRow, settings: Settings
) -> None:
    erase(engine, "bluesky", "bo.example")
    erase(engine, "web", "Otto Brandt")
    page(engine, settings, story, filed(ARTICLE, None))
    assert list(named(engine)) == ["Elsa Holm", "Anna Virta"]
    page(engine, settings, story, filed(HOMEPAGE, Role.CONTEXT, DECLARED))
    with reading(engine) as connection:
        kept = connection.execute(text("SELECT handle FROM own_account")).scalars().all()
    assert kept == ["elsa"]


def test_only_articles_that_the_story_is_about_name_its_people() -> None:
    assert with_named(filed(ARTICLE, Role.COVERAGE)).named == ()
    assert len(with_named(filed(ARTICLE, Role.ORIGINAL)).named) == 4


def test_who_is_erased_is_found_in_any_letters(engine: Engine, story: StoryRow, settings: Settings) -> None:
    """By name and by account, written otherwise than in the article, and with what an analyst said of them."""
    words = "Engineer Åsa Öberg, mayor Jürgen Groß and minister Anna Virta closed it."
    page(engine, settings, story, filed(msgspec.structs.replace(ARTICLE, text=words), None))
    theirs = Declared("Anna Virta", "youtube", "ÄNNA", "https://virta.example/ links to it")
    page(engine, settings, story, filed(HOMEPAGE, Role.CONTEXT, theirs))
    with writing(engine) as connection:
        set_identity(connection, story.id, "Åsa Öberg", "x:asa", True, "maria", SEEN)
        set_voices(connection, story.id, {"Jürgen Groß": "politician"}, "maria", SEEN)
    assert {"Åsa Öberg", "Jürgen Groß", "Anna Virta"} <= named(engine).keys()
    for platform, who in (("web", "ÅSA ÖBERG"), ("web", "Jürgen GROSS"), ("youtube", "änna")):
        erase(engine, platform, who)
    assert list(named(engine)) == ["Elsa Holm"]
    with reading(engine) as connection:
        assert (identities(connection, story.id), said_voices(connection, story.id)) == ([], {})


def test_whom_a_dropped_article_named_goes_with_it(engine: Engine, story: StoryRow, settings: Settings) -> None:
    earlier = Article(
        url="https://other.example/b", title="Bridge", language="en", text="Nor did Ida Lindqvist and Elsa Holm."
    )
    page(engine, settings, story, filed(earlier, Role.ORIGINAL))
    assert "Ida Lindqvist" in named(engine)
    change(engine, settings, "bridge", Changes(drop=(earlier.url or "",)))
    assert "Ida Lindqvist" not in named(engine) and "Elsa Holm" in named(engine)


def test_one_person_named_by_two_articles_is_one_person(engine: Engine, settings: Settings, story: StoryRow) -> None:
    """In whichever order the articles come, in another form of the name too; an initial that two can be is neither."""
    second = "https://paper.example/bridge-2"

    def says(url: str, words: str) -> list[str]:
        page(
            engine,
            settings,
            story,
            filed(Article(url=url, title="Bridge closed", language="en", text=words), Role.ORIGINAL),
        )
        return sorted(named(engine))

    everybody = ["Anna Virta", "Bo Nygaard", "Elsa Holm", "Otto Brandt"]
    assert says(second, "Then O. Brandt and Elsa M. Holm met, and he left.") == everybody
    assert says(PAPER, "Then Elsa Holm met B. Nygaard, and E. Ekström spoke.") == [
        "Bo Nygaard",
        "E. Ekström",
        "Elsa Holm",
    ]
    theirs = Declared("E. Ekström", "x", "eek", "https://eek.example/ links to it")
    page(engine, settings, story, filed(HOMEPAGE, Role.CONTEXT, theirs))
    assert says(second, "On Monday Eva Ekström called.") == ["Bo Nygaard", "Elsa Holm", "Eva Ekström"]
    assert named(engine)["Eva Ekström"]["accounts"] == "x:eek", "accounts go with the fuller name"
    others = ["Bo Nygaard", "Elsa Holm", "Eva Ekström"]
    assert says(second, "Ossi Virta met Otto Virta.") == [*others, "Ossi Virta", "Otto Virta"]
    assert says("https://paper.example/bridge-3", "Nobody told O. Virta so.") == [
        *others,
        "O. Virta",
        "Ossi Virta",
        "Otto Virta",
    ]
