"""The one way into the store: each answer is stored here in one transaction, completely or not at all.

A pass, the stream, an import, a webmention, ``watch`` and ``renormalise`` all describe what came as an ``Arrival``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import chain, islice
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from storywake.collector.addresses import is_short
from storywake.collector.cleaning import clean_article, clean_post
from storywake.collector.clock import LookKind, wait
from storywake.collector.dates import judged, known_moment, stamp
from storywake.collector.match.tie import Known, ties
from storywake.collector.net.evidence import Evidence
from storywake.collector.platforms.base import Edit
from storywake.collector.records import Post, Tie, counts_as_source
from storywake.collector.settings import Settings
from storywake.collector.urls import canonical, is_keepable
from storywake.collector.values import clean
from storywake.db.articles import page_dropped, stories_of_addresses
from storywake.db.brought import NOT_OLDER, Older, as_brought
from storywake.db.cursors import Place, move_cursor
from storywake.db.engine import writing
from storywake.db.erasing import keep_out
from storywake.db.evidence import led_to, save_evidence, save_shown
from storywake.db.looks import PostLook, add_look, add_looks, add_post_looks, has_look, looks_at_posts
from storywake.db.pictures import add_picture_looks
from storywake.db.post_keys import key_of
from storywake.db.posts import Counted, counted, counted_again, mark_deleted, posted_at, save_edits, save_posts
from storywake.db.reactions import (
    Tied,
    posts_by_key,
    reacting,
    reactions_of_posts,
    save_reactions,
    stories_of_posts,
)
from storywake.db.stories import StoryRow
from storywake.db.withholding import as_kept, as_wished, leave_out, with_known_labels

from .counts import gains, settle_counts
from .filing import Filed, file_article, first_alike, with_named
from .paper_stance import with_stance
from .past_posts import past_answers
from .post_looks import asks_for_backlinks, post_looks
from .share_links import is_unnamed
from .waking import wake_threads

FRESH = timedelta(0)
MAX_NAME_LENGTH = 300
"""Characters of a display name; the rest is cut off."""


class Told(NamedTuple):
    """One answer, the posts that it told, and those of them whose authors ask not to be shown to everybody."""

    evidence: Evidence | None
    posts: Sequence[Post]
    withheld: Sequence[Post] = ()


class Arrival(NamedTuple):
    """One answer or import, and what was read from it."""

    source: str  # the platform or index whose reader reads it
    at: str  # when it came, ISO 8601
    stories: Sequence[StoryRow] = ()  # the stories that asked for it
    evidence: Evidence | None = None
    posts: Sequence[Post] = ()
    edits: Sequence[Edit] = ()
    gone: Sequence[str] = ()  # external ids of deleted posts
    copied: bool = False  # the posts are seen in an embed or an import, not on the platform itself
    of_old: bool = False  # it may have come any time before ``at``
    filed: Filed | None = None  # an article of the first of ``stories``
    tie: Tie | None = None  # ties every post to ``stories``, whatever its text and links
    unlinked: Mapping[tuple[str, str], Sequence[tuple[int, Tie]]] = MappingProxyType({})  # (story id, tie) by post
    near: Sequence[tuple[int, Post]] = ()  # posts that may speak of a story (its id) in their pictures; not stored
    cursor: Place | None = None  # how far the stream ``source`` was heard
    also: Sequence[Told] = ()  # further answers of the source that came at the same time


def joined(arrivals: Sequence[Arrival]) -> Arrival:
    """Answers of one source to the same stories that came at the same time, to be stored in one transaction."""
    return arrivals[0]._replace(
        edits=[edit for arrival in arrivals for edit in arrival.edits],
        gone=[name for arrival in arrivals for name in arrival.gone],
        unlinked={place: found for arrival in arrivals for place, found in arrival.unlinked.items()},
        near=[found for arrival in arrivals for found in arrival.near],
        also=[Told(arrival.evidence, arrival.posts) for arrival in arrivals[1:]],
    )


class Taken(NamedTuple):
    """What an arrival changed."""

    posts: int = 0
    reactions: int = 0
    gone: int = 0
    revised: bool = False
    stories: frozenset[int] = frozenset()  # stories with new reactions, or other words or authors of known ones
    counted: frozenset[int] = frozenset()  # stories with other counts, or posts that are gone
    seen: frozenset[int] = frozenset()  # ids of the posts that their platform showed, or reported as deleted
    note: str | None = None
    older: Older = NOT_OLDER  # posts of a file, of which counts or words are older


def take_in(engine: Engine, arrival: Arrival, settings: Settings) -> Taken:
    """Stores an arrival: evidence, posts, edits, deletions, article, ties, and the looks that follow from them.

    Everything is computed first and written in one transaction, so a killed process leaves all of it or nothing.
    """
    copy_of = None
    if arrival.filed and arrival.stories:
        copy_of = first_alike(engine, arrival.stories[0].id, arrival.filed)
        filed = with_stance(engine, arrival.stories[0], with_named(arrival.filed), copy_of)
        arrival = arrival._replace(filed=filed)
    with writing(engine) as connection:
        return store(connection, arrival, settings, copy_of)


def store(connection: Connection, arrival: Arrival, settings: Settings, copy_of: int | None = None) -> Taken:
    """Stores an arrival within an open transaction.

    ``copy_of`` is the id of the story's first article with the same text.
    """
    return _Write(connection, arrival, settings).run(copy_of)


class _Write:
    """The transaction that stores one arrival."""

    def __init__(self, connection: Connection, arrival: Arrival, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self._told: list[Told] = []  # the answers, with their posts as they may be stored
        self._arrival = self._fit(arrival)
        self._first = timedelta(minutes=settings.first_look_minutes)
        self._changed: set[int] = set()
        self._reactions = 0

    def run(self, copy_of: int | None) -> Taken:
        """Writes everything, in the order of dependence."""
        arrival, connection = self._arrival, self._connection
        answers = [self._save_evidence(told) for told in self._told]
        before = counted(connection, arrival.posts)
        posts, older = arrival.posts, NOT_OLDER
        if arrival.of_old:
            posts, older = as_brought(connection, posts, before, arrival.at)
        told = save_posts(connection, posts, arrival.at, copied=arrival.copied)
        save_edits(connection, arrival.source, arrival.edits)
        leave_out(connection, [post for told in self._told for post in told.withheld])
        gone = mark_deleted(connection, arrival.source, arrival.gone, arrival.at)
        stored = counted_again(connection, arrival.posts, before)
        missing = posts_by_key(connection, arrival.source, arrival.gone)
        if not arrival.copied:
            for answer, shown_there in zip(answers, self._told, strict=True):
                save_shown(connection, answer, _ids(shown_there.posts, stored))
        relayed = _ids((post for post in arrival.posts if post.relayed), stored)
        seen = {post.id for post in stored.values()} - relayed
        self._tie({place: post.id for place, post in stored.items()})
        shown: Sequence[Post] = ()
        revised, note = False, None
        if arrival.filed and arrival.stories:
            filing = file_article(connection, arrival.stories[0], arrival.filed, copy_of, arrival.at)
            self._reactions += filing.reactions
            shown, revised, note = filing.posts, filing.revised, filing.note
            self._changed.add(arrival.stories[0].id)
            self._add_page_look(arrival.filed, arrival.stories[0])
        touched = seen | relayed | {post.id for post in counted(connection, shown).values()}
        self._add_looks(touched, frozenset() if arrival.copied else seen)
        if not arrival.copied:
            settle_counts(connection, seen | missing, gains(before, stored), arrival.at, self._first)
        self._wake_threads(touched | missing)
        if arrival.near and self._settings.pictures:
            add_picture_looks(connection, arrival.near, arrival.at)
        self._changed |= stories_of_posts(connection, {post.id for key, post in stored.items() if key in told})
        recounted = {post.id for key, post in stored.items() if key not in before or before[key].counts != post.counts}
        if arrival.cursor is not None:
            move_cursor(connection, arrival.source, arrival.cursor)
        return Taken(
            len(arrival.posts),
            self._reactions,
            gone,
            revised,
            stories=frozenset(self._changed),
            counted=frozenset(stories_of_posts(connection, recounted | missing)),
            seen=frozenset() if arrival.copied else frozenset(seen | missing),
            note=note,
            older=older,
        )

    def _fit(self, arrival: Arrival) -> Arrival:
        """The arrival as it may be stored: cleaned, without posts of erased authors, with plausible times."""
        given = [Told(arrival.evidence, arrival.posts), *arrival.also]
        cleaned = [[p for p in map(_short_enough, told.posts) if p] for told in given]
        posts = keep_out(self._connection, list(chain.from_iterable(cleaned)))
        if not arrival.copied:
            posts = with_known_labels(self._connection, posts)
        parts = _cut(posts, [len(own) for own in cleaned])
        drop = self._settings.wishes == "drop"
        wished = [(own, ()) if arrival.copied else as_wished(own, drop=drop) for own in parts]
        posts = [post for own, _ in wished for post in own]
        named = {(post.platform, post.in_reply_to) for post in posts if post.in_reply_to}
        parents = posted_at(self._connection, named)
        parents |= {(p.platform, p.external_id): p.posted_at for p in posts if p.external_id and p.posted_at}
        self._told = [
            Told(told.evidence, [_judged(post, parents, arrival.at) for post in own], withheld)
            for told, (own, withheld) in zip(given, wished, strict=True)
        ]
        silent = {post.external_id for told in self._told for post in told.withheld}
        filed = arrival.filed and arrival.filed._replace(article=clean_article(arrival.filed.article))
        edits = [e for e in arrival.edits if is_keepable(e.external_id) and e.external_id not in silent]
        return arrival._replace(
            posts=[post for told in self._told for post in told.posts],
            filed=filed,
            edits=[e._replace(text=clean(e.text)) for e in edits],
        )

    def _save_evidence(self, told: Told) -> list[int]:
        """Stores an answer for each story that asked for it, without what may not be kept."""
        arrival = self._arrival
        if told.evidence is None:
            return []
        evidence = as_kept(told.evidence, told.posts, told.withheld)
        stories: list[int | None] = [story.id for story in arrival.stories] or [None]
        return [save_evidence(self._connection, story, arrival.source, evidence) for story in stories]

    def _tie(self, ids: Mapping[tuple[str, str], int]) -> None:
        """Ties posts (``ids`` by platform and key) to every story that they react to, directly or through another post of
        this arrival.
        """
        arrival, connection = self._arrival, self._connection
        tied = [Tied(story.id, post, arrival.tie) for story in arrival.stories for post in arrival.posts if arrival.tie]
        if arrival.unlinked:
            told = [(post, arrival.unlinked.get((post.platform, post.external_id or ""), ())) for post in arrival.posts]
            tied += [Tied(story_id, post, tie) for post, found in told for story_id, tie in found]
        posts = self._expanded(arrival.posts)
        asked = [story.id for story in arrival.stories]
        addresses = {canonical(link) for post in posts for link in post.links}
        articles: dict[int, set[str]] = {}
        for address, story_id in stories_of_addresses(connection, addresses, asked, arrival.at):
            articles.setdefault(story_id, set()).add(address)
        named = {(post.platform, key) for post in posts for key in (post.in_reply_to, post.quotes) if key}
        depths = reacting(connection, named, asked, arrival.at)
        for one in tied:
            if (place := (one.post.platform, one.post.external_id or "")) in named:
                depths.setdefault(one.story_id, {})[place] = one.depth
        waiting = list(posts)
        while waiting:
            rest = []
            for post in waiting:
                found = self._ties_of(post, articles, depths)
                tied.extend(found)
                if not found:
                    rest.append(post)
            if len(rest) == len(waiting):
                break
            waiting = rest
        new = save_reactions(connection, tied, arrival.at, ids)
        self._reactions += new.total()
        self._changed.update(story for story, number in new.items() if number)

    def _ties_of(
        self, post: Post, articles: dict[int, set[str]], depths: dict[int, dict[tuple[str, str], int]]
    ) -> list[Tied]:
        """A post's ties to stories; it counts as a reaction to them for the posts after it."""
        tied: list[Tied] = []
        for story_id in articles.keys() | depths.keys():
            known = depths.get(story_id, {})
            found = ties(post, Known(articles.get(story_id, ()), known))
            if not found:
                continue
            depth = min(_depth(tie, post, known) for tie in found)
            tied.extend(Tied(story_id, post, tie, depth) for tie in found)
            if post.external_id:
                depths.setdefault(story_id, {})[(post.platform, post.external_id)] = depth
        return tied

    def _expanded(self, posts: Sequence[Post]) -> list[Post]:
        """The posts with short links replaced by their targets, where these are known."""
        known = led_to(self._connection, {link for post in posts for link in post.links if is_short(link)})
        if not known:
            return list(posts)
        return [_with_links(post, known) for post in posts]

    def _add_page_look(self, filed: Filed, story: StoryRow) -> None:
        """Adds a look at an article, so that it is read again."""
        address = filed.article.url or filed.article.canonical_url
        if filed.role is None or not counts_as_source(filed.role) or not address:
            return
        if page_dropped(self._connection, story.id, filed.article.canonical_url or address):
            return
        asked = self._arrival.evidence.url if self._arrival.evidence else address
        if asked != address and has_look(self._connection, story.id, LookKind.PAGE, asked):
            return  # the page is looked at already; it redirects, perhaps elsewhere each time
        due = stamp(known_moment(self._arrival.at) + wait(LookKind.PAGE, FRESH, self._first))
        reason = filed.why.rests_on if filed.why else "an article of the story"
        add_look(
            self._connection,
            story.id,
            LookKind.PAGE,
            "web",
            address,
            reason,
            self._arrival.at,
            filed.role.value,
            due_at=due,
        )

    def _add_looks(self, touched: Collection[int], observed: Collection[int]) -> None:
        """Adds looks at the counts of reactions: after the first wait for posts just seen on their platform, else at
        once.
        """
        at = self._arrival.at
        later = stamp(known_moment(at) + self._first)
        looks: list[PostLook] = []
        short: set[tuple[int, str]] = set()
        there = looks_at_posts(self._connection, touched)
        backlinks = asks_for_backlinks(self._settings)
        for row in reactions_of_posts(self._connection, touched):
            due = later if row.id in observed else at
            looks += post_looks(row, at, due, there, backlinks=backlinks)
            short |= {(row.story_id, link) for link in (row.links or "").split("\n") if link and is_short(link)}
            if is_unnamed(row.external_id, row.url) and row.url:
                short.add((row.story_id, row.url))
        add_post_looks(self._connection, looks)
        known = led_to(self._connection, {link for _, link in short})
        reason = "a reaction's short link"
        rows = [(story, LookKind.SHORT, "web", link, reason) for story, link in sorted(short) if link not in known]
        add_looks(self._connection, [*rows, *past_answers(self._connection, self._settings, touched)], at)

    def _wake_threads(self, touched: Collection[int]) -> None:
        """Makes threads due whose platform reports more answers than are stored, and others not due."""
        arrival = self._arrival
        parents = {(post.platform, key) for post in arrival.posts for key in (post.in_reply_to, post.quotes) if key}
        ids = {*touched}
        for platform in {platform for platform, _ in parents}:
            ids |= posts_by_key(self._connection, platform, [key for known, key in parents if known == platform])
        wake_threads(self._connection, ids, arrival.at, self._first)


