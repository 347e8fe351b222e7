"""What is said: the vectors of posts' words, and the groups of reactions that say the same."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.match.remarks import Remark

from . import models
from .assessments import text_digest
from .many import run_many
from .statements import statements

SQL = statements("remarks")


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
    rows = connection.execute(SQL["spoken"], {"slug": slug})
    return [Spoken._make(row) for row in rows]


def told_by(connection: Connection, story_id: int) -> dict[int, str]:
    """By claim, the state that its remarks were told by."""
    rows = connection.execute(SQL["told_by"], {"story_id": story_id})
    return {row.claim_id: row.state for row in rows}


def kept_vectors(connection: Connection, story_id: int) -> dict[int, Kept]:
    """The vectors of a story's posts, by post."""
    rows = connection.execute(SQL["kept_vectors"], {"story_id": story_id})
    return {row.post_id: Kept(row.input_hash, row.version, bytes(row.vector)) for row in rows}


def keep_vectors(connection: Connection, vectors: Mapping[int, Kept], reworded: Sequence[int]) -> None:
    """Keeps vectors of posts that have words still. Posts that were ``reworded`` say no longer what they said."""
    rows = [{"post_id": post, **kept._asdict()} for post, kept in vectors.items()]
    run_many(connection, SQL["keep_vector"], rows)
    for post in reworded:
        _leave(connection, post)


def known_remarks(connection: Connection, claim_id: int) -> dict[str, list[Remark]]:
    """A claim's remarks by stance, as they were last told."""
    rows = connection.execute(SQL["known_remarks"], {"claim_id": claim_id}).all()
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

    The state is written first: another process that tells the same claim's remarks waits there, and then replaces
    these.
    """
    connection.execute(SQL["save_state"], {"claim_id": claim_id, "state": state})
    kept = {remark.identity for each in remarks.values() for remark in each}
    known = connection.execute(select(models.Remark.id).where(models.Remark.claim_id == claim_id)).scalars().all()
    for number in known:
        if number in kept:
            connection.execute(delete(models.RemarkMember).where(col(models.RemarkMember.remark_id) == number))
        else:
            connection.execute(delete(models.Remark).where(col(models.Remark.id) == number))
    members: list[dict[str, Any]] = []
    for stance, each in remarks.items():
        for remark in each:
            saved = _save_remark(connection, claim_id, stance, remark, among[stance])
            members += [
                {
                    "remark_id": saved,
                    "reaction_id": reaction,
                    "likeness": likeness,
                    "central": reaction == remark.centre,
                }
                for reaction, likeness in remark.members.items()
            ]
    run_many(connection, SQL["add_member"], members)


def _save_remark(connection: Connection, claim_id: int, stance: str, remark: Remark, among: int) -> int | None:
    """Writes a remark without its members. Returns its id; None where the claim is gone."""
    if remark.identity is not None:
        change = update(models.Remark).where(col(models.Remark.id) == remark.identity)
        if connection.execute(change.values(chosen_of=remark.chosen_of, among=among)).rowcount:
            return remark.identity
    values = {"claim_id": claim_id, "stance": stance, "chosen_of": remark.chosen_of, "among": among}
    return connection.execute(SQL["add_remark"], values).scalar()


def unlearn(connection: Connection, post_id: int) -> None:
    """Takes out what was kept of a post's words: their vector, that others say the same, and that it was posted together."""
    connection.execute(delete(models.Meaning).where(col(models.Meaning.post_id) == post_id))
    _leave(connection, post_id)
    connection.execute(SQL["leave_groups"], {"post_id": post_id})


def _leave(connection: Connection, post_id: int) -> None:
    connection.execute(SQL["leave"], {"post_id": post_id})


def remarks_of(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """A story's rows of the view ``remarks`` without the story: by claim, those that most say first."""
    return [dict(row) for row in connection.execute(SQL["remarks_of"], {"slug": slug}).mappings()]
