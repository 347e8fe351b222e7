"""Whom a story's article names, and which accounts are declared to be theirs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from storywake.collector.match.named import INITIAL, How, Named, Own, Owned, known_as
from storywake.collector.prose.same_name import better_name, same_person
from storywake.collector.records import Author

from .erasing import Fingerprints, known_marks
from .many import run_many
from .statements import statements

SQL = statements("named")
Row = dict[str, Any]


def save_named(connection: Connection, story_id: int, source: str, named: Sequence[Named]) -> None:
    """Writes whom the article at ``source`` names, in the place of whom it named before; whom another article of the story
    names too is one person, under the fuller name and where they were named first, and who was erased stays out.
    """
    stored, is_erased = _rows(connection, story_id), _erased(connection)
    kept = [person for person in named if not is_erased("web", Author(name=person.name))]
    names, beside = [row.name for row in stored], [person.name for person in kept]
    known = {person.name: known_as(person.name, names, beside) or person.name for person in kept}
    gone = {row.name for row in stored if row.source == source} - set(known.values())
    run_many(connection, SQL["drop_named"], [{"story_id": story_id, "name": name} for name in sorted(gone)])
    called = {
        name: better_name(name, told) if same_person(name, told) == INITIAL else name for told, name in known.items()
    }
    for name, fuller in called.items():
        for statement in ("add_fuller_named", "move_own", "drop_named") if name != fuller else ():
            connection.execute(SQL[statement], {"story_id": story_id, "name": name, "fuller": fuller})
    rows = [
        {
            "story_id": story_id,
            "name": called[known[p.name]],
            "affiliation": p.affiliation,
            "source": source,
            "place": place,
        }
        for place, p in enumerate(kept)
    ]
    run_many(connection, SQL["save_named"], rows)


def drop_named_by(connection: Connection, story_id: int, sources: Iterable[str]) -> None:
    """Takes out whom some articles named."""
    run_many(connection, SQL["drop_named_by"], [{"story_id": story_id, "source": source} for source in sorted(sources)])


def _erased(connection: Connection) -> Callable[[str, Author], bool]:
    """Tells of an author on a platform whether they were erased; what that takes is read once."""
    marks = known_marks(connection)
    if not marks:
        return lambda platform, author: False
    prints = Fingerprints(connection)
    return lambda platform, author: bool(prints.author(platform, author) & marks)


def named_in(connection: Connection, story_id: int) -> list[Named]:
    """Whom a story's articles name."""
    return [Named(row.name, row.affiliation) for row in _rows(connection, story_id)]


def _rows(connection: Connection, story_id: int) -> Sequence[Any]:
    return connection.execute(SQL["named"], {"story_id": story_id}).all()


def own_accounts_of(connection: Connection, story_id: int) -> list[Own]:
    """The accounts that are kept as declared to be those of whom a story names."""
    rows = connection.execute(SQL["own"], {"story_id": story_id})
    return [Own(row.name, row.platform, row.handle, How(row.how), row.rests_on) for row in rows]


def add_own_accounts(connection: Connection, story_id: int, accounts: Sequence[Own]) -> None:
    """Keeps accounts that pages declare, beside those that are known."""
    is_erased = _erased(connection)
    kept = [own for own in accounts if not is_erased(own.platform, Author(handle=own.handle))]
    run_many(connection, SQL["add_own"], [_row(story_id, own, None) for own in kept])


def keep_owned(connection: Connection, story_id: int, owned: Owned, ids: Mapping[tuple[str, str], int]) -> None:
    """Puts whose accounts are in the place of what was known of it; ``ids`` has the accounts that were seen, by platform
    and handle in lower case. Only changes are written.
    """
    rows = [_row(story_id, own, ids.get((own.platform, own.handle.casefold()))) for own in owned.accounts]
    stored = connection.execute(SQL["own"], {"story_id": story_id})
    if {tuple(sorted(row.items())) for row in rows} != {
        tuple(sorted({"story_id": story_id, **row._mapping}.items())) for row in stored
    }:
        connection.execute(SQL["drop_own"], {"story_id": story_id})
        run_many(connection, SQL["add_own"], rows)
    counts = [{"story_id": story_id, "name": name, "namesakes": n} for name, n in owned.namesakes.items()]
    run_many(connection, SQL["set_namesakes"], counts)


def _row(story_id: int, own: Own, account_id: int | None) -> Row:
    told = {"name": own.name, "platform": own.platform, "handle": own.handle, "rests_on": own.rests_on}
    return {"story_id": story_id, **told, "how": own.how.value, "account_id": account_id}


def names_of_accounts(connection: Connection, accounts: Iterable[tuple[str, str]]) -> set[str]:
    """The named persons whose some accounts (platform, handle) are declared to be."""
    marks = {_mark(*account) for account in accounts}
    return {row.name for row in connection.execute(SQL["all_own"]) if _mark(row.platform, row.handle) in marks}


def forget_named(connection: Connection, marks: Collection[str]) -> None:
    """Takes out that articles name somebody, by names and by accounts (``platform:handle``), in ``str.casefold``'s letters."""
    theirs = {
        (row.story_id, row.name)
        for row in connection.execute(SQL["all_own"])
        if _mark(row.platform, row.handle) in marks
    }
    theirs |= {(row.story_id, row.name) for row in connection.execute(SQL["all_named"]) if row.name.casefold() in marks}
    run_many(connection, SQL["drop_named"], [{"story_id": story_id, "name": name} for story_id, name in sorted(theirs)])


def _mark(platform: str, handle: str) -> str:
    return f"{platform}:{handle}".casefold()


def shown_accounts(connection: Connection, story_id: int) -> dict[int, str]:
    """The accounts of which an article of a story shows a post, with the first such article."""
    return {row.account_id: row.source for row in connection.execute(SQL["shown"], {"story_id": story_id})}


def rows_of_named(connection: Connection, slug: str) -> list[Row]:
    """A story's rows of the view ``named``: those who answered first, then in the order in which the article names them."""
    return [dict(row._mapping) for row in connection.execute(SQL["rows"], {"slug": slug})]
