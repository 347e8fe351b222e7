"""Whom an article names, and which accounts are declared to be theirs: by a page, by an article that shows a post of
theirs under the name, by a profile of theirs, by a domain or an analyst. A name alone makes no account anybody's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from ..lexicon import publishers
from ..pages.declared_accounts import Declared
from ..prose.language import detect
from ..prose.same_name import folded, in_other_script, plain_name, same_person
from ..records import Article
from .name_cases import names_in_base_form
from .person import Verdict, declared_accounts

MAX_NAMED = 60
"""Persons of an article that are kept: those who speak first, then in the order in which it names them."""
MAX_NAME = 120
"""Characters of a name."""
FULL = frozenset(("the same name", "the same first and last name", "the same name in another script"))
"""How two names may be alike to be one's: not by an initial or a surname alone."""
INITIAL = "the same surname and initial"
"""How two names may be alike where only one of those named can be meant."""


class Named(NamedTuple):
    """A person whom an article names."""

    name: str
    affiliation: str | None = None


class How(StrEnum):
    """What declares an account, the surest first."""

    ANALYST = "analyst"
    PAGE = "page"
    SHOWN = "shown"
    PROFILE = "profile"
    DOMAIN = "domain"


class Own(NamedTuple):
    """An account that is declared to be a named person's, and what that rests on."""

    name: str
    platform: str
    handle: str
    how: How
    rests_on: str


class Held(NamedTuple):
    """An account that reacted: ``shown_by`` is the article of the story that shows a post of it, where one does."""

    platform: str
    handle: str
    name: str | None
    links: tuple[str, ...] = ()
    shown_by: str | None = None


class Owned(NamedTuple):
    """The accounts that are declared to be somebody's, and by name how many others only bear that name."""

    accounts: tuple[Own, ...]
    namesakes: Mapping[str, int]


def persons_named(article: Article) -> tuple[Named, ...]:
    """The persons whom an article names with first and last name, each once, without its authors. Who is reported as
    speaking stands first; what they belong to is known of them alone.
    """
    language = article.language or detect(article.text) or "en"
    spoken = {s.speaker: s.affiliation for s in reversed(article.statements)}
    shown = tuple(name for e in article.embeds if (name := plain_name(e.author_name)))
    found: list[Named] = []
    for name in names_in_base_form(article.text, language, (*reversed(spoken), *shown)):
        known = (*(one.name for one in found), *article.authors)
        if len(name.split()) > 1 and len(name) <= MAX_NAME and not any(same_person(name, other) for other in known):
            found.append(Named(name, spoken.get(name)))
    return tuple(found[:MAX_NAMED])


def declared_to_be(named: Sequence[Named], declared: Iterable[Declared]) -> list[Own]:
    """The accounts that a page declares to be those of named persons."""
    return [
        Own(person.name, one.platform, one.handle, How.PAGE, one.rests_on)
        for one in declared
        for person in named
        if is_named_as(person.name, one.name)
    ]


def is_named_as(name: str, other: str | None) -> bool:
    """Whether a name that an account or a page shows is a person's full name."""
    plain = plain_name(other)
    return plain is not None and same_person(name, plain) in FULL


def known_as(name: str, known: Sequence[str], beside: Sequence[str]) -> str | None:
    """Under which of some known names a person is known already whom an article names, as it names others ``beside``.

    That is a full name alike, else with an initial the only one that it can be, of both articles' names; None for a new person.
    """
    for other in known:
        if is_named_as(other, name):
            return other
    likely = [other for other in known if same_person(other, name) == INITIAL]
    if len(likely) != 1 or any(same_person(likely[0], other) for other in beside if other != name):
        return None
    return likely[0]


