"""A reaction's page, and labelling."""

import re
import xml.etree.ElementTree as ET

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.jobs.erase import erase
from storywake.jobs.labels import put

from .harbour import CLAIMS, DAYS, EVIL, client, csrf_of, plant


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    plant(engine, settings)
    return client(engine, settings)


def reaction(pages: TestClient, number: int = 1) -> str:
    answer = pages.get(f"/reaction/{number}")
    assert answer.status_code == 200
    return answer.text


def said(pages: TestClient, number: int, **form: str) -> int:
    token = {"csrf": csrf_of(reaction(pages, number))}
    return pages.post(f"/reaction/{number}/label", data=token | form).status_code


def test_a_reaction_shows_words_author_ties_counts_and_stance(pages: TestClient) -> None:
    page = reaction(pages)
    for shown in ("inspected twice", "Anna Berg", "@anna", "900 followers", "the article shows the post", "3\N{NO-BREAK SPACE}000", *CLAIMS):  # fmt: skip
        assert shown in page, shown
    assert '<a href="/article/1">' in page
    assert page.count("<meter") == 0 and page.count('class="meter') == 8
    assert "10" in page and "30" in page and "–" in page, "each look's counts, unknown ones a dash"


def test_hostile_words_are_shown_and_do_nothing(pages: TestClient) -> None:
    for number in range(1, 6):
        page = reaction(pages, number)
        assert EVIL not in page and "javascript:" not in page
    assert "&lt;script&gt;" in reaction(pages)


def test_what_an_edit_took_out_and_put_in_is_marked(pages: TestClient) -> None:
    page = reaction(pages)
    assert "<del>inspected, </del><ins>inspected twice, </ins>" in page


def test_answers_and_what_is_answered_lead_to_each_other(pages: TestClient) -> None:
    assert "Answers to it" in reaction(pages, 1) and '<a href="/reaction/2">Bo Ek' in reaction(pages, 1)
    assert "What it answers or quotes" in reaction(pages, 2) and '<a href="/reaction/1">' in reaction(pages, 2)
    assert '<a href="/reaction/1">a reaction of the story</a>' in reaction(pages, 2)


