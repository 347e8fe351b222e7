"""From what it points at a page belongs to a story, and when texts are copies."""

import pytest

from storywake.collector.match.copies import is_copy, resemblance, signature
from storywake.collector.match.relevance import about_claim, judge, subject
from storywake.collector.records import Article, Mention, Review, Role, Stance

CLAIM = "Engineers from Norwick warned Northport and Kestrel Holdings about rusted pillars below the harbour bridge"
ABOUT = subject(None, (CLAIM,))


def page(words: str, *mentions: Mention) -> Article:
    return Article(title="A report", text=words, mentions=mentions)


@pytest.mark.parametrize(
    "words, belongs",
    [
        ("Rusted pillars were found by engineers, who warned everybody.", True),
        ("Rusted pillars were found.", False),
    ],
)
def test_a_page_takes_a_report_up_where_it_shares_three_words_with_the_claims(words: str, belongs: bool) -> None:
    told = Mention(publisher="The Globe", role=Role.ORIGINAL, text="as The Globe reported")
    why = judge(ABOUT, page(words, told), set(), "Globe")
    assert (why is not None) == belongs
    if why:
        assert (why.rests_on, why.confidence) == ("it takes up the report of Globe", 0.8)
    assert judge(ABOUT, page(words, told), set(), "Another") is None


@pytest.mark.parametrize(
    "reviewed, ours",
    [
        ("Rusted pillars below the harbour bridge were hidden", True),
        ("Pillars of salt", False),
        ("The harbour was closed by a storm that nobody had foreseen in March", False),
        ("", False),
    ],
)
def test_a_verdict_on_another_claim_is_not_on_this_one(reviewed: str, ours: bool) -> None:
    review = Review(claim=reviewed, stance=Stance.DENY)
    assert about_claim(review, "The pillars of the harbour bridge are rusted", set()) == ours


def test_a_verdict_that_names_an_article_of_the_story_is_on_its_claim() -> None:
    review = Review(
        claim="Quite other words", stance=Stance.DENY, appearances=("https://www.globe.example/a?utm_source=x",)
    )
    assert about_claim(review, CLAIM, {"https://globe.example/a"})


@pytest.mark.parametrize("kept, copy", [(200, True), (160, True), (110, False), (60, False)])
def test_a_text_is_a_copy_where_six_tenths_of_both_are_the_same(kept: int, copy: bool) -> None:
    words = [f"word{number}" for number in range(200)]
    other = [*words[:kept], *(f"other{number}" for number in range(200 - kept))]
    one, two = signature(" ".join(words)), signature(" ".join(other))
    assert one and two
    assert is_copy(one, two) == copy, resemblance(one, two)


def test_forty_words_are_needed_to_tell_a_copy() -> None:
    words = [f"word{number}" for number in range(40)]
    assert signature(" ".join(words)) is not None
    assert signature(" ".join(words[:39])) is None
