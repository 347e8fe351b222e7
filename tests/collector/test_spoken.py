"""Posts that speak of stories without a link among strangers' on like topics: two hundred among two thousand, in four languages, and a set
apart on other kinds of stories, with strangers who name the same people on something else and the same events elsewhere. A third has posts as
people write them who take the day's news for known, with the hours at which they did. A fourth, by two other hands, has five hundred
strangers' posts that were written one by one.

All were written before it was looked at how the rules of their day told them apart.
"""

import tomllib
from datetime import datetime, timedelta
from itertools import cycle, permutations, product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from storywake.collector.match.told_by import Telling
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.records import Post

FIXTURES = Path(__file__).parents[1] / "fixtures"
LANGUAGES = ("en", "de", "es", "fi", "sv", "fr", "ru", "it")
STEP = 0.618
"""Of the days over which strangers' posts are spread, between one and the next."""


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


def tellings_of(told: list[tuple[str, str, dict[str, Any]]]) -> list[Telling]:
    return [
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


def everything(folder: str, languages: str) -> Counted:
    told = stories(FIXTURES / folder, languages)
    return counted(tellings_of(told), told, tomllib.loads((FIXTURES / folder / "strangers.toml").read_text("utf-8")))


@pytest.mark.parametrize(
    ("folder", "languages", "posts", "precision", "recall"),
    [
        ("spoken", "en de es fi", (200, 2000), 0.99, 0.69),
        ("spoken_more", "en sv fr ru", (128, 1100), 0.93, 0.46),
        ("spoken_fresh", "es sv fi ru", (200, 1800), 0.69, 0.65),
    ],
)
def test_posts_without_a_link_are_found_and_strangers_are_left(
    folder: str, languages: str, posts: tuple[int, int], precision: float, recall: float
) -> None:
    found = everything(folder, languages)
    assert found.reactions == posts[0]
    assert found.strangers >= posts[1]
    assert found.precision >= precision, found.wrong
    assert found.recall >= recall, found.missed


def test_of_five_hundred_strangers_posts_written_one_by_one_hardly_any_is_tied() -> None:
    told = stories(FIXTURES / "spoken_fresh", "es sv fi ru")
    written = counted(tellings_of(told), told, dict.fromkeys(("es", "sv", "fi", "ru"), []))
    assert written.strangers == 500
    assert len(written.wrong) <= 2, written.wrong
    assert written.precision >= 0.98


def at(story: dict[str, Any], hours: float) -> str:
    return (datetime.fromisoformat(story["published"]) + timedelta(hours=hours)).isoformat()


def timed(story: dict[str, Any], line: str) -> Post:
    hours, _, text = line.partition(" ")
    return Post(platform="bluesky", text=said(text), posted_at=at(story, float(hours)))


def unlike(sentences: list[str], story: dict[str, Any]) -> list[Post]:
    """Posts of strangers that name the story's people, places and topics, from the day before it to a week after."""
    slots = product(sentences, story["people"], story["places"], permutations(story["topics"], 2))
    texts = dict.fromkeys(s.format(person=person, place=place, topic=a, other=b) for s, person, place, (a, b) in slots)
    return [
        Post(platform="bluesky", text=text, posted_at=at(story, 192 * (number * STEP % 1) - 24))
        for number, text in enumerate(texts)
    ]


def test_posts_that_take_the_news_for_known_bring_no_strangers_with_them() -> None:
    told = stories(FIXTURES / "spoken_casual", "en de es ru")
    sentences = tomllib.loads((FIXTURES / "spoken_casual" / "strangers.toml").read_text("utf-8"))
    index = Unlinked(tellings_of(told))
    right, wrong = 0, []
    for number, (language, _, story) in enumerate(told):
        for post in (timed(story, line) for line in story["reactions"]):
            tied = [place for place, _ in index.ties(post)]
            right += number in tied
            wrong += [post.text] * len([place for place in tied if place != number])
        strangers = [*(timed(story, line) for line in story["strangers"]), *unlike(sentences[language], story)]
        wrong += [post.text for post in strangers for _ in index.ties(post)]
    assert right >= 20
    assert len(wrong) <= 3, wrong
