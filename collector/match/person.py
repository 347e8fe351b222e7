"""A person with names and accounts, and the keys under which records of the same person are found (blocking keys)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from ..addresses import profile_of
from ..prose.same_name import better_name, folded, handle_hints, handle_names, handle_root, plain_name, same_person
from ..urls import canonical, is_web_address

MAX_DECLARED_LINKS = 20
"""Links of a profile that are read; a server may send any number."""
MIN_SURNAME_LENGTH = 3
"""Letters; a shorter surname alone does not identify a person."""
Key = tuple[Any, ...]


class Person(NamedTuple):
    """A person with all names and accounts that were found, and the reasons why they are one person's."""

    name: str
    affiliation: str | None
    handles: tuple[tuple[str, str], ...]  # (platform, handle)
    rests_on: tuple[str, ...]
    declares: tuple[tuple[str, str], ...] = ()  # (platform, handle) of accounts that their profiles link to
    sites: tuple[str, ...] = ()  # canonical addresses of other pages that their profiles link to
    names: tuple[str, ...] = ()  # other spellings
    named: bool = False  # an article names them; stays set once an account is found


class Verdict(NamedTuple):
    """An analyst's decision whether two identifiers ("platform:handle" or a name) are one person's."""

    one: str
    other: str
    same: bool
    analyst: str


def account_holder(platform: str, handle: str | None, name: str | None, links: Iterable[str] = ()) -> Person | None:
    """The person behind an account, named by its display name, else by its handle; None where it has neither."""
    links = tuple(links)
    shown = plain_name(name) or handle
    accounts = ((platform, handle),) if handle else ()
    return Person(shown, None, accounts, (), declared_accounts(links), declared_sites(links)) if shown else None


def identifiers(person: Person) -> set[str]:
    """A person's names and accounts ("platform:handle") in lower case, as verdicts refer to them."""
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
    """Merges two records of one person; ``why`` is added to the reasons."""
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
    """A person's names, without handles that stand in for an unknown name."""
    return [name for name in (person.name, *person.names) if not _is_handle(name, person.handles)]


def full_names(person: Person) -> list[str]:
    """The real names of two parts or more."""
    return [name for name in real_names(person) if len(folded(name)) >= 2]


def ends(name: str) -> tuple[str, str]:
    """The first and the last part of a full name, folded."""
    parts = folded(name)
    return parts[0], parts[-1]


def is_named(person: Person) -> bool:
    """Whether an article names the person; whoever has no account is known from an article."""
    return person.named or not person.handles


def share_a_platform(one: Person, other: Person) -> bool:
    """Whether both have accounts on the same platform; with the same name these are often two people."""
    return not {p for p, _ in one.handles}.isdisjoint(p for p, _ in other.handles)


def account_key(account: tuple[str, str]) -> Key:
    """The key of an account's holder."""
    return ("account", account[0], account[1].casefold())


def said_key(name: str) -> Key:
    """The key of a person whom an article calls by this name."""
    parts = folded(name)
    return ("named", ("full", parts[0], parts[-1])) if len(parts) >= 2 else ("said", parts[0] if parts else name)


def keys(person: Person) -> Iterator[Key]:
    """The keys under which a person is found; what else those of a name may share has keys of its own (``details``)."""
    for account in person.handles:
        yield account_key(account)
    for platform, handle in person.declares:
        yield ("declares", platform, handle.casefold())
    for first, last in map(ends, full_names(person)):
        yield ("last", last)
        for form in forms(first, last):
            yield form_key(form)
            if is_named(person):
                yield ("named", form)
    if is_named(person):  # in prose it is a name, even if it equals a handle
        yield from (key for name in (person.name, *person.names) if (key := said_key(name))[0] == "said")


def forms(first: str, last: str) -> tuple[Key, Key]:
    """A full name, and its initial and surname."""
    return ("full", first, last), ("initial" if len(first) == 1 else "spelt out", first[0], last)


def form_key(form: Key) -> Key:
    """The key of all whose name has a form."""
    return ("name" if form[0] == "full" else "form", form)


def details(person: Person, form: Key) -> Iterator[Key]:
    """The keys of a person's platforms, and of all that may agree, among those whose name has the same form."""
    tokens = list(_tokens(person)) if person.handles else []
    for name in full_names(person):
        if form not in forms(*ends(name)):
            continue
        yield from (("on", form, platform) for platform, _ in person.handles)
        yield from (("agrees", form, token) for token in tokens)
        if spelling := _spelling(person, name):
            yield ("agrees", form, spelling)


def _tokens(person: Person) -> dict[Key, str]:
    """What another person of the same name may share, each with the words for the reason."""
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
    """What must agree besides a full name to merge two accounts: keys to look up, each with the words for the reason."""
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
    """The reason why links between two profiles make them one person's; None where they do not.

    Both profiles must link to each other, or one to the other with name or handle alike. One link alone is too
    weak: people link to their employer, and anyone can link to anyone.
    """
    by_known = _in_common(known.declares, new.handles)
    by_new = _in_common(new.declares, known.handles)
    if by_known and by_new:
        return f"{by_new} and {by_known} declare each other"
    if not by_known and not by_new:
        return None
    roots = [{handle_root(h) for _, h in each.handles} - {""} for each in (known, new)]
    if roots[0] & roots[1] or any(same_person(a, b) for a in real_names(known) for b in real_names(new)):
        one = known if by_known else new
        return f"{':'.join(one.handles[0]) if one.handles else one.name} declares {by_known or by_new} as its own"
    return None


def _in_common(declared: Iterable[tuple[str, str]], held: Iterable[tuple[str, str]]) -> str | None:
    """The first of the accounts ``held`` that is ``declared``, as ``platform:handle``."""
    wanted = {(p, h.casefold()) for p, h in declared}
    return next((f"{p}:{h}" for p, h in held if (p, h.casefold()) in wanted), None)


def _is_handle(name: str, handles: Iterable[tuple[str, str]]) -> bool:
    shown = name.casefold()
    return any(handle.casefold() == shown for _, handle in handles)
