"""What was fetched, and what ran."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, text

from storywake.collector.net.evidence import Evidence, pack, unpack
from storywake.collector.values import clean

from .engine import reading
from .many import rows_among


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


def validators(connection: Connection, url: str, story_id: int | None = None) -> Validators:
    """What the last full answer for an address said to ask with; all None where there is none. ``story_id``: the last for that story."""
    row = connection.execute(
        text(
            "SELECT headers, body_hash, final_url FROM evidence WHERE url = :u AND status = 200 AND story_id = :s ORDER BY id DESC LIMIT 1"
            if story_id is not None
            else "SELECT headers, body_hash, final_url FROM evidence WHERE url = :u AND status = 200 ORDER BY id DESC LIMIT 1"
        ),
        {"u": url, "s": story_id},
    ).first()
    if row is None:
        return Validators(None, None, None)
    if row.body_hash is None:
        return Validators(None, None, None, row.final_url)
    headers = json.loads(row.headers)
    return Validators(headers.get("etag"), headers.get("last-modified"), row.body_hash, row.final_url)


def led_to(connection: Connection, urls: Collection[str]) -> dict[str, str]:
    """Where addresses led when they were last asked for, those that led elsewhere."""
    query = """SELECT e.url, e.final_url FROM evidence e WHERE e.url IN :keys AND e.final_url <> e.url
        AND e.id = (SELECT MAX(m.id) FROM evidence m WHERE m.url = e.url)"""
    return {row.url: row.final_url for row in rows_among(connection, query, sorted(urls))}


def last_answer(connection: Connection, url: str) -> Evidence | None:
    """The last full answer for an address; None where there is none."""
    query = text(f"{KEPT} e.url = :u AND e.status = 200 AND e.body_hash IS NOT NULL ORDER BY e.id DESC LIMIT 1")
    kept = as_kept(connection.execute(query, {"u": url, "after": 0}).first())
    return kept.evidence if kept else None


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
        {"f": finished_at, "s": status, "c": json.dumps(counts), "n": clean("\n".join(notes)) or None, "id": run_id},
    )


def last_done(connection: Connection, job: str, now: str) -> str | None:
    """When the last run of a job that ended well started; one dated after ``now``, by a clock once ahead, is none."""
    found: str | None = connection.execute(
        text("SELECT MAX(started_at) FROM job_run WHERE job = :j AND status = 'done' AND started_at <= :now"),
        {"j": job, "now": now},
    ).scalar()
    return found


def failed_since(connection: Connection, job: str, since: str, now: str) -> tuple[int, str | None]:
    """How often a job failed from ``since`` to ``now``, and when it last ended so."""
    row = connection.execute(
        text(
            """SELECT COUNT(*) AS n, MAX(COALESCE(finished_at, started_at)) AS at FROM job_run
            WHERE job = :j AND status = 'failed' AND started_at >= :since AND started_at <= :now"""
        ),
        {"j": job, "since": since, "now": now},
    ).one()
    return row.n, row.at


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


def count_evidence(connection: Connection, story_id: int) -> int:
    """How many answers a story has."""
    query = text("SELECT COUNT(*) FROM evidence WHERE story_id = :s")
    return int(connection.execute(query, {"s": story_id}).scalar_one())


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
