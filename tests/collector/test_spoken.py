"""Two hundred posts that speak of twenty stories without a link, among two thousand of strangers on like topics, in four languages.

The posts were written before it was looked at how they are told apart.
"""

import tomllib
from itertools import cycle, product
from pathlib import Path
from typing import Any, NamedTuple

from storywake.collector.match.told_by import Telling
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.records import Post

CASES = Path(__file__).parents[1] / "fixtures" / "spoken"
LANGUAGES = ("en", "de", "es", "fi")
SENTENCES = tomllib.loads((CASES / "strangers.toml").read_text("utf-8"))


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


def stories() -> list[tuple[str, str, dict[str, Any]]]:
    """Language, short name and content of each story."""
    return [
        (language, name, story)
        for language in LANGUAGES
        for name, story in tomllib.loads((CASES / f"{language}.toml").read_text("utf-8")).items()
    ]


def said(text: str) -> str:
    """A post without the mark that it is in another language than the story."""
    return text[4:] if text[:2] in LANGUAGES and text[2:4] == ": " else text


def made_up(language: str, story: dict[str, Any]) -> list[str]:
    """Posts of strangers that name the story's people, places and topics."""
    others = cycle(reversed(story["topics"]))
    slots = list(product(cycle_of(story["people"]), cycle_of(story["places"]), story["topics"]))
    posts = [
        sentence.format(person=person, place=place, topic=topic, other=next(others))
        for sentence in SENTENCES[language]
        for person, place, topic in slots
    ]
    return list(dict.fromkeys(posts))


def cycle_of(names: list[str]) -> list[str]:
    """At most three names of a kind."""
    return names[:3]


def counted(tellings: list[Telling], told: list[tuple[str, str, dict[str, Any]]]) -> Counted:
    """Every post of the set, offered to all stories at once."""
    index = Unlinked(tellings)
    right, missed, wrong, strangers = 0, [], [], 0
    for number, (language, name, story) in enumerate(told):
        for text in map(said, story["reactions"]):
            tied = [place for place, _ in index.ties(Post(platform="bluesky", text=text))]
            right += number in tied
            missed += [f"{name}: {text}"] * (number not in tied)
            wrong += [(told[place][1], text) for place in tied if place != number]
        for text in [*story["strangers"], *made_up(language, story)]:
            strangers += 1
            wrong += [(told[place][1], text) for place, _ in index.ties(Post(platform="bluesky", text=text))]
    return Counted(sum(len(story["reactions"]) for *_, story in told), strangers, right, missed, wrong)


def everything() -> Counted:
    told = stories()
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
    return counted(tellings, told)


def test_posts_without_a_link_are_found_and_strangers_are_left() -> None:
    found = everything()
    assert found.reactions == 200
    assert found.strangers >= 2000
    assert found.precision >= 0.93, found.wrong
    assert found.recall >= 0.74, found.missed
