"""Accounts that posted with a group again and again, though with no one member of it more often than any two accounts by chance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from .crowding import Acts, Episode, Numbers, acts_of, authors_of, placed, surprising

MIN_SURPRISE_JOINING = 9.0
"""What an account's meetings with a group have to weigh at least, in nats."""
MIN_MEETINGS = 2
"""Times that an account has to post with a group."""


def joining(
    acts: Acts, times: Numbers, found: Sequence[Episode], groups: Sequence[set[int]], copies: int, seed: int
) -> list[set[int]]:
    """The groups with the accounts that met them more surprisingly than any account does in copies in which all times but
    the groups' are shuffled; ``found`` are the episodes. Who met several groups goes to the one where it weighs most.

    Accounts are fewer than pairs of accounts, so chance gives less, and two meetings can tell.
    """
    of = {account: number for number, accounts in enumerate(groups) for account in accounts}
    accounts = authors_of(acts, len(times))
    met = _met(found, accounts, of)
    if not met:
        return [set(own) for own in groups]
    outside = np.flatnonzero(~np.isin(accounts, list(of)))
    things = [one.thing for one in found if any(account in of for account in accounts[list(one.posts)].tolist())]
    rows = np.isin(acts.things, things)
    shared = acts_of(acts.things[rows], acts.posts[rows], acts.accounts[rows])
    random = np.random.default_rng(seed)
    least = MIN_SURPRISE_JOINING
    for _ in range(copies):
        copy = times.copy()
        copy[outside] = times[random.permutation(outside)]
        least = max([least, *_met(surprising(placed(shared, copy)), accounts, of).values()])
    joined = [set(own) for own in groups]
    best: dict[int, tuple[float, int]] = {}
    for (account, group), surprise in met.items():
        if surprise > least:
            best[account] = max(best.get(account, (0.0, -1)), (surprise, group))
    for account, (_, group) in best.items():
        joined[group].add(account)
    return joined


def _met(found: Iterable[Episode], accounts: Numbers, of: Mapping[int, int]) -> dict[tuple[int, int], float]:
    """By account outside and group that it met twice or more, how surprising that is."""
    met_with: defaultdict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for one in found:
        who = accounts[list(one.posts)].tolist()
        each = one.surprise / (len(who) - 1)
        met = {of[account] for account in who if account in of}
        for post, account in zip(one.posts, who, strict=True):
            if account not in of:
                for group in met:
                    own = met_with[account, group]
                    own[post] = max(own.get(post, 0.0), each)
    return {two: sum(own.values()) for two, own in met_with.items() if len(own) >= MIN_MEETINGS}
