"""Forgetting one deleted post empties the answers that showed it, and none about others."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, text

from storywake.collector.net.evidence import Evidence, unpack
from storywake.collector.records import Author, Post, Reach
from storywake.collector.sources import SOURCES
from storywake.db.evidence import save_evidence
from storywake.db.posts import mark_deleted, save_posts
from storywake.jobs.forget import forget

LATER = "2024-05-01T00:00:00Z"


class Platform(NamedTuple):
    """How a platform answers: the id of its post number N, and an answer that shows that post."""

    name: str
    identity: Callable[[int], str]
    answer: Callable[[int], bytes]


def telegram(number: int) -> bytes:
    return f"""<div class="tgme_widget_message" data-post="channel{number % 2}/{number}"><div class="tgme_widget_message_text js-message_text">
        post {number}; see page 7, room 10</div><span class="tgme_widget_message_views">10</span>
        <a class="tgme_widget_message_date"><time datetime="2024-03-0{number % 9 + 1}T10:07:10+00:00"></time></a></div>""".encode()


def hackernews(number: int) -> bytes:
    item = {"id": number, "type": "comment", "author": "ann", "text": f"post {number}; page 7, room 10", "points": 10,
            "created_at_i": 1709460000 + number, "parent_id": 7, "story_id": 10, "children": []}  # fmt: skip
    return json.dumps(item).encode()


def lemmy(number: int) -> bytes:
    view = {"post": {"id": number, "ap_id": f"https://l{number}.example/post/7", "name": f"post {number}", "body": "7 of 10"},
            "creator": {"name": "ann", "actor_id": "https://l.example/u/ann"}, "counts": {"upvotes": 7, "comments": 10}}  # fmt: skip
    return json.dumps({"posts": [view]}).encode()


PLATFORMS = [
    Platform("telegram", lambda number: f"channel{number % 2}/{number}", telegram),
    Platform("hackernews", str, hackernews),
    Platform("lemmy", lambda number: f"https://l{number}.example/post/7", lemmy),
]
NUMBERS = range(7, 17)


def answered(engine: Engine, platform: Platform, number: int, *, recorded: bool) -> None:
    """Stores an answer as a pass does; ``recorded`` says whether with what it showed."""
    at = f"2024-03-03T10:00:{number:02}Z"
    evidence = Evidence(
        url=f"https://api.example/7/{number}", final_url="", fetched_at=at, status=200, body=platform.answer(number)
    )
    try:
        payload: Any = json.loads(evidence.body)
    except ValueError:
        payload = evidence.body.decode()
    posts = SOURCES[platform.name].normalise(payload)
    assert [post.external_id for post in posts] == [platform.identity(number)]
    with engine.begin() as connection:
        kept = save_evidence(connection, None, platform.name, evidence)
        save_posts(connection, posts, at)
        if recorded:
            connection.execute(
                text("INSERT INTO shown (evidence_id, post_id) SELECT :e, id FROM post WHERE key = :k"),
                {"e": kept, "k": platform.identity(number)},
            )


def left(engine: Engine) -> list[bytes]:
    query = "SELECT b.packed FROM evidence e JOIN evidence_body b ON b.hash = e.body_hash ORDER BY e.id"
    with engine.begin() as connection:
        return [unpack(bytes(row.packed)) for row in connection.execute(text(query))]


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "of before"])
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_only_the_answers_that_showed_the_post_lose_their_content(
    engine: Engine, platform: Platform, recorded: bool
) -> None:
    for number in NUMBERS:
        answered(engine, platform, number, recorded=recorded)
    with engine.begin() as connection:
        mark_deleted(connection, platform.name, [platform.identity(7)], "2024-03-04T00:00:00Z")
    assert forget(engine, LATER) == 1
    assert left(engine) == [platform.answer(number) for number in NUMBERS if number != 7]


def test_an_answer_that_is_recorded_to_show_others_is_not_read(engine: Engine) -> None:
    platform = PLATFORMS[1]
    answered(engine, platform, 7, recorded=True)
    evidence = Evidence(url="u", final_url="", fetched_at="2024-03-03T11:00:00Z", status=200, body=hackernews(7) + b" ")
    with engine.begin() as connection:
        save_posts(connection, [Post(platform="hackernews", external_id="8", text="words")], "2024-03-03T11:00:00Z")
        kept = save_evidence(connection, None, "hackernews", evidence)
        connection.execute(
            text("INSERT INTO shown (evidence_id, post_id) SELECT :e, id FROM post WHERE key = '8'"), {"e": kept}
        )
        mark_deleted(connection, "hackernews", ["7"], "2024-03-04T00:00:00Z")
    assert forget(engine, LATER) == 1
    assert left(engine) == [evidence.body]


def test_a_forgotten_post_that_its_platform_shows_again_is_one_row_with_its_observations(engine: Engine) -> None:
    author = Author(handle="ann", external_id="1")

    def seen(at: str, **more: Any) -> None:
        with engine.begin() as connection:
            save_posts(connection, [Post(platform="x", external_id="100", author=author, **more)], at)

    seen("2024-03-03T10:00:00Z", text="Some words", reach=Reach(likes=1))
    with engine.begin() as connection:
        mark_deleted(connection, "x", ["100"], "2024-03-03T11:00:00Z")
    assert forget(engine, LATER) == 1
    seen("2024-05-02T10:00:00Z", text="Some words", reach=Reach(likes=2))
    with engine.begin() as connection:
        posts = connection.execute(text("SELECT text, deleted_at, forgotten_at FROM post")).all()
        likes = connection.execute(text("SELECT likes FROM observations ORDER BY observed_at")).all()
    assert [tuple(row) for row in posts] == [("Some words", None, None)]
    assert [tuple(row) for row in likes] == [(1,), (2,)]
    assert forget(engine, "2024-06-01T00:00:00Z") == 0
