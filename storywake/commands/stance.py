"""``storywake stance``: the stance of reactions, JSON lines in and out. It does not use the database."""

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from storywake.collector.errors import BadInput
from storywake.collector.printable import printable, printable_json
from storywake.collector.settings import Settings
from storywake.collector.stance import DEFAULT, NAMES, STANCES, Assessor, Reaction, assessor
from storywake.jobs.watch import read_file

MAX_BATCH = 256
"""Lines assessed at once."""


class StanceLine(msgspec.Struct):
    """A line of ``stance``'s input."""

    text: str
    id: str | int | None = None
    claim: str | None = None
    parent_text: str | None = None
    source_text: str | None = None
    is_source: bool | None = None
    language: str | None = None


def stance(
    claim: Annotated[str | None, typer.Option(metavar="TEXT", help="the claim, where a line names none")] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help=f"the assessor: {', '.join(NAMES)}")] = DEFAULT,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSON lines of text and stance for this claim, which adapt the assessor"),
    ] = None,
) -> None:
    """Stance of reactions: JSON lines in, JSON lines out, in the same order."""
    base = assessor(model, Settings())
    known = _read_labels(labels, claim) if labels else []
    judge: Assessor | None = None
    failed = False
    lines = enumerate(sys.stdin.buffer, 1)
    decoder = msgspec.json.Decoder(StanceLine)
    while batch := list(islice(lines, MAX_BATCH)):
        read: list[StanceLine] = []
        for number, line in batch:
            if not line.strip():
                continue
            try:
                read.append(decoder.decode(line.decode("utf-8", "replace")))
            except msgspec.DecodeError as error:
                print(printable(f"line {number}: {error}"), file=sys.stderr)
                failed = True
        reactions = [_reaction(line, claim) for line in read]
        judge = judge or _adapted(base, known, reactions)
        name = f"{judge.name}@{judge.version}"
        results = judge.assess(reactions)
        _print_lines(
            {
                "id": item.id,
                "stance": result.stance,
                "probabilities": {k: round(p, 6) for k, p in zip(STANCES, result.probabilities, strict=True)},
                "confidence": round(result.confidence, 6),
                "covered": result.covered,
                "unclear": result.unclear,
                "model": result.model or name,
            }
            for item, result in zip(read, results, strict=True)
        )
    if failed:
        raise typer.Exit(1)


class LabelLine(msgspec.Struct):
    """A line of a file of labels."""

    text: str
    stance: str
    claim: str | None = None
    parent_text: str | None = None
    source_text: str | None = None
    is_source: bool | None = None
    language: str | None = None


def _reaction(line: StanceLine | LabelLine, claim: str | None) -> Reaction:
    return Reaction(line.text, line.claim or claim, line.parent_text, line.source_text, line.is_source, line.language)


def _read_labels(path: Path, claim: str | None) -> list[tuple[Reaction, str]]:
    """Labelled reactions and their stances. Raises BadInput for an unreadable line."""
    decoder = msgspec.json.Decoder(LabelLine)
    found = []
    for number, line in enumerate(read_file(str(path)).splitlines(), 1):
        if line.strip():
            try:
                read = decoder.decode(line.decode("utf-8", "replace"))
            except msgspec.DecodeError as error:
                raise BadInput(f"{path}, line {number}: {error}") from None
            if read.stance not in STANCES:
                raise BadInput(f"{path}, line {number}: {read.stance!r} is none of {', '.join(STANCES)}")
            found.append((_reaction(read, claim), read.stance))
    return found


def _adapted(base: Assessor, labels: list[tuple[Reaction, str]], others: list[Reaction]) -> Assessor:
    """The assessor, adapted to the labels and to the first batch of reactions where there are labels."""
    if not labels:
        return base
    from storywake.collector.stance.adapt import Adapted

    return Adapted(base, [reaction for reaction, _ in labels], [stance for _, stance in labels], others)


def _print_lines(rows: Iterable[dict[str, Any]]) -> None:
    sys.stdout.write("".join(printable_json(row) + "\n" for row in rows))
