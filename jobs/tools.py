"""What a pass hands to those who make its looks."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Engine

from storywake.collector.net.fetch import Fetcher
from storywake.collector.reading.workers import Readers
from storywake.collector.settings import Settings

from .intake import Arrival, Taken


class Tools(NamedTuple):
    """The store, the network, and where what was found goes."""

    engine: Engine
    settings: Settings
    fetcher: Fetcher
    readers: Readers
    keep: Callable[[Arrival], Taken]  # stores an answer and counts what it brought
    note: Callable[[int | None, str], None]  # adds a line about a story, or about all of them (None)
