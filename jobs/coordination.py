"""Finds who posted together in a story, and keeps it: evidence for an analyst to look at, never a verdict."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from storywake.collector.addresses import identify
from storywake.collector.match.coordination import Act, posted_together
from storywake.collector.match.near_copies import is_mostly, near_copies
from storywake.collector.match.papers import Papers, is_papers_own, papers, squeezed
from storywake.collector.urls import canonical
from storywake.db.coordination import Posted, Published, keep_groups, posted, published
from storywake.db.engine import reading, writing
from storywake.db.stories import StoryRow

from .ticking import Tick, silent

PASSED_ON = ("RT @", "RT: ", "MT @")
"""What a post begins with that passes on another's words."""


def tell_coordination(engine: Engine, story: StoryRow, tick: Tick = silent) -> int:
    """Puts who posts together in the place of what was known of it. Returns the number of groups."""
    tick(0, None, f"looking who posted together in {story.slug}")
    with reading(engine) as connection:
        posts, articles = posted(connection, story.id), published(connection, story.id)
    acts = acts_of(posts, articles)
    groups = posted_together(
        acts, [second(a.published_at) for a in articles if a.published_at and "T" in a.published_at]
    )
    with writing(engine) as connection:
        keep_groups(connection, story.id, groups, {act.reaction: act.at for act in acts})
    return len(groups)


def acts_of(posts: Sequence[Posted], articles: Sequence[Published]) -> list[Act]:
    """The posts whose authors may have posted together, and what others may have posted too: links, other than of posts,
    and texts, other than an article's headline. Papers' own accounts are left out, and posts that pass on another's words.
    One person's accounts are one, and so are accounts of one name on several networks.
    """
    known = papers((a.publisher for a in articles), (a.url for a in articles))
    titles = [article.title for article in articles if article.title]
    own = _by_papers(posts, known)
    kept = [post for post in posts if post.account_id not in own and not (post.text or "").startswith(PASSED_ON)]
    said = near_copies(post.text for post in kept)
    shared = [place for place, count in Counter(said).items() if place is not None and count > 1]
    headlines = {place for place in shared if any(is_mostly(kept[place].text or "", title) for title in titles)}
    who = _who(kept)
    return [
        Act(
            post.reaction_id,
            who[post.account_id],
            second(post.posted_at),
            tuple(
                dict.fromkeys(canonical(link) for link in (post.links or "").split("\n") if link and not identify(link))
            ),
            None if place in headlines else place,
        )
        for post, place in zip(kept, said, strict=True)
    ]


def second(at: str) -> int:
    """A time in seconds since 1970."""
    return int(datetime.fromisoformat(at).timestamp())


def _by_papers(posts: Sequence[Posted], known: Papers) -> set[int]:
    """The accounts that are papers' own."""
    links: dict[int, set[str]] = {}
    names: dict[int, tuple[str | None, str | None]] = {}
    for post in posts:
        names[post.account_id] = post.handle, post.name
        links.setdefault(post.account_id, set()).update(link for link in (post.links or "").split("\n") if link)
    return {account for account, own in names.items() if is_papers_own(known, *own, links[account])}


def _who(posts: Sequence[Posted]) -> dict[int, int]:
    """By account, whoever posted: the first account of the same person, or of the same name on another network."""
    firsts: dict[tuple[str, int | str], tuple[int, str]] = {}
    who: dict[int, int] = {}
    for post in posts:
        marks: list[tuple[str, int | str]] = [("person", post.person_id)] if post.person_id else []
        marks += [
            ("name", squeezed(word)) for word in (post.handle, post.name if " " in (post.name or "") else None) if word
        ]
        for mark in marks:
            first, platform = firsts.setdefault(mark, (post.account_id, post.platform))
            if mark[0] == "person" or platform != post.platform:
                who.setdefault(post.account_id, who.get(first, first))
        who.setdefault(post.account_id, post.account_id)
    return who
