"""The benchmarks: ours beside a peer in one run, as a ratio."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from storywake.collector.errors import BadInput

NAMES = (
    "extract",
    "article",
    "normalise",
    "ingest",
    "fetch",
    "stream",
    "start",
    "pages",
    "rollup",
    "stance",
    "remarks",
    "polarity",
    "imports",
    "polling",
    "forecast",
    "people",
    "pass",
)


def measure(name: str, data: str | None) -> dict[str, Any]:
    """One benchmark's figures. ``data`` is a folder that it measures on, where it takes one. Raises BadInput."""
    try:
        run: Callable[[str | None], dict[str, Any]] = getattr(import_module(f".{name}", __name__), f"bench_{name}")
    except ModuleNotFoundError as error:
        raise BadInput(f"the benchmark {name!r} needs a package that is not installed: {error.name}") from None
    return run(data)
