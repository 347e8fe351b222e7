"""The benchmarks: ours beside a peer in one run, as a ratio."""

from collections.abc import Callable
from typing import Any

from .extract import bench_extract
from .fetch import bench_fetch
from .ingest import bench_ingest

BENCHES: dict[str, Callable[[str | None], dict[str, Any]]] = {
    "extract": bench_extract,
    "ingest": bench_ingest,
    "fetch": bench_fetch,
}
