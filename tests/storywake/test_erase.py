"""``erase`` as people use it."""

import json
from pathlib import Path

from .test_cli import storywake


def test_somebody_of_the_seed_story_is_taken_out_of_its_report(tmp_path: Path) -> None:
    storywake("demo", folder=tmp_path)
    before = json.loads(storywake("report", "moscow-times", "--format", "json", folder=tmp_path).stdout)
    done = storywake("erase", "x:maxseddon", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("x:maxseddon: taken out of 1 accounts, 1 posts, 0 earlier texts, ")
    storywake("renormalise", folder=tmp_path)
    told = storywake("report", "moscow-times", "--format", "json", folder=tmp_path).stdout
    after = json.loads(told)
    assert "maxseddon" not in told.casefold()
    assert "max seddon" not in str(after["reactions"]).casefold()
    assert "max seddon" not in str(after["people"]).casefold()
    assert len(after["reactions"]) == len(before["reactions"])
    assert after["stance"] == before["stance"]
    again = storywake("erase", "x:maxseddon", folder=tmp_path)
    assert again.stdout == "x:maxseddon: was taken out before, and stays out\n"


def test_a_wish_of_somebody_unknown_is_kept_and_what_is_no_account_refused(tmp_path: Path) -> None:
    done = storywake("erase", "bluesky:dora.example", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "bluesky:dora.example: nothing is known here; kept out from now on\n")
    refused = storywake("erase", "dora", folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("storywake: not PLATFORM:HANDLE, the platform one of x, bluesky")
