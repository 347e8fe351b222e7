"""The pictures that stories can be told by, and the looks at those of posts that may show them."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from sqlalchemy import Connection, delete
from sqlmodel import col

from storywake.collector.clock import LookKind
from storywake.collector.records import Post
from storywake.collector.urls import is_keepable, is_web_address
from storywake.collector.wishes import is_withheld

from . import models
from .erasing import keep_out
from .looks import add_look
from .many import rows_among
from .post_keys import is_erased
from .statements import statements

SQL = statements("pictures")
MAX_PICTURES = 4
"""Pictures of one post that are looked at."""
MAX_WAITING = 500
"""Posts near one story whose pictures wait to be looked at; more are not added until these are done."""


class Lead(NamedTuple):
    """A picture that tells a story; ``max_distance`` is the distance up to which another one shows it."""

    address: str
    article: str
    sign: bytes
    max_distance: float


def leads(connection: Connection, story_id: int) -> list[Lead]:
    """The pictures that tell a story."""
    return [Lead._make(row) for row in connection.execute(SQL["leads"], {"story_id": story_id})]


def save_lead(connection: Connection, story_id: int, lead: Lead, at: str, began: str) -> None:
    """Keeps a picture of a story's article; where it tells the story, pictures of posts that were looked at in vain are due again.

    Those that a pass saw since it ``began`` are not: it compares them itself.
    """
    connection.execute(SQL["save_lead"], {"story_id": story_id, "at": at, **lead._asdict()})
    if lead.max_distance:
        connection.execute(SQL["look_again"], {"story_id": story_id, "at": at, "began": began})


def add_picture_looks(connection: Connection, near: Sequence[tuple[int, Post]], at: str) -> None:
    """Adds a look at the pictures of each post that may speak of a story (its id). Of the post itself only its id and address are kept.

    Left out are posts that are the story's already, or were dropped, and those whose authors were erased or ask not to be shown.
    """
    shown = [(story, post) for story, post in near if post.pictures and post.external_id and not is_withheld(post)]
    kept = keep_out(connection, [post for _, post in shown])
    by_story: dict[int, dict[tuple[str, str], Post]] = {}
    for (story, _), post in zip(shown, kept, strict=True):
        if not is_erased(post) and is_keepable(post.external_id):
            by_story.setdefault(story, {})[post.platform, post.external_id or ""] = post
    for story, posts in by_story.items():
        room = MAX_WAITING - int(connection.execute(SQL["waiting"], {"story_id": story}).scalar_one())
        for platform in sorted({platform for platform, _ in posts}):
            keys = [key for known, key in posts if known == platform]
            there = {
                row.key for row in rows_among(connection, SQL["reacting"], keys, story_id=story, platform=platform)
            }
            for key in keys:
                if key not in there and room > 0:
                    room -= _add_look(connection, story, posts[platform, key], at)


def _add_look(connection: Connection, story: int, post: Post, at: str) -> bool:
    pictures = [address for address in post.pictures if is_web_address(address) and is_keepable(address)]
    if not pictures:
        return False
    about = "\n".join((post.url or "", *dict.fromkeys(pictures[:MAX_PICTURES])))
    reason = "a post that may speak of the story shows it"
    return add_look(connection, story, LookKind.PICTURE, post.platform, post.external_id or "", reason, at, about)


def forget_pictures(connection: Connection, before: str) -> None:
    """Forgets which posts' pictures were looked at before a time (ISO 8601)."""
    connection.execute(SQL["old"], {"before": before})


def forget_pictures_of(connection: Connection, names: "re.Pattern[str]") -> None:
    """Takes out the looks at pictures of somebody whom their posts' ids or addresses name."""
    for row in connection.execute(SQL["all_waiting"]).all():
        if names.search(unquote(f"{row.target}\n{row.about}")):
            connection.execute(delete(models.Look).where(col(models.Look.id) == row.id))
