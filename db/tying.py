"""Many ties of one answer or import, written with a few statements."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.collector.records import Post, Tie, TieKind

from .at_once import write_reactions
from .many import rows_among, run_many
from .post_keys import key_of
from .reactions import stored_id, tie_values
from .statements import statements

SQL = statements("reactions")
STRENGTH = {kind.value: place for place, kind in enumerate(TieKind)}
"""The place of a kind of tie, the strongest first."""


class Tied(NamedTuple):
    """A post that is tied to a story; ``depth`` as in ``save_reaction``."""

    story_id: int
    post: Post
    tie: Tie
    depth: int


def save_reactions(connection: Connection, given: Sequence[Tied], seen_at: str) -> Counter[int]:
    """Does what ``save_reaction`` does one by one, in the same order. Returns how many reactions are new, by story.

    What is known already is read and not written again, so that a pass that finds nothing new costs a few queries.
    """
    rows = _rows(connection, given, seen_at)
    by_story: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_story.setdefault(row["story_id"], []).append(row)
    return Counter({story_id: _save(connection, story_id, own) for story_id, own in by_story.items()})


def _rows(connection: Connection, given: Sequence[Tied], seen_at: str) -> list[dict[str, Any]]:
    """The values of each tie whose post is stored and that rests on nothing dropped."""
    stored: dict[tuple[str, str], int | None] = {}
    keyed = [(key_of(tied.post), tied) for tied in given]
    for platform in {tied.post.platform for tied in given}:
        keys = list({key for key, tied in keyed if tied.post.platform == platform})
        stored.update(
            ((platform, row.key), row.id) for row in rows_among(connection, SQL["ids_by_key"], keys, platform=platform)
        )
    dropped = _dropped(connection, given)
    rows = []
    for key, (story_id, post, tie, depth) in keyed:
        place = (post.platform, key)
        if place not in stored:
            stored[place] = stored_id(connection, post)
        post_id = stored[place]
        if post_id is not None and (story_id, post.platform, tie.source) not in dropped:
            rows.append(tie_values(story_id, post_id, post, tie, seen_at, depth))
    return rows


def _dropped(connection: Connection, given: Sequence[Tied]) -> set[tuple[int, str, str]]:
    """What ties would rest on that was dropped: story, platform, source."""
    sources: dict[tuple[int, str], set[str]] = {}
    for story_id, post, tie, _ in given:
        sources.setdefault((story_id, post.platform), set()).add(tie.source)
    return {
        (story_id, platform, row.source)
        for (story_id, platform), own in sources.items()
        for row in rows_among(connection, SQL["dropped_among"], list(own), story_id=story_id, platform=platform)
    }


def _save(connection: Connection, story_id: int, rows: Sequence[dict[str, Any]]) -> int:
    """Writes a story's ties; those of posts that were tied before then show the strongest."""
    known = _tied(connection, story_id, rows)
    added: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row["post_id"] not in known:
            before = added.get(row["post_id"], row)
            shown = row if _strength(row) < _strength(before) else before
            added[row["post_id"]] = {**shown, "depth": min(before["depth"], row["depth"])}
    write_reactions(connection, SQL["add_reaction"], list(added.values()))
    now = known | _tied(connection, story_id, list(added.values()))
    witnessed = {
        tuple(row) for row in rows_among(connection, SQL["witnessed"], [reaction.id for reaction in known.values()])
    }
    witnesses = [
        {**row, "reaction_id": reaction, "words": "", "verbatim": None}
        for row in rows
        if ((reaction := now[row["post_id"]].id), row["tie"], row["source"]) not in witnessed
    ]
    run_many(connection, SQL["add_witness"], witnesses)
    stronger = [row for row in witnesses if _strength(row) < STRENGTH[now[row["post_id"]].tie]]
    run_many(connection, SQL["show_best_witness"], stronger)
    nearer = [
        {**row, "reaction_id": now[row["post_id"]].id} for row in rows if row["depth"] < now[row["post_id"]].depth
    ]
    run_many(connection, SQL["no_deeper"], nearer)
    return len(added)


def _tied(connection: Connection, story_id: int, rows: Sequence[dict[str, Any]]) -> dict[int, Any]:
    """The reactions to a story that the posts of some ties are, by post."""
    posts = list({row["post_id"] for row in rows})
    return {row.post_id: row for row in rows_among(connection, SQL["tied"], posts, story_id=story_id)}


def _strength(row: dict[str, Any]) -> int:
    """The place of a tie among the kinds, the strongest first."""
    return STRENGTH[row["tie"]]
