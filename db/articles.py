"""A story's articles: the original, what came before, what covers it, and their versions."""

import hashlib
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col, select

from storywake.collector.match.agencies import agency_of
from storywake.collector.match.paper_stance import Told
from storywake.collector.records import Article, Role, counts_as_source
from storywake.collector.urls import canonical

from . import models
from .many import rows_among
from .statements import statements

SQL = statements("articles")
SOURCES = [role.value for role in Role if counts_as_source(role)]
"""Articles that reactions may be to; earlier reporting and context are listed only."""


class SavedArticle(NamedTuple):
    """An article as it was stored."""

    key: str
    revised: bool
    copy_of: str | None  # the address of the first article with the same text
    dropped: bool  # an analyst dropped it: nothing of it counts


class Signature(NamedTuple):
    """The MinHash of an article's text."""

    id: int
    key: str
    signature: bytes
    agency: str | None  # whose text it is


class Original(NamedTuple):
    """Who published the report that a story is about, and when it came out; None where unknown."""

    publisher: str | None
    published_at: str | None


def save_article(
    connection: Connection,
    story_id: int,
    article: Article,
    role: Role,
    seen_at: str,
    *,
    mark: bytes | None = None,
    copy_of: int | None = None,
    rests_on: str | None = None,
    confidence: float | None = None,
    stance: Told | None = None,
) -> SavedArticle:
    """Writes an article and, where its text is new, a revision; a text that a paywall cut off is none beside a longer one.

    ``mark`` is its text's MinHash, ``copy_of`` the id of the story's first article with the same text, ``stance`` what it says of
    the report that the story is about.
    """
    address, key = _place(article)
    values = {
        "story_id": story_id,
        "key": key,
        "url": address,
        "title": article.title,
        "publisher": article.publisher,
        "authors": ", ".join(article.authors) or None,
        "published_at": article.published_at,
        "language": article.language,
        "role": role.value,
        "corrected": bool(article.own_corrections),
        "correction": " ".join(article.own_corrections) or None,
        "rests_on": rests_on,
        "confidence": confidence,
        "stance": stance.stance.value if stance else None,
        "stance_rests_on": stance.rests_on if stance else None,
        "agency": agency_of(article),
        "at": seen_at,
        "corrected_at": seen_at if article.own_corrections else None,
    }
    connection.execute(SQL["save_article"], values)
    stored = connection.execute(select(models.Article.id, models.Article.dropped_at).where(*_is(story_id, key))).one()
    revision = {
        "article_id": stored.id,
        "at": seen_at,
        "hash": _words_hash(article),
        "title": article.title,
        "text": article.text,
        "signature": mark,
    }
    cut = (
        article.partial and connection.execute(SQL["longer_revision"], revision | {"length": len(article.text)}).first()
    )
    revised = not cut and connection.execute(SQL["save_revision"], revision).rowcount > 0
    first = None if copy_of == stored.id else copy_of
    connection.execute(update(models.Article).where(col(models.Article.id) == stored.id).values(copy_of=first))
    address_of_first = connection.execute(select(models.Article.key).where(models.Article.id == first)).scalar()
    return SavedArticle(key, revised, address_of_first, stored.dropped_at is not None)


def before_rewording(connection: Connection, story_id: int, article: Article) -> str | None:
    """When the newest version of a known article was first seen, where ``article`` says something in words that no version has;
    else None.
    """
    words = {"story_id": story_id, "key": _place(article)[1], "hash": _words_hash(article)}
    return connection.execute(SQL["before_rewording"], words).scalar()


def read_anew(connection: Connection, story_id: int, article: Article, mark: bytes | None, seen_at: str) -> None:
    """Puts what today's readers find in an answer in the place of what an earlier reader found there: in the version of the
    article that was first seen at ``seen_at``, when that answer came. Another reading is no other wording.
    """
    values = {
        "story_id": story_id,
        "key": _place(article)[1],
        "hash": _words_hash(article),
        "title": article.title,
        "text": article.text,
        "signature": mark,
        "at": seen_at,
    }
    connection.execute(SQL["read_anew"], values)


def _place(article: Article) -> tuple[str | None, str]:
    """An article's address, and what it is known by."""
    address = article.canonical_url or article.url
    if article.url and address == canonical(article.url):
        address = article.url  # the page declares none: what was asked is what can be asked again
    return address, canonical(address) if address else f"text:{_hash(article.text)[:16]}"


def _words_hash(article: Article) -> str:
    return _hash(f"{article.title}\n{article.text}")


def save_mentioned(
    connection: Connection, story_id: int, key: str, publisher: str, role: Role, correction: str | None, seen_at: str
) -> None:
    """Writes an article that prose only names, or what prose adds to the one that has the ``key``: that it was
    corrected.
    """
    values = {"story_id": story_id, "key": key, "publisher": publisher, "role": role.value, "at": seen_at}
    told = {"corrected": bool(correction), "correction": correction, "corrected_at": seen_at if correction else None}
    connection.execute(SQL["save_mentioned"], values | told)


