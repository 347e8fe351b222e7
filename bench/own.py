"""Reactions written for this project (``bench/reactions``), which train and test stance."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storywake.collector.records import Stance
from storywake.collector.stance.base import STANCES, Reaction

FOLDER = Path(__file__).parent / "reactions"

Labelled = tuple[list[Reaction], NDArray[np.int64]]
"""Reactions, and their stances as indexes into ``STANCES``."""


def read_own(part: str) -> Labelled:
    """Reactions to claims in eight languages: those of ``part`` (train or test)."""
    return _labelled(
        (row["stance"], Reaction(row["text"], row["claim"], language=path.stem))
        for path in sorted(FOLDER.glob("*.tsv"))
        for row in read_rows(path)
        if row["part"] == part
    )


def read_own_threads() -> Labelled:
    """English replies to invented reports, and what opens a thread; all of it trains."""
    return _labelled(
        (
            row["stance"],
            Reaction(
                row["text"],
                parent_text=row["parent"] or row["opening"] or None,
                source_text=row["opening"] or None,
                is_source=not row["opening"],
                language="en",
            ),
        )
        for row in read_rows(FOLDER / "threads" / "en.tsv")
    )


def read_own_topics() -> Labelled:
    """English opinions on topics: a favourable one supports, a hostile one denies; all of it trains."""
    return _labelled(
        (row["stance"], Reaction(row["text"], row["topic"], language="en"))
        for row in read_rows(FOLDER / "topics" / "en.tsv")
    )


def read_own_claims() -> tuple[list[str], list[str]]:
    """Topics and opinions, and reports, as claims in eight languages."""
    rows = list(read_rows(FOLDER / "topics" / "claims.tsv"))
    return [r["claim"] for r in rows if r["kind"] == "topic"], [r["claim"] for r in rows if r["kind"] == "report"]


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table with a head, its cells parted by tabs and never quoted."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _labelled(pairs: Iterator[tuple[str, Reaction]]) -> Labelled:
    found = list(pairs)
    return [reaction for _, reaction in found], np.array([STANCES.index(Stance(stance)) for stance, _ in found])
