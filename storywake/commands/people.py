"""``storywake people`` lists a story's persons and takes corrections; ``erase`` erases a person on request."""

import csv
import sys
from typing import Annotated

import typer
from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.printable import printable_json
from storywake.collector.records import VoiceKind
from storywake.db.engine import reading, writing
from storywake.db.persons import identities, set_identity, set_voices, undo_identity
from storywake.db.reporting import people_of
from storywake.db.stories import StoryRow
from storywake.jobs.erase import erase as take_out
from storywake.jobs.labels import name_of_analyst
from storywake.jobs.resolution import update_people
from storywake.opening import engine_and_story, settings_and_engine

PAIR = "two of: an account (x:maxseddon) or a name"


def people(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    same: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help=f"they are one person: {PAIR}")] = None,
    apart: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help=f"they are not: {PAIR}")] = None,
    undo: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="take back what was said of them")] = None,
    voices: Annotated[
        str | None,
        typer.Option(metavar="FILE", help=f"a CSV of handle,kind: an analyst's list of {', '.join(VoiceKind)}"),
    ] = None,
    analyst: Annotated[str, typer.Option(metavar="NAME", help="who says so")] = "analyst",
) -> None:
    """A story's people as JSON lines, each with what makes their accounts and names one person's."""
    engine, wanted = engine_and_story(story)
    analyst = name_of_analyst(analyst)
    if same or apart or undo:
        _say(engine, wanted, same, apart, undo, analyst)
    if voices:
        listed = read_voices(voices)
        with writing(engine) as connection:
            set_voices(connection, wanted.id, listed, analyst, now())
        update_people(engine, wanted.id)
    with reading(engine) as connection:
        rows = people_of(connection, wanted.slug)
    for row in rows:
        print(printable_json(row))


def read_voices(path: str) -> dict[str, str]:
    """An analyst's list of voices: by handle (``x:maxseddon``, ``maxseddon``) or name, the kind. A CSV whose first line names
    the columns ``handle`` and ``kind``. Raises BadInput for a file that is none, and a kind that there is not.
    """
    kinds: dict[str, str] = {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"handle", "kind"} <= set(rows.fieldnames or ()):
                raise BadInput(f"{path}: its first line has to name the columns handle and kind")
            for row in rows:
                mark, kind = (row["handle"] or "").strip().removeprefix("@"), (row["kind"] or "").strip().lower()
                if not mark or kind not in set(VoiceKind):
                    raise BadInput(f"{path}, line {rows.line_num}: a handle and one of {', '.join(VoiceKind)}")
                kinds[mark] = kind
    except (OSError, ValueError, csv.Error) as error:
        raise BadInput(f"cannot read {path[:200]}: {error}") from None
    return kinds


def _say(
    engine: Engine,
    wanted: StoryRow,
    same: tuple[str, str] | None,
    apart: tuple[str, str] | None,
    undo: tuple[str, str] | None,
    analyst: str,
) -> None:
    with writing(engine) as connection:
        for pair, verdict in ((same, True), (apart, False)):
            if pair:
                if pair[0] == pair[1]:
                    raise BadInput("the two are the same mark")
                set_identity(connection, wanted.id, *pair, verdict, analyst, now())
        if undo and not undo_identity(connection, wanted.id, *undo):
            said = "; ".join(f"{v.one} / {v.other}" for v in identities(connection, wanted.id))
            raise BadInput(f"nothing was said of {undo[0]} and {undo[1]}" + (f"; there is: {said}" if said else ""))
    update_people(engine, wanted.id)


def erase(
    account: Annotated[
        str, typer.Argument(metavar="PLATFORM:HANDLE", help="x:maxseddon; on the web a name: 'web:Lawrence Freedman'")
    ],
) -> None:
    """Take a person's words, names and evidence out on request, and keep them out; the counts stay."""
    platform, _, handle = account.partition(":")
    _, engine = settings_and_engine()
    done = take_out(engine, platform, handle)
    if done.known:
        taken = done.taken
        print(
            f"{account}: taken out of {taken.accounts} accounts, {taken.posts} posts, {taken.earlier} earlier texts,"
            f" {taken.statements} reported statements and {done.answers} answers; kept out from now on"
        )
    elif done.before:
        print(f"{account}: was taken out before, and stays out")
    else:
        print(f"{account}: nothing is known here; kept out from now on")
    if done.others:
        print(f"stories take these for the same person's, and they stay: {', '.join(done.others)}", file=sys.stderr)
