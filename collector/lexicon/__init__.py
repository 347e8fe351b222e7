"""The word lists with which prose is read, one table per language."""

import json
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import regex

SMALL_WORDS = (
    "openers", "prepositions", "subordinate", "connectors", "pronouns", "likewise", "so", "aside", "nothing", "blocking", "bare", "days", "objects",
    "persons", "articles", "gerunds", "reveals",
)  # fmt: skip
"""The lists that not every language has."""


QUOTED = "''"
"""In a completion: any quotation, however short."""
QUOTATION = r"[«»“”„\"]"
"""The pattern of what completes a verb that reports beside a quotation alone."""


class Lexicon(NamedTuple):
    """How prose in one language reports what people say; every pattern ignores case. ``reporting.toml`` explains each list."""

    language: str
    verb: "regex.Pattern[str]"
    verbs: frozenset[str]
    verb_words: frozenset[str]  # the longest word of each verb, casefolded: a text without one holds no verb
    before: "regex.Pattern[str] | None"
    after: "regex.Pattern[str] | None"
    that: "regex.Pattern[str]"
    titles: frozenset[str]
    at: frozenset[str]
    heads: tuple[str, ...]
    earlier: "regex.Pattern[str]"
    reports: frozenset[str]
    corrections: "regex.Pattern[str]"
    correction_words: frozenset[str]  # the longest word of each phrase of ``corrections``, casefolded
    denials: frozenset[str]
    complementizers: frozenset[str]
    labels: frozenset[str]
    negated: frozenset[str]
    weak: dict[str, "regex.Pattern[str] | None"]  # by verb, what completes it
    title_endings: tuple[str, ...]
    openers: frozenset[str]
    prepositions: frozenset[str]
    subordinate: frozenset[str]
    connectors: frozenset[str]
    pronouns: frozenset[str]
    likewise: frozenset[str]
    so: frozenset[str]
    aside: frozenset[str]
    nothing: frozenset[str]
    blocking: frozenset[str]
    bare: frozenset[str]
    days: frozenset[str]
    objects: frozenset[str]
    persons: frozenset[str]
    articles: frozenset[str]
    gerunds: frozenset[str]
    reveals: frozenset[str]
    theirs: "regex.Pattern[str] | None"
    says: str
    hearsay: "regex.Pattern[str] | None"
    according: str  # "according to {}"


def _words(text: str) -> "regex.Pattern[str]":
    alternatives = any_of(text.split())
    return regex.compile(rf"\b(?<![\w-])(?<!\w\w[’'])(?:{alternatives})(?![\w’'])(?!-(?!t-|ils?\b|elles?\b))", regex.I)


def _longest_word(phrase: str) -> str:
    words: list[str] = re.findall(r"\w+", phrase.casefold())
    return max(words, key=len)


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest that fits, read letter by letter: five times as fast as one word after another.

    A space in a word stands for any white space.
    """
    tree: dict[str, Any] = {}
    for word in words:
        branch = tree
        for letter in word:
            branch = branch.setdefault(letter, {})
        branch[""] = {}
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> str:
    """The pattern of what may follow in a tree of letters, in which "" says that a word may end there."""
    following = "|".join(
        (r"\s+" if letter == " " else regex.escape(letter)) + _branches(below)
        for letter, below in tree.items()
        if letter
    )
    return f"(?:{following})" + ("?" if "" in tree else "") if following else ""


def _folded(words: str) -> frozenset[str]:
    """Words as they are compared: ``außenminister`` as ``aussenminister``."""
    return frozenset(words.casefold().split())


def _phrases(phrases: list[str]) -> "regex.Pattern[str] | None":
    if not phrases:
        return None
    alternatives = "|".join(regex.escape(p) for p in sorted(phrases, key=len, reverse=True))
    return regex.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", regex.I)


def _completions(entries: str) -> "dict[str, regex.Pattern[str] | None]":
    """The weak verbs of ``hält:für kutsuu:*ksi sah``, each with a pattern of the words that complete it, or None."""
    found: dict[str, regex.Pattern[str] | None] = {}
    for entry in entries.split():
        verb, _, words = entry.partition(":")
        alternatives = [regex.escape(w).replace(r"\*", r"\w+") for w in words.replace(QUOTED, "").split("|") if w]
        patterns = [rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)"] if alternatives else []
        patterns += [QUOTATION] if QUOTED in words else []
        found[verb.casefold()] = regex.compile("|".join(patterns), regex.I) if patterns else None
    return found


@cache
def word_lists(file: str) -> dict[str, Any]:
    """What a TOML file of this package holds, by its name without the ending; not to be changed."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{file}.toml").read_text("utf-8"))


