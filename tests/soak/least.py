"""The fewest requests that see everything a network does, for one who looks as seldom as its posts' ages allow.

A post is due ``first`` seconds after it appeared, and then each time a tenth of its age has passed, ``first``
seconds at least and two days at most (collector/reach.py). At each moment when something is due:

* Bluesky: one getPosts for every 25 posts due (the counts, and by absence the deletions), one getPostThread for
  every thread in which a count of replies changed since it was read, one getQuotes for every post whose count of
  quotes changed. A post that came within a thread needs no request of its own until it is due.
* Mastodon: one status for every root due; one context for every thread in which the root's or a reply's count
  changed, since a context carries the counts of all that it holds; one status for each reply that vanished from
  it, to tell a deletion from a cut-off list.
* The story's page once when due, and each page that it links to once.

Whoever knew more than the platforms tell could do with less: this is a yardstick, no law. Where a share of the
answers is 503, each request is made 1 / (1 - share) times.
"""

from collections import Counter

from .network import Item, Network

BATCH = 25
LONGEST = 2 * 24 * 3600.0


def next_look(born: float, at: float, first: float) -> float:
    """When a post that was looked at is due again."""
    return at + min(max((at - born) / 10, first), LONGEST)


def least_requests(
    network: Network, start: float, end: float, *, first: float, links: int, busy: float
) -> dict[str, float]:
    """Requests by kind between two moments, in steps of ``first`` seconds."""
    asked: Counter[str] = Counter(page=links, search=1, robots=1)
    due: dict[Item, float] = dict.fromkeys(network.roots, start)
    told: dict[Item, tuple[int, int]] = {}
    page_due, at = start, start
    while at <= end:
        if page_due <= at:
            asked["page"] += 1
            page_due = next_look(start, at, first)
        bluesky = [i for i, when in due.items() if when <= at and i.platform == "bluesky"]
        asked["getPosts"] += -(-len(bluesky) // BATCH)
        changed: set[Item] = set()
        for item in bluesky:
            if item.there(at):
                due[item] = next_look(item.born, at, first)
                now = (len(item.replies(at)), len(item.quotes(at)))
                before = told.get(item, (0, 0))
                if now[0] != before[0]:
                    changed.add(item.thread)
                if now[1] != before[1]:
                    asked["getQuotes"] += 1
                    _meet(item.quotes(at), due, told, at, first)
                told[item] = now
            else:
                del due[item]
        for thread in changed:
            asked["getPostThread"] += 1
            _meet([thread, *thread.below(at)], due, told, at, first)
        for root in [i for i, when in due.items() if when <= at and i.platform == "mastodon" and not i.parent]:
            asked["status"] += 1
            below = list(root.below(at))
            counts = (len(below), sum(len(i.replies(at)) for i in below))
            if counts != told.get(root, (0, 0)):
                asked["context"] += 1
                known = {i for i in due if i.thread is root and i.parent}
                asked["status"] += len(known - set(below))
                for gone in known - set(below):
                    del due[gone]
                due.update(dict.fromkeys(set(below) - known, end + 1))
            told[root] = counts
            due[root] = next_look(root.born, at, first)
        at += first
    return {kind: round(number / (1 - busy), 1) for kind, number in asked.items() if number}


def _meet(
    items: list[Item], due: dict[Item, float], told: dict[Item, tuple[int, int]], at: float, first: float
) -> None:
    """What an answer brought: its counts are known as of now, its next look is reckoned from now."""
    for item in items:
        quotes = told.get(item, (0, 0))[1]
        told[item] = (len(item.replies(at)), quotes)
        due[item] = next_look(item.born, at, first)
