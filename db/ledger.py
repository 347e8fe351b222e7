"""What was fetched, what ran, what was delivered."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, text

from collector.evidence import Evidence, pack, unpack

from .engine import reading


class Validators(NamedTuple):
    """What a conditional request sends, and the content it is about."""

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    final_url: str | None = None


def save_evidence(connection: Connection, story_id: int | None, source: str, evidence: Evidence) -> int:
    """Keeps an answer; its content is kept once however often it comes. Returns the evidence's id."""
    digest = evidence.body_hash if evidence.body else None
    if digest:
        connection.execute(
            text("INSERT INTO evidence_body (hash, packed) VALUES (:h, :b) ON CONFLICT (hash) DO NOTHING"),
            {"h": digest, "b": pack(evidence.body)},
        )
    row = connection.execute(
        text(
            """INSERT INTO evidence (story_id, source, url, final_url, chain, fetched_at, status, headers, body_hash)
            VALUES (:story, :source, :url, :final, :chain, :at, :status, :headers, :hash) RETURNING id"""
        ),
        {
            "story": story_id, "source": source, "url": evidence.url, "final": evidence.final_url, "chain": "\n".join(evidence.chain),
            "at": evidence.fetched_at, "status": evidence.status, "headers": json.dumps(evidence.headers), "hash": digest,
        },
    )  # fmt: skip
    return int(row.scalar_one())


def validators(connection: Connection, url: str) -> Validators:
    """What the last full answer for an address said to ask with; all None where there is none."""
    row = connection.execute(
        text(
            "SELECT headers, body_hash, final_url FROM evidence WHERE url = :u AND status = 200 ORDER BY id DESC LIMIT 1"
        ),
        {"u": url},
    ).first()
    if row is None:
        return Validators(None, None, None)
    if row.body_hash is None:
        return Validators(None, None, None, row.final_url)
    headers = json.loads(row.headers)
    return Validators(headers.get("etag"), headers.get("last-modified"), row.body_hash, row.final_url)


def was_read(connection: Connection, story_id: int, url: str) -> bool:
    """Whether an address was asked for in a story before."""
    query = text("SELECT 1 FROM evidence WHERE url = :u AND story_id = :s LIMIT 1")
    return connection.execute(query, {"u": url, "s": story_id}).first() is not None


def last_body(connection: Connection, url: str) -> bytes:
    """The content of the last full answer for an address; empty where there is none."""
    packed = connection.execute(
        text(
            "SELECT b.packed FROM evidence e JOIN evidence_body b ON b.hash = e.body_hash WHERE e.url = :u AND e.status = 200 ORDER BY e.id DESC LIMIT 1"
        ),
        {"u": url},
    ).scalar()
    return unpack(bytes(packed)) if packed is not None else b""


def start_run(connection: Connection, job: str, scheduled_for: str, started_at: str) -> int:
    """Records that a job started. A run of the same job left open by a kill is closed as failed."""
    connection.execute(
        text(
            "UPDATE job_run SET status = 'failed', notes = 'stopped before it ended' WHERE job = :j AND status = 'running'"
        ),
        {"j": job},
    )
    row = connection.execute(
        text(
            "INSERT INTO job_run (job, scheduled_for, started_at, status) VALUES (:j, :s, :a, 'running') RETURNING id"
        ),
        {"j": job, "s": scheduled_for, "a": started_at},
    )
    return int(row.scalar_one())


def end_run(
    connection: Connection, run_id: int, finished_at: str, status: str, counts: dict[str, int], notes: Sequence[str]
) -> None:
    """Records how a run ended: what it did, and a line for each fault."""
    connection.execute(
        text("UPDATE job_run SET finished_at = :f, status = :s, counts = :c, notes = :n WHERE id = :id"),
        {"f": finished_at, "s": status, "c": json.dumps(counts), "n": "\n".join(notes) or None, "id": run_id},
    )


