"""What docs/architecture.md points at is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
LINK = re.compile(r"`((?:collector|db|jobs|web|storywake|bench|tests|seeds|docs)/[\w./-]*)`")
ROOM = re.compile(r"^   (\w+)/ ", re.M)


def test_every_file_that_it_names_is_there() -> None:
    named = set(LINK.findall(TEXT))
    assert len(named) >= 12
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_of_the_collector_is_drawn() -> None:
    rooms = {path.name for path in (ROOT / "collector").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert set(ROOM.findall(TEXT)) == rooms
