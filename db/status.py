"""How things stand, in the words that the database keeps."""

from enum import StrEnum


class StoryStatus(StrEnum):
    """Whether a story is watched."""

    WATCHED = "watched"
    PAUSED = "paused"
    ENDED = "ended"


class LookOutcome(StrEnum):
    """How a look ended the last time."""

    OK = "ok"
    FAILED = "failed"
    GIVEN_UP = "given up"  # it failed too often to be tried again
    GONE = "gone"  # the post is no longer on its platform
    PUT_OFF = "put off"  # it was not asked, for want of money or time
    AWAITED = "awaited"  # the platform gathers more, and is asked once more when it said
    PARTIAL = "partial"  # the platform told a part; the note says what it left out


class RunStatus(StrEnum):
    """How a job's run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DeliveryStatus(StrEnum):
    """How a digest's way to its reader stands."""

    CLAIMED = "claimed"  # being sent
    HANDED_OVER = "handed_over"
    REFUSED = "refused"  # tried again that day
    UNKNOWN = "unknown"  # it may have arrived: never tried again
    NOTHING_NEW = "nothing_new"  # too little was new for a mail: the next one tells it


class Below(StrEnum):
    """What a reader gets on a day with less news than they want a mail for."""

    LINE = "line"
    NOTHING = "nothing"


class WebmentionStatus(StrEnum):
    """How a webmention stands."""

    WAITING = "waiting"
    VERIFIED = "verified"
    REFUSED = "refused"


class MessageStatus(StrEnum):
    """How a message of alerts stands."""

    CLAIMED = "claimed"  # being sent
    HANDED_OVER = "handed_over"
    REFUSED = "refused"  # tried again later
    UNKNOWN = "unknown"  # a mail that may have arrived: never tried again
    GIVEN_UP = "given_up"  # refused for too long