def last_done(connection: Connection, job: str) -> str | None:
    """When the last run of a job that ended well started."""
    found: str | None = connection.execute(
        text("SELECT MAX(started_at) FROM job_run WHERE job = :j AND status = 'done'"), {"j": job}
    ).scalar()
    return found


def claim_delivery(connection: Connection, day: str, reader: str, message_id: str, since: str | None, at: str) -> bool:
    """Takes the right to send a day's digest to a reader; False where it was taken before, so that nobody gets it twice."""
    added = connection.execute(
        text(
            "INSERT INTO delivery (day, reader, status, message_id, since, at) VALUES (:d, :r, 'sending', :m, :since, :at) ON CONFLICT (day, reader) DO NOTHING"
        ),
        {"d": day, "r": reader, "m": message_id, "since": since, "at": at},
    )
    return added.rowcount > 0


def settle_delivery(connection: Connection, day: str, reader: str, *, sent: bool) -> None:
    """Marks a delivery as sent, or gives up the right to it after a refusal, so that it is tried again."""
    statement = (
        "UPDATE delivery SET status = 'sent' WHERE day = :d AND reader = :r"
        if sent
        else "DELETE FROM delivery WHERE day = :d AND reader = :r AND status = 'sending'"
    )
    connection.execute(text(statement), {"d": day, "r": reader})


def delivery_status(connection: Connection, day: str, reader: str) -> str | None:
    """How a delivery stands: sent, sending (under way, or cut off by a kill), None."""
    found: str | None = connection.execute(
        text("SELECT status FROM delivery WHERE day = :d AND reader = :r"), {"d": day, "r": reader}
    ).scalar()
    return found


def last_digest(connection: Connection, before_day: str) -> str | None:
    """When the last digest of an earlier day went out."""
    found: str | None = connection.execute(
        text("SELECT MAX(at) FROM delivery WHERE status = 'sent' AND day < :d"), {"d": before_day}
    ).scalar()
    return found


def recent_runs(connection: Connection, limit: int = 10) -> Sequence[Row[Any]]:
    """The last runs, newest first."""
    return connection.execute(
        text(
            "SELECT job, scheduled_for, started_at, finished_at, status, counts, notes FROM job_run ORDER BY id DESC LIMIT :n"
        ),
        {"n": limit},
    ).all()


class Kept(NamedTuple):
    """An answer as it was kept."""

    id: int
    source: str
    evidence: Evidence


KEPT = """SELECT e.id, e.source, e.url, e.final_url, e.chain, e.fetched_at, e.status, e.headers, b.packed
    FROM evidence e LEFT JOIN evidence_body b ON b.hash = e.body_hash WHERE e.id > :after AND"""


def evidence_of(connection: Connection, story_id: int, after: int) -> Kept | None:
    """The first answer of a story after the one with id ``after``; None where there is none."""
    query = text(f"{KEPT} e.story_id = :s ORDER BY e.id LIMIT 1")
    return as_kept(connection.execute(query, {"s": story_id, "after": after}).first())


def as_kept(row: Row[Any] | None) -> Kept | None:
    """An answer as a row of ``KEPT`` holds it."""
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


def stream_cursor(connection: Connection, stream: str) -> int | None:
    """How far a stream was read; None where it never was."""
    found: int | None = connection.execute(
        text("SELECT position FROM stream_cursor WHERE stream = :s"), {"s": stream}
    ).scalar()
    return found


def move_cursor(connection: Connection, stream: str, position: int) -> None:
    """Records how far a stream was read; never back."""
    connection.execute(
        text(
            """INSERT INTO stream_cursor (stream, position) VALUES (:s, :p) ON CONFLICT (stream) DO UPDATE
            SET position = CASE WHEN excluded.position > stream_cursor.position THEN excluded.position ELSE stream_cursor.position END"""
        ),
        {"s": stream, "p": position},
    )
