"""What is known of one person, and the keys under which those who may be the same are found."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from ..addresses import profile_of
from ..prose.same_name import better_name, folded, handle_hints, handle_names, handle_root, plain_name, same_person
from ..urls import canonical, is_web_address

MAX_DECLARED_LINKS = 20
"""Links of a profile that count; a server may send any number."""
MIN_SURNAME_LENGTH = 3
"""Letters from which a surname alone may stand for a person."""
Key = tuple[Any, ...]


class Person(NamedTuple):
    """A person, with every name and handle met, and what says that they are the same."""

    name: str
    affiliation: str | None
    handles: tuple[tuple[str, str], ...]  # (platform, handle)
    rests_on: tuple[str, ...]
    declares: tuple[tuple[str, str], ...] = ()  # accounts that a profile of theirs links to
    sites: tuple[str, ...] = ()  # canonical addresses of other pages that a profile of theirs links to
    names: tuple[str, ...] = ()  # other spellings met
    named: bool = False  # an article names them: set for those without an account, and kept when one is found


class Verdict(NamedTuple):
    """An analyst's word on two marks ("platform:handle" or a name): one person's or not."""

    one: str
    other: str
    same: bool
    analyst: str


class Hint(NamedTuple):
    """Two of ``PersonResolver.people``, by index, that may be one person, and why; too little to merge them."""

    one: int
    other: int
    why: str


def account_holder(platform: str, handle: str | None, name: str | None, links: Iterable[str] = ()) -> Person | None:
    """Who an account is, by its display name, or its handle where it has none; None where it has neither."""
    links = tuple(links)
    shown = plain_name(name) or handle
    accounts = ((platform, handle),) if handle else ()
    return Person(shown, None, accounts, (), declared_accounts(links), declared_sites(links)) if shown else None


def identifiers(person: Person) -> set[str]:
    """What a person goes by: names and accounts, as verdicts write them."""
    names = (person.name, *person.names)
    return {*(n.casefold() for n in names), *(f"{p}:{handle}".casefold() for p, handle in person.handles)}


def declared_accounts(links: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The accounts (platform, handle) that a profile's links lead to."""
    found = (profile_of(link) for link in islice(links, MAX_DECLARED_LINKS))
    return tuple(dict.fromkeys(account for account in found if account))


def declared_sites(links: Iterable[str]) -> tuple[str, ...]:
    """The canonical addresses of the pages, other than accounts, that a profile's links lead to."""
    found = (link for link in islice(links, MAX_DECLARED_LINKS) if is_web_address(link) and not profile_of(link))
    return tuple(dict.fromkeys(canonical(link) for link in found))


def together(known: Person, new: Person, why: str | None = None) -> Person:
    """Two records of one person as one."""
    accounts: dict[Key, tuple[str, str]] = {}
    for account in known.handles + new.handles:
        accounts.setdefault(account_key(account), account)
    names = [n for n in (known.name, new.name) if not _is_handle(n, accounts.values())]
    name = better_name(*names) if len(names) == 2 else names[0] if names else known.name
    others = dict.fromkeys((known.name, *known.names, new.name, *new.names))
    return Person(
        name,
        known.affiliation or new.affiliation,
        tuple(accounts.values()),
        tuple(dict.fromkeys((*known.rests_on, *new.rests_on, *((why,) if why else ())))),
        tuple(dict.fromkeys(known.declares + new.declares)),
        tuple(dict.fromkeys(known.sites + new.sites)),
        tuple(other for other in others if other != name),
        any(one.named or not one.handles for one in (known, new)),
    )


def real_names(person: Person) -> list[str]:
    """A person's names, without handles that stand where no name is known: a handle is no name."""
    return [name for name in (person.name, *person.names) if not _is_handle(name, person.handles)]


def full_names(person: Person) -> list[str]:
    """Those of two parts or more."""
    return [
        name for name in (person.name, *person.names) if len(folded(name)) >= 2 and not _is_handle(name, person.handles)
    ]


def ends(name: str) -> tuple[str, str]:
    """The first and the last part of a full name, folded."""
    parts = folded(name)
    return parts[0], parts[-1]


def is_named(person: Person) -> bool:
    """Whether an article names the person; one without an account is known from prose alone."""
    return person.named or not person.handles


