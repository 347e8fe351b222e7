"""What names an erased person in evidence and in the record of runs: pages that showed them, addresses, notes."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from sqlalchemy import Connection, text

from storywake.collector.urls import canonical

from .many import rows_among
from .store import ERASED


class PageAnswer(NamedTuple):
    """An answer with content of a story's own pages, and the pages that its story's witnesses name."""

    id: int
    url: str
    final_url: str
    sources: frozenset[str]
    is_file: bool  # the file or pasted text that a witness names


class Address(NamedTuple):
    """What an answer was asked under, every address on the way included."""

    id: int
    words: str


def stories_with(connection: Connection, post_ids: Sequence[int]) -> list[int]:
    """The stories that posts react to."""
    query = "SELECT DISTINCT story_id FROM reaction WHERE post_id IN :keys ORDER BY story_id"
    return [row.story_id for row in rows_among(connection, query, post_ids)]


def page_answers(connection: Connection, post_ids: Sequence[int]) -> list[PageAnswer]:
    """The answers of the stories' pages among which those are that embed or report the posts."""
    witnesses = rows_among(
        connection,
        """SELECT DISTINCT r.story_id, w.source FROM witness w JOIN reaction r ON r.id = w.reaction_id
        WHERE w.tie IN ('embedded', 'reported') AND r.post_id IN :keys""",
        post_ids,
    )
    found = []
    for story_id in sorted({row.story_id for row in witnesses}):
        sources = frozenset(row.source for row in witnesses if row.story_id == story_id)
        own = connection.execute(text("SELECT canonical_url FROM story WHERE id = :s"), {"s": story_id}).scalar()
        by_file = any(source.startswith("the text watched as ") or canonical(source) == own for source in sources)
        answers = connection.execute(
            text(
                "SELECT id, url, final_url FROM evidence WHERE story_id = :s AND source = 'web' AND body_hash IS NOT NULL ORDER BY id"
            ),
            {"s": story_id},
        )
        for row in answers:
            is_file = by_file and row.url.startswith(("file:", "seed:"))
            found.append(PageAnswer(row.id, row.url, row.final_url, sources, is_file))
    return found


def answer_addresses(connection: Connection, sources: Collection[str]) -> list[Address]:
    """The addresses of all answers of some sources."""
    query = "SELECT id, url, final_url, chain FROM evidence WHERE source IN :keys ORDER BY id"
    rows = rows_among(connection, query, sorted(sources))
    return [Address(row.id, "\n".join((row.url, row.final_url, row.chain))) for row in rows]


def forget_address(connection: Connection, evidence_id: int) -> None:
    """Takes away under what address an answer came, and its headers; that and when it came stays."""
    connection.execute(
        text("UPDATE evidence SET url = :u, final_url = :u, chain = '', headers = '{}' WHERE id = :id"),
        {"u": f"{ERASED}{evidence_id}", "id": evidence_id},
    )


def forget_notes(connection: Connection, names: "re.Pattern[str]") -> None:
    """Takes the lines that name somebody out of what runs noted, and out of why looks failed."""
    for row in connection.execute(text("SELECT id, notes FROM job_run WHERE notes IS NOT NULL")).all():
        lines = row.notes.split("\n")
        left = [line for line in lines if not names.search(unquote(line))]
        if len(left) < len(lines):
            connection.execute(
                text("UPDATE job_run SET notes = :n WHERE id = :id"), {"n": "\n".join(left) or None, "id": row.id}
            )
    for row in connection.execute(text("SELECT id, note FROM look WHERE note IS NOT NULL")).all():
        if names.search(unquote(row.note)):
            connection.execute(text("UPDATE look SET note = NULL WHERE id = :id"), {"id": row.id})
