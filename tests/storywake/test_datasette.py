"""Datasette shows the dictionary and asks the saved questions; private tables have no page there."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from storywake.collector.settings import Settings
from storywake.db.dictionary import dictionary
from storywake.db.engine import open_database
from storywake.db.questions import questions
from storywake.db.views import VIEWS
from storywake.jobs.watch import watch_seed

from .test_cli import storywake

PAGES = """
import asyncio, json, sys
from datasette.app import Datasette

async def main(path, told, addresses):
    served = Datasette([path], metadata=json.load(open(told)))
    found = {}
    for address in addresses:
        answer = await served.client.get(address)
        found[address] = [answer.status_code, answer.text]
    print(json.dumps(found))

asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    engine = open_database(f"sqlite:///{tmp_path}/storywake.db")
    watch_seed(engine, settings, "moscow-times")
    engine.dispose()
    return tmp_path


def test_the_metadata_is_written_and_it_is_said_how_to_start(folder: Path) -> None:
    said = storywake("sql", "--datasette", folder=folder)
    told = json.loads(said.stdout)["databases"]["storywake"]
    assert set(told["queries"]) == set(questions())
    assert set(told["tables"]) >= set(dictionary()) | {"secret"}
    assert "datasette storywake.db --metadata" in said.stderr
    refused = storywake("sql", "--datasette", folder=folder, STORYWAKE_DB="postgresql://nobody@localhost/none")
    assert (refused.returncode, "SQLite" in refused.stderr) == (1, True)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("datasette") is None, reason="Datasette is not installed (group heavy)")
def test_its_pages_show_views_and_saved_questions(folder: Path) -> None:
    (folder / "metadata.json").write_text(storywake("sql", "--datasette", folder=folder).stdout)
    views = [f"/storywake/{view}" for view in VIEWS]
    asked = [
        f"/storywake/{name}.json?{'&'.join(f'{p.name}=1' for p in q.parameters if p.default is None)}"
        for name, q in questions().items()
    ]
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PAGES, "storywake.db", "metadata.json", *views, *asked, "/storywake/secret", "/storywake"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    pages = json.loads(ran.stdout)
    assert {address: status for address, (status, _) in pages.items() if status != 200} == {"/storywake/secret": 403}
    assert "NULL where none is known (integer, times)" in pages["/storywake/reactions"][1], "units and meanings"
    assert 'data-column="platform"' in pages["/storywake/reactions"][1] or "_facet" in pages["/storywake/reactions"][1]
    assert "Who reacted first?" in pages["/storywake"][1]
    first = json.loads(pages["/storywake/first.json?"][1])
    assert first["columns"][:3] == ["story", "at", "platform"] and len(first["rows"]) == 5