def share_a_platform(one: Person, other: Person) -> bool:
    """Whether both have accounts on one platform: under one name these may well be two people."""
    return not {p for p, _ in one.handles}.isdisjoint(p for p, _ in other.handles)


def account_key(account: tuple[str, str]) -> Key:
    """The key of whoever holds an account."""
    return ("account", account[0], account[1].casefold())


def said_key(name: str) -> Key:
    """The key of whoever an article calls just so."""
    parts = folded(name)
    return ("named", ("full", parts[0], parts[-1])) if len(parts) >= 2 else ("said", parts[0] if parts else name)


def keys(person: Person) -> Iterator[Key]:
    """Every key under which a person is found."""
    for account in person.handles:
        yield account_key(account)
        if handle_root(account[1]):
            yield ("root", handle_root(account[1]))
    for platform, handle in person.declares:
        yield ("declares", platform, handle.casefold())
    for name in real_names(person):
        parts = folded(name)
        if len(parts) >= 2:
            yield from _keys_of_full_name(person, name)
        else:
            yield ("word", parts[0] if parts else name)
    if is_named(person):  # what prose says is a name, though it may be a handle too
        yield from (key for name in (person.name, *person.names) if (key := said_key(name))[0] == "said")


def _keys_of_full_name(person: Person, name: str) -> Iterator[Key]:
    first, last = ends(name)
    yield ("last", last)
    tokens: list[Any] = list(_tokens(person)) if person.handles else []
    spelling = _spelling(person, name)
    if spelling:
        tokens.append(spelling)
    for form in (("full", first, last), ("initial" if len(first) == 1 else "spelt out", first[0], last)):
        yield ("name" if form[0] == "full" else "form", form)
        if is_named(person):
            yield ("named", form)
        for platform, _ in person.handles:
            yield ("on", form, platform)
        for token in tokens:
            yield ("agrees", form, token)


def _tokens(person: Person) -> dict[Key, str]:
    """What another with the same name may have in common, with how that is said."""
    return {
        **{("root", root): "and the same handle" for _, h in person.handles if (root := handle_root(h))},
        **{account_key(a): f"and both link to {a[0]}:{a[1]}" for a in person.declares},
        **{("page", site): f"and both link to {site}" for site in person.sites},
        **({("at", person.affiliation.casefold()): f"and both at {person.affiliation}"} if person.affiliation else {}),
    }


def _spelling(person: Person, name: str) -> str | None:
    handles = [handle for _, handle in person.handles]
    if any(handle_names(handle, name) for handle in handles):
        return "spelt"
    return "partly" if any(handle_hints(handle, name) for handle in handles) else None


def agreements(person: Person) -> list[tuple[Key, str]]:
    """What must agree beside a full name to make two accounts one person's: tokens to look for, and how it is said."""
    if not person.handles:
        return []
    found: list[tuple[Key, str]] = [((token,), what) for token, what in _tokens(person).items()]
    spellings = {_spelling(person, name) for name in full_names(person)}
    if "spelt" in spellings:
        found.append((("spelt", "partly"), "and the handles spell it"))
    elif "partly" in spellings:
        found.append((("spelt",), "and the handles spell it"))
    return found


def why_declared(known: Person, new: Person) -> str | None:
    """Why a link between two profiles makes them one person's: both link, or one does and name or handle agree.

    One link alone says little: people link to their employer, and anyone can link to anyone.
    """
    there = _in_common(known.declares, new.handles)
    back = _in_common(new.declares, known.handles)
    if there and back:
        return f"{back} and {there} declare each other"
    if not there and not back:
        return None
    roots = [{handle_root(h) for _, h in each.handles} - {""} for each in (known, new)]
    if roots[0] & roots[1] or any(same_person(a, b) for a in real_names(known) for b in real_names(new)):
        one = known if there else new
        return f"{':'.join(one.handles[0]) if one.handles else one.name} declares {there or back} as its own"
    return None


def _in_common(declared: Iterable[tuple[str, str]], held: Iterable[tuple[str, str]]) -> str | None:
    """The first account held that is declared, as it is shown."""
    wanted = {(p, h.casefold()) for p, h in declared}
    return next((f"{p}:{h}" for p, h in held if (p, h.casefold()) in wanted), None)


def _is_handle(name: str, handles: Iterable[tuple[str, str]]) -> bool:
    return name.casefold() in [handle.casefold() for _, handle in handles]
