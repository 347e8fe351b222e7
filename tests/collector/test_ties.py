"""How a post reacts to a story, how sure that is, and which embedded post a sentence of prose tells of."""

import pytest

from storywake.collector.match.tie import Known, embedded, mentioned, rendered_by, reported, ties
from storywake.collector.records import Embed, Post, Statement, Tie, TieKind

KNOWN = Known({"https://globe.example/a"}, {("x", "1"), ("x", "2")})
FIRST = Embed(platform="x", external_id="1", author_name="Anna Berg", text="Rusted pillars in Northport since 2019")
SECOND = Embed(platform="x", external_id="2", author_name="Anna Berg", text="The mayor of Norwick should resign")
OTHER = Embed(platform="x", external_id="3", author_name="Olaf Lind", text="Rusted pillars in Northport since 2019")


def said(words: str, speaker: str = "Anna Berg") -> Statement:
    return Statement(speaker=speaker, text=words, verbatim=False)


def test_every_way_is_told_strongest_first() -> None:
    post = Post(platform="x", links=("https://www.globe.example/a?utm_source=x",), quotes="1", in_reply_to="2")
    found = ties(post, KNOWN)
    assert [(tie.kind, tie.source) for tie in found] == [
        (TieKind.LINKS, "https://globe.example/a"),
        (TieKind.QUOTES, "1"),
        (TieKind.REPLIES, "2"),
    ]
    sure = [embedded("a").confidence, *(tie.confidence for tie in found), mentioned("a").confidence]
    assert sure == [1.0, 0.95, 0.9, 0.8, 0.5]
    assert reported("a", "Anna Berg").confidence == 0.9


@pytest.mark.parametrize(
    "post",
    [
        Post(platform="bluesky", quotes="1", in_reply_to="2"),  # ids of another platform
        Post(platform="x", external_id="1", in_reply_to="9"),
        Post(platform="x", links=("https://globe.example/b", "https://globe.example/")),
    ],
)
def test_what_only_looks_like_it_is_no_tie(post: Post) -> None:
    assert ties(post, KNOWN) == []


@pytest.mark.parametrize(
    "statement, embed",
    [
        (said("Anna Berg wrote that pillars in Northport rusted."), FIRST),
        (said("Anna Berg wants the mayor of Norwick to resign."), SECOND),
        (said("Rusted pillars in Northport, wrote Lind.", "Olaf Lind"), OTHER),
        (said("Rusted pillars in Northport, wrote Maria Sund.", "Maria Sund"), None),
        (said("In an interview Anna Berg said that pillars in Northport rusted."), None),
        (said("Haastattelussa Anna Berg kertoi Northportin pilareista."), None),
    ],
)
def test_a_sentence_tells_of_its_speakers_post_that_is_most_like_it(statement: Statement, embed: Embed | None) -> None:
    assert rendered_by(statement, [SECOND, OTHER, FIRST]) == embed
    assert rendered_by(statement, []) is None


def test_a_tie_says_what_it_rests_on() -> None:
    assert embedded("https://globe.example/a") == Tie(
        kind=TieKind.EMBEDDED, source="https://globe.example/a", rests_on="the article shows the post", confidence=1.0
    )
