"""Finds how a post is tied to a story: the kind of tie, the reason, the confidence."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import regex

from ..markup.links import find_links
from ..prose.same_name import plain_name, same_person
from ..records import NO_MEDIA, Embed, Post, Role, Statement, Tie, TieKind, counts_as_source
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
    """What a story already has."""

    articles: Collection[str]  # canonical addresses, of those that ``counts_as_source``
    posts: Collection[tuple[str, str]]  # (platform, external id) of its reactions


def sources(articles: Mapping[str, Role]) -> set[str]:
    """Those of a story's articles (role by canonical address) through which posts can react to it."""
    return {address for address, role in articles.items() if counts_as_source(role)}


def ties(post: Post, known: Known) -> list[Tie]:
    """Every tie of ``post`` to the story, the strongest first; [] where there is none."""
    found = []
    for link in _links(post):
        address = canonical(link)
        if address in known.articles:
            where = "its text links" if link in post.links else "the words beside its text link"
            found.append(_tie(TieKind.LINKS, address, f"{where} to the article"))
    if post.quotes and (post.platform, post.quotes) in known.posts:
        found.append(_tie(TieKind.QUOTES, post.quotes, "it quotes a reaction of the story"))
    if post.in_reply_to and (post.platform, post.in_reply_to) in known.posts:
        found.append(_tie(TieKind.REPLIES, post.in_reply_to, "it replies to a reaction of the story"))
    return found


def linked(post: Post) -> list[str]:
    """The canonical addresses that a post links to, in its text or beside it."""
    return list(map(canonical, _links(post)))


def _links(post: Post) -> dict[str, None]:
    """A post's links, then those in the words beside its text."""
    beside = post.media if post.media is not NO_MEDIA else None
    written = find_links("\n".join(filter(None, (*beside.alt, beside.card, *beside.poll)))) if beside else ()
    return dict.fromkeys((*post.links, *written))


def _tie(kind: TieKind, source: str, rests_on: str) -> Tie:
    return Tie(kind=kind, source=source, rests_on=rests_on, confidence=CONFIDENCE[kind])


def embedded(source: str) -> Tie:
    """The tie of a post that the article at ``source`` shows."""
    return _tie(TieKind.EMBEDDED, source, "the article shows the post")


def commented(source: str) -> Tie:
    """The tie of a comment under the article at ``source``."""
    return Tie(kind=TieKind.REPLIES, source=source, rests_on="it is a comment under the article", confidence=0.95)


def mentioned(source: str) -> Tie:
    """The tie of a post that the article at ``source`` links to in its prose."""
    return _tie(TieKind.MENTIONS, source, "the article's prose links to the post")


def took_up(source: str, why: Judgement) -> Tie:
    """The tie of an article that is about the story but does not link to it."""
    return Tie(kind=TieKind.MENTIONS, source=source, rests_on=why.rests_on, confidence=why.confidence)


def same_text(tie: Tie, url: str) -> Tie:
    """The tie that a copy at ``url`` adds, as another witness, to the reaction of the article that it copies (``tie``)."""
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
    """The embed that a statement in prose paraphrases, so that both are one reaction with two witnesses; None if none.

    Prose beside an embed repeats the post in the article's language. So a statement belongs to its speaker's embed,
    unless it was made in an interview; of several embeds, to the one that shares most names and numbers with it.
    """
    if INTERVIEW.search(statement.text):
        return None
    own = [e for e in embeds if (name := plain_name(e.author_name)) and same_person(name, statement.speaker)]
    return max(own, key=lambda e: _shared(statement.text, e.text or "")) if own else None


def _shared(one: str, other: str) -> int:
    """How many names, numbers and long words two texts have in common, by their first five letters."""

    def stems(text: str) -> set[str]:
        return {word.casefold()[:5] for word in regex.findall(r"\p{Lu}\p{L}{2,}|\d+|\p{L}{6,}", text)}

    return len(stems(one) & stems(other))
