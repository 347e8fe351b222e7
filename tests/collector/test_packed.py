"""The encoders' weights: few bits on disk, little memory, and the runtime only where something is assessed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from bench.base import from_four_bits as widened
from bench.base import in_four_bits, in_pairs
from storywake.collector.stance import Reaction, packed
from storywake.collector.stance.encoder import Encoder

pytestmark = pytest.mark.slow

MEGABYTE = 1 << 20

READS_BOTH = """
import resource
from storywake.collector.stance import DEFAULT, Reaction, assessor

model = assessor(DEFAULT)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model.assess([
    Reaction("That is not what the police said at all", source_text="Two people were hurt in the fire", language="en"),
    Reaction("Das stimmt nicht, sagt die Polizei", source_text="Zwei Menschen wurden verletzt", language="de"),
    Reaction("Best idea in years", "Car-free Sundays", language="en"),
])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""

ASSESSES_NOTHING = """
import sys
import storywake.commands.collect
from storywake.db.engine import open_database, writing
from storywake.db.stories import add_story
from storywake.jobs.assess import assess

engine = open_database(f"sqlite:///{sys.argv[1]}")
day = "2026-01-01T00:00:00Z"
with writing(engine) as connection:
    story = add_story(
        connection, slug="s", title="S", url=None, claims=["A bridge fell"], created_at=day, watch_until=day
    )
assert assess(engine, story) == 0
print(sorted({"onnxruntime", "psycopg", "pyarrow", "tokenizers", "trafilatura"} & set(sys.modules)))
"""


def run(code: str, *given: str) -> str:
    """What a process of its own prints."""
    return subprocess.run([sys.executable, "-c", code, *given], check=True, capture_output=True, text=True).stdout


@given(arrays(np.float32, (3, 64), elements=st.floats(-4, 4, width=32, allow_subnormal=False)))
def test_four_bits_are_read_as_they_were_written(matrix: NDArray[np.float32]) -> None:
    numbers, blocks = in_four_bits(matrix)
    assert np.array_equal(packed.from_four_bits(in_pairs(numbers), blocks), widened(numbers, blocks))


def test_a_word_has_the_vector_of_its_place_and_kind() -> None:
    words = packed.Words("english")
    ids, kinds = np.array([[7, 7], [9, 7]]), np.array([[0, 0], [0, 1]])
    found = words.look_up(ids, kinds)
    alone = words.look_up(np.array([[9]]), np.array([[0]]))
    assert np.array_equal(found[1, 0], alone[0, 0])
    assert np.array_equal(
        found[0, 0] - found[1, 0], words.look_up(np.array([[7]]), np.array([[0]]))[0, 0] - alone[0, 0]
    )
    assert not np.array_equal(found[0, 0], found[0, 1]) and not np.array_equal(found[0, 1], found[1, 1])


def test_reading_the_encoders_takes_no_more_memory_for_a_moment_than_keeping_them() -> None:
    """Widening the weights within the runtime took 450 MB on top."""
    if sys.platform != "linux":
        pytest.skip("units of ru_maxrss differ")
    assert int(run(READS_BOTH)) * 1024 < 220 * MEGABYTE


def test_a_process_that_assesses_nothing_loads_nothing_large_for_it(tmp_path: Path) -> None:
    told = run(ASSESSES_NOTHING, str(tmp_path / "storywake.db"))
    assert told.strip() == "[]"


FLAGS = "processor\t: 0\nmodel name\t: Some\nflags\t\t: fpu sse2 avx2 {}\n\nprocessor\t: 1\n"


@pytest.mark.parametrize(
    ("flags", "told"), [("avx512f avx512_vnni", True), ("avx_vnni", True), ("avx512f", False), ("", False)]
)
def test_whether_a_processor_adds_up_bytes_is_read_off_its_flags(flags: str, told: bool, tmp_path: Path) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(FLAGS.format(flags))
    assert packed.multiplies_bytes(path) is told
    assert packed.multiplies_bytes(tmp_path / "none") is False


def test_a_processor_without_that_reads_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    reactions = [
        Reaction("That is not what the police said at all", source_text="Two people were hurt in the fire"),
        Reaction("Who told you so?", source_text="Two people were hurt in the fire"),
    ]
    found = {}
    for able in (packed.multiplies_bytes(), False):
        monkeypatch.setattr(packed, "multiplies_bytes", lambda able=able: able)
        found[able] = Encoder("english").scores(reactions)
    assert next(iter(found.values())) == pytest.approx(found[False], abs=1e-3)
