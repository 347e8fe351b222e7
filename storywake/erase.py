"""``storywake erase``: a person who asked for it is taken out, and kept out."""

import sys
from typing import Annotated

import typer

from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs.erase import erase as take_out


def erase(
    account: Annotated[
        str, typer.Argument(metavar="PLATFORM:HANDLE", help="x:maxseddon; on the web a name: 'web:Lawrence Freedman'")
    ],
) -> None:
    """Take a person's words, names and evidence out on request, and keep them out; the counts stay."""
    platform, _, handle = account.partition(":")
    done = take_out(open_database(Settings().db), platform, handle)
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