def known_publishers(connection: Connection, story_id: int) -> list[tuple[str, str]]:
    """Publisher and key of a story's articles whose address is known."""
    article = models.Article
    query = select(article.publisher, article.key).where(
        article.story_id == story_id,
        col(article.dropped_at).is_(None),
        col(article.url).is_not(None),
        col(article.publisher).is_not(None),
    )
    return [(str(row.publisher), row.key) for row in connection.execute(query)]


def publishers_of_stories(connection: Connection, stories: Collection[int]) -> dict[int, list[str]]:
    """The publishers of stories' articles whose address is known, by story."""
    found: dict[int, list[str]] = {}
    for row in rows_among(connection, SQL["publishers_of_stories"], list(stories)):
        found.setdefault(row.story_id, []).append(row.publisher)
    return found


def signatures(connection: Connection, story_id: int) -> list[Signature]:
    """The MinHashes of a story's articles that are no copies themselves, the earliest first."""
    rows = connection.execute(SQL["signatures"], {"story_id": story_id})
    return [Signature(row.id, row.key, bytes(row.signature), row.agency) for row in rows]


def article_keys(connection: Connection, story_id: int) -> set[str]:
    """Canonical addresses of the story's articles that a reaction may link to, not of what came before or stands beside
    it.
    """
    article = models.Article
    query = select(article.key).where(
        article.story_id == story_id,
        col(article.url).is_not(None),
        col(article.role).in_(SOURCES),
        col(article.dropped_at).is_(None),
    )
    return set(connection.execute(query).scalars())


def set_article_address(connection: Connection, story_id: int, publisher: str, url: str) -> None:
    """Gives an article that prose only named its address, where it has none yet."""
    values = {"story_id": story_id, "named": f"publisher:{publisher}", "key": canonical(url), "url": url}
    connection.execute(SQL["set_address"], values)


def page_dropped(connection: Connection, story_id: int, url: str) -> bool:
    """Whether an analyst dropped a page, so that it is not taken up again."""
    query = select(models.Article.id).where(*_is(story_id, canonical(url)), col(models.Article.dropped_at).is_not(None))
    return connection.execute(query).first() is not None


def role_of(connection: Connection, story_id: int, url: str) -> str | None:
    """The role under which an address is stored, None where it is not."""
    query = select(models.Article.role).where(*_is(story_id, canonical(url)), col(models.Article.dropped_at).is_(None))
    return connection.execute(query).scalar()


def story_addresses(connection: Connection, story_id: int) -> list[str]:
    """Where the story's own articles are: the original, then what covers it, as first seen."""
    return addresses_of_stories(connection, [story_id]).get(story_id, [])


def addresses_of_stories(connection: Connection, stories: Collection[int]) -> dict[int, list[str]]:
    """Where each story's own articles are, as ``story_addresses`` has them; stories without any are left out."""
    found: dict[int, list[str]] = {}
    for row in rows_among(connection, SQL["addresses_of_stories"], sorted(stories)):
        found.setdefault(row.story_id, []).append(row.url)
    return found


def spellings_of(connection: Connection, story_id: int, address: str) -> list[str]:
    """How an article's address is known to be written: as given, the canonical form, what led to it, and as posts that
    link to it wrote it, the commonest first.
    """
    key = canonical(address)
    forms = {address, key}
    led = rows_among(connection, SQL["leading_to"], sorted(forms), story_id=story_id)
    written: Counter[str] = Counter()
    for row in connection.execute(SQL["links_of_reactions"], {"story_id": story_id}):
        written.update(link for link in row.links.split("\n") if link not in forms and canonical(link) == key)
    return list(dict.fromkeys([address, key, *(row.url for row in led), *(link for link, _ in written.most_common())]))


def address_of(connection: Connection, article_id: int) -> str | None:
    """The address of an article; None for one that prose only names."""
    return connection.execute(select(models.Article.url).where(models.Article.id == article_id)).scalar()


def original_of(connection: Connection, story_id: int) -> Original:
    """Who published the report that a story is about, and when it, or else the story's own article, came out."""
    row = connection.execute(SQL["original_of"], {"story_id": story_id}).first()
    return Original._make(row) if row else Original(None, None)


def addresses_by_publisher(connection: Connection, story_id: int) -> dict[str, str]:
    """The publisher of each of a story's articles by the article's address, as given and canonical."""
    article = models.Article
    query = select(article.url, article.key, article.publisher).where(
        article.story_id == story_id, col(article.publisher).is_not(None), col(article.dropped_at).is_(None)
    )
    rows = connection.execute(query).all()
    return {address: row.publisher for row in rows for address in (row.url, row.key) if address}


def stories_of_addresses(
    connection: Connection, keys: Collection[str], asked: Collection[int], at: str
) -> list[tuple[str, int]]:
    """Which canonical addresses are articles of stories watched at ``at`` or among ``asked``: (address, story id)."""
    rows = rows_among(connection, SQL["stories_of_addresses"], sorted(keys), asked=list(asked), roles=SOURCES, at=at)
    return [(row.key, row.story_id) for row in rows]


def _is(story_id: int, key: str) -> tuple[bool, bool]:
    return models.Article.story_id == story_id, models.Article.key == key


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
