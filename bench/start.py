"""Processor seconds from start to end of ``storywake --version`` and of a question, beside sqlite-utils in the same run."""

import os
import resource
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from statistics import median
from typing import Any

from storywake.collector.errors import BadInput

GOAL = {"version": 0.15, "sql": 0.45}
"""Processor seconds, user and system, that each may take."""
ROUNDS = 9
QUESTION = "select 1"
COMMANDS = {
    "version": ("storywake", "--version"),
    "sql": ("storywake", "sql", QUESTION),
    "sqlite_utils": ("sqlite_utils", ":memory:", QUESTION),
}


def bench_start(folder: str | None) -> dict[str, Any]:
    """Runs each command in turn, nine rounds, on a database that is up to date.

    The ratio is sqlite-utils' processor time to ours for one question, medians: above 1 ours takes less. Raises BadInput where
    sqlite-utils is not installed.
    """
    if find_spec("sqlite_utils") is None:
        raise BadInput("the benchmark 'start' needs a package that is not installed: sqlite-utils")
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        os.environ["STORYWAKE_DB"] = f"sqlite:///{home}/storywake.db"
        for words in COMMANDS.values():
            _seconds(words)  # makes the database, and what Python compiles
        for _ in range(ROUNDS):
            for name, words in COMMANDS.items():
                taken[name].append(_seconds(words))
    middle = {name: median(seconds) for name, seconds in taken.items()}
    return {
        "bench": "start",
        "ratio": round(middle["sqlite_utils"] / middle["sql"], 2),
        "goal": GOAL,
        "met": all(middle[name] <= limit for name, limit in GOAL.items()),
        "figures": {f"{name}_seconds": round(seconds, 3) for name, seconds in middle.items()}
        | {f"{name}_least": round(min(seconds), 3) for name, seconds in taken.items()},
    }


def _seconds(words: tuple[str, ...]) -> float:
    """Processor seconds that a module takes as a command. Raises CalledProcessError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
