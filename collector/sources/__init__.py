"""The platforms, by name. Adding one is adding a file here and a line below."""

from .base import Answer, Source
from .bluesky import Bluesky
from .web import Web
from .x import X

SOURCES: dict[str, Source] = {source.name: source for source in (X(), Bluesky(), Web())}

__all__ = ["SOURCES", "Answer", "Source"]