@cache
def agencies() -> dict[str, str]:
    """News agencies, each by the spellings that it is known by, casefolded: the name that it is told by."""
    told: dict[str, str] = word_lists("agencies")["agencies"]
    return {spelling.casefold(): name for name, spellings in told.items() for spelling in spellings.split("|")}


@cache
def given_names() -> frozenset[str]:
    """Given names of many countries, casefolded, in Latin and Cyrillic letters."""
    rows = json.loads(resources.files(__package__).joinpath("given_names.json").read_text("utf-8"))
    return frozenset(name for row in rows for name in row.split())


@cache
def cldr() -> dict[str, Any]:
    """Month and country names of the Unicode CLDR, as ``bench/cldr.py`` writes them."""
    words: dict[str, Any] = json.loads(resources.files(__package__).joinpath("cldr.json").read_text("utf-8"))
    return words


@cache
def lexicon(language: str | None) -> Lexicon:
    """The word lists of a language; English where there are none for it."""
    tables = word_lists("reporting")
    code = (language or "en").split("-")[0]
    code = {"nb": "no", "nn": "no"}.get(code, code)
    table = tables.get(code) or tables["en"]
    corrections = "|".join(regex.escape(c).replace(r"\ ", r"\s+") for c in table["corrections"])
    return Lexicon(
        language=code if code in tables and code != "all" else "en",
        verb=_words(table["verbs"]),
        verbs=_folded(table["verbs"]),
        verb_words=frozenset(map(_longest_word, table["verbs"].split())),
        before=_phrases(table["before"]),
        after=_phrases(table["after"]),
        that=regex.compile(rf"(?:[,:]|(?<!\s))\s*+(?:{'|'.join(table['that'].split())})(?!\w)", regex.I),
        titles=_folded(table["titles"]),
        at=_folded(table["at"]),
        heads=tuple(table["heads"].split()),
        earlier=_words(table["earlier"]),
        reports=_folded(table["reports"]),
        corrections=regex.compile(rf"(?<!\w)(?:{corrections})", regex.I),
        correction_words=frozenset(map(_longest_word, table["corrections"])),
        denials=_folded(tables["all"]["denials"]),
        complementizers=_folded(tables["all"]["complementizers"]),
        labels=_folded(tables["all"]["labels"]),
        negated=_folded(tables["all"]["negated"]),
        weak=_completions(table.get("weak", "")),
        theirs=_phrases([phrase for phrase in table.get("theirs", "").split("|") if phrase]),
        says=table.get("says", ""),
        hearsay=_words(table["hearsay"]) if "hearsay" in table else None,
        according=f"{table['before'][0]} {{}}" if table["before"] else f"{{}} {table['after'][0]}",
        title_endings=tuple(table.get("title_endings", "").split()),
        **{name: _folded(table.get(name, "")) for name in SMALL_WORDS},
    )


class Holding(NamedTuple):
    """How pages and publishing systems hold posts; ``embeds.toml`` explains each list."""

    no_sources: frozenset[str]
    beside: "regex.Pattern[str]"
    beside_elements: frozenset[str]
    embed_words: "regex.Pattern[str]"
    no_post_ids: "regex.Pattern[str]"
    link_types: frozenset[str]
    holder_fields: frozenset[str]
    body_fields: frozenset[str]
    heading_fields: frozenset[str]
    own_fields: frozenset[str]
    listing_types: frozenset[str]
    fields: dict[str, str]
    states: tuple[str, ...]
    opaque_frames: tuple[str, ...]


def parts(words: str) -> "regex.Pattern[str]":
    """Finds the words as parts of longer ones; those of five letters and fewer at the start of a word."""
    return regex.compile("|".join((r"(?<![a-z])" if len(w) <= 5 else "") + regex.escape(w) for w in words.split()))


@cache
def holding() -> Holding:
    """How pages and publishing systems hold posts."""
    table = word_lists("embeds")
    return Holding(
        no_sources=frozenset(table["no_sources"].split()),
        beside=parts(table["beside"]),
        beside_elements=frozenset(table["beside_elements"].split()),
        embed_words=parts(table["embed_words"]),
        no_post_ids=parts(table["no_post_ids"]),
        link_types=frozenset(table["link_types"].split()),
        holder_fields=frozenset(table["holder_fields"].split()),
        body_fields=frozenset(table["body_fields"].split()),
        heading_fields=frozenset(table["heading_fields"].split()),
        own_fields=frozenset(table["own_fields"].split()),
        listing_types=frozenset(table["listing_types"].split()),
        fields={name: meaning for meaning, names in table["fields"].items() for name in names.split()},
        states=tuple(table["places"]["states"].split()),
        opaque_frames=tuple(table["places"]["opaque_frames"].split()),
    )


