"""Erases a person on request: names, words, and the answers that showed them. Counts stay."""

import re
from collections.abc import Collection, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import unquote

from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.records import Author
from storywake.collector.sources import Platform
from storywake.collector.urls import canonical
from storywake.db.engine import reading, writing
from storywake.db.erased_evidence import answer_addresses, forget_address, forget_notes, page_answers, stories_with
from storywake.db.erasing import (
    Account,
    Fingerprints,
    TakenOut,
    Theirs,
    add_marks,
    also_them,
    find_accounts,
    forget_said,
    known_marks,
    posts_of,
    speakers,
    take_out,
)
from storywake.db.evidence import answers_that_showed, drop_content
from storywake.db.named import forget_named, names_of_accounts
from storywake.db.pictures import forget_pictures_of

from .forget import drop_answers
from .resolution import update_people

MIN_NAME_LENGTH = 8
"""Characters of a post's id that are searched for in addresses; shorter ids occur in addresses of others by chance."""


class Erasure(NamedTuple):
    """What erasing a person removed."""

    taken: TakenOut
    answers: int  # answers whose content was removed
    known: bool  # whether anything of the account was stored
    before: bool  # whether it had been erased already
    others: list[str]  # other accounts that stories attribute to the same person, as platform:handle


def erase(engine: Engine, platform: str, handle: str) -> Erasure:
    """Erases an account, and its person where nothing else but the name is known, and keeps both out from now on.

    On the web, which has no accounts, ``handle`` is a person's name as articles give it. The marks that keep them out
    are written first and the rows removed last, so that a request that was killed can be repeated. Raises BadInput for
    an unknown platform.
    """
    handle = handle.strip().removeprefix("@")
    if platform not in list(Platform) or not handle:
        raise BadInput(f"not PLATFORM:HANDLE, the platform one of {', '.join(Platform)}")
    with writing(engine) as connection:
        accounts = find_accounts(connection, platform, handle)
        named, others = also_them(connection, accounts)
        accounts += named
        posts = posts_of(connection, accounts)
        prints = Fingerprints(connection)
        asked = [Author(name=handle)] if platform == "web" else [Author(handle=handle), Author(external_id=handle)]
        wish = {mark for author in asked for mark in prints.author(platform, author)}
        before = bool(wish & known_marks(connection))
        theirs = [(a.platform, a.author) for a in accounts]
        handles = [(platform, handle), *((a.platform, a.handle) for a in accounts if a.handle)]
        named_as = speakers(connection, posts) | names_of_accounts(connection, handles)
        theirs += [("web", Author(name=name)) for name in named_as]
        add_marks(connection, wish.union(*(prints.author(*each) for each in theirs)), now())
    answers = _drop_answers(engine, posts)
    names = _names(platform, handle, accounts, posts)
    marks = _marks(named_as, handles, accounts)
    with writing(engine) as connection:
        touched = stories_with(connection, [post.id for post in posts])
        forget_named(connection, marks)
        forget_said(connection, marks)
        taken = take_out(connection, accounts, posts)
        for address in answer_addresses(connection, {platform, *(post.platform for post in posts)} - {"web"}):
            if names.search(unquote(address.words)):
                forget_address(connection, address.id)
        forget_notes(connection, names)
        forget_pictures_of(connection, names)
    for story_id in touched:
        update_people(engine, story_id)
    kept = [f"{a.platform}:{a.handle or a.external_id}" for a in others]
    return Erasure(taken, answers, bool(accounts), before, kept)


def _drop_answers(engine: Engine, posts: Sequence[Theirs]) -> int:
    """Removes the content of the answers and pages that showed the posts. Returns their number."""
    dropped = 0
    for platform, found in groupby(sorted(posts, key=attrgetter("platform")), key=attrgetter("platform")):
        theirs = list(found)
        ids, keys = {post.id for post in theirs}, {post.key for post in theirs}
        if platform != "web":
            dropped += drop_answers(engine, platform, ids, keys, min(post.first_seen_at for post in theirs))
    ids = {post.id for post in posts}
    with reading(engine) as connection:
        pages = set(answers_that_showed(connection, "web", ids))
        for answer in page_answers(connection, sorted(ids)):
            shown_by = {canonical(source) for source in answer.sources}
            if answer.is_file or {canonical(answer.url), canonical(answer.final_url)} & shown_by:
                pages.add(answer.id)
    for evidence_id in sorted(pages):
        with writing(engine) as connection:
            drop_content(connection, evidence_id)
    return dropped + len(pages)


def _marks(names: Collection[str], handles: Collection[tuple[str, str]], accounts: Collection[Account]) -> set[str]:
    """What analysts and articles may call somebody: names, handles, and ``platform:handle``."""
    called = {*names, *(a.name for a in accounts if a.name)}
    called |= {mark for platform, handle in handles for mark in (handle, f"{platform}:{handle}")}
    return {mark.casefold() for mark in called}


def _names(platform: str, handle: str, accounts: Collection[Account], posts: Collection[Theirs]) -> "re.Pattern[str]":
    """A pattern that finds the names of accounts and posts in an address, as whole words."""
    names = {handle} if platform != "web" else set()
    names |= {name for a in accounts for name in (a.handle, a.external_id) if name}
    names |= {post.key for post in posts if len(post.key) >= MIN_NAME_LENGTH}
    words = "|".join(re.escape(name) for name in sorted(names)) or "(?!)"
    return re.compile(rf"(?<![\w.-])(?:{words})(?![\w.-])", re.IGNORECASE)
