"""Which platform an address belongs to, and which post or account it names: what the platforms' files declare, joined."""

from .markup.marks import Recogniser
from .sources import SOURCES

EVERYWHERE = Recogniser(SOURCES.values())
"""Tells posts of every platform."""
identify = EVERYWHERE.identify
profile_of = EVERYWHERE.profile_of
