"""Whether a test notices when a line that decides something is broken: a wait, a threshold, an order, what a null means.

    python -m tests.soak.broken [--only WORDS] [--whole]

``broken.toml`` names each line with what breaks it and the test files that are to notice. A line is found by its text, wherever in
the product it stands, and must stand there once (``within`` narrows the files). Each is broken by itself in a temporary copy of the tree, and only its test
files are run there, on SQLite. ``--only`` takes the lines whose description holds these words. ``--whole`` first runs all the
test files named with nothing broken. Prints a JSON line that names the lines that survived and those that were not found; exits 1
where there are any.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from .machine import finish, say

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".toml")
PRODUCT = ("collector", "db", "jobs", "storywake", "web")
MAX_SECONDS = 600
"""For one run of test files; a broken line may make a test wait for ever, and then it was noticed."""


class Broken(NamedTuple):
    """A line of the product, and how it is broken."""

    what: str
    line: str  # a part of it, as it stands once in the product
    broken: str
    tests: tuple[str, ...]  # files in tests/
    within: str  # part of the path of its file, where the same line stands in others too


def table() -> list[Broken]:
    """The lines of ``broken.toml``."""
    found = tomllib.loads(TABLE.read_text("utf-8"))["line"]
    return [Broken(r["what"], r["line"], r["broken"], tuple(r["tests"]), r.get("within", "")) for r in found]


def tracked() -> list[str]:
    """The paths of the working tree, without what git ignores."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S603
    return [path for path in listed.stdout.split("\0") if path and os.path.lexists(ROOT / path)]


def copy_tree(paths: Iterable[str], to: Path) -> None:
    """Copies the tree, links as links."""
    for path in paths:
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, to / path, follow_symlinks=False)


def places(row: Broken, tree: Path, paths: Iterable[str]) -> list[Path]:
    """The files of the product in which a line stands, once for each time."""
    rooms = tuple(f"{room}/" for room in PRODUCT)
    found: list[Path] = []
    for path in paths:
        if path.startswith(rooms) and path.endswith((".py", ".sql")) and row.within in path:
            file = tree / path
            found += [file] * (file.read_text("utf-8").count(row.line) if not file.is_symlink() else 0)
    return found


def passes(tree: Path, tests: Iterable[str]) -> bool:
    """Whether test files pass in a tree, on SQLite."""
    asked = [sys.executable, "-m", "pytest", "-x", "-n", "0", "-p", "no:cacheprovider", "-k", "not postgresql"]
    with tempfile.TemporaryDirectory() as scratch:
        try:
            ended = subprocess.run(  # noqa: S603
                [*asked, "--basetemp", f"{scratch}/base", *(f"tests/{test}" for test in tests)],
                cwd=tree,
                env={**os.environ, "PYTHONPATH": str(tree)},
                capture_output=True,
                timeout=MAX_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    if ended.returncode not in (0, 1):
        raise SystemExit(ended.stdout.decode("utf-8", "replace")[-2000:])
    return ended.returncode == 0


def outcome(row: Broken, tree: Path, paths: Iterable[str]) -> str:
    """What came of one line: noticed, survived, or not found."""
    found = places(row, tree, paths)
    if len(found) != 1:
        return f"found {len(found)} times"
    whole = found[0].read_text("utf-8")
    try:
        found[0].write_text(whole.replace(row.line, row.broken), "utf-8")
        return "survived" if passes(tree, row.tests) else "noticed"
    finally:
        found[0].write_text(whole, "utf-8")


def measure(only: str, whole: bool) -> dict[str, Any]:
    """Breaks each line in turn."""
    rows = [row for row in table() if only in row.what]
    paths = tracked()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        copy_tree(paths, tree)
        sound = not whole or passes(tree, sorted({test for row in rows for test in row.tests}))
        if whole:
            say("nothing broken: " + ("the tests pass" if sound else "the tests fail already"))
        outcomes: dict[str, str] = {}
        for row in rows if sound else ():
            outcomes[row.what] = outcome(row, tree, paths)
            say(f"{outcomes[row.what]}: {row.what}")
    return {
        "lines": len(rows),
        "noticed": list(outcomes.values()).count("noticed"),
        "not_noticed": {what: how for what, how in outcomes.items() if how != "noticed"},
        "met": sound and bool(rows) and set(outcomes.values()) == {"noticed"},
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="words of the description of the lines to break")
    parser.add_argument("--whole", action="store_true", help="first run the test files with nothing broken")
    given = parser.parse_args()
    finish("broken", [measure(given.only, given.whole)])


if __name__ == "__main__":
    main()
