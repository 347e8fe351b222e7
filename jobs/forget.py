"""Forgets posts that were deleted on their platforms: their words, and the answers that showed them."""

import re
from collections.abc import Collection
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Engine

from collector.dates import now
from collector.evidence import Evidence
from collector.sources import SOURCES
from collector.sources.base import load
from db.engine import reading, writing
from db.ledger import content_from, drop_content, one_by_one
from db.store import forget_post, forgettable


def forget(engine: Engine, before: str) -> int:
    """Takes out the words of posts that have been gone since before ``before``. Returns of how many posts.

    An answer of their platform that showed one loses its content whole; that it came, and what else was read from it,
    stays. Pages of other sites are left as they are. A post counts as forgotten last, so a kill leaves none half forgotten.
    """
    with reading(engine) as connection:
        due = sorted(forgettable(connection, before), key=attrgetter("platform"))
    for platform, found in groupby(due, key=attrgetter("platform")):
        posts = list(found)
        _drop_answers(engine, platform, {post.external_id for post in posts}, min(post.first_seen_at for post in posts))
    with writing(engine) as connection:
        for post in due:
            forget_post(connection, post.id, now())
    return len(due)


def _drop_answers(engine: Engine, platform: str, ids: Collection[str], since: str) -> None:
    names = "|".join(sorted({re.escape(i.rstrip("/").rsplit("/", 1)[-1]) for i in ids} - {""})) or "(?!)"
    named = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])".encode())
    for kept in one_by_one(engine, lambda connection, after: content_from(connection, platform, since, after)):
        if (
            named.search(kept.evidence.url.encode("utf-8", "replace"))
            or named.search(kept.evidence.body)
            or _shows(platform, kept.evidence, ids)
        ):
            with writing(engine) as connection:
                drop_content(connection, kept.id)


def _shows(platform: str, evidence: Evidence, ids: Collection[str]) -> bool:
    """Whether an answer shows one of the posts under an id that its platform writes in parts."""
    payload = load(evidence)
    found = SOURCES[platform].normalise(payload if payload is not None else evidence.body.decode("utf-8", "replace"))
    return any(post.external_id in ids for post in found)
