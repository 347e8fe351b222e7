"""Decides whether a page is about a story, by the names, numbers and words that they share."""

from collections.abc import Collection
from typing import NamedTuple

import regex
from anyascii import anyascii

from ..pages.feeds import Entry
from ..prose.language import detect
from ..prose.organisations import NOT_A_NAME, PLACES, plain_publisher
from ..prose.same_name import sound
from ..records import Article, Mention, Review, Role, Subject
from ..stance.rarity import rarity
from ..urls import canonical, host_of

NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]+(?:\s+\p{Lu}[\p{L}\p{M}'’-]+)*")
WORD = regex.compile(r"[\p{L}\p{M}]{4,}|\d{2,}")
NAME_WORD = regex.compile(r"\p{Lu}[\p{L}\p{M}]{3,}")
QUOTED = regex.compile(r"[\"“”„«»]\s*([\p{L}\p{N}][^\"“”„«»]{6,60}?)\s*[\"“”«»]")
YEAR = regex.compile(r"(?:19|20)\d\d")
STEM_LETTERS = 5
"""Letters of a word that are compared: endings differ between cases and languages."""

MIN_NAMED = 3
"""Names of a story that a page must have, where at most one word of its headline is the story's."""
MAX_OPENING = 1_500
"""Characters of a story's article from which further names are taken."""
MIN_RARITY = 12.5
"""Nats of a word that few headlines have."""
MIN_RARE, MIN_RARE_BESIDE = 3, 2
"""Rare words of a story that a headline has which names nobody of it, and beside a name."""
PROMISE_OF_NAMES, PROMISE_OF_WORDS = 0.3, 0.2
MIN_SHARED, MAX_READ = 3, 3_000
"""Words of title and claims that an article has which takes up the report, in so many characters of its text."""


class Judgement(NamedTuple):
    """The reason why a page belongs to a story, and a confidence from 0 to 1."""

    rests_on: str
    confidence: float
    reacts: bool = True  # False for a page beside the story that is no reaction to it


def subject(
    title: str | None, claims: tuple[str, ...] | list[str], text: str | None = None, *, language: str | None = None
) -> Subject:
    """What a story is about, from its title and claims; names that its article's ``text`` repeats come first, those of its opening
    are kept beside them.

    ``language`` is the article's; that of title and claims is detected.
    """
    parts = [part for part in (title, *claims) if part]
    words = ". ".join(parts)
    counts: dict[str, int] = {}
    for name in NAME.findall(words):
        plain = " ".join(w for w in name.split() if w.casefold() not in NOT_A_NAME)
        if len(plain) > 2:
            counts.setdefault(plain, 0)
            counts[plain] += 1 + (text or "").count(plain)
    names = sorted(counts, key=lambda n: (-counts[n], n))
    name_stems = {stem for name in names for stem in stems(name)}
    begun = (text or "")[:MAX_OPENING]
    opening = {part for name in NAME.findall(begun) if " " in name for part in name.split()}
    further = sorted(part for part in opening if part.casefold() not in PLACES and not stems(part) & name_stems)
    languages = {language, *(detect(part) for part in parts)} - {None}
    plain_words = {w.casefold() for w in WORD.findall(words)} - NOT_A_NAME
    return Subject(
        tuple(names),
        frozenset(name_stems),
        frozenset(stems(words)),
        tuple(claims),
        frozenset(filter(None, languages)),
        tuple(sorted((w for w in plain_words if not stems(w) & name_stems), key=lambda w: (-len(w), w))),
        tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in QUOTED.findall(words))),
        tuple(further),
        frozenset(_rare_stems(f"{words} {begun}") - name_stems - stems(" ".join(opening))),
    )


def _rare_stems(words: str) -> set[str]:
    """The stems of those words that few headlines have; numbers tell little of a headline."""
    return {
        stem for word in WORD.findall(words) if rarity(word) >= MIN_RARITY for stem in stems(word) if stem.isalpha()
    }


def stems(words: str) -> set[str]:
    """The first letters of each word, in lower-case ASCII."""
    return {
        anyascii(word).casefold()[:STEM_LETTERS] for word in WORD.findall(words) if word.casefold() not in NOT_A_NAME
    }


def promising(about: Subject, words: str, *, language: str | None = None) -> bool:
    """Whether the page behind a headline is worth reading: they share a name and two other words, or two names.

    In a language that neither the story nor its claims use, few words can be shared: there one name or number is
    enough, and the page itself decides. Without ``language``, that of the headline is detected.
    """
    return _promise(about, words, language) > 0


