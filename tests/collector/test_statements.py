"""Who says what in prose, passage by passage, in eight languages."""

import time
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.prose.statements import read_statements

FIXTURES = Path(__file__).parents[1] / "fixtures" / "statements"
LANGUAGES = ("de", "en", "es", "fi", "fr", "ru", "sv", "uk")
MAX_SECONDS = 5.0
"""Processor time for twenty paragraphs that are made to be slow."""


def passages() -> list[tuple[str, str, list[tuple[str, ...]]]]:
    """Language, prose, and the statements in it: speaker, affiliation, words. ``fixtures/statements/README`` has the form."""
    found = []
    for path in sorted(FIXTURES.glob("*.txt")):
        for block in regex.split(r"\n\s*\n", path.read_text("utf-8").strip()):
            lines = block.split("\n")
            prose = "\n\n".join(line for line in lines if not line.startswith("=> "))
            said = [tuple(part.strip() for part in line[3:].split(" | ")) for line in lines if line.startswith("=> ")]
            found.append((path.stem, prose, said))
    return found


@pytest.mark.parametrize(("language", "prose", "said"), passages(), ids=lambda v: v[:40] if isinstance(v, str) else "")
def test_a_passage_says_what_its_record_has(language: str, prose: str, said: list[tuple[str, ...]]) -> None:
    found = read_statements(prose, language)
    assert [(s.speaker, s.affiliation or "-", s.text) for s in found] == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_passages_in_which_nobody_speaks(language: str) -> None:
    silent = [said == [] for code, _, said in passages() if code == language]
    assert len(silent) >= 20
    assert sum(silent) >= len(silent) / 4


PIECES = (
    "Ann Lee ", "Ann Lee said ", "said ", ", ", ", and ", ", while Ann Lee said ", "“", "”", "„", "« ", " »", '"', "— ", "Dr. ",
    "sagte ", ", so ", "according to ", "Elina Harjun mukaan ", "a ", "A", "Anna von der ", ": “a b c” ", "сказал ", "что ", ", а Иван Иванов ",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_repeated_takes_no_time_by_its_square(piece: str) -> None:
    for language in ("en", "de", "fi", "ru"):
        began = time.process_time()
        read_statements("\n".join([piece * (1_900 // len(piece))] * 20), language)
        assert time.process_time() - began < MAX_SECONDS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from(LANGUAGES))
def test_any_prose_is_read_and_speakers_are_named_in_it(prose: str, language: str) -> None:
    for found in read_statements(prose, language):
        assert found.speaker.strip()
        assert len(found.text.split()) >= 2
