"""Answers as they came: kept, found again, and given up when what they showed has to go."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, delete, update
from sqlmodel import col, func, select

from storywake.collector.net.evidence import Evidence, pack, unpack

from . import models
from .engine import reading
from .many import rows_among, run_many
from .statements import statements

SQL = statements("evidence")


class Validators(NamedTuple):
    """What a conditional request sends, and the content it is about."""

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    final_url: str | None = None


class Kept(NamedTuple):
    """An answer as it was kept."""

    id: int
    source: str
    evidence: Evidence


def save_evidence(connection: Connection, story_id: int | None, source: str, evidence: Evidence) -> int:
    """Keeps an answer; its content is kept once however often it comes. Returns the evidence's id."""
    digest = evidence.body_hash if evidence.body else None
    if digest:
        run_many(connection, SQL["save_body"], [{"hash": digest, "packed": pack(evidence.body)}])
    row = {
        "story_id": story_id,
        "source": source,
        "url": evidence.url,
        "final_url": evidence.final_url,
        "chain": "\n".join(evidence.chain),
        "fetched_at": evidence.fetched_at,
        "status": evidence.status,
        "headers": json.dumps(evidence.headers),
        "body_hash": digest,
    }
    return int(connection.execute(SQL["save_evidence"], row).scalar_one())


def validators(connection: Connection, url: str, story_id: int | None = None) -> Validators:
    """What the last full answer for an address said to ask with (of one story where ``story_id`` is given).

    All None where there is none.
    """
    query = select(models.Evidence.headers, models.Evidence.body_hash, models.Evidence.final_url).where(
        models.Evidence.url == url, models.Evidence.status == 200
    )
    if story_id is not None:
        query = query.where(models.Evidence.story_id == story_id)
    row = connection.execute(query.order_by(col(models.Evidence.id).desc()).limit(1)).first()
    if row is None:
        return Validators(None, None, None)
    if row.body_hash is None:
        return Validators(None, None, None, row.final_url)
    headers = json.loads(row.headers)
    return Validators(headers.get("etag"), headers.get("last-modified"), row.body_hash, row.final_url)


def led_to(connection: Connection, urls: Collection[str]) -> dict[str, str]:
    """Where addresses led when they were last asked for, those that led elsewhere."""
    return {row.url: row.final_url for row in rows_among(connection, SQL["led_to"], sorted(urls))}


def led_through(connection: Connection, urls: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By which addresses others led when they were last asked for, themselves first; those that led elsewhere."""
    return {row.url: tuple(row.chain.split("\n")) for row in rows_among(connection, SQL["led_through"], sorted(urls))}


def last_answer(connection: Connection, url: str) -> Evidence | None:
    """The last full answer for an address; None where there is none."""
    kept = _as_kept(connection.execute(SQL["last_answer"], {"url": url}).first())
    return kept.evidence if kept else None


def answer_at(connection: Connection, story_id: int, final_url: str, at: str) -> Evidence | None:
    """The full answer of an address, whatever led there, that came for a story at a time; None where there is none."""
    values = {"story_id": story_id, "final_url": final_url, "at": at}
    kept = _as_kept(connection.execute(SQL["answer_at"], values).first())
    return kept.evidence if kept else None


def count_evidence(connection: Connection, story_id: int) -> int:
    """The number of answers that a story has."""
    query = select(func.count()).select_from(models.Evidence).where(models.Evidence.story_id == story_id)
    return int(connection.execute(query).scalar_one())


def evidence_of(connection: Connection, story_id: int, after: int) -> Kept | None:
    """A story's first answer after the one with the id ``after``; None where there is none."""
    return _as_kept(connection.execute(SQL["next_of_story"], {"story_id": story_id, "after": after}).first())


def unrecorded_answer(connection: Connection, source: str, since: str, after: int) -> Kept | None:
    """A source's first answer, got at ``since`` or later, with content, for which no posts are recorded as shown.

    Its id is above ``after``. None where there is none.
    """
    values = {"source": source, "since": since, "after": after}
    return _as_kept(connection.execute(SQL["next_unrecorded"], values).first())


def one_by_one(engine: Engine, find: Callable[[Connection, int], Kept | None]) -> Iterator[Kept]:
    """The answers that ``find`` gives, each after the id of the one before; nothing is held open between them."""
    last = 0
    while True:
        with reading(engine) as connection:
            kept = find(connection, last)
        if kept is None:
            return
        last = kept.id
        yield kept


def save_shown(connection: Connection, evidence_ids: Sequence[int], post_ids: Iterable[int]) -> None:
    """Records which posts an answer showed."""
    rows = [{"evidence_id": answer, "post_id": post} for post in post_ids for answer in evidence_ids]
    run_many(connection, SQL["save_shown"], rows)


def answers_that_showed(connection: Connection, source: str, post_ids: Collection[int]) -> list[int]:
    """The ids of a source's answers with content that are recorded to have shown any of the posts."""
    return [row.id for row in rows_among(connection, SQL["answers_that_showed"], sorted(post_ids), source=source)]


def drop_content(connection: Connection, evidence_id: int) -> None:
    """Takes an answer's content away, from every answer that had the same; the record that they came stays."""
    query = select(models.Evidence.body_hash).where(models.Evidence.id == evidence_id)
    digest = connection.execute(query).scalar()
    with_it = update(models.Evidence).where(col(models.Evidence.body_hash) == digest)
    connection.execute(with_it.values(body_hash=None))
    connection.execute(delete(models.EvidenceBody).where(col(models.EvidenceBody.hash) == digest))


def _as_kept(row: Row[Any] | None) -> Kept | None:
    if row is None:
        return None
    evidence = Evidence(
        url=row.url,
        final_url=row.final_url,
        chain=tuple(row.chain.split("\n")) if row.chain else (),
        fetched_at=row.fetched_at,
        status=row.status,
        headers=json.loads(row.headers),
        body=unpack(bytes(row.packed)) if row.packed is not None else b"",
    )
    return Kept(row.id, row.source, evidence)
