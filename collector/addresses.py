"""Which platform an address belongs to, and which post or account it names: what the platforms' files declare, joined."""

from functools import lru_cache

from .markup.marks import Recogniser
from .sources import SOURCES
from .urls import is_shortened

EVERYWHERE = Recogniser(SOURCES.values())
"""Tells posts of every platform."""
identify = EVERYWHERE.identify
profile_of = EVERYWHERE.profile_of


@lru_cache(maxsize=4096)
def is_short(url: str) -> bool:
    """Whether only a request shows where an address leads: a shortener's, or a platform's share link."""
    return is_shortened(url) or EVERYWHERE.is_share(url)
