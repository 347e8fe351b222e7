"""What an analyst drops: kept as dropped, so that it is not found again; what rested on it alone goes with it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, text

from storywake.collector.addresses import identify
from storywake.collector.urls import canonical

from .many import rows_among
from .reactions import BEST_WITNESS


class Dropped(NamedTuple):
    """What dropping came to."""

    pages: int
    reactions: int
    rested: int  # reactions that rested on these alone and went with them


def drop_reaction(connection: Connection, story_id: int, reaction_id: int, at: str) -> Dropped | None:
    """Drops a reaction of a story; None where the story has none of that id."""
    row = connection.execute(
        text(
            "SELECT r.id, r.post_id, p.platform, p.key FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.id = :r AND r.story_id = :s"
        ),
        {"r": reaction_id, "s": story_id},
    ).first()
    if row is None:
        return None
    connection.execute(
        text("UPDATE reaction SET dropped_at = COALESCE(dropped_at, :at), person_id = NULL WHERE id = :r"),
        {"r": row.id, "at": at},
    )
    connection.execute(
        text(
            """DELETE FROM look WHERE post_id = :p AND (story_id = :s OR NOT EXISTS (
                SELECT 1 FROM reaction r WHERE r.post_id = :p AND r.dropped_at IS NULL))"""
        ),
        {"p": row.post_id, "s": story_id},
    )
    return Dropped(0, 1, _withdraw(connection, story_id, [(row.platform, row.key)], ()))


def drop_address(connection: Connection, story_id: int, url: str, at: str) -> Dropped:
    """Drops the page, or the reaction, that an address is of a story; an unknown one is kept as a page never to be taken up."""
    key = canonical(url)
    named = identify(url)
    names = {url, key} | ({named.url, named.external_id or named.url} if named else set())
    reactions = rows_among(
        connection,
        "SELECT r.id FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.story_id = :s AND (p.key IN :keys OR p.url IN :keys)",
        sorted(names),
        s=story_id,
    )
    rested = 0
    for row in reactions:
        done = drop_reaction(connection, story_id, row.id, at)
        rested += done.rested if done else 0
    page = connection.execute(
        text("SELECT id, url FROM article WHERE story_id = :s AND key = :k"), {"s": story_id, "k": key}
    ).first()
    if page is not None:
        connection.execute(text("UPDATE article SET dropped_at = :at WHERE id = :a"), {"at": at, "a": page.id})
        rested += _withdraw(connection, story_id, (), {key, url, page.url or key})
    elif not reactions:
        connection.execute(
            text(
                """INSERT INTO article (story_id, key, url, role, corrected, first_seen_at, dropped_at)
                VALUES (:s, :k, :url, 'coverage', :no, :at, :at)"""
            ),
            {"s": story_id, "k": key, "url": url, "at": at, "no": False},
        )
    looks = rows_among(
        connection, "SELECT id FROM look WHERE story_id = :s AND target IN :keys", sorted(names), s=story_id
    )
    for look in looks:
        connection.execute(text("DELETE FROM look WHERE id = :l"), {"l": look.id})
    return Dropped(0 if reactions and page is None else 1, len(reactions), rested)


def _withdraw(connection: Connection, story_id: int, posts: Collection[tuple[str, str]], pages: Collection[str]) -> int:
    """Takes away what dropped posts (platform, key) and pages (addresses) bear witness to.

    A reaction that has no other witness goes, and what rested on it in turn. Returns how many went.
    """
    gone = 0
    left = list(posts)
    found = _witnesses(connection, story_id, "w.tie NOT IN ('quotes', 'replies')", list(pages))
    while found or left:
        for platform, key in left:
            found += _witnesses(
                connection, story_id, "w.tie IN ('quotes', 'replies') AND p.platform = :p", [key], p=platform
            )
        left = []
        for witness_id, reaction_id, platform, key in found:
            connection.execute(text("DELETE FROM witness WHERE id = :w"), {"w": witness_id})
            best = connection.execute(BEST_WITNESS, {"r": reaction_id}).first()
            if best is not None:
                connection.execute(
                    text("UPDATE reaction SET tie = :tie, tie_source = :source, rests_on = :rests, confidence = :c WHERE id = :r"),
                    {"tie": best.tie, "source": best.source, "rests": best.rests_on, "c": best.confidence, "r": reaction_id},
                )  # fmt: skip
                continue
            for table in ("stance", "label", "review"):
                connection.execute(text(f"DELETE FROM {table} WHERE reaction_id = :r"), {"r": reaction_id})  # noqa: S608
            gone += connection.execute(text("DELETE FROM reaction WHERE id = :r"), {"r": reaction_id}).rowcount
            left.append((platform, key))
        found = []
    connection.execute(
        text(
            "DELETE FROM person WHERE story_id = :s AND id NOT IN (SELECT person_id FROM reaction WHERE person_id IS NOT NULL)"
        ),
        {"s": story_id},
    )
    return gone


def _witnesses(
    connection: Connection, story_id: int, which: str, sources: list[str], **values: str
) -> list[tuple[int, int, str, str]]:
    """The witnesses that bear one of the sources, of reactions that are not dropped themselves."""
    query = f"""SELECT w.id, w.reaction_id, p.platform, p.key FROM witness w JOIN reaction r ON r.id = w.reaction_id
        JOIN post p ON p.id = r.post_id WHERE r.story_id = :s AND r.dropped_at IS NULL AND {which} AND w.source IN :keys"""  # noqa: S608
    return [
        (row.id, row.reaction_id, row.platform, row.key)
        for row in rows_among(connection, query, sources, s=story_id, **values)
    ]
