"""The word lists with which prose is read, one table per language."""

import json
import tomllib
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import regex


class Lexicon(NamedTuple):
    """How prose in one language reports what people say; every pattern ignores case. ``reporting.toml`` explains each list."""

    language: str
    verb: "regex.Pattern[str]"
    verbs: frozenset[str]
    before: "regex.Pattern[str] | None"
    after: "regex.Pattern[str] | None"
    that: "regex.Pattern[str]"
    titles: frozenset[str]
    at: frozenset[str]
    heads: tuple[str, ...]
    earlier: "regex.Pattern[str]"
    reports: frozenset[str]
    corrections: "regex.Pattern[str]"
    denials: frozenset[str]


def _words(text: str) -> "regex.Pattern[str]":
    alternatives = "|".join(sorted(map(regex.escape, text.split()), key=len, reverse=True))
    return regex.compile(rf"(?<![\w’'-])(?:{alternatives})(?![\w’'-])", regex.I)


def _phrases(phrases: list[str]) -> "regex.Pattern[str] | None":
    if not phrases:
        return None
    alternatives = "|".join(regex.escape(p) for p in sorted(phrases, key=len, reverse=True))
    return regex.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", regex.I)


@cache
def cldr() -> dict[str, Any]:
    """Month and country names of the Unicode CLDR, as ``bench/cldr.py`` writes them."""
    words: dict[str, Any] = json.loads(resources.files(__package__).joinpath("cldr.json").read_text("utf-8"))
    return words


@cache
def lexicon(language: str | None) -> Lexicon:
    """The word lists of a language; English where there are none for it."""
    tables = tomllib.loads(resources.files(__package__).joinpath("reporting.toml").read_text("utf-8"))
    code = (language or "en").split("-")[0]
    code = {"nb": "no", "nn": "no"}.get(code, code)
    table = tables.get(code) or tables["en"]
    corrections = "|".join(regex.escape(c).replace(r"\ ", r"\s+") for c in table["corrections"])
    return Lexicon(
        language=code if code in tables and code != "all" else "en",
        verb=_words(table["verbs"]),
        verbs=frozenset(table["verbs"].split()),
        before=_phrases(table["before"]),
        after=_phrases(table["after"]),
        that=regex.compile(rf"(?:[,:]|(?<!\s))\s*+(?:{'|'.join(table['that'].split())})(?!\w)", regex.I),
        titles=frozenset(table["titles"].split()),
        at=frozenset(table["at"].split()),
        heads=tuple(table["heads"].split()),
        earlier=_words(table["earlier"]),
        reports=frozenset(table["reports"].split()),
        corrections=regex.compile(rf"(?<!\w)(?:{corrections})", regex.I),
        denials=frozenset(tables["all"]["denials"].split()),
    )


@cache
def publishers() -> dict[str, str]:
    """The sites of known publishers by name."""
    return tomllib.loads(resources.files(__package__).joinpath("publishers.toml").read_text("utf-8"))


@cache
def common() -> dict[str, tuple[str, ...]]:
    """Word lists for all languages: ``not_a_name``, ``places``, ``organisation_words``, ``joined_words``."""
    tables = tomllib.loads(resources.files(__package__).joinpath("common.toml").read_text("utf-8"))
    return {name: tuple(words.split()) for name, words in tables.items()}
