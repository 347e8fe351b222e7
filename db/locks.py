"""The numbers of PostgreSQL's advisory locks: one table, so that no two purposes share one."""

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """What an advisory lock is for."""

    MIGRATION = 7237451  # one process at a time brings the schema up to date
    SCHEDULER = 7237452  # one scheduler at a time, for as long as it runs
    SPENDING = 7237453  # one request at a time is held against a day's budget
    DIGEST = 7237454  # one process at a time hands over mails: a claim that it finds is a dead one's
    ALERTS = 7237455  # one process at a time hands over alerts
    HOST = 7237456  # with a host's hash as the second number: one process at a time asks a host
