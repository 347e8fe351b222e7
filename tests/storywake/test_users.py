"""``user`` as people use it, and ``serve`` that refuses to be open to others without accounts."""

import json
from pathlib import Path

import pytest

from .test_cli import storywake

PASSWORD = "correct horse battery\n"


@pytest.mark.slow
def test_accounts_are_made_changed_and_taken_away(tmp_path: Path) -> None:
    refused = storywake("serve", "--host", "0.0.0.0", "--port", "0", folder=tmp_path)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "storywake user add NAME --role admin" in refused.stderr
    for words, given in (
        (("user", "add", "eve", "--role", "reader"), "short\n"),
        (("user", "add", "e v e", "--role", "reader"), PASSWORD),
        (("user", "remove", "eve"), None),
        (("user", "token", "eve"), None),
        (("user", "change", "eve"), None),
    ):
        done = storywake(*words, folder=tmp_path, given=given or "")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), words
    assert storywake("user", "add", "eve", "--role", "god", folder=tmp_path, given=PASSWORD).returncode == 2
    assert storywake("user", "add", "Eve", "--role", "reader", folder=tmp_path, given=PASSWORD).returncode == 0
    assert storywake("user", "change", "eve", "--role", "analyst", folder=tmp_path).returncode == 0
    token = storywake("user", "token", "eve", "--for", "notebook", "--role", "reader", folder=tmp_path)
    assert token.stdout.startswith("swk_") and token.stdout.count("\n") == 1
    (listed,) = map(json.loads, storywake("user", "list", folder=tmp_path).stdout.splitlines())
    assert (listed["name"], listed["role"], listed["tokens"][0]["purpose"]) == ("eve", "analyst", "notebook")
    assert token.stdout.strip() not in str(listed) and "argon2" not in str(listed)
    assert storywake("user", "token", "eve", "--withdraw", "1", folder=tmp_path).returncode == 0
    assert storywake("user", "token", "eve", "--withdraw", "1", folder=tmp_path).returncode == 1
    assert storywake("user", "remove", "eve", folder=tmp_path).returncode == 0
    assert storywake("user", "list", folder=tmp_path).stdout == ""
