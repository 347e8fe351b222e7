"""Chooses the posts of a list: the largest first, one an account, near-copies folded into the first of them."""

from collections.abc import Sequence
from typing import NamedTuple

from storywake.collector.match.telling import Told, alike
from storywake.db.past import Weighed


class Choice(NamedTuple):
    """A post that a list shows, its size, and how many others say the same in nearly the same words."""

    reaction_id: int
    size: int | None
    alike: int


def choose(posts: Sequence[Weighed], most: int) -> list[Choice]:
    """The first ``most`` of different accounts that are no near-copies of each other, with the number of their copies
    among all of ``posts``.
    """
    chosen: list[tuple[Weighed, Told]] = []
    copies: list[int] = []
    writers: set[str] = set()
    compared: dict[str, int | None] = {}  # by text, which of the chosen it copies; None: none, nor one to come
    for post in posts:
        if post.text not in compared:
            own = Told(post.text)
            first = next((place for place, (_, other) in enumerate(chosen) if alike(own, other)), None)
            if first is None and len(chosen) < most and post.who not in writers:
                compared[post.text] = len(chosen)
                chosen.append((post, own))
                copies.append(0)
                writers.add(post.who)
                continue
            if first is None and len(chosen) < most:
                continue
            compared[post.text] = first
        copied = compared[post.text]
        if copied is not None:
            copies[copied] += 1
    return [Choice(post.reaction_id, post.size, n) for (post, _), n in zip(chosen, copies, strict=True)]
