"""Ties a post to a story, with what the tie rests on and how sure it is."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import regex

from ..prose.same_name import plain_name, same_person
from ..records import Embed, Post, Role, Statement, Tie, TieKind, counts_as_source
from ..urls import canonical
from .relevance import Judgement

CONFIDENCE = {
    TieKind.EMBEDDED: 1.0,
    TieKind.LINKS: 0.95,
    TieKind.QUOTES: 0.9,
    TieKind.REPLIES: 0.8,
    TieKind.REPORTED: 0.9,
    TieKind.MENTIONS: 0.5,
}


class Known(NamedTuple):
    """What a story already holds."""

    articles: Collection[str]  # canonical addresses of those whose role counts as a source
    posts: Collection[tuple[str, str]]  # (platform, external id) of its reactions


def sources(articles: Mapping[str, Role]) -> set[str]:
    """Of a story's articles, by canonical address, those that posts can react to the story through."""
    return {address for address, role in articles.items() if counts_as_source(role)}


def ties(post: Post, known: Known) -> list[Tie]:
    """Every way in which ``post`` reacts to the story, strongest first; [] where there is none."""
    found = []
    for link in post.links:
        address = canonical(link)
        if address in known.articles:
            found.append(_tie(TieKind.LINKS, address, "its text links to the article"))
    if post.quotes and (post.platform, post.quotes) in known.posts:
        found.append(_tie(TieKind.QUOTES, post.quotes, "it quotes a reaction of the story"))
    if post.in_reply_to and (post.platform, post.in_reply_to) in known.posts:
        found.append(_tie(TieKind.REPLIES, post.in_reply_to, "it replies to a reaction of the story"))
    return found


def _tie(kind: TieKind, source: str, rests_on: str) -> Tie:
    return Tie(kind=kind, source=source, rests_on=rests_on, confidence=CONFIDENCE[kind])


def embedded(source: str) -> Tie:
    """The tie of a post that the article at ``source`` shows."""
    return _tie(TieKind.EMBEDDED, source, "the article shows the post")


def mentioned(source: str) -> Tie:
    """The tie of a post that the article at ``source`` links to in its prose."""
    return _tie(TieKind.MENTIONS, source, "the article's prose links to the post")


def took_up(source: str, why: Judgement) -> Tie:
    """The tie of an article that is about the story without linking to it."""
    return Tie(kind=TieKind.MENTIONS, source=source, rests_on=why.rests_on, confidence=why.confidence)


def same_text(tie: Tie, url: str) -> Tie:
    """The witness that a copy at ``url`` bears to the reaction of the article that had its text first."""
    return Tie(
        kind=tie.kind,
        source=url,
        rests_on=f"the same text at another address; {tie.rests_on}",
        confidence=tie.confidence,
    )


def reported(source: str, speaker: str) -> Tie:
    """The tie of words that the article at ``source`` reports."""
    return _tie(TieKind.REPORTED, source, f"the article's prose reports {speaker}")


INTERVIEW = regex.compile(
    r"\b(?:interview|haastattelu\w*|intervju\w*|entretien|entrevista|интервью|інтерв\w+|intervista|wywiad\w*)\b",
    regex.I,
)


def rendered_by(statement: Statement, embeds: Collection[Embed]) -> Embed | None:
    """The embedded post that a statement in prose renders, so that the two are one reaction with two witnesses.

    Prose beside a post of the same person tells what the post says, in the article's language; so a
    statement belongs to its speaker's embed, unless it was made elsewhere (an interview). With
    several embeds of one person, to the one that shares most names and numbers with it.
    """
    if INTERVIEW.search(statement.text):
        return None
    own = [e for e in embeds if (name := plain_name(e.author_name)) and same_person(name, statement.speaker)]
    return max(own, key=lambda e: _shared(statement.text, e.text or "")) if own else None


def _shared(one: str, other: str) -> int:
    def marks(text: str) -> set[str]:
        return {m.casefold()[:5] for m in regex.findall(r"\p{Lu}\p{L}{2,}|\d+|\p{L}{6,}", text)}

    return len(marks(one) & marks(other))