def _ids(posts: Iterable[Post], stored: Mapping[tuple[str, str], Counted]) -> set[int]:
    """The ids of those of ``posts`` that are stored."""
    return {stored[place].id for post in posts if (place := (post.platform, key_of(post))) in stored}


def _cut(posts: Sequence[Post], lengths: Sequence[int]) -> list[list[Post]]:
    """Posts cut into parts of these lengths."""
    waiting = iter(posts)
    return [list(islice(waiting, length)) for length in lengths]


def _depth(tie: Tie, post: Post, known: dict[tuple[str, str], int]) -> int:
    """The number of quotes between a post and one that is embedded in an article or links to it.

    An answer is as near as its parent.
    """
    if tie.kind == "quotes":
        return known[(post.platform, post.quotes or "")] + 1
    return known[(post.platform, post.in_reply_to or "")] if tie.kind == "replies" else 0


def _short_enough(post: Post) -> Post | None:
    """The post cleaned, without addresses too long for an index; None where its own id or its author's is too long."""
    post = clean_post(post)
    if not (is_keepable(key_of(post)) and is_keepable(post.author.handle) and is_keepable(post.author.external_id)):
        return None
    if post.author.name and len(post.author.name) > MAX_NAME_LENGTH:
        post = msgspec.structs.replace(
            post, author=msgspec.structs.replace(post.author, name=post.author.name[:MAX_NAME_LENGTH])
        )
    named = [name if is_keepable(name) else None for name in (post.in_reply_to, post.quotes, post.url)]
    links = tuple(filter(is_keepable, post.links))
    if (links, *named) == (post.links, post.in_reply_to, post.quotes, post.url):
        return post
    return msgspec.structs.replace(post, in_reply_to=named[0], quotes=named[1], url=named[2], links=links)


def _judged(post: Post, parents: dict[tuple[str, str], str | None], seen_at: str) -> Post:
    """The post with plausible times."""
    if post.posted_at is None and post.indexed_at is None:
        return post
    parent = parents.get((post.platform, post.in_reply_to or ""))
    when = judged(post.posted_at, indexed_at=post.indexed_at, parent_at=parent, seen_at=seen_at)
    return post if when == post.posted_at else msgspec.structs.replace(post, posted_at=when)


def _with_links(post: Post, known: dict[str, str]) -> Post:
    return msgspec.structs.replace(post, links=tuple(known.get(link, link) for link in post.links))
