"""Evidence again: out as WARC, and read anew with today's parsers."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Engine
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storywake.collector.errors import StorywakeError
from storywake.collector.net.evidence import Evidence
from storywake.collector.reading.answers import Content
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Role
from storywake.collector.settings import Settings
from storywake.collector.urls import canonical
from storywake.db.articles import role_of
from storywake.db.engine import reading
from storywake.db.evidence import Kept, count_evidence, evidence_of, one_by_one
from storywake.db.stories import StoryRow

from .export import written
from .filing import Filed
from .intake import Arrival, take_in
from .resolution import update_people
from .ticking import Tick, silent

NO_POSTS = ("gdelt", "feed")
"""Evidence that names pages only; the pages are evidence of their own."""
NOT_KEPT = ("content-encoding", "content-length", "transfer-encoding")


class Renormalised(NamedTuple):
    """What reading evidence anew came to."""

    read: int
    posts: int
    reactions: int
    revisions: int
    notes: list[str]


def renormalise(engine: Engine, settings: Settings, story: StoryRow, tick: Tick = silent) -> Renormalised:
    """Reads all evidence of a story with today's parsers and takes in what they find, as a pass does.

    Offline and idempotent.

    Each answer is stored as seen when it came, so observations fall on those made then.
    """
    read = posts = reactions = revisions = 0
    notes: list[str] = []
    with Readers() as readers:
        for kept in _evidence(engine, story.id, tick, f"reading the answers of {story.slug} anew"):
            evidence = kept.evidence
            if evidence.status != 200 or not evidence.body or kept.source in NO_POSTS:
                continue
            read += 1
            try:
                content = readers.read_now(kept.source, evidence)
                filed = _filed(engine, story, evidence, content)
                taken = take_in(
                    engine,
                    Arrival(
                        kept.source,
                        evidence.fetched_at,
                        [story],
                        posts=() if kept.source == "web" else content.posts,
                        filed=filed,
                    ),
                    settings,
                )
            except StorywakeError as error:
                notes.append(f"{evidence.url[:200]}: {error}")
                continue
            posts += taken.posts
            reactions += taken.reactions
            revisions += taken.revised
    update_people(engine, story.id)
    return Renormalised(read, posts, reactions, revisions, notes)


def _filed(engine: Engine, story: StoryRow, evidence: Evidence, content: Content) -> Filed | None:
    """A page of the story; one that was read and found to be none of it stays out."""
    if content.article is None:
        return None
    address = _address(evidence)
    if address is None or canonical(story.url or "") in (canonical(address), canonical(evidence.url)):
        return Filed(content.article, content.signature)
    with reading(engine) as connection:
        role = role_of(connection, story.id, content.article.canonical_url or address)
    return Filed(content.article, content.signature, Role(role)) if role else None


def _address(evidence: Evidence) -> str | None:
    return evidence.final_url if urlsplit(evidence.final_url).scheme in ("http", "https") else None


def _evidence(engine: Engine, story_id: int, tick: Tick, what: str) -> Iterator[Kept]:
    """A story's evidence, oldest first, one at a time."""
    with reading(engine) as connection:
        known = count_evidence(connection, story_id)
    found = one_by_one(engine, lambda connection, after: evidence_of(connection, story_id, after))
    for done, kept in enumerate(found):
        tick(done, known, what)
        yield kept


def write_warc(engine: Engine, story: StoryRow, out: Path, tick: Tick = silent) -> int:
    """Writes a story's evidence as WARC 1.1 (ISO 28500), gzipped record by record. Returns how many responses.

    Bodies are as after Content-Encoding was undone, so that header is left out; the chain of
    redirects stands in ``WARC-Storywake-Chain``.
    """
    count = 0
    with written(out) as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        about = {"software": "storywake", "format": "WARC File Format 1.1", "description": f"evidence of {story.slug}"}
        writer.write_record(writer.create_warcinfo_record(out.name, about))
        for kept in _evidence(engine, story.id, tick, f"writing the answers of {story.slug}"):
            if _address(kept.evidence) is not None:
                writer.write_record(_record(writer, kept.evidence))
                count += 1
    return count


def _record(writer: WARCWriter, evidence: Evidence) -> Any:
    headers = [
        (name, " ".join(value.split())) for name, value in evidence.headers.items() if name.lower() not in NOT_KEPT
    ]
    headers.append(("content-length", str(len(evidence.body))))
    return writer.create_warc_record(
        evidence.final_url,
        "response",
        payload=io.BytesIO(evidence.body),
        http_headers=StatusAndHeaders(
            f"{evidence.status} {'OK' if evidence.status == 200 else 'Answer'}", headers, protocol="HTTP/1.1"
        ),
        warc_headers_dict={"WARC-Date": evidence.fetched_at, "WARC-Storywake-Chain": json.dumps(evidence.chain)},
    )
