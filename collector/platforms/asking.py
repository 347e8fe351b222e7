"""Asking a platform: page after page, within a budget, and what its answers are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ..errors import FetchError, OverBudget
from ..net.evidence import Evidence
from ..records import Post
from ..values import at
from .base import Answer

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

Place = TypeVar("Place")


async def pages(
    fetcher: Fetcher,
    platform: str,
    first: Place,
    ask: Callable[[Place], Awaitable[Evidence]],
    following: Callable[[Place, Any], Place | None],
    most: int,
) -> AsyncIterator[Answer]:
    """Answer after answer, ``most`` at most.

    ``ask`` asks for the page at a place (a token, a number, an offset); ``following`` says where the next one
    begins by that place and the answer's JSON, None where that was the last.
    """
    place = first
    for _ in range(most):
        evidence = await ask(place)
        yield Answer(evidence, await fetcher.read(platform, evidence))
        later = following(place, load(evidence))
        if later is None:
            return
        place = later


async def each(questions: Iterable[AsyncIterator[Answer]]) -> AsyncIterator[Answer]:
    """The answers to several questions, one question after another.

    Raises FetchError where one failed, after the others were asked.
    """
    fault: FetchError | None = None
    for answers in questions:
        try:
            async for answer in answers:
                yield answer
        except FetchError as error:
            fault = fault or error
    if fault:
        raise fault


async def paid(
    fetcher: Fetcher,
    budget: str,
    most: int,
    ask: Callable[[], Awaitable[Evidence]],
    costs: Callable[[Evidence], Mapping[str, int]],
) -> Evidence:
    """Makes a request that costs at most ``most`` of a budget; ``costs`` tells what its answer did.

    Raises OverBudget where the budget does not hold that much. A request that got no answer
    is free; one whose answer was cut off may have been charged, so what was held for it stays spent.
    """
    hold = fetcher.purse.hold(budget, most)
    if hold is None:
        raise OverBudget(budget, f"the day's budget is spent (left: {fetcher.purse.left(budget)}, asked: {most})")
    try:
        evidence = await ask()
    except FetchError as error:
        if not error.cut_off:
            fetcher.purse.settle(hold, {})
        raise
    fetcher.purse.settle(hold, costs(evidence))
    return evidence


def load(evidence: Evidence) -> Any:
    """An answer's JSON; None where it holds none."""
    try:
        return msgspec.json.decode(evidence.body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    try:  # NaN, lone surrogates, UTF-16
        return json.loads(evidence.body)
    except (ValueError, RecursionError):
        return None


def is_gone(evidence: Evidence) -> bool:
    """Whether a server of a network of many says that what was asked about is gone: with JSON or no words at all. A page with
    that status is another's, such as of whoever owns the name of a server that ended.
    """
    return evidence.status in (404, 410) and (not evidence.body.strip() or load(evidence) is not None)


def left_out(evidence: Evidence, asked: Iterable[str], found: Iterable[Post], *path: str) -> tuple[str, ...]:
    """Those of the ids that were asked about which an answer's list (at ``path``) leaves out; none where it has no such list."""
    if evidence.status != 200 or not isinstance(at(load(evidence), *path), list):
        return ()
    known = {post.external_id for post in found}
    return tuple(identity for identity in asked if identity not in known)


def readable(evidence: Evidence) -> bool:
    """Whether an answer is what platforms answer with: JSON or a page."""
    return load(evidence) is not None or evidence.body.lstrip()[:1] == b"<"
