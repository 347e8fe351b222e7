"""Another paper's article is about a story's event by names, numbers and words, in whatever language; near strangers are not."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storywake.collector.match.public_names import EVERYDAY, OFFICE, telling_share
from storywake.collector.match.relevance import promise, subject
from storywake.collector.match.same_event import common, of_same_event
from storywake.collector.match.told_by import Telling, ToldBy, told_by
from storywake.collector.pages.feeds import Entry
from storywake.collector.records import Article

FOLDER = Path(__file__).parents[1] / "fixtures" / "coverage"


def stories() -> Iterator[tuple[ToldBy, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.toml")):
        for slug, story in tomllib.loads(path.read_text("utf-8")).items():
            sentences = (story["headline"], *story["claims"])
            yield (
                told_by(
                    Telling(
                        story_id=1,
                        source=slug,
                        sentences=sentences,
                        text=story["text"],
                        language=story["language"],
                        paper=story["paper"],
                        published_at=story["published"],
                    )
                ),
                story,
            )


def article(line: str) -> Article:
    head, title, text = line.split(" | ")
    language, day = head.split()
    return Article(title=title, text=text, language=language, published_at=day)


def test_most_of_the_coverage_is_known_and_no_near_stranger_is_taken_for_it() -> None:
    known = missed = strangers = 0
    taken: list[str] = []
    for story, told in stories():
        found = [of_same_event(story, article(line)) is not None for line in told["same"]]
        known, missed = known + sum(found), missed + found.count(False)
        taken += [line for line in told["others"] if of_same_event(story, article(line))]
        strangers += len(told["others"])
    assert strangers == 200 and known + missed == 70
    assert taken == []
    assert known >= 65  # that is 93 %


def test_headlines_that_name_nobody_are_worth_reading_by_rare_words_of_the_story() -> None:
    """What else of the coverage is read goes by its lead, or by the names that an index tells."""
    opened: dict[str, list[str]] = {"same": [], "others": []}
    led = 0
    for _, told in stories():
        matter = subject(told["headline"], told["claims"], told["text"], language=told["language"])
        for kind, titles in opened.items():
            pages = [article(line) for line in told[kind]]
            entries = [Entry(url="https://p.example/", title=p.title, language=p.language) for p in pages]
            titles += [entry.title or "" for entry in entries if promise(matter, entry)]
        leads = [
            Entry(url="https://p.example/", title=p.title, summary=p.text.split(". ")[0])
            for p in map(article, told["same"])
        ]
        led += sum(promise(matter, entry) > 0 for entry in leads)
    assert len(opened["same"]) >= 30 and len(opened["others"]) <= 60, opened
    assert "Halvex faces inquiry over undisclosed crack in dam" in opened["same"]
    assert led >= 68


@pytest.fixture(scope="module")
def dam() -> ToldBy:
    return next(story for story, told in stories() if story.telling.source == "dam")


def test_it_says_what_it_rests_on(dam: ToldBy) -> None:
    words = "sv 2026-03-05 | Dammbolag teg om spricka | Halvex kände till en spricka på 38 meter i dammen Tarn Valley. Desmond Arkwell hade varnat."
    found = of_same_event(dam, article(words))
    assert found is not None
    assert found.rests_on.startswith("it names ") and "Tarn Valley" in found.rests_on
    assert "has the numbers 38" in found.rests_on


def test_an_article_about_nothing_else_is_less_sure_the_longer_after_the_report_it_came(dam: ToldBy) -> None:
    words = "| Halvex and the crack | Halvex hid a crack in the Tarn Valley dam, said inspector Desmond Arkwell."
    days = ["2026-03-04", "2026-03-12", "2026-03-30"]
    sure = [common(dam, article(f"en {day} {words}")).confidence for day in days]
    assert sure == sorted(sure, reverse=True) and sure[0] > 2 * sure[2]


def test_names_that_are_in_the_news_every_day_tell_no_event() -> None:
    text = "President Aino Salmela met Donald Trump and Viktor Orbán. Merja Sorsa, a nurse at Saint-Orban, was there."
    told = [
        telling_share(name, text) for name in ("Aino Salmela", "Trump", "Viktor Orbán", "Merja Sorsa", "Saint-Orban")
    ]
    assert told == [OFFICE, EVERYDAY, EVERYDAY, 1.0, 1.0]
    assert telling_share("Russians", text) == EVERYDAY
    assert telling_share("Kallvik", "The ministry in Kallvik") == 1.0


def test_a_headline_without_words_is_about_nothing(dam: ToldBy) -> None:
    assert of_same_event(dam, Article()) is None
