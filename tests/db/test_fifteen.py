"""The fifteen questions of docs/questions.md, each asked of planted data whose answers are known."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storywake.db.questions import asked, find_question, questions
from storywake.db.sql import read_only

DOCUMENT = (Path(__file__).parents[2] / "docs" / "questions.md").read_text("utf-8")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ARTICLE = "https://herald.example/bridge"
POSTS = [
    # account, posted at, stance, tie, tie source, language, likes on the evening of the 23rd, likes in the morning after
    ("x:anna", "2026-11-23T08:01:10Z", "support", "links", ARTICLE, "en", 900, 1000),
    ("x:ben", "2026-11-23T08:05:00Z", "deny", "links", ARTICLE, "en", 10, 500),
    ("bluesky:carl", "2026-11-23T09:00:05Z", "query", "links", ARTICLE, "fi", 5, 6),
    ("bluesky:dora", "2026-11-23T09:00:45Z", "deny", "replies", "x:1", "fi", None, None),
    ("bluesky:carl", "2026-11-23T10:10:01Z", "comment", "replies", "x:1", "fi", 1, 1),
    ("bluesky:dora", "2026-11-23T10:10:59Z", "comment", "replies", "x:1", "fi", 1, 1),
    ("bluesky:carl", "2026-11-23T11:20:30Z", "comment", "replies", "x:1", "fi", 1, 1),
    ("bluesky:dora", "2026-11-23T11:20:31Z", "comment", "replies", "x:1", "fi", 1, 1),
    ("x:anna", "2026-11-24T07:30:00Z", "deny", "links", ARTICLE, "en", None, 40),
    ("x:mayor", "2026-11-24T08:00:00Z", "deny", "mentions", "", "en", None, 70),
]
CORRECTED_AT = "2026-11-24T07:00:00Z"
EVENING, MORNING = "2026-11-23T20:00:00Z", "2026-11-24T08:30:00Z"


def put(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)


def plant(connection: Connection) -> None:
    """Two stories: bridge, with all that is asked about, and ferry, an ordinary one of the same age."""
    for number, slug in ((1, "bridge"), (2, "ferry")):
        put(
            connection,
            "story",
            id=number,
            slug=slug,
            title=slug,
            status="watched",
            created_at="2026-11-23T08:00:00Z",
            watch_until="2026-12-07T08:00:00Z",
        )
        put(connection, "claim", id=number, story_id=number, position=1, text=f"The {slug} is closed.")
    for number, publisher, url, role, copy in (
        (1, "Herald", ARTICLE, "original", None),
        (2, "Post", "https://post.example/1", "coverage", None),
        (3, "Reprint", "https://reprint.example/1", "coverage", 2),
    ):
        corrected = CORRECTED_AT if number == 1 else None
        put(
            connection, "article", id=number, story_id=1, key=url, url=url, title="Bridge closed", publisher=publisher, role=role, copy_of=copy,
            corrected=bool(corrected), corrected_at=corrected, correction="It was closed for repairs." if corrected else None,
            published_at=f"2026-11-23T0{7 + number}:00:00Z", first_seen_at="2026-11-23T12:00:00Z",
        )  # fmt: skip
    put(connection, "person", id=1, story_id=1, name="Maja Mayor", affiliation="Kallvik")
    put(connection, "person", id=2, story_id=1, name="Silent Sam", affiliation="Harbour")
    for place, name in enumerate(("Silent Sam", "Maja Mayor")):
        put(connection, "named_person", story_id=1, name=name, source=ARTICLE, place=place, namesakes=0)
    accounts = dict.fromkeys(post[0] for post in POSTS)
    for number, account in enumerate(accounts, 1):
        accounts[account] = number
        platform, _, handle = account.partition(":")
        put(
            connection,
            "account",
            id=number,
            platform=platform,
            key=handle,
            handle=handle,
            name=handle.title(),
            followers=100 * number,
        )
    theirs = {"platform": "x", "handle": "mayor", "account_id": accounts["x:mayor"]}
    put(
        connection,
        "own_account",
        story_id=1,
        name="Maja Mayor",
        how="page",
        rests_on="kallvik.example links to it",
        **theirs,
    )
    for number, (account, at, stance, tie, source, language, evening, morning) in enumerate(POSTS, 1):
        person = 1 if account == "x:mayor" else None
        put_reaction(
            connection,
            number,
            1,
            account.partition(":")[0],
            accounts[account],
            at,
            stance,
            tie,
            source,
            language,
            person,
        )
        for observed, likes in ((EVENING, evening), (MORNING, morning)):
            if likes is not None:
                put(connection, "observation", post_id=number, observed_at=observed, likes=likes)
    put_reaction(connection, 20, 2, "x", accounts["x:ben"], "2026-11-23T08:30:00Z", "comment", "links", "", "en", None)
    for number, person in ((30, 1), (31, 2)):
        put_reaction(connection, number, 1, "web", None, "2026-11-23", "deny", "reported", ARTICLE, "en", person)
        put(
            connection,
            "witness",
            reaction_id=number,
            tie="reported",
            source=ARTICLE,
            rests_on="the article reports it",
            confidence=1.0,
            words="No.",
        )
    connection.execute(text("UPDATE post SET deleted_at = '2026-11-24T06:00:00Z' WHERE id = 4"))
    put(
        connection, "balance_change", story_id=1, claim_id=1, at="2026-11-24T07:30:00Z", before='{"deny": 0.2}', after='{"deny": 0.9}',
        chance=0.004, found_at="2026-11-24T08:31:00Z",
    )  # fmt: skip
    for number, stance, members in ((1, "query", (3, 5, 6)), (2, "deny", (2, 4, 9, 10))):
        put(connection, "remark", id=number, claim_id=1, stance=stance, chosen_of=len(members), among=len(members))
        for place, member in enumerate(members):
            put(connection, "remark_member", remark_id=number, reaction_id=member, likeness=1.0, central=place == 0)


def put_reaction(
    connection: Connection, number: int, story: int, platform: str, account: int | None, at: str, stance: str, tie: str, source: str,
    language: str, person: int | None,
) -> None:  # fmt: skip
    seen = max(at, "2026-11-23T08:02:00Z")
    put(
        connection, "post", id=number, platform=platform, key=str(number), external_id=str(number), url=f"https://{platform}.example/{number}",
        kind="statement" if tie == "reported" else "post", account_id=account, text=f"words {number}", language=language, posted_at=at, first_seen_at=seen,
    )  # fmt: skip
    put(
        connection,
        "reaction",
        id=number,
        story_id=story,
        post_id=number,
        person_id=person,
        tie=tie,
        tie_source=source,
        rests_on="",
        confidence=1.0,
        first_seen_at=seen,
    )
    put(
        connection, "stance", id=number, reaction_id=number, claim_id=story, model="m@1", input_hash="h", assessed_at=seen, stance=stance,
        support=0, deny=0, query=0, comment=0, confidence=0.9, covered=True,
    )  # fmt: skip


@pytest.fixture
def planted(engine: Engine) -> Engine:
    with engine.begin() as connection:
        plant(connection)
    return engine


def answer(engine: Engine, name: str, **values: str) -> list[dict[str, Any]]:
    query = asked(find_question(name), values, NOW)
    with read_only(engine, query) as result:
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def column(rows: list[dict[str, Any]], *names: str) -> list[Any]:
    return [row[names[0]] if len(names) == 1 else tuple(row[name] for name in names) for row in rows]


def test_who_reacted_and_how_far_it_went(planted: Engine) -> None:
    first = answer(planted, "first", story="bridge")
    assert column(first, "author", "at")[2:4] == [("anna", "2026-11-23T08:01:10Z"), ("ben", "2026-11-23T08:05:00Z")]
    carried = answer(planted, "carried", story="bridge")
    assert column(carried, "author", "engagement", "posts")[:2] == [("anna", 1040, 2), ("ben", 500, 1)]
    grew = answer(planted, "grew", story="bridge", since="2026-11-24")
    assert column(grew, "author", "engagement")[:3] == [("ben", 490), ("anna", 100), ("mayor", 70)]
    [evening, morning] = answer(planted, "curve", post="https://x.example/2")
    assert (evening["likes"], morning["likes"]) == (10, 500), "one post's, by its address"
    assert answer(planted, "curve", post="2") == [evening, morning], "by its id"
    reprinted = answer(planted, "papers", story="bridge")
    assert column(reprinted, "publisher") == ["Post"], "the reprint is a copy"


def test_what_changed(planted: Engine) -> None:
    since = column(answer(planted, "since-yesterday", story="bridge", since="2026-11-24"), "kind", "what", "after")
    assert ("correction", "Herald", "It was closed for repairs.") in since
    assert ("balance", "The bridge is closed.", '{"deny": 0.9}') in since
    assert ("deletion", "dora", None) in since
    assert ("reactions", "deny", "2 new") in since
    assert not any(kind == "publisher" for kind, _, _ in since), "that was the day before"
    [turn] = answer(planted, "turns", story="bridge")
    assert (turn["at"], float(turn["chance"])) == ("2026-11-24T07:30:00Z", 0.004)
    assert column(answer(planted, "deleted", story="bridge"), "author", "deleted_at") == [
        ("dora", "2026-11-24T06:00:00Z")
    ]


def test_what_is_said_and_by_whom(planted: Engine) -> None:
    assert column(answer(planted, "asked", story="bridge"), "remark", "reactions") == [("words 3", 3)]
    [grounds] = answer(planted, "denial-grounds", story="bridge")
    assert (grounds["remark"], grounds["reactions"]) == ("words 2", 3), "one of the four was deleted"
    assert column(answer(planted, "denials", story="bridge"), "author")[:3] == ["ben", "mayor", "anna"]
    network = {(row["platform"], row["stance"]): row for row in answer(planted, "balance-by-network", story="bridge")}
    denials = network["x", "deny"]
    assert (denials["reactions"], float(denials["share"])) == (3, 0.75)
    assert (round(float(denials["low"]), 2), round(float(denials["high"]), 2)) == (0.30, 0.95), (
        "Wilson's interval of 3 in 4"
    )
    language = {
        (row["language"], row["stance"]): row["reactions"]
        for row in answer(planted, "balance-by-language", story="bridge")
    }
    assert language["fi", "deny"] == 1 and language["en", "support"] == 1
    named = answer(planted, "named-answered", story="bridge")
    assert column(named, "person", "answered_at", "stance") == [
        ("Maja Mayor", "2026-11-24T08:00:00Z", "deny"),
        ("Silent Sam", None, None),
    ]


def test_what_takes_more_than_one_look(planted: Engine) -> None:
    [reach] = answer(planted, "correction-reach", story="bridge")
    assert reach["corrected_at"] == CORRECTED_AT
    assert (reach["posts_before"], reach["engagement_before"], reach["not_looked_at_before"]) == (10, 919, 3)
    assert (reach["posts_that_carry_it"], reach["engagement_of_these"], reach["accounts_that_carry_both"]) == (1, 40, 1)
    with planted.begin() as connection:
        connection.execute(text("UPDATE article SET first_seen_at = corrected_at WHERE corrected_at IS NOT NULL"))
    [late] = answer(planted, "correction-reach", story="bridge")
    assert (late["posts_before"], late["engagement_before"], late["accounts_before"]) == (None, None, None)
    assert (late["posts_that_carry_it"], late["engagement_of_these"]) == (1, 40)
    [pair] = answer(planted, "in-step", story="bridge")
    assert (pair["one"], pair["other"], pair["minutes_together"]) == ("bluesky:carl", "bluesky:dora", 3)
    assert float(pair["expected_by_chance"]) == pytest.approx(3 * 3 / 7)
    beside = answer(planted, "beside", hours="24")
    assert column(beside, "story", "reactions", "place_by_reactions", "stories") == [
        ("bridge", 11, 1, 2),
        ("ferry", 1, 2, 2),
    ]
    assert answer(planted, "beside", hours="26") == [], "no story is that old"


def test_the_document_lists_fifteen_and_names_questions_that_are_there() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", DOCUMENT, re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 16))
    named = re.findall(r"@([\w-]+)`", " ".join(cell for _, cell in rows))
    assert len(named) >= 15 and set(named) <= set(questions())
    assert len(questions()) >= 30
