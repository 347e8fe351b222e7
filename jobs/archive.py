"""Evidence again: out as WARC, and read anew with today's parsers."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from collector.article import read_article
from collector.charsets import decode
from collector.errors import BadInput, StorywakeError
from collector.evidence import Evidence
from collector.indexes import read_citing
from collector.records import Role
from collector.sources import SOURCES
from collector.sources.base import load
from collector.urls import canonical
from db.articles import role_of
from db.ledger import Kept, evidence_of, one_by_one
from db.store import save_posts
from db.stories import StoryRow

from .reading import Stored, store_article, tie_posts, update_people

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


def renormalise(engine: Engine, story: StoryRow) -> Renormalised:
    """Reads all evidence of a story with today's parsers and writes what they find. Needs no network; twice gives the same.

    Each answer is stored as seen when it came, so observations fall on those made then.
    """
    read = posts = reactions = revisions = 0
    notes: list[str] = []
    for _, source, evidence in _evidence(engine, story.id):
        if evidence.status != 200 or not evidence.body:
            continue
        read += 1
        try:
            with engine.begin() as connection:
                if source == "web":
                    stored = _read_page(connection, story, evidence)
                    reactions += stored.reactions
                    revisions += stored.revision
                    continue
                if source in NO_POSTS:
                    continue
                payload = load(evidence)
                if source == "wikipedia":
                    found = read_citing(payload, evidence.url.partition("/w/api.php")[0])
                else:
                    found = SOURCES[source].normalise(
                        payload if payload is not None else evidence.body.decode("utf-8", "replace")
                    )
                save_posts(connection, found, evidence.fetched_at)
                posts += len(found)
                reactions += tie_posts(connection, story.id, found, evidence.fetched_at)
        except StorywakeError as error:
            notes.append(f"{evidence.url[:200]}: {error}")
    with engine.begin() as connection:
        update_people(connection, story.id)
    return Renormalised(read, posts, reactions, revisions, notes)


def _read_page(connection: Connection, story: StoryRow, evidence: Evidence) -> Stored:
    """Reads a page of the story anew; one that was read and found to be none of it stays out."""
    if "html" not in evidence.headers.get("content-type", "text/html"):
        return Stored(0, False)
    address = _address(evidence)
    article = read_article(decode(evidence.body, evidence.charset), address)
    own = (
        address is None
        or canonical(address) == canonical(story.url or "")
        or canonical(evidence.url) == canonical(story.url or "")
    )
    if own:
        return store_article(connection, story, article, evidence.fetched_at)
    role = role_of(connection, story.id, article.canonical_url or address or "")
    return store_article(connection, story, article, evidence.fetched_at, role=Role(role)) if role else Stored(0, False)


def _address(evidence: Evidence) -> str | None:
    return evidence.final_url if urlsplit(evidence.final_url).scheme in ("http", "https") else None


def _evidence(engine: Engine, story_id: int) -> Iterator[Kept]:
    """A story's evidence, oldest first, one at a time."""
    return one_by_one(engine, lambda connection, after: evidence_of(connection, story_id, after))


def write_warc(engine: Engine, story: StoryRow, out: Path) -> int:
    """Writes a story's evidence as WARC 1.1 (ISO 28500), gzipped record by record. Returns how many responses.

    Bodies are as after Content-Encoding was undone, so that header is left out; the chain of
    redirects stands in ``WARC-Storywake-Chain``.
    """
    count = 0
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as file:
            writer = WARCWriter(file, gzip=True, warc_version="1.1")
            writer.write_record(
                writer.create_warcinfo_record(
                    out.name,
                    {
                        "software": "storywake",
                        "format": "WARC File Format 1.1",
                        "description": f"evidence of {story.slug}",
                    },
                )
            )
            for _, _, evidence in _evidence(engine, story.id):
                if _address(evidence) is None:
                    continue
                writer.write_record(_record(writer, evidence))
                count += 1
        partial.replace(out)
    except OSError as error:
        raise BadInput(f"cannot write {out}: {error.strerror}") from None
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
