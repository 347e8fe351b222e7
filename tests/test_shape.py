"""No file past 400 lines and no function past 60, so that each can be read at a sitting; ruff's C901 bounds their branches."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bench", "collector", "db", "jobs", "storywake", "web")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


def product_files() -> list[Path]:
    """The product's own files; what a link shows a second time is left out."""
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return [path for path in files if "versions" not in path.parts and path.resolve() == path]


def too_long(path: Path) -> Iterator[str]:
    """What is too long in a file: its name, or ``FILE:FUNCTION``."""
    source, name = path.read_text("utf-8"), str(path.relative_to(ROOT))
    if source.count("\n") > MAX_FILE_LINES:
        yield name
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            if node.end_lineno - node.lineno >= MAX_FUNCTION_LINES:
                yield f"{name}:{node.name}"


def test_nothing_in_the_product_is_too_long_to_read_at_a_sitting() -> None:
    files = product_files()
    assert len(files) > 100
    assert {found for path in files for found in too_long(path)} == set()