def own_accounts(
    named: Sequence[Named], held: Sequence[Held], pages: Iterable[Own], verdicts: Iterable[Verdict] = ()
) -> Owned:
    """Which accounts are declared to be whose among those that a story's article names; each account is one person's.

    ``pages`` are those that pages declare, ``held`` those that reacted, ``verdicts`` what analysts said of two marks.
    """
    said = {frozenset((v.one.casefold(), v.other.casefold())): v for v in verdicts}
    likely = _of_their_name(named, held)
    found: dict[tuple[str, str], Own] = {}
    apart: set[tuple[str, str]] = set()
    for own in (*_by_analyst(named, held, said), *pages, *_as_shown(likely), *_by_domain(likely)):
        key = own.platform, own.handle.casefold()
        verdict = said.get(frozenset((own.name.casefold(), f"{own.platform}:{own.handle}".casefold())))
        if verdict is not None and not verdict.same:
            apart.add(key)
        else:
            found.setdefault(key, own)
    for own in _by_profile(likely, {(h.platform, h.handle.casefold()): h for h in held}, found):
        key = own.platform, own.handle.casefold()
        if key not in apart:
            found.setdefault(key, own)
    namesakes = {
        person.name: sum((h.platform, h.handle.casefold()) not in found for h in alike) for person, alike in likely
    }
    return Owned(tuple(found.values()), namesakes)


def _of_their_name(named: Sequence[Named], held: Sequence[Held]) -> list[tuple[Named, list[Held]]]:
    """Each person with the accounts that show the full name. Names are compared where the surname is the same, or the script
    another.
    """
    by_surname: defaultdict[str, list[Held]] = defaultdict(list)
    foreign: dict[bool, list[Held]] = {True: [], False: []}
    for account in held:
        parts = folded(account.name or "")
        if len(parts) > 1:
            by_surname[parts[-1]].append(account)
            foreign[in_other_script(account.name or "")].append(account)
            for part in parts[1:-1]:  # what stands behind the name: Anna Berg (Kallvik)
                by_surname[part].append(account)
    found = []
    for person in named:
        near = [*by_surname[folded(person.name)[-1]], *foreign[not in_other_script(person.name)]]
        alike = {(h.platform, h.handle): h for h in near if is_named_as(person.name, h.name)}
        found.append((person, list(alike.values())))
    return found


def _by_analyst(named: Sequence[Named], held: Sequence[Held], said: Mapping[frozenset[str], Verdict]) -> Iterable[Own]:
    names = {person.name.casefold(): person.name for person in named}
    accounts = {f"{h.platform}:{h.handle}".casefold(): h for h in held}
    for marks, verdict in said.items():
        name = next((names[mark] for mark in marks if mark in names), None)
        account = next((accounts[mark] for mark in marks if mark in accounts), None)
        if verdict.same and name and account:
            yield Own(name, account.platform, account.handle, How.ANALYST, f"{verdict.analyst} says so")


def _as_shown(likely: Iterable[tuple[Named, Sequence[Held]]]) -> Iterable[Own]:
    for person, alike in likely:
        for account in alike:
            if account.shown_by:
                why = f"{account.shown_by} names them and shows a post of this account"
                yield Own(person.name, account.platform, account.handle, How.SHOWN, why)


def _by_domain(likely: Iterable[tuple[Named, Sequence[Held]]]) -> Iterable[Own]:
    """Accounts whose handle lies in the domain of the organisation that the article says they belong to: Bluesky checks
    who holds a domain, and a server of the fediverse is its owner's.
    """
    for person, alike in likely:
        site = publishers().get(person.affiliation or "")
        for account in alike if site else ():
            domain = account.handle.casefold().rpartition("@")[2]
            if account.platform in ("bluesky", "mastodon") and (domain == site or domain.endswith(f".{site}")):
                why = f"{account.handle} is a name in the domain of {person.affiliation}"
                yield Own(person.name, account.platform, account.handle, How.DOMAIN, why)


def _by_profile(
    likely: Iterable[tuple[Named, Sequence[Held]]],
    held: Mapping[tuple[str, str], Held],
    known: Mapping[tuple[str, str], Own],
) -> Iterable[Own]:
    """Accounts of their name that the profile of an account which is theirs links to."""
    declared: defaultdict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for key, own in known.items():
        for platform, handle in declared_accounts(held[key].links) if key in held else ():
            declared[own.name].setdefault((platform, handle.casefold()), f"{own.platform}:{own.handle}")
    for person, alike in likely:
        for account in alike:
            by = declared[person.name].get((account.platform, account.handle.casefold()))
            if by:
                why = f"the profile of {by}, which is theirs, links to it"
                yield Own(person.name, account.platform, account.handle, How.PROFILE, why)
