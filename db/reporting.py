"""What reports are made of: the views of one story, as plain rows."""

from typing import Any

from sqlalchemy import Connection, text

from storywake.collector.figures.over_time import GROUPS, Stanced, changes, shares, so_far, wilson
from storywake.collector.figures.reach import engagement
from storywake.collector.stance import COUNTED, STANCES

from .claims import claims_of
from .estimates import BASE, FOREVER, PERSON, READ, as_json, chances_of
from .stories import StoryRow

COUNTED_AS = "CASE WHEN stances.unclear THEN 'unclear' ELSE stances.stance END"
"""What a row of the view ``stances`` counts as."""


def _rows(connection: Connection, query: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]


def story_facts(connection: Connection, story: StoryRow) -> dict[str, Any]:
    """Everything that a report of a story shows; unknown is None.

    Keys: story, claims, articles, people, reactions, stance (now, by claim), reach (now, by platform), reach_over_time.
    """
    slug = story.slug
    reactions = _rows(
        connection,
        "SELECT * FROM reactions WHERE story = :s ORDER BY COALESCE(posted_at, first_seen_at), reaction_id",
        s=slug,
    )
    witnesses: dict[int, list[dict[str, Any]]] = {}
    for row in _rows(
        connection,
        "SELECT w.reaction_id, w.tie, w.source, w.rests_on, w.words, w.verbatim FROM witness w JOIN reaction r ON r.id = w.reaction_id WHERE r.story_id = :s ORDER BY w.id",
        s=story.id,
    ):
        witnesses.setdefault(row.pop("reaction_id"), []).append(row)
    links = {
        r["id"]: r["links"]
        for r in _rows(
            connection,
            "SELECT r.id, p.links FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.story_id = :s",
            s=story.id,
        )
    }
    for reaction in reactions:
        reaction["deleted"] = bool(reaction["deleted"])
        reaction["unclear"] = None if reaction["unclear"] is None else bool(reaction["unclear"])
        reaction["links"] = (links.get(reaction["reaction_id"]) or "").split()
        reaction["witnesses"] = witnesses.get(reaction["reaction_id"], [])
    reach = _rows(
        connection,
        "SELECT platform, hour, likes, reposts, replies, quotes, views, posts, observed_share FROM reach_over_time WHERE story = :s ORDER BY platform, hour",
        s=slug,
    )
    return {
        "story": {"slug": slug, "title": story.title, "url": story.url, "status": story.status, "watched_since": story.created_at, "watch_until": story.watch_until},
        "claims": [row.text for row in claims_of(connection, story.id)],
        "articles": [{**a, "corrected": bool(a["corrected"])} for a in _rows(connection, "SELECT * FROM articles WHERE story = :s ORDER BY CASE role WHEN 'original' THEN 0 WHEN 'earlier' THEN 1 WHEN 'coverage' THEN 2 ELSE 3 END, published_at, publisher", s=slug)],
        "people": people_of(connection, slug),
        "reactions": reactions,
        "stance": stance_now(connection, slug),
        "reach": list({row["platform"]: {k: v for k, v in row.items() if k != "hour"} for row in reach}.values()),
        "reach_over_time": reach,
    }  # fmt: skip


