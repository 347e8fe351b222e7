"""What a report, the doctor and the lists tell of how watching goes, on both databases."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.records import Author, Kind, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading, writing
from storywake.db.looks import Settled, add_look, settle_looks
from storywake.db.past import size_then
from storywake.db.status import LookOutcome
from storywake.db.stories import StoryRow, find_story
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.resolution import update_people
from storywake.jobs.summary import summary_of
from storywake.jobs.watch import watch
from storywake.web.app import build

from ..loopback import Site

AT = "2026-03-01T09:00:00Z"
SEVERAL = re.compile(
    r"(?<![\d.,:–] )(?<![\d.,:–-])1 (?:\w+ )?(?:reactions|people|posts|answers|accounts|times|looks|followers|hours|stories|cascades|networks|notes)\b"
)
TAGS = re.compile(r"<[^>]*>")
FAULT = "https://paper.example/bridge: answered 503"
TIE = Tie(kind=TieKind.LINKS, source="https://paper.example/bridge", rests_on="its text links", confidence=1.0)


def storywake(*words: str, address: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "storywake", *words],
        cwd=folder,
        env={**os.environ, "STORYWAKE_DB": address, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def story(engine: Engine, settings: Settings) -> StoryRow:
    """A story whose article failed three times, with two posts of which more answers were told than are stored."""
    watched = watch(engine, settings, "https://paper.example/bridge", claims=("It fell.",), slug="bridge")
    posts = [
        Post(platform="bluesky", external_id=f"at://did:plc:a/app.bsky.feed.post/{n}", kind=Kind.POST, text="It fell",
             author=Author(handle="a.example", external_id="did:plc:a"), reach=Reach(replies=told))
        for n, told in enumerate([1200, 4])
    ]  # fmt: skip
    take_in(engine, Arrival("bluesky", AT, [watched], posts=posts, copied=True, tie=TIE), settings)
    with writing(engine) as connection:
        add_look(connection, watched.id, "page", "web", "https://paper.example/bridge", "its own", AT)
        add_look(connection, watched.id, "link", "web", "https://other.example/\x1b[31m", "linked", AT)
        add_look(
            connection,
            watched.id,
            "linking",
            "mastodon",
            "https://paper.example/bridge",
            "links",
            "2020-01-01T00:00:00Z",
        )
        looks = {
            (row.kind, row.source): row.id for row in connection.execute(text("SELECT id, kind, source FROM look"))
        }
        settle_looks(
            connection,
            [
                Settled(looks["page", "web"], AT, "2026-03-01T10:00:00Z", LookOutcome.FAILED, FAULT, failures=3),
                Settled(looks["link", "web"], AT, None, LookOutcome.GIVEN_UP, "https://other.example/x: took too long", failures=10),
            ],
        )  # fmt: skip
    return watched


def test_a_report_tells_what_platforms_told_and_is_not_stored(
    engine: Engine, settings: Settings, story: StoryRow
) -> None:
    told = json.loads(report(engine, "bridge", ReportFormat.JSON, settings))
    assert [(row["platform"], row["told"], row["stored"], row["since"]) for row in told["lag"]] == [
        ("bluesky", 1200, 0, AT),
        ("bluesky", 4, 0, AT),
    ]
    words = report(engine, "bridge", ReportFormat.TEXT, settings)
    assert f"\nbluesky told of 1 204 answers more than are stored (2 posts; since {AT})\n" in words
    assert "told and not fetched yet: <b>1\N{NO-BREAK SPACE}204</b> answers" in report(
        engine, "bridge", ReportFormat.HTML, settings
    )


def test_one_of_something_is_told_in_the_singular(
    address: str, tmp_path: Path, engine: Engine, settings: Settings
) -> None:
    """A story of one post by one person with one follower, of which one answer is told; its page and an address fail once."""
    watched = watch(engine, settings, "https://paper.example/one", claims=("It fell.",), slug="one")
    author = Author(handle="a.example", external_id="did:plc:a", name="Ann Virta", followers=1)
    post = Post(platform="bluesky", external_id="at://did:plc:a/app.bsky.feed.post/1", text="It fell", author=author)
    for hour, likes in enumerate((1, 4)):
        seen = msgspec.structs.replace(post, reach=Reach(likes=likes, replies=1))
        take_in(engine, Arrival("bluesky", f"2026-03-01T1{hour}:00:00Z", [watched], posts=[seen], copied=True, tie=TIE), settings)  # fmt: skip
    with writing(engine) as connection:
        for kind, found in (("page", "one"), ("link", "linked")):
            add_look(connection, watched.id, kind, "web", f"https://paper.example/{found}", "its own", AT)
        looks = dict(tuple(row) for row in connection.execute(text("SELECT kind, id FROM look")))
        for kind in ("page", "link"):
            settle_looks(connection, [Settled(looks[kind], AT, AT, LookOutcome.FAILED, FAULT, failures=1)])
    update_people(engine, watched.id)
    summary_of(engine, watched, settings)
    with TestClient(build(engine, settings), base_url="http://localhost") as browser:
        pages = [browser.get(address).text for address in ("/story/one", "/story/one/reactions", "/", "/watch/one")]
    told = [
        *pages,
        report(engine, "one", ReportFormat.TEXT, settings),
        report(engine, "one", ReportFormat.HTML, settings),
        storywake("doctor", address=address, folder=tmp_path).stdout,
    ]
    assert "1 reaction by 1 person, watched" in told[-3] and "(1 follower)" in told[-3]
    assert "bluesky told of 1 answer more than are stored (1 post;" in told[-3]
    assert "told of 1 answer more than are stored (1 post;" in told[-1]
    assert "<b>1</b> answer<" in told[0]
    for words in told:
        shown = TAGS.sub("", words).replace("\N{NO-BREAK SPACE}", " ")
        assert not SEVERAL.findall(shown)


def test_a_report_tells_when_it_was_looked_and_what_fails(engine: Engine, settings: Settings, story: StoryRow) -> None:
    """What the settings leave out (Mastodon's search, due for years) is no next look."""
    told = json.loads(report(engine, "bridge", ReportFormat.JSON, settings))
    assert told["looks"]["last_at"] == AT
    assert told["looks"]["next_at"] == AT, "the looks at the posts' answers are due"
    failing = told["looks"]["failing"]
    assert [(look["kind"], look["failures"]) for look in failing] == [("link", 10), ("page", 3)]
    assert failing[1] == {"kind": "page", "address": "https://paper.example/bridge", "failures": 3, "note": FAULT}
    assert told["unread"] == {"reason": FAULT, "tried": 3, "again_at": "2026-03-01T10:00:00Z"}
    words = report(engine, "bridge", ReportFormat.TEXT, settings)
    assert f"its article could not be read yet: {FAULT} (tried 3 times, again at 2026-03-01T10:00:00Z)\n" in words
    assert f"last looked at {AT}, next at {AT}\n" in words
    assert f"page https://paper.example/bridge, 3 times: {FAULT}\n" in words
    assert "\x1b" not in words
    page = report(engine, "bridge", ReportFormat.HTML, settings)
    assert f"Its article could not be read yet: {FAULT}, tried 3 times" in page


def test_a_story_that_was_never_looked_at_says_so(engine: Engine, settings: Settings) -> None:
    watch(engine, settings, "https://paper.example/new", slug="new")
    assert "\nnot looked at yet\n" in report(engine, "new", ReportFormat.TEXT, settings)
    told = json.loads(report(engine, "new", ReportFormat.JSON, settings))
    assert (told["lag"], told["looks"], told["unread"]) == ([], {"last_at": None, "next_at": None, "failing": []}, None)


def test_the_doctor_tells_what_is_due_and_why_most_fails(
    address: str, tmp_path: Path, engine: Engine, story: StoryRow
) -> None:
    said = storywake("doctor", address=address, folder=tmp_path, STORYWAKE_PLATFORMS='["bluesky"]').stdout
    [looks] = [line for line in said.splitlines() if line.split()[:1] == ["looks"]]
    assert "1 failed, 1 given up, 0 put off; most often: other.example: took too long" in looks
    assert f"limited  story       bridge: could not be read yet: {FAULT}" in said
    assert f"lag         bridge: told of 1 204 answers more than are stored (2 posts; since {AT})" in said


def test_the_lists_show_a_story_that_could_not_be_read(
    address: str, tmp_path: Path, engine: Engine, story: StoryRow
) -> None:
    listed = storywake("stories", address=address, folder=tmp_path).stdout
    assert f"(could not be read yet: {FAULT})" in listed
    assert (
        json.loads(storywake("stories", "--format", "json", address=address, folder=tmp_path).stdout)["unread"] == FAULT
    )
    assert (
        f"its own could not be read yet: {FAULT}"
        in storywake("story", "bridge", address=address, folder=tmp_path).stdout
    )


QUICK = {
    "STORYWAKE_ALLOW_PRIVATE": "1",
    "STORYWAKE_PLATFORMS": '["web"]',
    "STORYWAKE_COVERAGE": "0",
    "STORYWAKE_HOST_DELAY": "0",
    "STORYWAKE_ATTEMPTS": "1",
}


def test_a_pass_over_a_story_that_cannot_be_read_is_no_success(address: str, tmp_path: Path, site: Site) -> None:
    words = "".join(f"<p>A sentence of the story, the {n}th of many that it has.</p>" for n in range(20))
    page = f"<html><head><title>A bridge</title></head><body><article>{words}</article></body></html>"
    site.page("/there", page)
    for slug in ("gone", "there"):
        storywake("watch", f"{site.url}/{slug}", "--slug", slug, address=address, folder=tmp_path)
    done = storywake("collect", address=address, folder=tmp_path, **QUICK)
    assert [json.loads(line)["story"] for line in done.stdout.splitlines()] == ["gone", "there"]
    told = [line for line in done.stderr.splitlines() if "could not be read yet" in line]
    assert told == [f"gone: could not be read yet: {site.url}/gone: answered 404"]
    assert done.returncode == 1
    assert storywake("collect", "there", address=address, folder=tmp_path, **QUICK).returncode == 0
    site.page("/gone", page)
    assert storywake("collect", "gone", address=address, folder=tmp_path, **QUICK).returncode == 0
    del site.routes["/gone"]
    again = storywake("collect", "gone", address=address, folder=tmp_path, **QUICK)
    assert again.returncode == 0, "it was read once: that it is gone now is a note"
    opened = open_database(address)
    with reading(opened) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM article WHERE rests_on IS NULL")).scalar() == 2
    opened.dispose()


def test_report_page_and_mail_count_the_same_people_and_no_publishers(kallvik: Engine) -> None:
    told = json.loads(report(kallvik, "kallvik-bridge", ReportFormat.JSON))
    with reading(kallvik) as connection:
        story = find_story(connection, "kallvik-bridge")
        size = size_then(connection, story.id, "9999")
        people, articles = connection.execute(
            text("""SELECT COUNT(DISTINCT CASE WHEN kind <> 'article' THEN COALESCE('p' || person_id, platform || author, CAST(reaction_id AS TEXT)) END),
            SUM(CASE WHEN kind = 'article' THEN 1 ELSE 0 END) FROM reactions""")
        ).one()
    assert articles > 0
    figures = summary_of(kallvik, story, Settings(_env_file=None)).figures
    assert told["people_who_reacted"] == figures["size"]["people"] == size.people == people
    assert f"reactions by {people} people" in report(kallvik, "kallvik-bridge", ReportFormat.TEXT)
