"""Invented answers as platforms send them: with every field that is documented and shown to everybody, read or not."""

from collections.abc import Callable
from typing import Any

from . import bluesky, facebook, mastodon, x, youtube

WHOLE: dict[str, Callable[[], dict[str, Any]]] = {
    "mastodon": mastodon.answer,
    "bluesky": bluesky.answer,
    "youtube": youtube.answer,
    "x": x.answer,
    "facebook": facebook.answer,
}
"""By platform, what makes an answer of 40 posts."""
