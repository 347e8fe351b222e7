"""When a thing is worth looking at again: each kind of look has a clock of its own."""

from datetime import timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class LookKind(StrEnum):
    """What is looked at. A page, a feed and so on are looked at again and again; what is in ``ONCE`` until it was read."""

    PAGE = "page"  # an article of a story
    LINK = "link"  # a page that an article of the story links to, or that an analyst added
    CANDIDATE = "candidate"  # a page that may be about the story
    SHORT = "short"  # a short link, to learn where it leads
    WEBMENTION = "webmention"  # a page that says it links to the story
    FEED = "feed"  # a watched feed or news sitemap
    COVERAGE = "coverage"  # an index that is asked who writes about the story
    LINKING = "linking"  # a platform's search for posts that link to an address
    COUNTS = "counts"  # a post: its words and counts, and whether it is still there
    REPLIES = "replies"
    QUOTES = "quotes"


ONCE = {LookKind.LINK, LookKind.CANDIDATE, LookKind.SHORT, LookKind.WEBMENTION}
THREADS = {LookKind.REPLIES, LookKind.QUOTES}
MAX_FAILURES = 10
"""Failures in a row after which what is read once is given up: four days at the usual first wait."""
QUIET_DIVISOR = {LookKind.LINKING: 20, LookKind.COVERAGE: 20, LookKind.FEED: 20}
"""The wait is this part of the time for which nothing new came; a tenth for every other kind."""
MAX_WAIT = {
    LookKind.FEED: timedelta(hours=1),
    LookKind.COVERAGE: timedelta(hours=6),
    LookKind.LINKING: timedelta(hours=12),
}
DEFAULT_MAX_WAIT = timedelta(days=2)


def wait(kind: LookKind, quiet: timedelta, first: timedelta) -> timedelta:
    """How long after a look the next one comes. ``quiet`` is how long nothing new was seen of the thing, ``first`` the shortest wait.

    Engagement fades roughly as a power of time (Crane and Sornette, PNAS 105, 2008), so the wait grows with the time since
    the thing last grew or came into the story, however old it is itself.
    """
    return min(max(quiet / QUIET_DIVISOR.get(kind, 10), first), max(MAX_WAIT.get(kind, DEFAULT_MAX_WAIT), first))


def wait_after_failures(failures: int, first: timedelta) -> timedelta:
    """How long after the n-th failure in a row it is tried again: twice as long each time, a day at most."""
    return min(first * float(2 ** min(failures - 1, 20)), max(DAY, first))


def wait_in_vain(idle: int, first: timedelta) -> timedelta:
    """How long until a thread is asked for again that was asked ``idle`` times without bringing what its platform counts."""
    return min(first * float(2 ** min(idle, 20)), DEFAULT_MAX_WAIT)


def wait_while_gone(gone: timedelta, first: timedelta) -> timedelta:
    """How long until a post that is gone is asked about again: it may be back, which is ever less likely."""
    return min(max(gone / 4, first), timedelta(days=7))
