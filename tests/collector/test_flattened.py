"""Embeds that were pasted as text, in the larger languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.markup.flattened import without
from storywake.collector.pages.shown import find_flattened


@pytest.mark.parametrize(
    "day",
    [
        "July 26, 2023", "Jul 26, 2023", "26 July 2023", "26. heinäkuuta 2023", "26. Juli 2023", "26 juillet 2023", "26 de julio de 2023", "26 juli 2023", "26 июля 2023 г.", "26 липня 2023 р.",
        "26 luglio 2023", "26 de julho de 2023", "26 lipca 2023", "26. července 2023", "26 Temmuz 2023", "2023年7月26日", "26 Ιουλίου 2023", "2023. július 26.", "26.7.2023", "July 26, 2023 at 10:15 AM",
    ],
)  # fmt: skip
def test_a_signature_is_read_in_many_languages(day: str) -> None:
    [found] = find_flattened(f"Some words. — Name Of Somebody (@some_body) {day}")
    assert found.embed.posted_at == "2023-07-26"
    assert found.embed.author_handle == "some_body"
    assert found.embed.author_name == "Name Of Somebody"
    assert found.embed.text == "Some words."


def test_what_stands_before_is_the_articles_and_what_follows_too() -> None:
    text = "The article's prose.\n\nFirst post — A B (@ab) May 1, 2024 Second post, same line — C D (@cd) May 2, 2024\n\nMore prose."
    found = find_flattened(text)
    assert [(f.embed.text, f.embed.author_handle) for f in found] == [
        ("First post", "ab"),
        ("Second post, same line", "cd"),
    ]
    assert without(text, found) == "The article's prose.\n\nMore prose."


def test_a_signature_that_stands_alone_signs_the_paragraph_before() -> None:
    [found] = find_flattened("Prose.\n\nThe post's words.\n\n— A B (@ab) May 1, 2024\n\nProse.")
    assert found.embed.text == "The post's words."


def test_a_text_with_single_line_ends_is_split_at_them() -> None:
    [found] = find_flattened("Prose one.\nProse two.\nThe post. — A B (@ab) May 1, 2024\nProse three.")
    assert found.embed.text == "The post."


@pytest.mark.parametrize(
    ("handle", "platform"), [("@ab", "x"), ("@ann.bsky.social", "bluesky"), ("@ann@mastodon.example", "mastodon")]
)
def test_the_handle_tells_the_platform(handle: str, platform: str) -> None:
    [found] = find_flattened(f"Words — Ann ({handle}) May 1, 2024")
    assert found.embed.platform == platform
    assert found.embed.author_handle == handle[1:]


@pytest.mark.parametrize(
    "text",
    [
        "He came — at last (1999) — home.",
        "See — Name (@name) for more.",
        "Mail me (@name) May 1, 2024",
        "— (@x) sometime",
    ],
)
def test_dashes_and_parentheses_alone_are_no_post(text: str) -> None:
    assert find_flattened(text) == []


@given(st.text(max_size=200), st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True))
def test_any_text_before_a_signature_is_kept_whole(words: str, handle: str) -> None:
    body = " ".join(words.replace("—", "").replace("@", "").replace("(", "").split())
    found = find_flattened(f"{body} — Name ({'@' + handle}) May 1, 2024")
    assert found[-1].embed.author_handle == handle
