"""Persons who asked to be taken out: their words and names go, the counts stay, and they are kept out.

What is left of them are fingerprints (HMAC-SHA-256 under a key that belongs to this database): enough to tell that
something is theirs when it comes again, and of no use without the database.
"""

import hashlib
import hmac
from collections.abc import Collection, Sequence, Set
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.match.tie import reported
from storywake.collector.records import Author, Kind, Post, TieKind

from . import models
from .many import rows_among, run_many
from .own_secret import own_secret
from .post_keys import ERASED, key_of
from .reactions import REPORTED
from .remarks import unlearn
from .rows import select_rows
from .statements import statements as named

SQL = named("erasing")
PERSONS = named("persons")
NAME = "erasing"
"""The secret under which fingerprints are made."""


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
        self._key = own_secret(connection, NAME)

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
    rows = connection.execute(select(models.Erased.platform, models.Erased.mark))
    return {(row.platform, row.mark) for row in rows}


def add_marks(connection: Connection, marks: Collection[tuple[str, str]], at: str) -> None:
    """Keeps out whoever has one of the marks from now on."""
    run_many(
        connection,
        SQL["add_mark"],
        [{"platform": platform, "mark": mark, "at": at} for platform, mark in sorted(marks)],
    )


def keep_out(connection: Connection, posts: Sequence[Post]) -> list[Post]:
    """The posts as they may be stored: those of erased authors without author, words, links and address, their ids
    hashed.

    Others name such posts by the hashed id too, so that answers still find what they answer. What is not a person's
    post but a page by them loses the author alone. Whoever keeps the answer that showed them keeps it without its
    content (``storywake.db.post_keys.is_erased``).
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
        rows = rows_among(connection, SQL["stored_keys"], keys, platform=platform)
        stored = {row.key for row in rows}
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
    account = models.Account
    query = select_rows(account, Account).where(col(account.platform) == platform).order_by(col(account.id))
    rows = connection.execute(query)
    return [
        found
        for found in map(Account._make, rows)
        if wanted in {(found.handle or "").casefold(), (found.external_id or "").casefold()}
        or (platform == "web" and not found.handle and (found.name or "").casefold() == wanted)
    ]


def also_them(connection: Connection, accounts: Collection[Account]) -> tuple[list[Account], list[Account]]:
    """What else stories took for the same persons: what only names them (prose, an embed), and their other accounts."""
    rows = rows_among(connection, SQL["also_them"], [account.id for account in accounts])
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
    rows = rows_among(connection, SQL["posts_of"], [account.id for account in accounts])
    return [Theirs._make(row) for row in rows]


def speakers(connection: Connection, posts: Collection[Theirs]) -> set[str]:
    """The names under which prose reports what posts say."""
    said = reported("", "").rests_on
    rows = rows_among(connection, SQL["reported_by"], [post.id for post in posts])
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
        connection.execute(delete(models.Note).where(col(models.Note.post_id) == post.id))
        texts = delete(models.PostRevision).where(col(models.PostRevision.post_id) == post.id)
        earlier += connection.execute(texts).rowcount
        connection.execute(delete(models.Look).where(col(models.Look.post_id) == post.id))
        connection.execute(SQL["erase_post"], {"new": identity, "id": post.id})
        unlearn(connection, post.id)
        _rename_in_others(connection, post.platform, post.key, identity)
    _forget_persons(connection, accounts)
    for account in accounts:
        _erase_account(connection, account, f"{ERASED}{prints.of(account.platform, 'account', account.key)}")
    return TakenOut(len(accounts), len(posts), earlier, statements)


def _erase_account(connection: Connection, account: Account, key: str) -> None:
    pages = update(models.Post).where(
        col(models.Post.account_id) == account.id, col(models.Post.kind) == Kind.ARTICLE.value
    )
    connection.execute(pages.values(account_id=None))
    stored = update(models.Account).where(col(models.Account.id) == account.id)
    connection.execute(
        stored.values(key=key, external_id=None, handle=None, name=None, links=None, labels=None, bio=None)
    )


def _rename_in_others(connection: Connection, platform: str, old: str, new: str) -> None:
    """Lets what answers a post name it by its new id."""
    for name in ("rename_answered", "rename_quoted", "rename_witnesses", "rename_ties"):
        connection.execute(SQL[name], {"platform": platform, "old": old, "new": new})


def _forget_statements(connection: Connection, post_ids: Sequence[int]) -> int:
    """Takes the words that prose reports out of the witnesses of posts. Returns how many had words."""
    rows = rows_among(connection, SQL["reports_of"], post_ids)
    kept: set[tuple[int, str]] = set()
    for row in rows:
        witness = col(models.Witness.id) == row.id
        if (row.reaction_id, row.source) in kept:
            connection.execute(delete(models.Witness).where(witness))
            continue
        kept.add((row.reaction_id, row.source))
        nameless = update(models.Witness).where(witness)
        connection.execute(nameless.values(words="", verbatim=None, rests_on=REPORTED))
        reported_only = update(models.Reaction).where(
            col(models.Reaction.id) == row.reaction_id, col(models.Reaction.tie) == TieKind.REPORTED.value
        )
        connection.execute(reported_only.values(rests_on=REPORTED))
    return sum(1 for row in rows if row.words)


def _forget_persons(connection: Connection, accounts: Collection[Account]) -> None:
    """Takes out the persons that accounts were taken for."""
    rows = rows_among(connection, PERSONS["persons_of_accounts"], [account.id for account in accounts])
    for row in rows:
        theirs = update(models.Reaction).where(col(models.Reaction.person_id) == row.id)
        connection.execute(theirs.values(person_id=None))
        connection.execute(delete(models.Person).where(col(models.Person.id) == row.id))


def forget_said(connection: Connection, marks: Set[str]) -> None:
    """Takes out what analysts said of somebody: what kind of voice they are, and whose an account or name is.

    ``marks`` are names, handles and ``platform:handle``, in ``str.casefold``'s letters: SQLite's LOWER knows ASCII alone.
    """
    run_many(connection, SQL["forget_voice"], [{"mark": mark} for mark in sorted(marks)])
    identity = models.Identity
    for said in connection.execute(select(identity.id, identity.one, identity.other)).all():
        if {said.one.casefold(), said.other.casefold()} & marks:
            connection.execute(delete(identity).where(col(identity.id) == said.id))
