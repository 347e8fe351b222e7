"""Reactions that went out (``db/archive.py``) come in again as they were, beside what is there."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from storywake.collector.archive import Archived
from storywake.collector.records import Author, Post, is_media

from .accounts import adopt_accounts, save_accounts, stored_accounts
from .claims import add_claim, claims_of
from .erasing import keep_out
from .many import rows_among, run_many
from .persons import SQL as PERSONS
from .persons import known_persons
from .post_keys import is_erased
from .posts import IN_ORDER
from .posts import SQL as POSTS
from .reactions import SQL as REACTIONS
from .reactions import show_best_witness
from .statements import statements

SQL = statements("archive")


def restore(connection: Connection, story_id: int, rows: Sequence[Archived]) -> int:
    """Stores reactions to a story with all that was found about them. Returns how many are new to it.

    What is there already stays; what is older or missing is added. Who was erased here stays out.
    """
    rows = _kept_out(connection, rows)
    posts = _posts(connection, rows)
    numbered = [(row, posts[row.platform, row.key]) for row in rows]
    before = _reactions(connection, story_id, posts.values())
    run_many(connection, REACTIONS["add_reaction"], [_reaction(story_id, post, row) for row, post in numbered])
    after = _reactions(connection, story_id, posts.values())
    ours = [(row, after[post]) for row, post in numbered]
    run_many(connection, SQL["seen_earlier"], [{"id": number, "at": row.first_seen_at} for row, number in ours])
    _witnesses(connection, ours)
    for post, number in after.items():
        if post in before:
            show_best_witness(connection, number)
    _persons(connection, story_id, ours)
    _judgements(connection, story_id, ours)
    return len(after) - len(before)


def _kept_out(connection: Connection, rows: Sequence[Archived]) -> list[Archived]:
    """The rows without what belongs to persons who were erased here."""
    told = keep_out(connection, [_as_post(row) for row in rows])
    return [_without_words(row, post) for row, post in zip(rows, told, strict=True)]


def _as_post(row: Archived) -> Post:
    author = Author(handle=row.author, name=row.author_name, external_id=row.author_id)
    return Post(
        platform=row.platform, external_id=row.external_id, url=row.url, kind=row.kind, author=author, text=row.text,
        posted_at=row.posted_at, in_reply_to=row.in_reply_to, quotes=row.quoted,
    )  # fmt: skip


def _without_words(row: Archived, told: Post) -> Archived:
    named = msgspec.structs.replace(row, in_reply_to=told.in_reply_to, quoted=told.quotes)
    if not is_erased(told) or is_erased(_as_post(row)):
        return named
    return msgspec.structs.replace(
        named, key=told.external_id, external_id=told.external_id, url=None, author=None, author_name=None,
        author_id=None, author_key=None, author_links=None, author_labels=None, author_bio=None, post_labels=None, person=None, voice=None, voice_rests_on=None, said_voices=(), text=None, language=None, links=(), media=None, earlier=(), notes=(),
        posted_at=told.posted_at, witnesses=tuple(msgspec.structs.replace(w, words="") for w in row.witnesses),
    )  # fmt: skip


def _posts(connection: Connection, rows: Sequence[Archived]) -> dict[tuple[str, str], int]:
    """Writes posts with authors, counts and earlier texts. Returns their ids by platform and key."""
    stored = stored_accounts(connection, map(_as_post, rows))
    keys = {row.key: stored.get((row.platform, row.author_key or ""), row.author_key) for row in rows}
    rows = [msgspec.structs.replace(row, author_key=keys[row.key]) for row in rows]
    accounts = {(row.platform, row.author_key): _account(row) for row in rows if row.author_key}
    adopt_accounts(connection, accounts.values())
    save_accounts(connection, sorted(accounts.values(), key=IN_ORDER))
    run_many(connection, POSTS["save_post"], sorted(map(_post, rows), key=IN_ORDER))
    found: dict[tuple[str, str], int] = {}
    for platform in {row.platform for row in rows}:
        ours = [row.key for row in rows if row.platform == platform]
        for post in rows_among(connection, REACTIONS["ids_by_key"], ours, platform=platform):
            found[platform, post.key] = post.id
    whose = [(row, found[row.platform, row.key]) for row in rows]
    counts = [{**msgspec.structs.asdict(o), "post_id": post_id} for row, post_id in whose for o in row.observations]
    run_many(connection, SQL["add_observation"], counts)
    texts = [{**msgspec.structs.asdict(e), "post_id": post_id} for row, post_id in whose for e in row.earlier]
    run_many(connection, SQL["add_earlier"], texts)
    _notes(connection, whose)
    return found


def _notes(connection: Connection, whose: Sequence[tuple[Archived, int]]) -> None:
    notes = [(note, post_id) for row, post_id in whose for note in row.notes]
    run_many(
        connection, SQL["add_note"], [{**msgspec.structs.asdict(note), "post_id": post_id} for note, post_id in notes]
    )
    statuses = [{"note_id": n.note_id, **msgspec.structs.asdict(one)} for n, _ in notes for one in n.history]
    run_many(connection, SQL["add_note_status"], statuses)


def _account(row: Archived) -> dict[str, Any]:
    return {
        "platform": row.platform, "key": row.author_key, "external_id": row.author_id, "handle": row.author,
        "name": row.author_name, "followers": row.followers, "links": row.author_links, "labels": row.author_labels, "bio": row.author_bio, "own": 0,
    }  # fmt: skip


def _post(row: Archived) -> dict[str, Any]:
    return {
        "platform": row.platform, "key": row.key, "external_id": row.external_id, "url": row.url,
        "kind": row.kind.value, "account_key": row.author_key, "text": row.text, "language": row.language,
        "posted_at": row.posted_at, "in_reply_to": row.in_reply_to, "quotes": row.quoted,
        "quote_state": row.quote_state and row.quote_state.value, "quote_ended_at": row.quote_ended_at,
        "links": "\n".join(row.links) or None, "seen_at": row.first_seen_at, "deleted_at": row.deleted_at,
        "alive_at": "", "own_words": row.own_words, "media": row.media if is_media(row.media) else None,
        "labels": row.post_labels,
    }  # fmt: skip


def _reactions(connection: Connection, story_id: int, posts: Any) -> dict[int, int]:
    """The ids of a story's reactions by the ids of their posts."""
    found = rows_among(connection, REACTIONS["tied"], sorted(set(posts)), story_id=story_id)
    return {row.post_id: row.id for row in found}


