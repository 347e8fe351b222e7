"""What a paper's article says of the report that a story is about, in eight languages; what persons say in it is theirs."""

import tomllib
from pathlib import Path

import pytest

from storywake.collector.match.paper_stance import PaperStance, Told, paper_stance
from storywake.collector.match.relevance import subject
from storywake.collector.prose.mentions import find_mentions
from storywake.collector.prose.statements import read_statements
from storywake.collector.records import Article, Review, Role, Stance

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES, MORE = (
    tomllib.loads((FIXTURES / f"{name}.toml").read_text("utf-8")) for name in ("paper_stances", "paper_stances_more")
)
PAPER = "Northern Globe"


def article(language: str, words: str) -> Article:
    title, text = words.split(" | ")
    return Article(
        title=title,
        text=text,
        publisher="The Other Paper",
        language=language,
        mentions=find_mentions(text, language),
        statements=read_statements(text, language),
    )


def told(language: str, words: str, role: Role = Role.COVERAGE) -> Told | None:
    title = CASES["en"]["title"]  # the story is in English, whatever its coverage
    return paper_stance(subject(title, [title], language="en"), article(language, words), role, PAPER)


@pytest.mark.parametrize(
    ("language", "stance", "words"),
    [
        (language, stance, words)
        for language, table in (*CASES.items(), *MORE.items())
        for stance, cases in table.items()
        if stance != "title"
        for words in cases
    ],
)
def test_what_an_article_says_of_the_report(language: str, stance: str, words: str) -> None:
    found = told(language, words)
    assert (found.stance if found else "unknown") == stance, found
    assert found is None or found.rests_on in words


def test_a_declared_verdict_is_the_papers_stance() -> None:
    plain = article("en", "Fact-check | We looked into it.")
    for verdict, stance in ((Stance.DENY, PaperStance.CORRECTS), (Stance.SUPPORT, PaperStance.CONFIRMS)):
        checked = Article(
            title=plain.title, text=plain.text, reviews=(Review(claim="x", rating="Pants", stance=verdict),)
        )
        assert paper_stance(subject("x", ["x"]), checked, Role.COVERAGE, PAPER) == (
            stance,
            "its fact-check says: Pants",
        )


def test_the_report_itself_and_what_came_before_have_none() -> None:
    words = CASES["en"]["corrects"][0]
    assert [told("en", words, role) for role in (Role.ORIGINAL, Role.EARLIER, Role.CONTEXT)] == [None] * 3


def test_two_stances_that_exclude_each_other_are_none() -> None:
    confirms, doubts = (CASES["en"][name][0] for name in ("confirms", "doubts"))
    assert told("en", f"{confirms} {doubts.split(' | ')[1]}") is None


def test_a_papers_correction_of_itself_is_told_of_its_followup() -> None:
    own = Article(title="More on it", text="More.", corrections=("An earlier version gave another year.",))
    found = paper_stance(subject("x", ["x"]), own, Role.FOLLOWUP, PAPER)
    assert found == (PaperStance.CORRECTS, "An earlier version gave another year.")
