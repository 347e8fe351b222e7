"""Persons who asked to be taken out: their words and names go, the counts stay, and they are kept out.

What is left of them are fingerprints (HMAC-SHA-256 under a key that belongs to this database): enough to tell that
something is theirs when it comes again, and of no use without the database.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, text

from storywake.collector.match.tie import reported
from storywake.collector.records import Author, Kind, Post

from .many import rows_among
from .reactions import REPORTED
from .remarks import unlearn
from .store import ERASED, key_of


class Account(NamedTuple):
    """An account as it is stored."""

    id: int
    platform: str
    key: str
    external_id: str | None
    handle: str | None
    name: str | None

    @property
    def author(self) -> Author:
        """Who it is, as posts tell it."""
        return Author(handle=self.handle, name=self.name, external_id=self.external_id)


class Fingerprints:
    """Fingerprints under this database's own key."""

    def __init__(self, connection: Connection) -> None:
        find = text("SELECT value FROM secret WHERE name = 'erasing'")
        if connection.execute(find).first() is None:
            connection.execute(
                text("INSERT INTO secret (name, value) VALUES ('erasing', :v) ON CONFLICT (name) DO NOTHING"),
                {"v": secrets.token_hex(32)},
            )
        self._key = bytes.fromhex(connection.execute(find).scalar_one())

    def of(self, *parts: str) -> str:
        """A fingerprint of words in their order."""
        return hmac.new(self._key, "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    def post(self, platform: str, key: str) -> str:
        """The id under which an erased post is stored."""
        return f"{ERASED}{self.of(platform, 'post', key)}"

    def author(self, platform: str, author: Author) -> set[tuple[str, str]]:
        """The marks (platform, fingerprint) of an author; a name counts only where it is all that is known."""
        told = {"handle": author.handle, "id": author.external_id}
        if not any(told.values()):
            told = {"name": author.name}
        return {(platform, self.of(platform, kind, value.casefold())) for kind, value in told.items() if value}


def known_marks(connection: Connection) -> set[tuple[str, str]]:
    """The marks of everybody who was taken out."""
    return {(row.platform, row.mark) for row in connection.execute(text("SELECT platform, mark FROM erased"))}


def add_marks(connection: Connection, marks: Collection[tuple[str, str]], at: str) -> None:
    """Keeps out whoever has one of the marks from now on."""
    for platform, mark in sorted(marks):
        connection.execute(
            text(
                "INSERT INTO erased (platform, mark, at) VALUES (:p, :m, :at) ON CONFLICT (platform, mark) DO NOTHING"
            ),
            {"p": platform, "m": mark, "at": at},
        )


def keep_out(connection: Connection, posts: Sequence[Post]) -> list[Post]:
    """The posts as they may be stored: those of erased authors without author, words, links and address, their ids hashed.

    Others name such posts by the hashed id too, so that answers still find what they answer. What is not a person's
    post but a page by them loses the author alone. Whoever keeps the answer that showed them keeps it without its
    content (``storywake.db.store.is_erased``).
    """
    marks = known_marks(connection)
    if not marks:
        return list(posts)
    prints = Fingerprints(connection)
    platforms = {platform for platform, _ in marks}
    theirs = [
        post for post in posts if post.platform in platforms and prints.author(post.platform, post.author) & marks
    ]
    hidden = {
        (post.platform, key_of(post)): prints.post(post.platform, key_of(post))
        for post in theirs
        if post.kind is not Kind.ARTICLE
    }
    for (platform, key), identity in hidden.items():
        _rename_in_others(connection, platform, key, identity)
    named = {
        (post.platform, key): prints.post(post.platform, key)
        for post in posts
        if post.platform in platforms
        for key in (key_of(post), post.in_reply_to, post.quotes)
        if key and (post.platform, key) not in hidden
    }
    for platform in platforms:
        keys = [identity for (known, _), identity in named.items() if known == platform]
        query = "SELECT key FROM post WHERE platform = :p AND key IN :keys"
        stored = {row.key for row in rows_among(connection, query, keys, p=platform)}
        hidden |= {what: identity for what, identity in named.items() if what[0] == platform and identity in stored}
    nameless = set(map(id, theirs))
    return [_kept_out(post, hidden, nameless=id(post) in nameless) for post in posts]


def _kept_out(post: Post, hidden: dict[tuple[str, str], str], *, nameless: bool) -> Post:
    in_reply_to = hidden.get((post.platform, post.in_reply_to or ""), post.in_reply_to)
    quotes = hidden.get((post.platform, post.quotes or ""), post.quotes)
    identity = hidden.get((post.platform, key_of(post)))
    if identity is None:
        author = Author() if nameless else post.author
        return msgspec.structs.replace(post, in_reply_to=in_reply_to, quotes=quotes, author=author)
    return Post(
        platform=post.platform,
        external_id=identity,
        kind=post.kind,
        posted_at=(post.posted_at or "")[:10] or None,
        in_reply_to=in_reply_to,
        quotes=quotes,
        reach=post.reach,
        deleted=post.deleted,
    )


def find_accounts(connection: Connection, platform: str, handle: str) -> list[Account]:
    """The accounts of a platform that have a handle or an id; on the web, those that have a name and nothing else."""
    wanted = handle.casefold()
    rows = connection.execute(
        text("SELECT id, platform, key, external_id, handle, name FROM account WHERE platform = :p ORDER BY id"),
        {"p": platform},
    )
    return [
        account
        for account in map(Account._make, rows)
        if wanted in {(account.handle or "").casefold(), (account.external_id or "").casefold()}
        or (platform == "web" and not account.handle and (account.name or "").casefold() == wanted)
    ]


def also_them(connection: Connection, accounts: Collection[Account]) -> tuple[list[Account], list[Account]]:
    """What else stories took for the same persons: what only names them (prose, an embed), and their other accounts."""
    rows = rows_among(
        connection,
        """SELECT DISTINCT b.id, b.platform, b.key, b.external_id, b.handle, b.name
        FROM reaction r JOIN post p ON p.id = r.post_id JOIN reaction s ON s.person_id = r.person_id
        JOIN post q ON q.id = s.post_id JOIN account b ON b.id = q.account_id WHERE p.account_id IN :keys ORDER BY b.id""",
        [account.id for account in accounts],
    )
    found = [Account._make(row) for row in rows if row.id not in {account.id for account in accounts}]
    named = [a for a in found if not a.handle and not a.external_id and not a.key.startswith(ERASED)]
    return named, [a for a in found if a.handle or a.external_id]


class Theirs(NamedTuple):
    """A post of an erased account."""

    id: int
    platform: str
    key: str
    first_seen_at: str


def posts_of(connection: Connection, accounts: Collection[Account]) -> list[Theirs]:
    """The posts of accounts; pages are their publishers'."""
    rows = rows_among(
        connection,
        "SELECT id, platform, key, first_seen_at FROM post WHERE kind <> 'article' AND account_id IN :keys ORDER BY id",
        [account.id for account in accounts],
    )
    return [Theirs._make(row) for row in rows]


def speakers(connection: Connection, posts: Collection[Theirs]) -> set[str]:
    """The names under which prose reports what posts say."""
    said = reported("", "").rests_on
    query = "SELECT DISTINCT w.rests_on FROM witness w JOIN reaction r ON r.id = w.reaction_id WHERE w.tie = 'reported' AND r.post_id IN :keys"
    rows = rows_among(connection, query, [post.id for post in posts])
    return {row.rests_on.removeprefix(said) for row in rows if row.rests_on.startswith(said)} - {""}


class TakenOut(NamedTuple):
    """What was taken out."""

    accounts: int
    posts: int
    earlier: int  # texts that posts had before
    statements: int  # words that prose reports


def take_out(connection: Connection, accounts: Sequence[Account], posts: Sequence[Theirs]) -> TakenOut:
    """Takes names and words out of the rows of accounts and their posts; kinds, days, ties, counts and stances stay."""
    prints = Fingerprints(connection)
    ids = [post.id for post in posts]
    statements = _forget_statements(connection, ids)
    earlier = 0
    for post in posts:
        identity = prints.post(post.platform, post.key)
        earlier += connection.execute(text("DELETE FROM post_revision WHERE post_id = :id"), {"id": post.id}).rowcount
        connection.execute(text("DELETE FROM look WHERE post_id = :id"), {"id": post.id})
        connection.execute(
            text(
                """UPDATE post SET key = :new, external_id = :new, url = NULL, text = NULL, language = NULL, links = NULL,
                    posted_at = SUBSTR(posted_at, 1, 10) WHERE id = :id"""
            ),
            {"new": identity, "id": post.id},
        )
        unlearn(connection, post.id)
        _rename_in_others(connection, post.platform, post.key, identity)
    _forget_persons(connection, accounts)
    for account in accounts:
        connection.execute(
            text("UPDATE post SET account_id = NULL WHERE account_id = :id AND kind = 'article'"), {"id": account.id}
        )
        connection.execute(
            text(
                "UPDATE account SET key = :new, external_id = NULL, handle = NULL, name = NULL, links = NULL WHERE id = :id"
            ),
            {"new": f"{ERASED}{prints.of(account.platform, 'account', account.key)}", "id": account.id},
        )
    return TakenOut(len(accounts), len(posts), earlier, statements)


def _rename_in_others(connection: Connection, platform: str, old: str, new: str) -> None:
    """Lets what answers a post name it by its new id."""
    values = {"p": platform, "old": old, "new": new}
    for column in ("in_reply_to", "quotes"):
        connection.execute(
            text(f"UPDATE post SET {column} = :new WHERE platform = :p AND {column} = :old"),  # noqa: S608
            values,
        )
    answers = "SELECT r.id FROM reaction r JOIN post p ON p.id = r.post_id WHERE p.platform = :p AND :new IN (p.in_reply_to, p.quotes)"
    connection.execute(
        text(f"UPDATE witness SET source = :new WHERE source = :old AND reaction_id IN ({answers})"),  # noqa: S608
        values,
    )
    connection.execute(
        text(f"UPDATE reaction SET tie_source = :new WHERE tie_source = :old AND id IN ({answers})"),  # noqa: S608
        values,
    )


def _forget_statements(connection: Connection, post_ids: Sequence[int]) -> int:
    """Takes the words that prose reports out of the witnesses of posts. Returns of how many."""
    query = """SELECT w.id, w.reaction_id, w.source, w.words FROM witness w JOIN reaction r ON r.id = w.reaction_id
        WHERE w.tie = 'reported' AND r.post_id IN :keys ORDER BY w.id"""
    rows = rows_among(connection, query, post_ids)
    kept: set[tuple[int, str]] = set()
    for row in rows:
        if (row.reaction_id, row.source) in kept:
            connection.execute(text("DELETE FROM witness WHERE id = :w"), {"w": row.id})
            continue
        kept.add((row.reaction_id, row.source))
        connection.execute(
            text("UPDATE witness SET words = '', verbatim = NULL, rests_on = :rests WHERE id = :w"),
            {"w": row.id, "rests": REPORTED},
        )
        connection.execute(
            text("UPDATE reaction SET rests_on = :rests WHERE id = :r AND tie = 'reported'"),
            {"r": row.reaction_id, "rests": REPORTED},
        )
    return sum(1 for row in rows if row.words)


def _forget_persons(connection: Connection, accounts: Collection[Account]) -> None:
    """Takes out the persons that accounts were taken for, and what analysts said of them."""
    rows = rows_among(
        connection,
        "SELECT DISTINCT r.person_id AS id FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.person_id IS NOT NULL AND p.account_id IN :keys",
        [account.id for account in accounts],
    )
    for row in rows:
        connection.execute(text("UPDATE reaction SET person_id = NULL WHERE person_id = :n"), {"n": row.id})
        connection.execute(text("DELETE FROM person WHERE id = :n"), {"n": row.id})
    marks = {f"{a.platform}:{a.handle}".casefold() for a in accounts if a.handle}
    marks |= {a.name.casefold() for a in accounts if a.name}
    for said in connection.execute(text("SELECT id, one, other FROM identity")).all():
        if {said.one.casefold(), said.other.casefold()} & marks:
            connection.execute(text("DELETE FROM identity WHERE id = :i"), {"i": said.id})