class Copied(NamedTuple):
    """How copied posts look; ``pasted.toml`` explains each list."""

    on: tuple[str, ...]
    posting: tuple[str, ...]
    answering: tuple[str, ...]
    bylines: tuple[str, ...]
    like_buttons: tuple[str, ...]
    comment_buttons: tuple[str, ...]
    answer_buttons: tuple[str, ...]
    repost_buttons: tuple[str, ...]
    quoting: tuple[str, ...]
    offered: tuple[str, ...]
    around: tuple[str, ...]
    units: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    buttons: frozenset[str]  # all that a client offers to press
    counts: dict[str, str]  # what is counted, by its words
    platforms: dict[str, str]  # platforms, by their names
    forwarded: dict[str, tuple[str, ...]]
    endings: dict[str, tuple[str, ...]]
    translating: tuple[str, ...]  # how a line begins that offers a translation
    translating_from: tuple[str, ...]  # the same of a line that ends with one of ``translated``
    translated: tuple[str, ...]
    badges: frozenset[str]  # what is told of an account or a post beside its name
    shown_to: tuple[str, ...]  # how a line begins that says who may see a post
    passing: tuple[str, ...]  # how a line ends that says who passed a post on
    ads: frozenset[str]
    around_posts: frozenset[str]  # what a client says between posts
    inviting: tuple[str, ...]  # how its lines begin that invite to write
    leading: frozenset[str]  # verbs that begin lines that lead to more answers
    leading_last: tuple[str, ...]  # those that end them
    answers: tuple[str, ...]  # what is named in these lines
    joining: frozenset[str]
    votes: frozenset[str]
    telegram: dict[str, tuple[str, ...]]  # what Telegram puts in brackets above a message
    upvotes: frozenset[str]


COPIED_WORDS = (
    "on", "posting", "answering", "bylines", "like_buttons", "comment_buttons", "answer_buttons", "repost_buttons", "quoting", "offered", "units", "before", "after",
)  # fmt: skip
"""The lists of ``pasted.toml`` that are words alone, with _ for blanks in them."""
BUTTONS = ("like_buttons", "comment_buttons", "answer_buttons", "repost_buttons", "quoting", "offered")
"""Those of them that are buttons."""


@cache
def copied() -> Copied:
    """How posts look that were copied from a client or from the title of their page."""
    table = word_lists("pasted")

    def words(text: str) -> tuple[str, ...]:
        return tuple(word.replace("_", " ") for word in text.split())

    lists = {name: words(table[name]) for name in COPIED_WORDS}
    return Copied(
        **lists,
        buttons=frozenset(word for name in BUTTONS for word in lists[name]),
        around=tuple(table["around"]),
        counts={word: name for name, text in table["counts"].items() for word in words(text)},
        platforms={word: name for name, text in table["platforms"].items() for word in words(text)},
        forwarded={name: tuple(openings) for name, openings in table["forwarded"].items()},
        endings={name: tuple(found) for name, found in table["endings"].items()},
        translating=tuple(table["translating"]),
        translating_from=tuple(table["translating_from"]),
        translated=tuple(table["translated"]),
        inviting=tuple(table["inviting"]),
        answers=tuple(table["answers"]),
        shown_to=tuple(table["shown_to"]),
        passing=tuple(table["passing"]),
        badges=frozenset(words(table["badges"])),
        ads=frozenset(words(table["ads"])),
        around_posts=frozenset(words(table["around_posts"])),
        leading=frozenset(words(table["leading"])),
        leading_last=tuple(table["leading_last"]),
        joining=frozenset(words(table["joining"])),
        votes=frozenset(words(table["votes"])),
        telegram={name: tuple(told) for name, told in table["telegram"].items()},
        upvotes=frozenset(words(table["upvotes"]["reddit"])),
    )


@cache
def listing_parts() -> frozenset[str]:
    """Parts of paths below which pages list articles."""
    return frozenset(word_lists("addresses")["listing"].split())


@cache
def publishers() -> dict[str, str]:
    """The sites of known publishers by name."""
    return word_lists("publishers")


@cache
def common() -> dict[str, tuple[str, ...]]:
    """Word lists for all languages: ``not_a_name``, ``places``, ``who``, ``named_after``, ``organisation_words``,
    ``joined_words``."""
    tables = word_lists("common")
    return {name: tuple(words.split()) for name, words in tables.items()}
