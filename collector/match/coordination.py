"""Accounts that post near-copies or the same links within seconds of each other, again and again, and more often than in
copies of the story with shuffled times. Evidence to be looked at, never a verdict.

As in CooRnet and CooRTweet, an act is a post of an object (a link, a text), accounts are tied where they share objects
within seconds of each other, and the weight of a tie rests on how often they do. CooRnet estimates its interval from the
data and keeps the ties above the 90th percentile of weights; CooRTweet looks within 10 seconds at accounts of two acts
or more, and keeps those above a percentile (0.5 unless told). A percentile always finds somebody; here a tie is kept
where it weighs more than any in the shuffled copies, and each coincidence weighs less the more others post the same then.
(https://search.r-project.org/CRAN/refmans/CooRTweet/html/detect_groups.html and generate_coordinated_network.html,
https://rdrr.io/github/fabiogiglietto/CooRnet/man/get_coord_shares.html, read 2026-11-27;
Giglietto, Righetti, Rossi and Marino 2020, "It takes a village to manipulate the media".)
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from .crowding import MAX_SECONDS, Acts, Episode, Numbers, acts_of, authors_of, placed, surprising
from .joining import joining
from .pairing import MAX_NEIGHBOURS, Paired, repeated

TEXT, LINK = "text", "link"

COPIES = 39
"""Copies with shuffled times: what none of them reaches has a chance below 1 in 40."""
MIN_SURPRISE = 9.0
"""What a pair has to weigh at least, in nats: where posts are few the copies hardly ever have a coincidence."""
MIN_TIMES = 2
"""Times that a pair has to post together: once happens to many."""
MIN_AT_ONCE = 4
"""Accounts that post one text together only once, to be told all the same."""
MIN_SURPRISE_AT_ONCE = 16.0
"""What such a text has to weigh at least, in nats: by chance it happens once in nine million moments."""
MIN_SURPRISE_REPEATED = 14.0
"""What it has to weigh at least that two accounts met again and again, in nats."""
MARGIN = 2.0
"""Nats by which what is told of few moments has to outweigh the shuffled copies."""
AFTER_PUBLICATION = 600
"""Seconds after an article's publication in which a text that many post once is the ordinary burst; later ones are told by what is
posted before and after."""
SEED = 2020

Pairs = dict[tuple[int, int], "Weighed"]
Thing = tuple[str, str | int]


class Act(NamedTuple):
    """A post that may be one of several posted together."""

    reaction: int
    account: int  # whoever posted it: a person with several accounts is one
    at: int  # seconds
    links: tuple[str, ...]
    said: int | None  # the same for near-copies; None without a text that can be compared


class Weighed(NamedTuple):
    """How often two accounts posted together, and how surprising that is, in nats."""

    times: int
    surprise: float


class Occasion(NamedTuple):
    """Posts of several accounts of a group within seconds."""

    reactions: tuple[int, ...]  # in the order of their times
    shared: str  # text or link
    link: str | None
    seconds: int  # between the first and the last


class Group(NamedTuple):
    """Accounts that posted together, with the evidence."""

    accounts: tuple[int, ...]
    occasions: tuple[Occasion, ...]
    expected: float  # occasions that the same accounts have in a shuffled copy, on average
    chance: float  # at most, that shuffled times give so heavy a tie: none of the copies did


def posted_together(acts: Sequence[Act], published: Collection[int] = (), seed: int = SEED) -> list[Group]:
    """The groups of a story, the largest first; the same for the same acts whatever their order.

    ``published`` are the times at which the story's articles came out, in seconds. Takes n log n time in the acts.
    """
    acts = sorted(acts)
    table, things = _table(acts)
    times = np.array([act.at for act in acts], np.int64)
    if not things:
        return []
    random = np.random.default_rng(seed)
    shuffled = [random.permutation(times) for _ in range(COPIES)]
    authors = authors_of(table, len(times))
    found, again = _told(table, times, authors)
    by_chance, again_by_chance = zip(*(_told(table, copy, authors) for copy in shuffled), strict=True)
    highest = [_highest(_pairs(acts, each)) for each in by_chance]
    least = max([MIN_SURPRISE, *highest])
    kept = {two for two, own in _pairs(acts, found).items() if own.times >= MIN_TIMES and own.surprise > least}
    kept |= _met_again(again, again_by_chance)
    groups = joining(table, times, found, _joined(kept), COPIES, seed)
    grouped = {account for accounts in groups for account in accounts}
    for accounts in _at_once(acts, things, found, by_chance, published):
        if not accounts & grouped:
            groups.append(accounts)
            grouped |= accounts
    return sorted(
        (
            Group(
                tuple(sorted(accounts)),
                _occasions(acts, table, things, times, accounts),
                sum(len(_windows(acts, table, copy, accounts)) for copy in shuffled) / COPIES,
                1 / (COPIES + 1),
            )
            for accounts in groups
        ),
        key=lambda group: (-len(group.accounts), -len(group.occasions), group.accounts),
    )


def _told(table: Acts, times: Numbers, accounts: Numbers) -> tuple[list[Episode], Paired]:
    """What is unusual where acts have these times: moments, and pairs of accounts."""
    acts = placed(table, times)
    return surprising(acts), repeated(acts, accounts, MIN_TIMES)


def _met_again(found: Paired, by_chance: Iterable[Paired]) -> set[tuple[int, int]]:
    """The pairs of accounts that met more surprisingly than any in shuffled copies."""
    highest = max((float(one.surprise.max(initial=0.0)) for one in by_chance), default=0.0)
    kept = found.surprise > max(MIN_SURPRISE_REPEATED, highest + MARGIN)
    return set(zip(found.one[kept].tolist(), found.other[kept].tolist(), strict=True))


def _at_once(
    acts: Sequence[Act],
    things: Sequence[Thing],
    found: Iterable[Episode],
    by_chance: Iterable[Sequence[Episode]],
    published: Collection[int],
) -> Iterable[set[int]]:
    """The accounts that posted one text at once, more surprisingly than any text in shuffled copies; not in a burst."""
    highest = max((one.surprise for each in by_chance for one in each if things[one.thing][0] == TEXT), default=0.0)
    for one in found:
        accounts = {acts[post].account for post in one.posts}
        heavy = one.surprise > max(MIN_SURPRISE_AT_ONCE, highest + MARGIN) and len(accounts) >= MIN_AT_ONCE
        if heavy and things[one.thing][0] == TEXT and not _in_burst(acts[one.posts[0]].at, published):
            yield accounts


def _table(acts: Sequence[Act]) -> tuple[Acts, list[Thing]]:
    """The acts as arrays, a row an act and thing, and the things by number; those of one account alone are left out."""
    users: defaultdict[Thing, set[int]] = defaultdict(set)
    rows: list[tuple[Thing, int]] = []
    for post, act in enumerate(acts):
        own: list[Thing] = [(LINK, link) for link in dict.fromkeys(act.links)]
        for thing in own if act.said is None else [*own, (TEXT, act.said)]:
            users[thing].add(act.account)
            rows.append((thing, post))
    things = [thing for thing, accounts in users.items() if len(accounts) > 1]
    numbers = {thing: number for number, thing in enumerate(things)}
    kept = [(numbers[thing], post, acts[post].account) for thing, post in rows if thing in numbers]
    columns = np.array(kept, np.int64).reshape(-1, 3).T
    return acts_of(*columns), things


def _pairs(acts: Sequence[Act], found: Iterable[Episode]) -> Pairs:
    """How often two accounts posted together, of those that did with anybody ``MIN_TIMES`` times; the same two posts
    count once, with what is more surprising.
    """
    found = list(found)
    times = Counter(acts[post].account for post in {post for one in found for post in one.posts})
    often = {account for account, number in times.items() if number >= MIN_TIMES}
    weights: defaultdict[tuple[int, int], dict[tuple[int, int], float]] = defaultdict(dict)
    for one in found:
        each = one.surprise / (len(one.posts) - 1)
        for at, post in enumerate(one.posts):
            if acts[post].account not in often:
                continue
            for other in one.posts[at + 1 : at + 1 + MAX_NEIGHBOURS]:
                if acts[other].account not in often:
                    continue
                a, b = (post, other) if acts[post].account < acts[other].account else (other, post)
                own = weights[acts[a].account, acts[b].account]
                own[a, b] = max(own.get((a, b), 0.0), each)
    return {two: _weighed(each) for two, each in weights.items()}


def _weighed(each: Mapping[tuple[int, int], float]) -> Weighed:
    times = min(len({one for one, _ in each}), len({other for _, other in each}))
    return Weighed(times, sum(sorted(each.values(), reverse=True)[:times]))


def _joined(pairs: Collection[tuple[int, int]]) -> list[set[int]]:
    """Accounts that pairs tie, directly or through others."""
    of: dict[int, set[int]] = {}
    for one, other in sorted(pairs):
        joined = of.get(one, {one}) | of.get(other, {other})
        for account in joined:
            of[account] = joined
    return list({id(group): group for group in of.values()}.values())


def _highest(pairs: Pairs) -> float:
    """What the heaviest of pairs that posted together more than once weighs."""
    return max((own.surprise for own in pairs.values() if own.times >= MIN_TIMES), default=0.0)


def _in_burst(at: int, published: Iterable[int]) -> bool:
    return any(0 <= at - moment <= AFTER_PUBLICATION for moment in published)


def _occasions(
    acts: Sequence[Act], table: Acts, things: Sequence[Thing], times: Numbers, accounts: Collection[int]
) -> tuple[Occasion, ...]:
    """When accounts posted together, each time once: the text that they shared, else the link."""
    found: dict[tuple[int, ...], Occasion] = {}
    for thing, posts in _windows(acts, table, times, accounts):
        kind, link = things[thing]
        reactions = tuple(acts[post].reaction for post in posts)
        seconds = int(times[posts[-1]] - times[posts[0]])
        if reactions not in found or kind == TEXT:
            found[reactions] = Occasion(reactions, kind, str(link) if kind == LINK else None, seconds)
    return tuple(sorted(found.values(), key=lambda one: one.reactions))


def _windows(
    acts: Sequence[Act], table: Acts, times: Numbers, accounts: Collection[int]
) -> list[tuple[int, tuple[int, ...]]]:
    """Each thing and the posts of it that different ones of some accounts made within ``MAX_SECONDS`` of the first."""
    own = np.isin(table.accounts, list(accounts))
    rows = sorted(
        zip(table.things[own].tolist(), times[table.posts[own]].tolist(), table.posts[own].tolist(), strict=True)
    )
    found: list[tuple[int, tuple[int, ...]]] = []
    for thing, each in groupby(rows, key=itemgetter(0)):
        left = list(each)
        while left:
            near = [post for _, at, post in left if at - left[0][1] <= MAX_SECONDS]
            left = left[len(near) :]
            firsts = {acts[post].account: post for post in reversed(near)}
            if len(firsts) > 1:
                found.append((thing, tuple(post for post in near if firsts[acts[post].account] == post)))
    return found
