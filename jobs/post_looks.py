"""Which looks a reaction's post is worth, and when they are first due."""

from collections.abc import Collection, Iterator
from functools import cache

from storywake.collector.clock import LookKind
from storywake.collector.platforms.bluesky import PLATFORM as BLUESKY
from storywake.collector.platforms.bluesky.constellation import NAME as CONSTELLATION
from storywake.collector.platforms.bluesky.constellation import address
from storywake.collector.records import Kind
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.looks import PostLook
from storywake.db.reactions import AskablePost


def post_looks(
    row: AskablePost, at: str, counts_due: str, there: Collection[tuple[str, str, int]], *, backlinks: bool
) -> Iterator[PostLook]:
    """The looks that a post which came at a time lacks: its counts when told, its threads at once or when its counts ask for
    them (``wake_threads`` sees which answers are stored). ``there`` is what posts have looks at (kind, source, post id);
    ``backlinks`` says whether an index of links is asked.
    """
    for kind, source in _worth(row.platform, row.kind, backlinks):
        if (kind, source, row.id) in there:
            continue
        if kind is LookKind.BACKLINKS:
            yield PostLook(kind, source, row.id, "who quotes and answers it", at, at)
            continue
        if kind is LookKind.COUNTS:
            yield PostLook(kind, source, row.id, "a reaction", at, counts_due)
            continue
        told = row.replies if kind is LookKind.REPLIES else row.quotes
        silent = row.replies is None and row.quotes is None and row.kind not in (Kind.REPLY, Kind.COMMENT)
        yield PostLook(kind, source, row.id, "a reaction", at, at if told or silent else None, told)


def asks_for_backlinks(settings: Settings) -> bool:
    """Whether an index of links is asked who quotes and answers posts."""
    return address(settings) is not None


@cache
def _worth(platform: str, kind: str, backlinks: bool) -> tuple[tuple[LookKind, str], ...]:
    """What a post of a kind is looked at for, and where."""
    found = [(look, platform) for look in SOURCES[platform].looks(Kind(kind))] if platform in SOURCES else []
    if platform == BLUESKY.name and kind in (Kind.POST, Kind.QUOTE) and backlinks:
        found.append((LookKind.BACKLINKS, CONSTELLATION))
    return tuple(found)
