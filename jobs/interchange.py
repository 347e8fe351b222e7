"""Stories for other tools: ActivityStreams 2 (w3.org/TR/activitystreams-core), GEXF 1.3 (gexf.net)."""

import json
import re
from typing import Any, BinaryIO

from lxml import etree
from sqlalchemy import Engine

from storywake.collector.archive import Archived
from storywake.collector.records import Kind
from storywake.db.archive import archived, size
from storywake.db.engine import reading
from storywake.db.interchange import answers, speakers
from storywake.db.stories import StoryRow

from .report import web_only
from .ticking import Tick, silent

CONTEXT = "https://www.w3.org/ns/activitystreams"
GEXF = "http://gexf.net/1.3"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no place for."""
ATTRIBUTES = {
    "platform": "string", "handle": "string", "person": "string", "followers": "long", "reactions": "integer",
    "first_seen_at": "string",
}  # fmt: skip
"""What is said of an account in GEXF, with its type."""


def write_activities(engine: Engine, story: StoryRow, out: BinaryIO, tick: Tick = silent) -> int:
    """Writes a story's reactions as a collection of ActivityStreams 2, one after another. Returns their number.

    A deleted post is a Tombstone. Words are plain text (``mediaType``), not HTML.
    """
    with reading(engine) as connection:
        known = size(connection, story)
        head = {
            "@context": CONTEXT,
            "type": "OrderedCollection",
            "name": story.title or story.slug,
            "totalItems": known,
        }
        out.write(json.dumps(head, ensure_ascii=False)[:-1].encode("utf-8", "replace") + b', "orderedItems": [')
        count = 0
        for count, row in enumerate(archived(connection, story), 1):
            tick(count, known, f"writing the reactions to {story.slug}")
            line = json.dumps(_activity(row), ensure_ascii=False).encode("utf-8", "replace")
            out.write((b"\n" if count == 1 else b",\n") + line)
        out.write(b"\n]}\n")
    return count


def _activity(row: Archived) -> dict[str, Any]:
    url = web_only(row.url)
    said: dict[str, Any] = {
        "type": "Article" if row.kind is Kind.ARTICLE else "Note",
        "id": url or f"urn:storywake:{row.platform}:{row.key}",
        "url": url,
        "published": row.posted_at,
        "inReplyTo": f"urn:storywake:{row.platform}:{row.in_reply_to}" if row.in_reply_to else None,
        "generator": row.platform,
    }
    if row.deleted:
        said |= {"type": "Tombstone", "formerType": said["type"], "deleted": row.deleted_at}
    else:
        said |= {"content": row.text, "mediaType": "text/plain", "attributedTo": _actor(row)}
    said |= {
        name: _counted(count)
        for name, count in (("likes", row.likes), ("shares", row.reposts), ("replies", row.replies))
    }
    return {name: value for name, value in said.items() if value not in (None, "")}


def _actor(row: Archived) -> dict[str, str] | None:
    told = {"name": row.person or row.author_name, "preferredUsername": row.author}
    known = {name: value for name, value in told.items() if value}
    return {"type": "Person", **known} if known else None


def _counted(count: int | None) -> dict[str, Any] | None:
    return None if count is None else {"type": "Collection", "totalItems": count}


def write_gexf(engine: Engine, story: StoryRow, out: BinaryIO) -> int:
    """Writes which account of a story answers and quotes which, as a directed graph. Returns the number of accounts.

    An account that only others of the story name is none of its nodes.
    """
    count = 0
    with reading(engine) as connection, etree.xmlfile(out, encoding="utf-8", close=False) as xml:
        xml.write_declaration()
        with xml.element("gexf", nsmap={None: GEXF}, version="1.3"):
            with xml.element("meta"), xml.element("description"):
                xml.write(_plain(f"who answers and quotes whom: {story.title or story.slug}"))
            with xml.element("graph", defaultedgetype="directed"):
                with xml.element("attributes", {"class": "node"}):
                    for name, kind in ATTRIBUTES.items():
                        xml.write(etree.Element("attribute", id=name, title=name, type=kind))
                with xml.element("nodes"):
                    for one in speakers(connection, story.id):
                        count += 1
                        label = one.person or one.name or one.handle or "unknown"
                        node = etree.Element("node", id=str(one.id), label=_plain(label))
                        values = etree.SubElement(node, "attvalues")
                        for name in ATTRIBUTES:
                            if getattr(one, name) is not None:
                                value = _plain(str(getattr(one, name)))
                                etree.SubElement(values, "attvalue", {"for": name, "value": value})
                        xml.write(node)
                with xml.element("edges"):
                    for number, edge in enumerate(answers(connection, story.id)):
                        told = {"source": str(edge.source), "target": str(edge.target), "weight": str(edge.weight)}
                        xml.write(etree.Element("edge", {"id": str(number), "kind": edge.kind, **told}))
    return count


def _plain(text: str) -> str:
    return NOT_XML.sub("", text)
