"""Posts that speak of stories without a link among strangers' on like topics: two hundred among two thousand, in four languages, and a set
apart on other kinds of stories, with strangers who name the same people on something else and the same events elsewhere.

Both were written before it was looked at how the rules of their day told them apart.
"""

import tomllib
from itertools import cycle, product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from storywake.collector.match.told_by import Telling
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.records import Post

FIXTURES = Path(__file__).parents[1] / "fixtures"
LANGUAGES = ("en", "de", "es", "fi", "sv", "fr", "ru")


class Counted(NamedTuple):
    """What was found of what was planted: reactions missed, and (story, post) that were tied wrongly."""

    reactions: int
    strangers: int
    right: int
    missed: list[str]
    wrong: list[tuple[str, str]]

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / self.reactions


def stories(cases: Path, languages: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Language, short name and content of each story."""
    return [
        (language, name, story)
        for language in languages.split()
        for name, story in tomllib.loads((cases / f"{language}.toml").read_text("utf-8")).items()
    ]


def said(text: str) -> str:
    """A post without the mark that it is in another language than the story."""
    return text[4:] if text[:2] in LANGUAGES and text[2:4] == ": " else text


def made_up(sentences: list[str], story: dict[str, Any]) -> list[str]:
    """Posts of strangers that name the story's people, places and topics."""
    others = cycle(reversed(story["topics"]))
    slots = list(product(cycle_of(story["people"]), cycle_of(story["places"]), story["topics"]))
    posts = [
        sentence.format(person=person, place=place, topic=topic, other=next(others))
        for sentence in sentences
        for person, place, topic in slots
    ]
    return list(dict.fromkeys(posts))


def cycle_of(names: list[str]) -> list[str]:
    """At most three names of a kind."""
    return names[:3]


def counted(
    tellings: list[Telling], told: list[tuple[str, str, dict[str, Any]]], sentences: dict[str, list[str]]
) -> Counted:
    """Every post of the set, offered to all stories at once."""
    index = Unlinked(tellings)
    right, missed, wrong, strangers = 0, [], [], 0
    for number, (language, name, story) in enumerate(told):
        for text in map(said, story["reactions"]):
            tied = [place for place, _ in index.ties(Post(platform="bluesky", text=text))]
            right += number in tied
            missed += [f"{name}: {text}"] * (number not in tied)
            wrong += [(told[place][1], text) for place in tied if place != number]
        for text in [*story["strangers"], *made_up(sentences[language], story)]:
            strangers += 1
            wrong += [(told[place][1], text) for place, _ in index.ties(Post(platform="bluesky", text=text))]
    return Counted(sum(len(story["reactions"]) for *_, story in told), strangers, right, missed, wrong)


def everything(folder: str, languages: str) -> Counted:
    told = stories(FIXTURES / folder, languages)
    tellings = [
        Telling(
            number,
            f"https://{name}.example/",
            (story["headline"], *story["claims"]),
            story["text"],
            language,
            story["paper"],
            published_at=story["published"],
        )
        for number, (language, name, story) in enumerate(told)
    ]
    return counted(tellings, told, tomllib.loads((FIXTURES / folder / "strangers.toml").read_text("utf-8")))


@pytest.mark.parametrize(
    ("folder", "languages", "posts", "precision", "recall"),
    [("spoken", "en de es fi", (200, 2000), 0.96, 0.72), ("spoken_more", "en sv fr ru", (128, 1100), 0.91, 0.51)],
)
def test_posts_without_a_link_are_found_and_strangers_are_left(
    folder: str, languages: str, posts: tuple[int, int], precision: float, recall: float
) -> None:
    found = everything(folder, languages)
    assert found.reactions == posts[0]
    assert found.strangers >= posts[1]
    assert found.precision >= precision, found.wrong
    assert found.recall >= recall, found.missed