def _reaction(story_id: int, post: int, row: Archived) -> dict[str, Any]:
    return {
        "story_id": story_id, "post_id": post, "tie": row.tie.value, "source": row.tie_source, "rests_on": row.rests_on,
        "confidence": row.confidence, "at": row.first_seen_at, "depth": row.depth,
    }  # fmt: skip


def _witnesses(connection: Connection, ours: Sequence[tuple[Archived, int]]) -> None:
    rows = [
        {**msgspec.structs.asdict(w), "tie": w.tie.value, "reaction_id": number}
        for row, number in ours
        for w in row.witnesses
    ]
    run_many(connection, REACTIONS["add_witness"], rows)


def _persons(connection: Connection, story_id: int, ours: Sequence[tuple[Archived, int]]) -> None:
    persons = {
        row.person: {
            "story_id": story_id,
            "name": row.person,
            "affiliation": row.affiliation,
            "rests_on": row.person_rests_on,
            "voice": row.voice and row.voice.value,
            "voice_rests_on": row.voice_rests_on,
        }
        for row, _ in reversed(ours)
        if row.person
    }
    run_many(connection, PERSONS["save_person"], list(persons.values()))
    voices = {(said.mark, said.set_at): said for row, _ in ours for said in row.said_voices}
    run_many(
        connection,
        SQL["add_voice"],
        [{**msgspec.structs.asdict(said), "kind": said.kind.value, "story_id": story_id} for said in voices.values()],
    )
    ids = {row.name: row.id for row in known_persons(connection, story_id)}
    run_many(
        connection, SQL["person_of"], [{"id": number, "person_id": ids[r.person]} for r, number in ours if r.person]
    )


def _judgements(connection: Connection, story_id: int, ours: Sequence[tuple[Archived, int]]) -> None:
    """Writes assessments, labels and verdicts, with the claims that they are about."""
    named = [
        (row.claim, *row.further_claims, *(a.claim for a in row.assessments), *(one.claim for one in row.labels))
        for row, _ in ours
    ]
    known = {claim.text: claim.id for claim in claims_of(connection, story_id)}
    for claim in dict.fromkeys(claim for row in named for claim in row if claim):
        if claim not in known:
            add_claim(connection, story_id, claim)
    ids = {claim.text: claim.id for claim in claims_of(connection, story_id)}

    def of(name: str) -> list[dict[str, Any]]:
        return [
            {**msgspec.structs.asdict(one), "stance": one.stance.value, "reaction_id": number}
            | ({"claim_id": ids[one.claim]} if name != "reviews" else {})
            for row, number in ours
            for one in getattr(row, name)
        ]

    run_many(connection, SQL["add_assessment"], of("assessments"))
    run_many(connection, SQL["add_label"], of("labels"))
    run_many(connection, SQL["add_review"], of("reviews"))
