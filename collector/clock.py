"""When something is looked at again, by kind of look."""

from datetime import timedelta
from enum import StrEnum

from .figures.tempo import PRICE, hours_to_wait

DAY = timedelta(days=1)


class LookKind(StrEnum):
    """What is looked at: those in ``ONCE`` until they were read, the others again and again."""

    PAGE = "page"  # an article of a story
    LINK = "link"  # a page that an article of the story links to, or that an analyst added
    CANDIDATE = "candidate"  # a page that may be about the story
    LEAD = "lead"  # the picture at the head of the article that a story is about
    SHORT = "short"  # a short link, to learn where it leads
    WEBMENTION = "webmention"  # a page that says it links to the story
    FEED = "feed"  # a watched feed or news sitemap
    FILES = "files"  # files of an index that serve every story
    COVERAGE = "coverage"  # an index that is asked which pages report the story
    COMMENTS = "comments"  # the comments under an article
    LINKING = "linking"  # a platform's search for posts that link to an address
    BACKLINKS = "backlinks"  # an index of links: who links to an address, who quotes and answers a post
    ARCHIVE = "archive"  # a platform's archive: older posts than its search holds, by an address or what they answer
    NAMING = "naming"  # a platform's search for posts that speak of the story without a link to it
    COUNTS = "counts"  # a post: its words and counts, and whether it is still there
    REPLIES = "replies"
    QUOTES = "quotes"
    PICTURE = "picture"  # the pictures of a post that may speak of the story


PICTURES = {LookKind.LEAD, LookKind.PICTURE}
ONCE = {LookKind.LINK, LookKind.CANDIDATE, LookKind.SHORT, LookKind.WEBMENTION, LookKind.ARCHIVE} | PICTURES
THREADS = {LookKind.REPLIES, LookKind.QUOTES}
ASKED = THREADS | {LookKind.COUNTS, LookKind.LINKING, LookKind.ARCHIVE, LookKind.NAMING}
"""Looks that a platform's own file makes."""
MAX_FAILURES = 10
"""Failures in a row after which a look of ``ONCE`` is given up: after four days at the usual first wait."""
QUIET_DIVISOR = {
    LookKind.LINKING: 20,
    LookKind.NAMING: 20,
    LookKind.BACKLINKS: 20,
    LookKind.COVERAGE: 20,
    LookKind.FEED: 20,
}
"""The wait is the time without anything new, divided by this; by 10 for every other kind."""
MAX_WAIT = {
    LookKind.COMMENTS: timedelta(hours=12),
    LookKind.FILES: timedelta(minutes=15),
    LookKind.FEED: timedelta(hours=1),
    LookKind.COVERAGE: timedelta(hours=6),
    LookKind.LINKING: timedelta(hours=12),
    LookKind.BACKLINKS: timedelta(hours=12),
    LookKind.NAMING: timedelta(hours=12),
}
DEFAULT_MAX_WAIT = timedelta(days=2)


def wait(kind: LookKind, quiet: timedelta, first: timedelta) -> timedelta:
    """How long to wait until the next look. ``quiet`` is how long nothing new came, ``first`` the shortest wait.

    Engagement fades roughly as a power of time (Crane and Sornette, PNAS 105, 2008), so the wait grows in proportion to
    ``quiet``, which counts from the last growth or from when the thing joined the story, not from its own age.
    """
    return min(max(quiet / QUIET_DIVISOR.get(kind, 10), first), max(MAX_WAIT.get(kind, DEFAULT_MAX_WAIT), first))


def tempo_hour(first: timedelta) -> timedelta:
    """What an hour is to the tempo of posts: four first waits."""
    return 4 * max(first, timedelta(seconds=0.1))


def wait_for_counts(tempo: float, age: timedelta, first: timedelta, price: float = PRICE) -> timedelta:
    """How long to wait until the counts of a post of so much tempo and age are looked at again, where a look must save
    ``price`` reaction-hours (``figures/tempo.py``). That is at a first wait of a quarter of an hour: with another one all goes
    faster or slower in proportion.
    """
    hour = tempo_hour(first)
    pause = hours_to_wait(tempo, age / hour, price) * hour
    return min(max(pause, first), max(DEFAULT_MAX_WAIT, first))


def wait_after_failures(failures: int, first: timedelta) -> timedelta:
    """How long to wait after the n-th failure in a row: twice as long each time, at most a day (or ``first``, if longer)."""
    return min(first * float(2 ** min(failures - 1, 20)), max(DAY, first))


def wait_in_vain(idle: int, first: timedelta) -> timedelta:
    """How long to wait where a thread was asked for ``idle`` times and did not bring the answers that its platform counts."""
    return min(first * float(2 ** min(idle, 20)), DEFAULT_MAX_WAIT)


def wait_while_gone(gone: timedelta, first: timedelta) -> timedelta:
    """How long to wait until a post that is gone is asked for again: it may come back, less and less likely."""
    return min(max(gone / 4, first), timedelta(days=7))
