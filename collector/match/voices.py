"""What kind of voice somebody is: journalist, politician, scholar, authority, company or bot, where a profile or an
article says so, with what that rests on; else unknown.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

import regex

from ..records import VoiceKind
from .papers import Papers, squeezed

MAX_LETTERS = 200
"""Letters of a name that are read."""


class Voice(NamedTuple):
    """A kind of voice and what that rests on."""

    kind: VoiceKind
    rests_on: str


def voice_of(
    names: Iterable[tuple[str, str | None]], domains: Iterable[str], affiliation: str | None, papers: Papers
) -> Voice | None:
    """The kind of voice of a person; None where nothing says it, or two things say different ones of like standing.

    ``names`` are (``platform:handle``, the name that the account shows), ``domains`` those that are the person's handles, which a
    network has checked; ``affiliation`` is where an article says that they belong, ``papers`` those of the story.
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
    for voices in (shown, told, owned):
        if len({voice.kind for voice in voices}) == 1:
            return voices[0]
        if voices:
            return None
    return None


def _kind_of_name(name: str, words: Mapping[str, Mapping[str, frozenset[str]]]) -> VoiceKind | None:
    """The one kind that a shown name says; a bot is one whatever it copies."""
    if "\N{ROBOT FACE}" in name:
        return VoiceKind.BOT
    said = set(regex.findall(r"[\p{L}\p{M}]+", name.casefold()))
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
    said = set(regex.findall(r"[\p{L}\p{M}]+", affiliation.casefold()))
    for kind, own in words["affiliation"].items():
        if any(word in own or any(word.endswith(end) for end in own if len(end) > 7) for word in said):
            yield Voice(VoiceKind(kind), why)


@cache
def _words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """The words of ``lexicon/voices.toml`` by where they stand and kind; those that forbid under "" and "not"."""
    told = tomllib.loads(resources.files("storywake.collector.lexicon").joinpath("voices.toml").read_text("utf-8"))
    forbidding = {"": {"not": frozenset(told.pop("not").split())}}
    return forbidding | {
        place: {kind: frozenset(own.split()) for kind, own in kinds.items()} for place, kinds in told.items()
    }
