"""What a search for words found: which posts speak of the stories, and which are a stranger's on something else."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine

from storywake.collector.match.tie import Known, ties
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.records import Post, Tie
from storywake.db.articles import article_keys
from storywake.db.engine import reading
from storywake.db.stories import StoryRow
from storywake.db.unlinked import tellings


class Found(NamedTuple):
    """What a search found."""

    posts: list[Post]  # that speak of the stories, or link to them
    unlinked: dict[
        tuple[str, str], Sequence[tuple[int, Tie]]
    ]  # what ties them beside links, by platform and external id
    near: list[tuple[int, Post]]  # others that show pictures, each with the story that it was found for


class Spoken:
    """Posts that speak of some stories, or link to them."""

    def __init__(self, engine: Engine, stories: Sequence[StoryRow]) -> None:
        with reading(engine) as connection:
            self._stories = [story.id for story in stories]
            self._index = Unlinked(tellings(connection, stories))
            self._known = Known({key for story in stories for key in article_keys(connection, story.id)}, ())

    def among(self, posts: Sequence[Post]) -> Found:
        """What of ``posts`` speaks of the stories, and which of the others may in their pictures."""
        told: dict[tuple[str, str], Sequence[tuple[int, Tie]]] = {}
        told |= {(post.platform, post.external_id or ""): self._index.ties(post) for post in posts}
        kept = [p for p in posts if told[(p.platform, p.external_id or "")] or ties(p, self._known)]
        taken = set(map(id, kept))
        others = [post for post in posts if post.pictures and id(post) not in taken]
        return Found(kept, told, [(story, post) for story in self._stories for post in others])
