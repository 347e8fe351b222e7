"""What tests of the pages share."""

import pytest
from argon2 import PasswordHasher

import storywake.jobs.users


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed in a moment: how long it takes otherwise is argon2's to test."""
    monkeypatch.setattr(storywake.jobs.users, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
