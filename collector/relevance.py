"""Whether a page is about a story, judged by names, numbers and words that both use."""

from typing import NamedTuple

import regex
from anyascii import anyascii

from .organisations import NOT_A_NAME, plain_publisher
from .records import Article, Mention, Review, Role
from .urls import canonical

NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]+(?:\s+\p{Lu}[\p{L}\p{M}'’-]+)*")
WORD = regex.compile(r"[\p{L}\p{M}]{4,}|\d{2,}")
STEM = 5
"""Letters of a word that count: endings differ from case to case and from language to language."""


class Subject(NamedTuple):
    """What a story is about."""

    names: tuple[str, ...]  # as its title and claims write them, the most often named first
    name_stems: frozenset[str]
    stems: frozenset[str]
    claims: tuple[str, ...]


class Judgement(NamedTuple):
    """Why a page belongs to a story, and how sure that is (0 to 1)."""

    rests_on: str
    confidence: float
    reacts: bool = True  # whether the page is a reaction to the story, not only a page beside it


def subject(title: str | None, claims: tuple[str, ...] | list[str], text: str | None = None) -> Subject:
    """What a story is about, from its title and claims; its article's text tells which of their names matter."""
    words = ". ".join(filter(None, (title, *claims)))
    counts: dict[str, int] = {}
    for name in NAME.findall(words):
        plain = " ".join(w for w in name.split() if w.casefold() not in NOT_A_NAME)
        if len(plain) > 2:
            counts.setdefault(plain, 0)
            counts[plain] += 1 + (text or "").count(plain)
    names = sorted(counts, key=lambda n: (-counts[n], n))
    name_stems = {stem for name in names for stem in stems(name)}
    return Subject(tuple(names), frozenset(name_stems), frozenset(stems(words)), tuple(claims))


def stems(words: str) -> set[str]:
    """The words' first letters in Latin script and small letters."""
    return {anyascii(word).casefold()[:STEM] for word in WORD.findall(words) if word.casefold() not in NOT_A_NAME}


def promising(about: Subject, words: str) -> bool:
    """Whether a headline is worth reading on: it shares a name and two words more, or two names."""
    seen = stems(words)
    names, shared = len(seen & about.name_stems), len(seen & about.stems)
    return (names >= 1 and shared >= 3) or names >= 2


def judge(about: Subject, article: Article, known: set[str], original: str | None) -> Judgement | None:
    """Why an article belongs to a story; None where nothing says so.

    ``known`` are the canonical addresses of the story's articles, ``original`` is the publisher whose
    report the story is about.
    """
    if any(canonical(link.url) in known for link in article.links):
        return Judgement("it links to an article of the story", 0.95)
    if any(about_claim(review, claim, known) for review in article.reviews for claim in about.claims):
        return Judgement("it reviews the claim", 0.95)
    words = f"{article.title or ''}\n{article.text[:3000]}"
    seen = stems(words)
    names, shared = len(seen & about.name_stems), len(seen & about.stems)
    if original and _takes_up(article.mentions, original) and shared >= 3:
        return Judgement(f"it takes up the report of {original}", 0.8)
    if about.stems and names >= min(3, len(about.name_stems)) and shared / len(about.stems) >= 0.5:
        return Judgement(f"it shares {names} names and {shared} of {len(about.stems)} words with the claims", 0.6)
    return None


def about_claim(review: Review, claim: str, articles: set[str]) -> bool:
    """Whether a verdict is on a story's claim: it names an article of the story, or shares most of the claim's words."""
    if any(canonical(place) in articles for place in review.appearances):
        return True
    wanted, seen = stems(claim), stems(review.claim)
    return bool(wanted and seen) and len(wanted & seen) >= max(2, 0.5 * min(len(wanted), len(seen)))


def _takes_up(mentions: tuple[Mention, ...], publisher: str) -> bool:
    return any(plain_publisher(m.publisher) == plain_publisher(publisher) for m in mentions)


def role_beside(article: Article, original_publisher: str | None, original_at: str | None) -> Role:
    """What an article is to a story, by who published it and when.

    Earlier reporting came before the original; a follow-up is the same publisher's later report; the rest is coverage.
    """
    at = article.published_at
    if at and original_at and at[: min(len(at), len(original_at))] < original_at[: min(len(at), len(original_at))]:
        return Role.EARLIER
    same = article.publisher and original_publisher and article.publisher.casefold() == original_publisher.casefold()
    return Role.FOLLOWUP if same else Role.COVERAGE
