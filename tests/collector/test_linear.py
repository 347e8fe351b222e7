"""Reading takes time in proportion to what is read: every pattern, and every reader, at one size and twice it."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("what", ["patterns", "openings", "readers"])
def test_twice_as_much_takes_about_twice_as_long(what: str) -> None:
    command = [sys.executable, "-m", "tests.collector.linear", what]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []
