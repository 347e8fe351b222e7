"""Stories for other tools: what they read is what is there, whatever the words."""

import io
import json

from lxml import etree
from sqlalchemy import Engine

from storywake.collector.archive import Archived, Observed, Witnessed
from storywake.collector.records import Kind, TieKind
from storywake.db.engine import writing
from storywake.db.restoring import restore
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.interchange import GEXF, write_activities, write_gexf

AT = "2026-02-01T10:00:00Z"
HOSTILE = '<b>"Eve" & co\u202e</b>\u0001\ufffe\n=1+1 👩‍👩‍👧'


def reaction(n: int, **values: object) -> Archived:
    given: dict[str, object] = {
        "story": "bridge", "platform": "bluesky", "external_id": f"at://{n}", "key": f"at://{n}", "kind": Kind.POST,
        "author": f"u{n}", "author_id": f"did:{n}", "author_key": f"did:{n}", "author_name": HOSTILE, "text": HOSTILE,
        "url": f"https://bsky.example/{n}", "posted_at": AT, "tie": TieKind.LINKS, "tie_source": "x", "rests_on": "x",
        "confidence": 1.0, "first_seen_at": AT, "witnesses": (Witnessed(TieKind.LINKS, "x", "x", 1.0),),
    }  # fmt: skip
    return Archived(**{**given, **values})  # type: ignore[arg-type]


def planted(engine: Engine) -> StoryRow:
    rows = [
        reaction(1, observations=(Observed(AT, likes=5, replies=2),)),
        reaction(2, in_reply_to="at://1", kind=Kind.REPLY),
        reaction(3, in_reply_to="at://1", quoted="at://2", url="javascript:alert(1)"),
        reaction(4, deleted_at=AT, text=None),
        reaction(5, in_reply_to="at://unknown", author_name=None, author=None, author_id=None, author_key=None),
    ]
    with writing(engine) as connection:
        story = add_story(
            connection, slug="bridge", title=HOSTILE, url=None, claims=["c"], created_at=AT, watch_until=AT
        )
        assert restore(connection, story.id, rows) == 5
    return story


def test_activities_are_one_collection(engine: Engine) -> None:
    out = io.BytesIO()
    assert write_activities(engine, planted(engine), out) == 5
    told = json.loads(out.getvalue())
    assert (told["type"], told["totalItems"]) == ("OrderedCollection", 5)
    items = {item["id"]: item for item in told["orderedItems"]}
    first = items["https://bsky.example/1"]
    assert (first["content"], first["mediaType"]) == (HOSTILE, "text/plain")
    assert first["likes"] == {"type": "Collection", "totalItems": 5}
    assert "shares" not in first, "unknown is left out"
    assert items["https://bsky.example/4"]["type"] == "Tombstone"
    assert "content" not in items["https://bsky.example/4"]
    assert "javascript" not in out.getvalue().decode()


def test_the_graph_has_who_answers_and_quotes_whom(engine: Engine) -> None:
    out = io.BytesIO()
    assert write_gexf(engine, planted(engine), out) == 4
    graph = etree.fromstring(out.getvalue())
    names = {"g": GEXF}
    handles = {
        node.get("id"): node.xpath("string(.//g:attvalue[@for='handle']/@value)", namespaces=names)
        for node in graph.iterfind(".//g:node", names)
    }
    edges = {
        (handles[e.get("source")], handles[e.get("target")], e.get("kind")) for e in graph.iterfind(".//g:edge", names)
    }
    assert edges == {("u2", "u1", "replies"), ("u3", "u1", "replies"), ("u3", "u2", "quotes")}
