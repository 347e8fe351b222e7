"""A story's reactions with everything that was found about them, as they go out (``storywake.collector.archive``)."""

from array import array
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row

from storywake.collector.archive import (
    Archived,
    Assessed,
    Earlier,
    Labelled,
    Noted,
    NoteStatus,
    Observed,
    Reviewed,
    SaidVoice,
    Witnessed,
)
from storywake.collector.records import Kind, QuoteState, Stance, TieKind, VoiceKind

from .claims import claims_of
from .many import rows_among
from .statements import statements
from .stories import StoryRow

SQL = statements("archive")
MAX_BATCH = 500
"""Reactions read at once, whatever the size of the story."""


def archived(connection: Connection, story: StoryRow) -> Iterator[Archived]:
    """A story's reactions in the order in which they were stored, one after another.

    What an analyst dropped is left out. A deleted post goes without its words and links, as it will be kept. Of an
    erased person nothing but counts and stances is here anyway.
    """
    claims = [claim.text for claim in claims_of(connection, story.id)]
    voices = {row.mark: SaidVoice(row.mark, VoiceKind(row.kind), row.analyst, row.set_at)
              for row in connection.execute(SQL["said_voices"], {"story_id": story.id})}  # fmt: skip
    ids = array("q", connection.execute(SQL["ids"], {"story_id": story.id}).scalars())  # 8 MB for a million
    for start in range(0, len(ids), MAX_BATCH):
        rows = rows_among(connection, SQL["reactions"], ids[start : start + MAX_BATCH].tolist())
        parts = _parts(connection, rows)
        for row in rows:
            own = {name: found.get(_own(name, row), ()) for name, found in parts.items()}
            own["said_voices"] = tuple(voices[mark] for mark in _marks(row) if mark in voices)
            yield _archived(story, claims, row, own)


def size(connection: Connection, story: StoryRow) -> int:
    """How many reactions ``archived`` gives."""
    return int(connection.execute(SQL["size"], {"story_id": story.id}).scalar_one())


def _marks(row: Row[Any]) -> list[str]:
    """By what an analyst may have named a reaction's author."""
    names = (row.handle and f"{row.platform}:{row.handle}", row.handle, row.name, row.person)
    return sorted({name.casefold() for name in names if name})


POSTS = {"observations", "earlier", "notes"}
"""What is kept with the post and not with the reaction."""


def _own(name: str, row: Row[Any]) -> int:
    return int(row.post_id if name in POSTS else row.id)


def _parts(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, dict[int, tuple[Any, ...]]]:
    """The lists of some reactions, by name and by the id of the reaction or post."""
    found: dict[str, dict[int, tuple[Any, ...]]] = {}
    for name in ("witnesses", "observations", "earlier", "assessments", "labels", "reviews"):
        grouped: dict[int, list[Any]] = {}
        for part in rows_among(connection, SQL[name], [_own(name, row) for row in rows]):
            grouped.setdefault(part.owner, []).append(MAKERS[name](part))
        found[name] = {owner: tuple(group) for owner, group in grouped.items()}
    found["notes"] = _notes(connection, [row.post_id for row in rows])
    return found


def _notes(connection: Connection, posts: Sequence[int]) -> dict[int, tuple[Noted, ...]]:
    """The notes on some posts, with their statuses, by post."""
    history: dict[str, list[NoteStatus]] = {}
    for row in rows_among(connection, SQL["note_statuses"], posts):
        history.setdefault(row.note_id, []).append(NoteStatus(row.since, row.status))
    found: dict[int, tuple[Noted, ...]] = {}
    for row in rows_among(connection, SQL["notes"], posts):
        note = Noted(
            row.note_id, row.first_seen_at, row.written_at, row.classification, row.text, row.status, row.status_since,
            row.helpful, row.somewhat_helpful, row.not_helpful, row.gone_at, tuple(history.get(row.note_id, ())),
        )  # fmt: skip
        found[row.owner] = (*found.get(row.owner, ()), note)
    return found


