"""The names of columns and keys, however a tool writes them."""

import re

MAX_NAME = 200
"""Characters of a name that are looked at."""


def name_of(written: str) -> str:
    """A name in small letters, with _ between words: ``author.userName``, ``Author/User name`` and ``author_user_name`` are one."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", written.strip().strip("\ufeff\"'")[:MAX_NAME])
    return re.sub(r"[\W_]+", "_", words).strip("_").lower()
