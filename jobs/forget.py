"""Forgets posts that were deleted on their platforms: removes their words, and the answers that showed them."""

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.net.evidence import Evidence
from storywake.collector.platforms.asking import load
from storywake.collector.reading.answers import normalise
from storywake.db.engine import reading, writing
from storywake.db.evidence import answers_that_showed, drop_content, one_by_one, unrecorded_answer
from storywake.db.forgetting import forget_post, forgettable
from storywake.db.pictures import forget_pictures


def forget(engine: Engine, before: str) -> int:
    """Removes the words of posts deleted before ``before`` (ISO 8601), and which strangers' pictures were looked at. Returns the number of posts forgotten.

    Answers of their platform that showed such a post lose their whole content; the record of the answer, and everything
    else read from it, stay. Pages of other sites are kept. A post is marked as forgotten last, so that a killed run can
    be repeated.
    """
    with reading(engine) as connection:
        due = sorted(forgettable(connection, before), key=attrgetter("platform"))
    for platform, found in groupby(due, key=attrgetter("platform")):
        posts = list(found)
        drop_answers(
            engine,
            platform,
            {post.id for post in posts},
            {post.external_id for post in posts},
            min(post.first_seen_at for post in posts),
        )
    with writing(engine) as connection:
        for post in due:
            forget_post(connection, post.id, now())
        forget_pictures(connection, before)
    return len(due)


def drop_answers(
    engine: Engine, platform: str, post_ids: Collection[int], external_ids: Collection[str], since: str
) -> int:
    """Removes the content of a platform's answers that showed any of the posts. Returns the number of answers.

    Each answer records which posts it showed. Older answers without that record are read again if they came at
    ``since`` or later.
    """
    with reading(engine) as connection:
        found = answers_that_showed(connection, platform, post_ids)
    for kept in one_by_one(engine, lambda connection, after: unrecorded_answer(connection, platform, since, after)):
        if _shows(platform, kept.evidence, external_ids):
            found.append(kept.id)
    for evidence_id in found:
        with writing(engine) as connection:
            drop_content(connection, evidence_id)
    return len(found)


def _shows(platform: str, evidence: Evidence, external_ids: Collection[str]) -> bool:
    payload = load(evidence)
    found = normalise(
        platform, payload if payload is not None else evidence.body.decode("utf-8", "replace"), evidence.url
    )
    return any(post.external_id in external_ids for post in found)
