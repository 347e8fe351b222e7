"""How the command starts: a question and the version load what they need, and nothing that takes its time."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from storywake import __version__
from storywake.address import database_address
from storywake.cli import PLACES
from storywake.collector.settings import Settings
from storywake.db.engine import open_database

from .test_cli import storywake

SLOW = {
    "alembic", "apscheduler", "asyncio", "bs4", "feedparser", "httpx", "jinja2", "lxml", "msgspec", "numpy", "onnxruntime",
    "psycopg", "pyarrow", "pydantic_settings", "regex", "rich", "selectolax", "sqlalchemy", "sqlmodel", "starlette", "tokenizers", "trafilatura",
    "uvicorn",
}  # fmt: skip
"""Libraries of which each takes longer to load than a question to answer."""
LOADED = """
import sys
from storywake.start import main
try:
    main()
finally:
    print(sorted(sys.modules), file=sys.stderr)
"""


def modules(folder: Path, *words: str) -> tuple[str, set[str]]:
    """What a command prints, and the modules that it has loaded when it ends."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout, set(ast.literal_eval(ran.stderr.splitlines()[-1]))


def test_the_version_needs_no_library_at_all(tmp_path: Path) -> None:
    printed, loaded = modules(tmp_path, "--version")
    assert printed == f"{__version__}\n"
    assert {name for name in loaded if name.startswith("storywake")} == {"storywake", "storywake.start"}
    assert not {"typer", "pydantic_settings", "asyncio", "importlib.metadata"} & loaded


def test_a_question_to_an_up_to_date_database_loads_nothing_slow(tmp_path: Path) -> None:
    _, first = modules(tmp_path, "sql", "select 1 as n", "--format", "csv")
    assert "alembic" in first, "the first question makes the database"
    printed, loaded = modules(tmp_path, "sql", "select 1 as n", "--format", "csv")
    assert printed == "n\n1\n"
    assert loaded & SLOW == set()
    assert {name for name in loaded if name.startswith("storywake.collector.")} <= {
        f"storywake.collector.{word}" for word in ("defaults", "errors", "printable", "tracking", "urls", "values")
    }


def test_a_question_brings_an_older_database_up_to_date(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/storywake.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW remarks")
    engine.dispose()
    said = storywake("sql", "select count(*) as n from remarks", "--format", "csv", folder=tmp_path)
    assert (said.returncode, said.stdout) == (0, "n\n0\n")


def test_a_question_leaves_nothing_beside_the_database(tmp_path: Path) -> None:
    assert storywake("stories", folder=tmp_path).returncode == 0
    assert storywake("sql", "select 1", folder=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["storywake.db"]


def test_a_question_to_what_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "storywake.db").write_bytes(b"a letter, and not a short one" * 100)
    said = storywake("sql", "select 1", folder=tmp_path)
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert said.stderr.startswith("storywake: cannot open the database")


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        (None, {}),
        (None, {"STORYWAKE_DB": ""}),
        (None, {"STORYWAKE_DB": "sqlite:///a.db"}),
        (None, {"storywake_db": "sqlite:///b.db"}),
        (None, {"STORYWAKE_DB": "sqlite:///a.db", "STORYWAKE_X_TOKEN": "t"}),
        ("STORYWAKE_DB=sqlite:///c.db", {}),
        ("STORYWAKE_DB=sqlite:///c.db", {"STORYWAKE_DB": "sqlite:///a.db"}),
    ],
)
def test_the_database_is_where_the_settings_say(
    line: str | None, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if line:
        (tmp_path / ".env").write_text(line + "\n")
    assert database_address() == Settings().db


def test_help_lists_every_command_with_its_help(tmp_path: Path) -> None:
    said = storywake("--help", folder=tmp_path, COLUMNS="100").stdout
    listed = re.findall(r"^│ (\w+) {2,}\S", said, re.M)
    assert listed == list(PLACES)
