"""Writes a story's evidence as WARC."""

import io
import json
from typing import Any, BinaryIO

from sqlalchemy import Engine
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storywake.collector.net.evidence import Evidence
from storywake.db.stories import StoryRow

from .kept import answers_of, web_address
from .ticking import Tick, silent

NOT_KEPT = ("content-encoding", "content-length", "transfer-encoding")


def write_warc(engine: Engine, story: StoryRow, out: BinaryIO, tick: Tick = silent) -> int:
    """Writes a story's evidence as WARC 1.1 (ISO 28500), gzipped record by record. Returns the number of responses.

    Bodies are stored after Content-Encoding was undone, so that header is left out; the chain of redirects is in the
    header ``WARC-Storywake-Chain``.
    """
    count = 0
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {"software": "storywake", "format": "WARC File Format 1.1", "description": f"evidence of {story.slug}"}
    writer.write_record(writer.create_warcinfo_record(f"{story.slug}.warc.gz", about))
    for kept in answers_of(engine, story.id, tick, f"writing the answers of {story.slug}"):
        if web_address(kept.evidence) is not None:
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
