"""What is said: the vectors of posts' words, and the groups of reactions that say the same."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from storywake.collector.match.remarks import Remark

from .assessments import text_digest
from .many import run_many


class Spoken(NamedTuple):
    """A reaction with words and the stance it takes to a claim."""

    reaction_id: int
    claim_id: int
    stance: str
    post_id: int
    text: str
    language: str | None

    @property
    def input_hash(self) -> str:
        """What tells its words from others."""
        return text_digest(f"{self.language or ''}\0{self.text}")


class Kept(NamedTuple):
    """A vector that was kept, and what it was made of."""

    input_hash: str
    version: str
    vector: bytes


def spoken(connection: Connection, slug: str) -> list[Spoken]:
    """All that is said to a story's claims, by the stance in force; nothing that was dropped, deleted or erased."""
    rows = connection.execute(
        text(
            """SELECT t.reaction_id, c.id AS claim_id, CASE WHEN t.unclear THEN 'unclear' ELSE t.stance END AS stance,
                p.id AS post_id, p.text, p.language
            FROM stances t JOIN reaction r ON r.id = t.reaction_id JOIN post p ON p.id = r.post_id
            JOIN claim c ON c.story_id = r.story_id AND c.text = t.claim
            WHERE t.story = :s AND p.text IS NOT NULL AND p.deleted_at IS NULL ORDER BY c.id, t.reaction_id"""
        ),
        {"s": slug},
    )
    return [Spoken(*row) for row in rows]


def told_by(connection: Connection, story_id: int) -> dict[int, str]:
    """By claim, the state that its remarks were told by."""
    query = text("SELECT m.claim_id, m.state FROM remarked m JOIN claim c ON c.id = m.claim_id WHERE c.story_id = :s")
    return {row.claim_id: row.state for row in connection.execute(query, {"s": story_id})}


def kept_vectors(connection: Connection, story_id: int) -> dict[int, Kept]:
    """The vectors of a story's posts, by post."""
    query = text(
        """SELECT m.post_id, m.input_hash, m.version, m.vector FROM meaning m
        WHERE m.post_id IN (SELECT r.post_id FROM reaction r WHERE r.story_id = :s)"""
    )
    rows = connection.execute(query, {"s": story_id})
    return {row.post_id: Kept(row.input_hash, row.version, bytes(row.vector)) for row in rows}


def keep_vectors(connection: Connection, vectors: Mapping[int, Kept], reworded: Sequence[int]) -> None:
    """Keeps vectors of posts that have words still. Posts that were ``reworded`` say no longer what they said."""
    run_many(
        connection,
        """INSERT INTO meaning (post_id, input_hash, version, vector)
        SELECT id, :h, :m, :v FROM post WHERE id = :p AND text IS NOT NULL
        ON CONFLICT (post_id) DO UPDATE SET input_hash = excluded.input_hash, version = excluded.version, vector = excluded.vector""",
        [{"p": post, "h": kept.input_hash, "m": kept.version, "v": kept.vector} for post, kept in vectors.items()],
    )
    for post in reworded:
        _leave(connection, post)


def known_remarks(connection: Connection, claim_id: int) -> dict[str, list[Remark]]:
    """A claim's remarks by stance, as they were last told."""
    rows = connection.execute(
        text(
            """SELECT k.id, k.stance, k.chosen_of, m.reaction_id, m.likeness, m.central FROM remark k
            JOIN remark_member m ON m.remark_id = k.id WHERE k.claim_id = :c ORDER BY k.id, m.reaction_id"""
        ),
        {"c": claim_id},
    ).all()
    members: dict[int, dict[int, float]] = {}
    for row in rows:
        members.setdefault(row.id, {})[row.reaction_id] = row.likeness
    centres = {row.id: row.reaction_id for row in rows if row.central}
    found: dict[str, list[Remark]] = {}
    for number, stance, chosen_of in {(row.id, row.stance, row.chosen_of): None for row in rows}:
        found.setdefault(stance, []).append(Remark(number, centres.get(number, 0), chosen_of, members[number]))
    return found


def save_remarks(
    connection: Connection, claim_id: int, remarks: Mapping[str, Sequence[Remark]], among: Mapping[str, int], state: str
) -> None:
    """Puts a claim's remarks in the place of those it had; those that are known keep their ids.

    The state is written first: another process that tells the same claim's remarks waits there, and then replaces these.
    """
    connection.execute(
        text(
            """INSERT INTO remarked (claim_id, state) SELECT id, CAST(:state AS TEXT) FROM claim WHERE id = :c
            ON CONFLICT (claim_id) DO UPDATE SET state = excluded.state"""
        ),
        {"c": claim_id, "state": state},
    )
    kept = {remark.identity for each in remarks.values() for remark in each}
    for row in connection.execute(text("SELECT id FROM remark WHERE claim_id = :c"), {"c": claim_id}).all():
        if row.id in kept:
            connection.execute(text("DELETE FROM remark_member WHERE remark_id = :k"), {"k": row.id})
        else:
            connection.execute(text("DELETE FROM remark WHERE id = :k"), {"k": row.id})
    members: list[dict[str, Any]] = []
    for stance, each in remarks.items():
        for remark in each:
            number = _save_remark(connection, claim_id, stance, remark, among[stance])
            members += [
                {"k": number, "r": reaction, "likeness": likeness, "central": reaction == remark.centre}
                for reaction, likeness in remark.members.items()
            ]
    run_many(
        connection,
        """INSERT INTO remark_member (remark_id, reaction_id, likeness, central)
        SELECT k.id, r.id, :likeness, :central FROM remark k JOIN reaction r ON r.id = :r JOIN post p ON p.id = r.post_id
        WHERE k.id = :k AND p.text IS NOT NULL""",
        members,
    )


def _save_remark(connection: Connection, claim_id: int, stance: str, remark: Remark, among: int) -> int | None:
    """Writes a remark without its members. Returns its id; None where the claim is gone."""
    values = {"k": remark.identity, "c": claim_id, "s": stance, "n": remark.chosen_of, "a": among}
    if remark.identity is not None:
        change = text("UPDATE remark SET chosen_of = :n, among = :a WHERE id = :k")
        if connection.execute(change, values).rowcount:
            return remark.identity
    add = """INSERT INTO remark (claim_id, stance, chosen_of, among)
        SELECT id, CAST(:s AS TEXT), CAST(:n AS INTEGER), CAST(:a AS INTEGER) FROM claim WHERE id = :c RETURNING id"""
    return connection.execute(text(add), values).scalar()


def unlearn(connection: Connection, post_id: int) -> None:
    """Takes out what was kept of a post's words: their vector, and that others say the same."""
    connection.execute(text("DELETE FROM meaning WHERE post_id = :p"), {"p": post_id})
    _leave(connection, post_id)


def _leave(connection: Connection, post_id: int) -> None:
    connection.execute(
        text("DELETE FROM remark_member WHERE reaction_id IN (SELECT id FROM reaction WHERE post_id = :p)"),
        {"p": post_id},
    )


def remarks_of(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """A story's rows of the view ``remarks`` without the story: by claim, those that most say first."""
    rows = connection.execute(
        text(
            """SELECT claim, stance, remark, reactions, engagement, first_at, reaction_id FROM remarks WHERE story = :s
            ORDER BY position, reactions DESC, COALESCE(engagement, 0) DESC, reaction_id"""
        ),
        {"s": slug},
    )
    return [dict(row) for row in rows.mappings()]
