"""What kind of voice somebody is: journalist, politician, scholar, authority, company or bot, where a profile or an
article says so, with what that rests on; else unknown.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import word_lists
from ..records import VoiceKind
from .papers import Papers, squeezed

MAX_LETTERS = 200
"""Letters of a name that are read."""
MAX_BIO = 1000
"""Letters of a profile's own words that are read."""
LETTERS = regex.compile(r"[\p{L}\p{M}]+")
WORD = regex.compile(r"[\p{L}\p{M}'’]+")
DOTTED = regex.compile(r"\b(?:\p{L}\.){2,8}")
"""An abbreviation: ``F.d.``, ``U.S.``."""
AROUND = regex.compile(r"\A[^\p{L}\p{N}@]++")
PARTS = regex.compile(r"[|,.;:•·/\n!?()–—]+|\s-\s|\s&\s|(?=\p{Extended_Pictographic})")
"""What parts a profile's words from each other."""


class Voice(NamedTuple):
    """A kind of voice and what that rests on."""

    kind: VoiceKind
    rests_on: str


def voice_of(
    names: Iterable[tuple[str, str | None]],
    domains: Iterable[str],
    affiliation: str | None,
    papers: Papers,
    bios: Iterable[tuple[str, str | None]] = (),
    marks: Iterable[tuple[str, str]] = (),
) -> Voice | None:
    """The kind of voice of a person; None where nothing says it, or two things say different ones of like standing.

    ``names`` are (``platform:handle``, the name that the account shows), ``domains`` those that are the person's handles, which a
    network has checked; ``affiliation`` is where an article says that they belong, ``papers`` those of the story; ``bios`` are
    (``platform:handle``, what the profile says of its owner), ``marks`` (``platform:handle``, a label of the account).
    """
    words = _words()
    shown = [
        Voice(kind, f"the name of {account}: {name[:MAX_LETTERS]}")
        for account, name in names
        if name and (kind := _kind_of_name(name[:MAX_LETTERS], words))
    ]
    told = [*_by_affiliation(affiliation, papers, words)]
    owned = [
        Voice(VoiceKind(kind), f"the domain {domain} is their handle")
        for domain in domains
        for kind, ends in words["domain"].items()
        if any(domain.casefold().endswith(f".{end}") for end in ends)
    ]
    owned += [
        Voice(VoiceKind(kind), f"{account} is marked {mark}")
        for account, mark in marks
        for kind, own in words["mark"].items()
        if f"{account.partition(':')[0]}:{mark}" in own
    ]
    described = [
        Voice(plain[0], f"the profile of {account} says: {plain[1]}")
        for account, bio in bios
        if bio and (plain := kind_of_bio(bio))
    ]
    for voices in (shown, described, told, owned):
        if len({voice.kind for voice in voices}) == 1:
            return voices[0]
        if voices:
            return None
    return None


def kind_of_bio(bio: str) -> tuple[VoiceKind, str] | None:
    """The one kind that a profile's words plainly say of its owner, with the part that says so; None for none or several."""
    found: dict[VoiceKind, str] = {}
    for part in PARTS.split(DOTTED.sub(lambda one: one[0].replace(".", ""), bio[:MAX_BIO])):
        if kind := _kind_of_part(part):
            found.setdefault(kind, AROUND.sub("", " ".join(part.split())))
    return next(iter(found.items())) if len(found) == 1 else None


def _kind_of_part(part: str) -> VoiceKind | None:
    words, own = WORD.findall(part.casefold()), _bio_words()
    if not words or not own.forbidding.isdisjoint(words):
        return None
    if not own.official.isdisjoint(words):
        return VoiceKind.AUTHORITY if any(one in word for one in own.authorities for word in words) else None
    kinds = {
        kind
        for kind, titles in own.titles.items()
        for start in range(min(len(words), own.before + 1))
        for length in range(1, own.longest + 1)
        if tuple(words[start : start + length]) in titles
    }
    return kinds.pop() if len(kinds) == 1 else None


class _BioWords(NamedTuple):
    """The words of ``lexicon/voices.toml`` with which profiles are read, in lower case; titles as their words."""

    forbidding: frozenset[str]
    titles: Mapping[VoiceKind, frozenset[tuple[str, ...]]]
    before: int
    longest: int
    official: frozenset[str]
    authorities: tuple[str, ...]


@cache
def _bio_words() -> _BioWords:
    told = word_lists("voices")
    bio, speaks = dict(told["bio"]), told["speaks_for"]
    forbidding, before = frozenset(bio.pop("not_in").split()), int(bio.pop("before"))
    titles = {
        VoiceKind(kind): frozenset(tuple(WORD.findall(title)) for title in own.split()) for kind, own in bio.items()
    }
    longest = max(len(title) for own in titles.values() for title in own)
    official, authorities = frozenset(WORD.findall(speaks["official"])), tuple(speaks["authority"].split())
    return _BioWords(forbidding, titles, before, longest, official, authorities)


def _kind_of_name(name: str, words: Mapping[str, Mapping[str, frozenset[str]]]) -> VoiceKind | None:
    """The one kind that a shown name says; a bot is one whatever it copies."""
    if "\N{ROBOT FACE}" in name:
        return VoiceKind.BOT
    said = set(LETTERS.findall(name.casefold()))
    if said & words[""]["not"]:
        return None
    kinds = [VoiceKind(kind) for kind, own in words["name"].items() if said & own]
    if VoiceKind.BOT in kinds:
        return VoiceKind.BOT
    return kinds[0] if len(kinds) == 1 else None


def _by_affiliation(
    affiliation: str | None, papers: Papers, words: Mapping[str, Mapping[str, frozenset[str]]]
) -> Iterable[Voice]:
    if not affiliation:
        return
    why = f"an article says that they belong to {affiliation[:MAX_LETTERS]}"
    if squeezed(affiliation) in papers.names:
        yield Voice(VoiceKind.JOURNALIST, why)
    said = set(LETTERS.findall(affiliation.casefold()))
    for kind, own in words["affiliation"].items():
        if any(word in own or any(word.endswith(end) for end in own if len(end) > 7) for word in said):
            yield Voice(VoiceKind(kind), why)


@cache
def _words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """The words of ``lexicon/voices.toml`` by where they stand and kind; those that forbid under "" and "not"."""
    told = word_lists("voices")
    forbidding = {"": {"not": frozenset(told["not"].split())}}
    return forbidding | {
        place: {kind: frozenset(own.split()) for kind, own in told[place].items()}
        for place in ("name", "affiliation", "domain", "mark")
    }
