"""The stories as they were known at a time: counts, stances and reach up to then, and what was new in a span before it.

One question for all stories, each answered by story (its slug). At the present they say what the report says.
"""

from typing import Any

from sqlalchemy import Connection, text

from storywake.collector.stance import COUNTED

from .deliveries import Window
from .stories import StoryRow, stories

STANCE = """COALESCE(
    (SELECT y.stance FROM label y WHERE y.reaction_id = v.reaction_id AND y.claim_id = c.id AND y.set_at <= :until
        ORDER BY y.set_at DESC, y.id DESC LIMIT 1),
    (SELECT CASE WHEN x.unclear THEN 'unclear' ELSE x.stance END FROM stance x WHERE x.reaction_id = v.reaction_id AND x.claim_id = c.id AND x.assessed_at <= :until
        ORDER BY CASE WHEN SUBSTR(x.model, 1, 12) = 'claimreview@' THEN 0 ELSE 1 END, x.assessed_at DESC, x.id DESC LIMIT 1))"""
"""What a reaction counted as towards a claim at ``:until`` (a stance, or unclear), by the rule of the view ``stances``."""
COUNTS = ("likes", "reposts", "replies", "quotes", "views")


def stories_then(connection: Connection, until: str) -> list[StoryRow]:
    """The stories that were there."""
    return [story for story in stories(connection) if story.created_at <= until]


def sizes_then(connection: Connection, until: str) -> dict[str, tuple[int, int]]:
    """How many reactions were known, by how many people."""
    rows = connection.execute(
        text(
            "SELECT story, COUNT(*) AS reactions, COUNT(DISTINCT person) AS people FROM reactions WHERE first_seen_at <= :until GROUP BY story"
        ),
        {"until": until},
    )
    return {row.story: (row.reactions, row.people) for row in rows}


def stances_then(connection: Connection, until: str) -> dict[str, list[dict[str, Any]]]:
    """How many reactions took each stance towards each claim: claim, support, deny, query, comment, unclear, in the claims' order."""
    rows = connection.execute(
        text(
            f"""SELECT story, position, claim, stance, COUNT(*) AS n FROM (
                SELECT v.story, c.position, c.text AS claim, {STANCE} AS stance
                FROM reactions v JOIN reaction r ON r.id = v.reaction_id JOIN claim c ON c.story_id = r.story_id
                WHERE v.first_seen_at <= :until) t
            WHERE stance IS NOT NULL GROUP BY story, position, claim, stance ORDER BY story, position"""  # noqa: S608
        ),
        {"until": until},
    )
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        table = tables.setdefault(row.story, {})
        table.setdefault(row.claim, {"claim": row.claim, **dict.fromkeys(COUNTED, 0)})[row.stance] = row.n
    return {story: list(table.values()) for story, table in tables.items()}


def reach_then(connection: Connection, until: str) -> dict[str, dict[str, int | None]]:
    """Each count added up over the posts' last observations; None where no platform told it."""
    sums = ", ".join(f"CAST(SUM(o.{name}) AS BIGINT) AS {name}" for name in COUNTS)
    rows = connection.execute(
        text(
            f"""SELECT v.story, {sums} FROM reactions v JOIN reaction r ON r.id = v.reaction_id
            JOIN observation o ON o.post_id = r.post_id AND o.observed_at =
                (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = r.post_id AND m.observed_at <= :until)
            WHERE v.first_seen_at <= :until GROUP BY v.story"""  # noqa: S608
        ),
        {"until": until},
    )
    return {row.story: {name: getattr(row, name) for name in COUNTS} for row in rows}


def corrections_then(connection: Connection, until: str) -> dict[str, list[dict[str, Any]]]:
    """The corrected articles (publisher, title, url, correction); one that was read anew since is left out, as it may have been corrected since."""
    rows = connection.execute(
        text(
            """SELECT story, publisher, title, url, correction FROM articles WHERE corrected AND first_seen_at <= :until
            AND NOT EXISTS (SELECT 1 FROM article_revision v JOIN article a ON a.id = v.article_id JOIN story s ON s.id = a.story_id
                WHERE s.slug = articles.story AND a.url = articles.url AND v.seen_at > :until)
            ORDER BY CASE role WHEN 'original' THEN 0 WHEN 'earlier' THEN 1 WHEN 'coverage' THEN 2 ELSE 3 END, published_at, publisher"""
        ),
        {"until": until},
    ).mappings()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["story"], []).append(dict(row))
    return found


def new_then(connection: Connection, window: Window, most: int) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """The reactions that a digest tells as new: how many, and the newest ``most`` of a story."""
    rows = connection.execute(
        text(
            f"""SELECT * FROM (
                SELECT v.reaction_id, v.story, v.platform, v.url, v.author, v.author_name, v.person, v.posted_at, v.text, v.deleted,
                    {STANCE} AS stance, COUNT(*) OVER (PARTITION BY v.story) AS n,
                    ROW_NUMBER() OVER (PARTITION BY v.story ORDER BY v.first_seen_at DESC, v.reaction_id) AS place
                FROM reactions v JOIN reaction r ON r.id = v.reaction_id
                LEFT JOIN claim c ON c.story_id = r.story_id
                    AND c.position = (SELECT MIN(m.position) FROM claim m WHERE m.story_id = r.story_id)
                WHERE (v.first_seen_at > :since OR v.reaction_id > CAST(:after AS INTEGER)) AND v.first_seen_at <= :until) t
            WHERE place <= :most ORDER BY story, place"""  # noqa: S608
        ),
        {"since": window.since, "after": window.after, "until": window.until, "most": most},
    ).mappings()
    found: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    for row in rows:
        found.setdefault(row["story"], (row["n"], []))[1].append(dict(row))
    return found


def last_reaction(connection: Connection) -> int:
    """The highest reaction id; 0 where there is none."""
    return int(connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM reaction")).scalar_one())