def promise(about: Subject, entry: Entry, known: Collection[str] = ()) -> float:
    """A score of an entry, from 0 (not worth reading) to 1, so that the best are read first.

    It goes by headline and summary; where an index tells what else is in the page, by a link to one of the canonical
    addresses ``known``, or by ``MIN_NAMED`` of the story's names beside a word of it in the headline, which in another
    language need not be there.
    """
    hosts = {host_of(address) for address in known} if entry.links else ()
    if any(any(host in link for host in hosts) and canonical(link) in known for link in entry.links):
        return 1.0
    words = f"{entry.title or ''} {entry.summary or ''}"
    worth = _promise(about, words, entry.language) or _promise_of_words(about, entry.title or "")
    if worth or not entry.names:
        return worth
    known = about.name_stems | stems(" ".join(about.further))
    named = len(stems(" ".join(entry.names)) & known)
    may_share = entry.language in about.languages or not entry.language
    return PROMISE_OF_NAMES if named >= MIN_NAMED and (stems(words) & about.stems or not may_share) else 0.0


def _promise_of_words(about: Subject, headline: str) -> float:
    """The score of a headline that has rare words of the story, and names nobody of it or one."""
    seen = stems(headline)
    named = seen & (about.name_stems | stems(" ".join(about.further)))
    return PROMISE_OF_WORDS if len(seen & about.rare) >= (MIN_RARE_BESIDE if named else MIN_RARE) else 0.0


def _promise(about: Subject, words: str, language: str | None) -> float:
    """The score of a headline, 0 to 1: by names and words in common, or, in a foreign language, by names by sound and numbers."""
    seen, further = stems(words), stems(" ".join(about.further))
    names, shared = len(seen & (about.name_stems | further)), len(seen & (about.stems | further))
    if (names >= 1 and shared >= 3) or names >= 2:
        return 1 - 1 / (1 + names + shared / 2)
    heard = len(_heard(words) & _heard(" ".join((*about.names, *about.further))))
    numbers = len({s for s in seen & about.stems if s.isdigit() and not YEAR.fullmatch(s)})
    spoken = (language or detect(words)) if heard or numbers else None
    if not spoken or not about.languages or spoken in about.languages:
        return 0.0
    return 0.5 - 0.5 / (1 + heard + numbers / 2)


def _heard(words: str) -> set[str]:
    """Phonetic stems, which agree across scripts: ``Washington`` and ``Вашингтон``."""
    return {
        sound(anyascii(w).casefold())[:STEM_LETTERS] for w in NAME_WORD.findall(words) if w.casefold() not in NOT_A_NAME
    }


def judge(about: Subject, article: Article, known: set[str], original: str | None) -> Judgement | None:
    """Why an article belongs to a story by what it points at; None where it points at nothing of it (then ``of_same_event``).

    ``known`` are the canonical addresses of the story's articles, ``original`` the publisher whose report the
    story is about.
    """
    if any(canonical(link.url) in known for link in article.links):
        return Judgement("it links to an article of the story", 0.95)
    if any(about_claim(review, claim, known) for review in article.reviews for claim in about.claims):
        return Judgement("it reviews the claim", 0.95)
    shared = len(stems(f"{article.title or ''}\n{article.text[:MAX_READ]}") & about.stems)
    if original and shared >= MIN_SHARED and _takes_up(article.mentions, original):
        return Judgement(f"it takes up the report of {original}", 0.8)
    return None


def about_claim(review: Review, claim: str, articles: set[str]) -> bool:
    """Whether a fact-check is about a claim: it names an article of the story, or they share at least half of the shorter one's words."""
    if any(canonical(place) in articles for place in review.appearances):
        return True
    wanted, seen = stems(claim), stems(review.claim)
    return bool(wanted and seen) and len(wanted & seen) >= max(2, 0.5 * min(len(wanted), len(seen)))


def _takes_up(mentions: tuple[Mention, ...], publisher: str) -> bool:
    return any(plain_publisher(m.publisher) == plain_publisher(publisher) for m in mentions)


def role_beside(
    article: Article, original_publisher: str | None, original_at: str | None, *, linked_only: bool = False
) -> Role:
    """An article's role in a story, by its publisher and time.

    ``original_at`` is when the report that the story is about came out, or else the story's own article; what was
    published before is earlier reporting. ``linked_only``: the story links to the article, but the article does not
    take the story up; then it is context. The same publisher's later report is a follow-up, the rest is coverage.
    """
    at = article.published_at
    if at and original_at and at[: min(len(at), len(original_at))] < original_at[: min(len(at), len(original_at))]:
        return Role.EARLIER
    if linked_only:
        return Role.CONTEXT
    same = article.publisher and original_publisher and article.publisher.casefold() == original_publisher.casefold()
    return Role.FOLLOWUP if same else Role.COVERAGE
