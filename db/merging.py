"""One post, one row: a post without an external id and the same post under its id become one, whichever came first."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.records import Post

from . import models
from .many import rows_among
from .post_keys import fingerprint, known_id, url_key
from .statements import statements

SQL = statements("merging")
POSTS = statements("posts")


def adopt(connection: Connection, keyed: dict[tuple[str, str], Post]) -> None:
    """Makes one row of a provisional post and the same post under its id, whichever came first."""
    platforms = sorted({platform for platform, _ in keyed})
    provisional: dict[tuple[str, str], list[Any]] = {}
    for row in rows_among(connection, POSTS["provisional"], platforms):
        provisional.setdefault((row.platform, fingerprint(row.handle, row.text)), []).append(row)
        if row.url:
            provisional.setdefault((row.platform, row.url), []).append(row)
    for (platform, key), post in list(keyed.items()):
        if known_id(post) is None:
            _use_known(connection, keyed, platform, key, post)
            continue
        found: list[Any] = []
        if provisional:
            found = [
                r
                for r in provisional.get((platform, fingerprint(post.author.handle, post.text)), [])
                if post.text and _days_apart(r.posted_at, post.posted_at) <= 1
            ]
            found += provisional.get((platform, post.url or ""), [])
        for row in found:
            _merge(connection, row.id, platform, key)


def give_id(connection: Connection, platform: str, url: str, external_id: str) -> None:
    """Makes the post that is stored under an address alone, if there is one, the post with an id."""
    post = models.Post
    old = connection.execute(select(post.id).where(post.platform == platform, post.key == url_key(url))).scalar()
    if old is not None:
        _merge(connection, old, platform, external_id)


def _use_known(connection: Connection, keyed: dict[tuple[str, str], Post], platform: str, key: str, post: Post) -> None:
    """A provisional post that is already stored under its id is written there."""
    if post.kind == "statement" or not (post.author.handle or post.url):
        return
    values = {"platform": platform, "handle": (post.author.handle or "").lower(), "url": post.url}
    rows = connection.execute(POSTS["known_like"], values)
    for row in rows:
        same_text = (
            fingerprint(row.handle, row.text) == fingerprint(post.author.handle, post.text)
            and _days_apart(row.posted_at, post.posted_at) <= 1
        )
        if same_text or (post.url and row.url == post.url):
            del keyed[(platform, key)]
            return


def _days_apart(one: str | None, other: str | None) -> int:
    try:
        return abs((date.fromisoformat((one or "")[:10]) - date.fromisoformat((other or "")[:10])) // timedelta(days=1))
    except ValueError:
        return 0


def _merge(connection: Connection, old: int, platform: str, key: str) -> None:
    """Gives the row ``old`` the key, or folds it into the row that has it."""
    post = models.Post
    known = connection.execute(select(post.id).where(post.platform == platform, post.key == key)).scalar()
    if known is None:
        connection.execute(update(post).where(col(post.id) == old).values(key=key, external_id=key))
    elif known != old:
        _merge_reactions(connection, old, known)
        _merge_rest(connection, old, known)


def _merge_reactions(connection: Connection, old: int, new: int) -> None:
    """Gives one post's reactions to another; witnesses and labels of both in a story become one reaction's."""
    posts = {"old": old, "new": new}
    connection.execute(SQL["move_reactions"], posts)
    for row in connection.execute(SQL["same_story"], posts).all():
        reactions = {"old": row.old_id, "new": row.new_id}
        for name in ("drop_witnesses", "move_witnesses", "move_labels", "keep_dropped"):
            connection.execute(SQL[name], reactions)
        connection.execute(delete(models.Stance).where(col(models.Stance.reaction_id) == row.old_id))
        connection.execute(delete(models.Label).where(col(models.Label.reaction_id) == row.old_id))
        connection.execute(delete(models.Reaction).where(col(models.Reaction.id) == row.old_id))


def _merge_rest(connection: Connection, old: int, new: int) -> None:
    """Gives one post's observations and what showed it to another; then it goes, with its looks and earlier texts."""
    posts = {"old": old, "new": new}
    connection.execute(SQL["move_observations"], posts)
    connection.execute(delete(models.Observation).where(col(models.Observation.post_id) == old))
    connection.execute(delete(models.Look).where(col(models.Look.post_id) == old))
    connection.execute(SQL["drop_shown"], posts)
    connection.execute(SQL["move_shown"], posts)
    connection.execute(delete(models.PostRevision).where(col(models.PostRevision.post_id) == old))
    connection.execute(delete(models.Post).where(col(models.Post.id) == old))