def stance_now(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """How many reactions take each stance towards each claim: claim, support, deny, query, comment, unclear, in the claims' order.

    ``intervals`` has the 95 % interval of each one's share, (low, high) from 0 to 1.
    """
    rows = _rows(
        connection,
        f"SELECT claim, position, {COUNTED_AS} AS counted, COUNT(*) AS n FROM stances WHERE story = :s GROUP BY claim, position, {COUNTED_AS} ORDER BY position",  # noqa: S608
        s=slug,
    )
    table: dict[str, dict[str, Any]] = {}
    for row in rows:
        table.setdefault(row["claim"], {"claim": row["claim"], **dict.fromkeys(COUNTED, 0)})[row["counted"]] = row["n"]
    for counts in table.values():
        total = sum(counts[stance] for stance in COUNTED)
        counts["intervals"] = {stance: wilson(counts[stance], total) for stance in COUNTED}
    return list(table.values())


def stance_parts(connection: Connection, slug: str) -> dict[str, Any]:
    """A story's stances in parts, each with its claim.

    ``stance_estimated`` (the shares now, of each claim), ``stance_over_time`` (the view's rows, their shares estimated),
    ``stance_shares`` (by hour, day, platform and language) and ``stance_changes`` (where the balance changed by more than
    chance). Beside each estimate stand its 95 % interval and the counted share.
    """
    rows = _rows(
        connection,
        f"""SELECT stances.claim, {COUNTED_AS} AS counted, COALESCE(v.posted_at, v.first_seen_at) AS at, v.platform, v.language,
            v.likes, v.reposts, v.replies, v.quotes, {PERSON} AS person, {READ}
        FROM stances JOIN reactions v ON v.reaction_id = stances.reaction_id
        JOIN reaction r ON r.id = stances.reaction_id JOIN claim c ON c.story_id = r.story_id AND c.position = stances.position {BASE}
        WHERE stances.story = :s ORDER BY stances.position, stances.reaction_id""",  # noqa: S608
        s=slug,
        until=FOREVER,
    )
    claims: dict[str, list[Stanced]] = {}
    for row in rows:
        reach = engagement(row["likes"], row["reposts"], row["replies"], row["quotes"])
        claims.setdefault(row["claim"], []).append(
            Stanced(
                row["at"], row["counted"], row["platform"], row["language"], reach, chances_of(row), bool(row["person"])
            )
        )
    return {
        "stance_estimated": [told for claim, reactions in claims.items() if (told := as_json(claim, reactions))],
        "stance_over_time": _over_time(connection, slug, claims),
        "stance_shares": [
            {"claim": claim, "by": name, **share._asdict()}
            for claim, reactions in claims.items()
            for name, group in GROUPS.items()
            for share in shares(reactions, group)
        ],
        "stance_changes": [
            {"claim": claim, **change._asdict()} for claim, reactions in claims.items() for change in changes(reactions)
        ],
    }


def _over_time(connection: Connection, slug: str, claims: dict[str, list[Stanced]]) -> list[dict[str, Any]]:
    """The rows of the view ``stance_over_time``, their shares estimated where they can be: low, high, counted_share beside."""
    rows = _rows(
        connection,
        "SELECT claim, hour, stance, reactions, cumulative, share FROM stance_over_time WHERE story = :s ORDER BY claim, hour, stance",
        s=slug,
    )
    guesses = {claim: so_far(reactions) for claim, reactions in claims.items()}
    totals: dict[tuple[str, str], int] = {}
    for row in rows:
        at = row["claim"], row["hour"]
        totals[at] = totals.get(at, 0) + row["cumulative"]
    for row in rows:
        guess = guesses.get(row["claim"], {}).get(row["hour"])
        row["counted_share"] = row["share"]
        row["low"], row["high"] = wilson(row["cumulative"], totals[row["claim"], row["hour"]])
        if guess and row["stance"] in STANCES:
            place = STANCES.index(row["stance"])
            row["share"], row["low"], row["high"] = guess.shares[place], guess.low[place], guess.high[place]
    return rows


def people_of(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """A story's people: person, affiliation, accounts, reactions, rests_on; those who reacted most first."""
    return _rows(
        connection,
        "SELECT person, affiliation, accounts, reactions, rests_on FROM people WHERE story = :s ORDER BY reactions DESC, person",
        s=slug,
    )


def new_reactions(connection: Connection, slug: str, since: str | None) -> list[dict[str, Any]]:
    """A story's reactions first seen after ``since`` (all where None), newest first."""
    return _rows(
        connection,
        "SELECT * FROM reactions WHERE story = :s AND first_seen_at > :since ORDER BY first_seen_at DESC, reaction_id",
        s=slug,
        since=since or "",
    )


def export_rows(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """A story's rows of the view ``reactions``."""
    return _rows(connection, "SELECT * FROM reactions WHERE story = :s ORDER BY reaction_id", s=slug)
