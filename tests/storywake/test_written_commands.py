"""What the documents tell a reader to type exists: the command and each of its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from storywake.cli import PLACES, app

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENDS = {"|", ">", "2>", "&&", ";", "<", "||"}


def written() -> Iterator[tuple[str, list[str]]]:
    """Each call of the command in a shell block: where it stands, and its words up to a pipe or redirection."""
    for document in DOCUMENTS:
        for block in BLOCK.findall(document.read_text()):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                for place, word in enumerate(words):
                    if word in {"storywake", ".venv/bin/storywake"} and words[place + 1 : place + 2]:
                        rest = words[place + 1 :]
                        end = next((i for i, found in enumerate(rest) if found in ENDS), len(rest))
                        yield f"{document.name}: {line.strip()}", rest[:end]


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize(("place", "words"), [pytest.param(*call, id=call[0]) for call in written()])
def test_a_call_in_the_documents_can_be_typed(place: str, words: list[str]) -> None:
    command: Any = get_command(app)
    known = options(command) | {"--help", "-h"}
    named = []
    for word in words:
        if word.startswith("@"):
            break  # a saved question: what it takes are options of its own
        if word.startswith("--"):
            assert word.partition("=")[0] in known, place
        elif hasattr(command, "get_command") and (found := command.get_command(None, word)):
            command = found
            named.append(word)
            known |= options(command)
    assert named or known & {"--version"} & set(words), place


def test_the_readme_names_every_command() -> None:
    listed = re.search(r"lists them all: `([^`]+)`", (ROOT / "README.md").read_text())
    assert listed is not None
    assert set(listed[1].split()) == set(PLACES)
