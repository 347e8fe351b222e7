"""What shares are estimated from: each reaction's probabilities by the assessor whose errors are known, or a person's word."""

from typing import Any

from sqlalchemy import Connection, RowMapping, text

from storywake.collector.figures.over_time import Stanced, estimated
from storywake.collector.stance import STANCES

from .past import STANCE

MEASURED = "blend"
"""The assessor that ``storywake.collector.figures.shares.shipped`` is made for."""
BASE = f"""LEFT JOIN stance b ON b.id = (
    SELECT m.id FROM stance m WHERE m.reaction_id = r.id AND m.claim_id = c.id AND m.assessed_at <= :until
        AND SUBSTR(m.model, 1, {len(MEASURED)}) = '{MEASURED}'
    ORDER BY CASE WHEN SUBSTR(m.model, 1, {len(MEASURED) + 1}) = '{MEASURED}@' THEN 0 ELSE 1 END, m.assessed_at DESC, m.id DESC LIMIT 1)"""  # noqa: S608
"""Joins its newest assessment at ``:until`` to reaction r and claim c; one adapted by labels only where there is no other."""
READ = "b.support, b.deny, b.query, b.comment, b.covered"
PERSON = """(EXISTS (SELECT 1 FROM label y WHERE y.reaction_id = r.id AND y.claim_id = c.id AND y.set_at <= :until)
    OR EXISTS (SELECT 1 FROM stance k WHERE k.reaction_id = r.id AND k.claim_id = c.id AND k.assessed_at <= :until
        AND SUBSTR(k.model, 1, 12) = 'claimreview@'))"""
"""Whether an analyst or a fact-check said the stance of reaction r towards claim c."""
FOREVER = "9999-12-31T23:59:59Z"


def chances_of(row: RowMapping | dict[str, Any]) -> tuple[float, float, float, float] | None:
    """A row's probabilities of ``STANCES``; None where there are none or its language is not covered."""
    if row["support"] is None or row["covered"] in (False, 0):
        return None
    a, b, c, d = (float(row[stance]) for stance in STANCES)
    return a, b, c, d


def as_json(claim: str, reactions: list[Stanced]) -> dict[str, Any] | None:
    """The estimated shares of a claim's reactions: claim, support, deny, query, comment, and ``intervals`` (95 %)."""
    found = estimated(reactions)
    if found is None:
        return None
    return {
        "claim": claim,
        **dict(zip(STANCES, found.shares, strict=True)),
        "intervals": {s: (low, high) for s, low, high in zip(STANCES, found.low, found.high, strict=True)},
    }


def estimates_then(connection: Connection, until: str) -> dict[str, dict[str, dict[str, Any]]]:
    """The estimated shares of all stories' claims (by slug and claim) from what was known at ``until``."""
    rows = connection.execute(
        text(
            f"""SELECT v.story, c.text AS claim, {STANCE} AS counted, {PERSON} AS person, {READ}
            FROM reactions v JOIN reaction r ON r.id = v.reaction_id JOIN claim c ON c.story_id = r.story_id {BASE}
            WHERE v.first_seen_at <= :until ORDER BY v.story, c.position, r.id"""  # noqa: S608
        ),
        {"until": until},
    ).mappings()
    groups: dict[str, dict[str, list[Stanced]]] = {}
    for row in rows:
        if row["counted"] is not None:
            one = Stanced("", row["counted"], "", None, None, chances_of(row), bool(row["person"]))
            groups.setdefault(row["story"], {}).setdefault(row["claim"], []).append(one)
    return {
        story: {claim: told for claim, group in claims.items() if (told := as_json(claim, group))}
        for story, claims in groups.items()
    }
