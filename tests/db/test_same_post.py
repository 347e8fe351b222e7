"""What is unknown erases nothing that is known, and which posts without an id are taken for one that has one."""

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Reach
from storywake.db.posts import save_posts

ANN = Author(handle="ann", name="Ann Lee", external_id="1", followers=10, links=("https://ann.example/",))
WORDS = "The same words in the morning"


def save(engine: Engine, at: str, post: Post) -> None:
    with engine.begin() as connection:
        save_posts(connection, [post], at)


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def posted(identity: str | None, day: str) -> Post:
    """The same words of the same author, with an id or without, on a day."""
    author = ANN if identity else Author(handle="Ann")
    return Post(platform="x", external_id=identity, author=author, text=WORDS, posted_at=day)


def test_an_account_keeps_what_a_later_answer_leaves_out(engine: Engine) -> None:
    save(engine, "2024-03-03T11:00:00Z", Post(platform="x", external_id="100", author=ANN, text=WORDS))
    save(
        engine, "2024-03-03T12:00:00Z", Post(platform="x", external_id="101", author=Author(external_id="1"), text="b")
    )
    query = "SELECT handle, name, followers, links FROM account"
    assert rows(engine, query) == [("ann", "Ann Lee", 10, "https://ann.example/")]
    now = Author(handle="ann.lee", name="Ann L.", external_id="1", followers=7)
    save(engine, "2024-03-03T13:00:00Z", Post(platform="x", external_id="102", author=now, text="c"))
    assert rows(engine, query) == [("ann.lee", "Ann L.", 7, "https://ann.example/")], "what is told anew is taken over"


def test_a_count_that_is_told_no_more_is_unknown_at_that_time(engine: Engine) -> None:
    seen = Post(platform="x", external_id="100", author=ANN, text=WORDS, reach=Reach(likes=5, views=90))
    save(engine, "2024-03-03T11:00:00Z", seen)
    save(engine, "2024-03-03T12:00:00Z", Post(platform="x", external_id="100", reach=Reach(likes=6)))
    query = "SELECT likes, views, followers FROM observation ORDER BY observed_at"
    assert rows(engine, query) == [(5, 90, 10), (6, None, None)]


def test_a_day_replaces_no_time(engine: Engine) -> None:
    for hour, known in enumerate(
        ("2024-03-03", "2024-03-03T10:00:00Z", "2024-03-03")
    ):  # as oEmbed, the API, oEmbed tell
        save(engine, f"2024-03-03T1{hour}:00:00Z", posted("100", known))
    assert rows(engine, "SELECT posted_at FROM post") == [("2024-03-03T10:00:00Z",)]


@pytest.mark.parametrize("identified_first", [True, False])
@pytest.mark.parametrize(
    "day, one",
    [("2024-03-03", True), ("2024-03-04", True), ("2024-03-02", True), ("2024-03-05", False), ("2024-09-03", False)],
)
def test_the_same_words_are_the_same_post_within_a_day_alone(
    engine: Engine, identified_first: bool, day: str, one: bool
) -> None:
    both = [posted("100", "2024-03-03T10:00:00Z"), posted(None, day)]
    for number, post in enumerate(both if identified_first else both[::-1]):
        save(engine, f"2024-10-03T1{number}:00:00Z", post)
    assert rows(engine, "SELECT COUNT(*) FROM post") == [(1 if one else 2,)]


def test_other_emoji_of_the_same_author_and_day_are_another_post(engine: Engine) -> None:
    for words in ("🔥", "😡", "❤️", "❤ https://t.co/x"):
        one = Post(platform="x", author=Author(handle="ann"), text=words, posted_at="2024-03-03")
        save(engine, "2024-03-03T11:00:00Z", one)
    save(
        engine,
        "2024-03-03T12:00:00Z",
        Post(platform="x", external_id="100", author=ANN, text="😡", posted_at="2024-03-03"),
    )
    found = rows(engine, "SELECT text, external_id FROM post ORDER BY id")
    assert found == [("🔥", None), ("😡", "100"), ("❤ https://t.co/x", None)]
