"""``storywake bench``: the benchmarks, which come with the source."""

import json
from typing import Annotated

import typer

from storywake.collector.errors import BadInput


def bench(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="one benchmark; without it, all")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            "--pages",
            metavar="DIR",
            help="what is measured on: HTML pages for `extract`, labelled threads for `stance` and `remarks`; without it, what comes along",
        ),
    ] = None,
) -> None:
    """The benchmarks, each printing one JSON line."""
    try:
        from bench import NAMES, measure
    except ImportError:
        raise BadInput("the benchmarks come with the source: run them in a checkout") from None

    if name is not None and name not in NAMES:
        raise BadInput(f"no benchmark {name!r}; there are: {', '.join(NAMES)}")
    for known in NAMES:
        if name in (None, known):
            print(json.dumps(measure(known, data)), flush=True)
