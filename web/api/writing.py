"""What the API does: labels, and stories to be watched."""

import json
from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.records import Stance
from storywake.db.engine import writing
from storywake.db.roles import Role
from storywake.jobs.labels import put, take_back
from storywake.web.access import visitor
from storywake.web.watching import MAX_CLAIM, MAX_CLAIMS, MAX_TEXT, Adding

from .operations import Operation, listed, nullable, record, text

MAX_ID = 2**31 - 1
LABEL = {
    **record(
        reaction_id={"type": "integer", "minimum": 1, "maximum": MAX_ID},
        stance={"type": ["string", "null"], "enum": [*Stance, None], "description": "null takes one's own label back"},
        claim=nullable(text("which claim of the story; its main one where this is null or missing")),
    ),
    "required": ["reaction_id", "stance"],
}
STORY = {
    **record(
        what=text("the story's address, or its text", minLength=1, maxLength=MAX_TEXT),
        claims={**listed(text(maxLength=MAX_CLAIM)), "maxItems": MAX_CLAIMS},
        slug=nullable(text("its short name", pattern=r"^[A-Za-z0-9_.-]{1,80}$")),
    ),
    "required": ["what"],
}


def operations(engine: Engine, adding: Adding) -> list[Operation]:
    """Everything that changes something."""

    def label(request: Request) -> dict[str, Any]:
        sent = sent_in(request, LABEL["properties"])
        reaction, stance, claim = sent.get("reaction_id"), sent.get("stance"), text_in(sent, "claim")
        if type(reaction) is not int or not 1 <= reaction <= MAX_ID:
            raise BadInput("reaction_id is a reaction's number")
        if "stance" not in sent or not (stance is None or isinstance(stance, str)):
            raise BadInput("stance is a stance, or null")
        who = visitor(request).name
        with writing(engine) as connection:
            if stance is None:
                take_back(connection, reaction, claim, who, now())
            else:
                put(connection, reaction, stance, claim, who, now())
        return {"reaction_id": reaction, "stance": stance, "analyst": who}

    def watch(request: Request) -> dict[str, Any]:
        sent = sent_in(request, STORY["properties"])
        claims = sent.get("claims", [])
        if not isinstance(claims, list) or not all(isinstance(claim, str) for claim in claims):
            raise BadInput("claims is a list of texts")
        what = text_in(sent, "what")
        if what is None:
            raise BadInput("what is an address or a text")
        said = [text_in({"claims": claim}, "claims") or "" for claim in claims]
        story = adding.add(visitor(request).name, what, said, text_in(sent, "slug"))
        return {"slug": story.slug, "title": story.title}

    told = record(reaction_id={"type": "integer"}, stance=nullable(text()), analyst=text())
    begun = record(slug=text(), title=nullable(text()))
    return [
        Operation("label", "POST", "/labels", Role.ANALYST, "labels a reaction's stance, or takes the label back", told, label, body=LABEL),
        Operation("watch", "POST", "/watch", Role.ANALYST, "starts watching a story", begun, watch, body=STORY, status=201),
    ]  # fmt: skip


def sent_in(request: Request, known: dict[str, Any]) -> dict[str, Any]:
    """The JSON object that was sent. Raises BadInput where it is none, or has what is not known."""
    try:
        sent = json.loads(request.state.body)
    except (ValueError, RecursionError):
        raise BadInput("what was sent is no JSON") from None
    if not isinstance(sent, dict):
        raise BadInput("what was sent is no JSON object")
    if unknown := sent.keys() - known.keys():
        raise BadInput(f"nothing is known of {', '.join(repr(name) for name in sorted(unknown))[:200]}")
    return sent


def text_in(sent: dict[str, Any], name: str) -> str | None:
    """A text that was sent; None where it is null or missing. Raises BadInput for anything else, and for half a letter."""
    value = sent.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value) or "\0" in value:
        raise BadInput(f"{name} is a text")
    return value
