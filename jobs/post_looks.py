"""Which looks a reaction's post is worth, and when they are first due."""

from collections.abc import Iterator

from storywake.collector.clock import LookKind
from storywake.collector.platforms.bluesky import PLATFORM as BLUESKY
from storywake.collector.platforms.bluesky.constellation import NAME as CONSTELLATION
from storywake.collector.platforms.bluesky.constellation import address
from storywake.collector.records import Kind
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.looks import PostLook
from storywake.db.reactions import AskablePost


def post_looks(row: AskablePost, settings: Settings, at: str, counts_due: str) -> Iterator[PostLook]:
    """The looks at a post that came at a time: its counts when told, its threads at once or when its counts ask for them."""
    answers = row.kind in (Kind.REPLY, Kind.COMMENT)
    for kind in SOURCES[row.platform].looks(Kind(row.kind)) if row.platform in SOURCES else ():
        due: str | None = counts_due
        if kind is not LookKind.COUNTS:
            due = None if answers or row.told is not None else at
        yield PostLook(kind, row.platform, row.id, "a reaction", at, due)
    if row.platform == BLUESKY.name and row.kind in (Kind.POST, Kind.QUOTE) and address(settings):
        yield PostLook(LookKind.BACKLINKS, CONSTELLATION, row.id, "who quotes and answers it", at, at)
