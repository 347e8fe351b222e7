"""A story's evidence, for the jobs that go through all of it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import Engine

from storywake.collector.net.evidence import Evidence
from storywake.db.engine import reading
from storywake.db.evidence import Kept, count_evidence, evidence_of, one_by_one

from .ticking import Tick


def answers_of(engine: Engine, story_id: int, tick: Tick, what: str) -> Iterator[Kept]:
    """A story's evidence, oldest first, read one at a time; ticks with each."""
    with reading(engine) as connection:
        known = count_evidence(connection, story_id)
    found = one_by_one(engine, lambda connection, after: evidence_of(connection, story_id, after))
    for done, kept in enumerate(found):
        tick(done, known, what)
        yield kept


def web_address(evidence: Evidence) -> str | None:
    """The address that an answer came from in the end; None where it came from no web site (a file, a seed)."""
    return evidence.final_url if urlsplit(evidence.final_url).scheme in ("http", "https") else None
