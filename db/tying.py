"""Many ties of one answer or import, written with a few statements."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.collector.records import Post, Tie

from .many import rows_among, run_many
from .post_keys import key_of
from .reactions import stored_id, tie_values
from .statements import statements

SQL = statements("reactions")


class Tied(NamedTuple):
    """A post that is tied to a story; ``depth`` as in ``save_reaction``."""

    story_id: int
    post: Post
    tie: Tie
    depth: int


def save_reactions(connection: Connection, given: Sequence[Tied], seen_at: str) -> int:
    """Does what ``save_reaction`` does one by one, in the same order. Returns how many reactions are new."""
    rows = _rows(connection, given, seen_at)
    return sum(
        _save(connection, story_id, [row for row in rows if row["story_id"] == story_id])
        for story_id in dict.fromkeys(row["story_id"] for row in rows)
    )


def _rows(connection: Connection, given: Sequence[Tied], seen_at: str) -> list[dict[str, Any]]:
    """The values of each tie whose post is stored and that rests on nothing dropped."""
    stored: dict[tuple[str, str], int | None] = {}
    for platform in {tied.post.platform for tied in given}:
        keys = list({key_of(tied.post) for tied in given if tied.post.platform == platform})
        stored.update(
            ((platform, row.key), row.id) for row in rows_among(connection, SQL["ids_by_key"], keys, platform=platform)
        )
    dropped: dict[tuple[int, str, str], bool] = {}
    rows = []
    for story_id, post, tie, depth in given:
        place = (post.platform, key_of(post))
        if place not in stored:
            stored[place] = stored_id(connection, post)
        rests = (story_id, post.platform, tie.source)
        if rests not in dropped:
            asked = dict(zip(("story_id", "platform", "source"), rests, strict=True))
            dropped[rests] = bool(connection.execute(SQL["rests_on_dropped"], asked).scalar_one())
        post_id = stored[place]
        if post_id is not None and not dropped[rests]:
            rows.append(tie_values(story_id, post_id, post, tie, seen_at, depth))
    return rows


def _save(connection: Connection, story_id: int, rows: Sequence[dict[str, Any]]) -> int:
    """Writes a story's ties; those of posts that were tied before, or twice, then show the strongest."""
    posts = list(dict.fromkeys(row["post_id"] for row in rows))
    before = {row.post_id for row in rows_among(connection, SQL["tied"], posts, story_id=story_id)}
    first: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row["post_id"] not in before:
            first.setdefault(row["post_id"], row)
    run_many(connection, SQL["add_reaction"], list(first.values()))
    now = {row.post_id: row for row in rows_among(connection, SQL["tied"], posts, story_id=story_id)}
    witnesses = [{**row, "reaction_id": now[row["post_id"]].id, "words": "", "verbatim": None} for row in rows]
    run_many(connection, SQL["add_witness"], witnesses)
    again = [
        seen
        for row, seen in zip(rows, witnesses, strict=True)
        if first.get(row["post_id"]) is not row or now[row["post_id"]].tie_source != row["source"]
    ]
    run_many(connection, SQL["show_best_witness"], again)
    run_many(connection, SQL["no_deeper"], again)
    return len(first)