def _witness(row: Row[Any]) -> Witnessed:
    verbatim = None if row.verbatim is None else bool(row.verbatim)
    return Witnessed(TieKind(row.tie), row.source, row.rests_on, row.confidence, row.words, verbatim)


def _assessment(row: Row[Any]) -> Assessed:
    covered = None if row.covered is None else bool(row.covered)
    return Assessed(
        row.claim, row.model, row.input_hash, row.assessed_at, Stance(row.stance), row.support, row.deny, row.query,
        row.comment, row.confidence, covered, bool(row.verdict), bool(row.unclear),
    )  # fmt: skip


MAKERS: dict[str, Any] = {
    "witnesses": _witness,
    "observations": lambda row: Observed(*row[1:]),
    "earlier": lambda row: Earlier(*row[1:]),
    "assessments": _assessment,
    "labels": lambda row: Labelled(row.claim, row.analyst, Stance(row.stance), row.set_at),
    "reviews": lambda row: Reviewed(
        row.claim_reviewed, Stance(row.stance), row.seen_at, row.claimant, row.rating, row.rating_value
    ),
}


def _archived(story: StoryRow, claims: Sequence[str], row: Row[Any], parts: dict[str, Any]) -> Archived:
    last = parts["observations"][-1] if parts["observations"] else Observed("")
    gone = row.deleted_at is not None
    if gone:
        parts["earlier"] = ()
    stance, probability, unclear = in_force(claims[:1], parts["labels"], parts["assessments"])
    return Archived(
        story=story.slug,
        story_title=story.title,
        story_url=story.url,
        claim=claims[0] if claims else None,
        further_claims=tuple(claims[1:]),
        platform=row.platform,
        external_id=row.external_id,
        url=row.url,
        kind=Kind(row.kind),
        author=row.handle,
        author_name=row.name,
        author_id=row.author_id,
        followers=row.followers,
        person=row.person,
        affiliation=row.affiliation,
        posted_at=row.posted_at,
        text=None if gone else row.text,
        language=row.language,
        in_reply_to=row.in_reply_to,
        quoted=row.quotes,
        quote_state=QuoteState(row.quote_state) if row.quote_state else None,
        quote_ended_at=row.quote_ended_at,
        links=() if gone else tuple(row.links.split("\n")) if row.links else (),
        tie=TieKind(row.tie),
        tie_source=row.tie_source,
        rests_on=row.rests_on,
        confidence=row.confidence,
        stance=stance,
        stance_probability=probability,
        unclear=unclear,
        likes=last.likes,
        reposts=last.reposts,
        replies=last.replies,
        quotes=last.quotes,
        views=last.views,
        first_seen_at=row.first_seen_at,
        last_observed_at=last.at or None,
        deleted=gone,
        deleted_at=row.deleted_at,
        depth=row.depth,
        key=row.key,
        own_words=bool(row.own_words),
        media=None if gone else row.media,
        post_labels=row.post_labels,
        author_key=row.author_key,
        author_links=row.author_links,
        author_labels=row.author_labels,
        author_bio=row.author_bio,
        person_rests_on=row.person_rests_on,
        voice=VoiceKind(row.voice) if row.voice else None,
        voice_rests_on=row.voice_rests_on,
        **parts,
    )


def in_force(
    main: Sequence[str], labels: Sequence[Labelled], assessments: Sequence[Assessed]
) -> tuple[str | None, float | None, bool | None]:
    """The stance towards the main claim, its probability, and whether it is unclear, by the rule of the view ``stances``.

    The newest label, else a fact-check's verdict, else the newest assessment; all None where there is none.
    """
    ours = [one for one in reversed(labels) if one.claim in main]
    if ours:
        return max(ours, key=attrgetter("set_at")).stance.value, 1.0, False
    read = [one for one in reversed(assessments) if one.claim in main]
    if not read:
        return None, None, None
    last = max(read, key=attrgetter("verdict", "assessed_at"))
    return last.stance.value, float(getattr(last, last.stance.value)), last.unclear