def test_a_posts_counts_are_a_chart(pages: TestClient) -> None:
    answer = pages.get("/reaction/1/counts.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    told = ET.fromstring(answer.text).findtext("{*}desc") or ""
    assert "views 3000" in told and "likes 30" in told and "replies" not in told
    assert pages.get("/reaction/4/counts.svg").status_code == 404, "looked at once"
    assert '<img src="/reaction/1/counts.svg"' in reaction(pages) and "counts.svg" not in reaction(pages, 4)


def test_what_was_deleted_or_dropped_or_erased_is_shown_as_that(engine: Engine, pages: TestClient) -> None:
    assert "Deleted on its platform" in reaction(pages, 3)
    with engine.begin() as connection:
        connection.execute(text("UPDATE reaction SET dropped_at = :at WHERE id = 5"), {"at": DAYS[2]})
    assert "Dropped by an analyst" in reaction(pages, 5)
    erase(engine, "x", "anna")
    page = reaction(pages)
    assert "asked to be taken out" in page
    assert not any(word in page for word in ("inspected twice", "anna", "Anna", "status/101"))


def test_words_that_turn_the_direction_of_others_are_shown_without(engine: Engine, pages: TestClient) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE post SET text = :words"), {"words": "two\nlines \u202e\x1b[31m"})
        connection.execute(text("UPDATE person SET name = :name || id"), {"name": "Anna \u202e"})
    for address, words in (("/reaction/1", "two\nlines"), ("/story/bridge/label", "two\nlines"), ("/person/1", "Anna")):
        page = pages.get(address).text
        shown = re.sub(r'value="[^"]*"', "", page)
        assert words in page and "\u202e" not in shown and "\x1b" not in shown, address


@pytest.mark.parametrize("number", ["99", "0", "99999999999999999999", "9" * 5000])
def test_a_number_without_a_reaction_is_not_found(pages: TestClient, number: str) -> None:
    assert pages.get(f"/reaction/{number}").status_code == 404
    assert pages.get(f"/reaction/{number}/counts.svg").status_code == 404


def test_a_label_is_kept_and_shown_with_older_ones_and_taken_back(engine: Engine, pages: TestClient) -> None:
    with engine.begin() as connection:
        put(connection, 1, "comment", None, f"maria {EVIL}", DAYS[0])
    assert said(pages, 1, stance="deny") == 303
    assert said(pages, 1, stance="support") == 303
    page = reaction(pages)
    assert "by analyst" in page and "by maria" in page and EVIL not in page
    before = page.partition("What was said before")[2].partition("</details>")[0]
    assert [before.count(f'class="tag {stance}"') for stance in ("support", "deny")] == [1, 1]
    assert said(pages, 1, stance="undo") == 303
    assert '<button name="stance" value="undo" class="quiet" hidden>' in reaction(pages)
    assert said(pages, 1, stance="undo") == 400, "nothing is left to take back"
    with engine.begin() as connection:
        assert connection.execute(text("SELECT analyst, stance FROM label")).all() == [(f"maria {EVIL}", "comment")]


def test_a_label_may_be_of_another_claim(engine: Engine, pages: TestClient) -> None:
    assert said(pages, 4, stance="query", claim="2") == 303
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT c.text, l.stance FROM label l JOIN claim c ON c.id = l.claim_id")).all()
    assert [tuple(row) for row in rows] == [(CLAIMS[1], "query")]


@pytest.mark.parametrize("form", [{"stance": "love"}, {"stance": "deny", "claim": "3"}, {"stance": "deny", "claim": "²"}, {}])  # fmt: skip
def test_what_is_no_label_is_refused(pages: TestClient, form: dict[str, str]) -> None:
    assert said(pages, 1, **form) == 400


def test_a_label_without_this_sites_token_is_refused(engine: Engine, pages: TestClient) -> None:
    for form in ({"stance": "deny"}, {"stance": "deny", "csrf": "0" * 64}):
        assert pages.post("/reaction/1/label", data=form).status_code == 403
    with engine.begin() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM label")).scalar() == 0


def test_a_script_is_answered_in_json(pages: TestClient) -> None:
    token = csrf_of(reaction(pages))
    answer = pages.post(
        "/reaction/1/label", data={"csrf": token, "stance": "deny"}, headers={"Accept": "application/json"}
    )
    assert answer.json() == {"reaction": 1, "stance": "deny"}


def test_a_row_of_suggestions_leaves_out_what_was_judged(engine: Engine, pages: TestClient) -> None:
    def suggested() -> list[str]:
        page = pages.get("/story/bridge/label").text
        return [piece.partition('"')[0] for piece in page.split('<li id="r')[1:]]

    assert sorted(suggested()) == ["1", "2", "4", "5"], "what was deleted is not asked about"
    first = suggested()[0]
    assert said(pages, int(first), stance="deny", back="row") == 303
    assert first not in suggested()
    page = pages.get("/story/bridge/label").text
    assert "Your last:" in page and EVIL not in page
    assert pages.get("/story/bridge/label?claim=3").status_code == 400
    with engine.begin() as connection:
        put(connection, int(first), "support", None, "maria", DAYS[2])
    assert "analyst and maria" in pages.get("/story/bridge/label").text, "how far they agree"


def test_suggestions_that_are_less_sure_come_first_then_those_with_more_reach(
    engine: Engine, pages: TestClient
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE stance SET unclear = :no, confidence = 0.9"), {"no": False})
        connection.execute(text("UPDATE stance SET confidence = 0.4 WHERE reaction_id = 5"))
        connection.execute(text("UPDATE stance SET unclear = :yes WHERE reaction_id = 4"), {"yes": True})
    page = pages.get("/story/bridge/label").text
    assert [piece.partition('"')[0] for piece in page.split('<li id="r')[1:]] == ["4", "5", "1", "2"]


def test_rate_peak_and_half_life_are_told_with_what_they_rest_on(pages: TestClient) -> None:
    page = reaction(pages)
    words = re.sub(r"<[^>]+>", "", page[page.index("<h2>Counts") :]).replace("\N{NO-BREAK SPACE}", " ")
    for told in (
        "32 likes, reposts, replies and quotes, 3 000 views; its author has 900 followers. 3 looks",
        "Now 0.5 an hour, 42 views an hour (between its last two looks); fastest at 0.5 an hour, from Sun 22 Nov 10:00",
        "Half of what was seen to date was there 13 hours after posting.",
        "fewer than five of its own posts were looked at so long (0)",
        "The longest time without a look: 24 hours",
    ):
        assert told in words, told
    assert "fell" not in words


def test_counts_that_fell_are_said(pages: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("""INSERT INTO observation (post_id, observed_at, likes, views)
            SELECT post_id, '2026-11-24T12:00:00Z', 9, 8 FROM reaction WHERE id = 1""")
        )
    page = re.sub(r"<[^>]+>", "", reaction(pages))
    assert "Likes and views fell by Tue 24 Nov 12:00" in page and "taken back, or cleaned up by the network" in page
