"""What names an erased person in evidence and in the record of runs: pages that showed them, addresses, notes."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from sqlalchemy import Connection, update
from sqlmodel import col, select

from storywake.collector.urls import canonical

from . import models
from .many import rows_among
from .post_keys import ERASED
from .statements import statements

SQL = statements("erasing")


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
    return [row.story_id for row in rows_among(connection, SQL["stories_with"], post_ids)]


def page_answers(connection: Connection, post_ids: Sequence[int]) -> list[PageAnswer]:
    """The answers of the stories' pages among which those are that embed or report the posts."""
    witnesses = rows_among(connection, SQL["shown_by"], post_ids)
    found = []
    for story_id in sorted({row.story_id for row in witnesses}):
        sources = frozenset(row.source for row in witnesses if row.story_id == story_id)
        own = connection.execute(select(models.Story.canonical_url).where(models.Story.id == story_id)).scalar()
        by_file = any(source.startswith("the text watched as ") or canonical(source) == own for source in sources)
        answer = models.Evidence
        with_content = select(answer.id, answer.url, answer.final_url).where(
            answer.story_id == story_id, answer.source == "web", col(answer.body_hash).is_not(None)
        )
        answers = connection.execute(with_content.order_by(col(answer.id)))
        for row in answers:
            is_file = by_file and row.url.startswith(("file:", "seed:"))
            found.append(PageAnswer(row.id, row.url, row.final_url, sources, is_file))
    return found


def answer_addresses(connection: Connection, sources: Collection[str]) -> list[Address]:
    """The addresses of all answers of some sources."""
    rows = rows_among(connection, SQL["answer_addresses"], sorted(sources))
    return [Address(row.id, "\n".join((row.url, row.final_url, row.chain))) for row in rows]


def forget_address(connection: Connection, evidence_id: int) -> None:
    """Takes away under what address an answer came, and its headers; that and when it came stays."""
    nameless = f"{ERASED}{evidence_id}"
    answer = update(models.Evidence).where(col(models.Evidence.id) == evidence_id)
    connection.execute(answer.values(url=nameless, final_url=nameless, chain="", headers="{}"))


def forget_notes(connection: Connection, names: "re.Pattern[str]") -> None:
    """Takes the lines that name somebody out of what runs noted, and out of why looks failed."""
    run, look = models.JobRun, models.Look
    for row in connection.execute(select(run.id, run.notes).where(col(run.notes).is_not(None))).all():
        lines = str(row.notes).split("\n")
        left = [line for line in lines if not names.search(unquote(line))]
        if len(left) < len(lines):
            connection.execute(update(run).where(col(run.id) == row.id).values(notes="\n".join(left) or None))
    for row in connection.execute(select(look.id, look.note).where(col(look.note).is_not(None))).all():
        if names.search(unquote(str(row.note))):
            connection.execute(update(look).where(col(look.id) == row.id).values(note=None))
