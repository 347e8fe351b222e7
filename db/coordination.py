"""Who posted together in a story, as ``storywake.jobs.coordination`` finds it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.collector.match.coordination import Group

from .many import run_many
from .statements import statements

SQL = statements("coordination")


class Posted(NamedTuple):
    """A post that may have been posted together with others."""

    reaction_id: int
    person_id: int | None
    account_id: int
    platform: str
    handle: str | None
    name: str | None
    posted_at: str
    links: str | None  # addresses, one a line
    text: str | None


class Published(NamedTuple):
    """An article of the story."""

    title: str | None
    publisher: str | None
    url: str | None
    published_at: str | None


def posted(connection: Connection, story_id: int) -> list[Posted]:
    """The posts of a story whose second is known, without reposts and quotes, in the order in which they were stored."""
    return [Posted._make(row) for row in connection.execute(SQL["acts"], {"story_id": story_id})]


def published(connection: Connection, story_id: int) -> list[Published]:
    """The articles of a story."""
    return [Published._make(row) for row in connection.execute(SQL["articles"], {"story_id": story_id})]


def keep_groups(connection: Connection, story_id: int, groups: Sequence[Group], at: dict[int, int]) -> None:
    """Puts groups in the place of those that a story had; ``at`` has the second of each reaction."""
    connection.execute(SQL["drop_groups"], {"story_id": story_id})
    for number, group in enumerate(groups, 1):
        values = {"accounts": len(group.accounts), "times": len(group.occasions), "expected": group.expected}
        row = {"story_id": story_id, "number": number, "chance": group.chance, **values}
        added = connection.execute(SQL["add_group"], row).scalar()
        posts = [
            {
                "group_id": added,
                "occasion": occasion,
                "reaction_id": reaction,
                "shared": one.shared,
                "link": one.link,
                "seconds": at[reaction] - at[one.reactions[0]],
            }
            for occasion, one in enumerate(group.occasions, 1)
            for reaction in one.reactions
        ]
        run_many(connection, SQL["add_post"], posts)


def coordination_of(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """A story's groups, the largest first: ``group``, ``accounts`` (how many), ``who`` (platform:handle), ``times``,
    ``expected``, ``chance``, and ``occasions``, each with ``shared``, ``link``, ``seconds`` (between the first and the
    last) and ``posts`` (account, platform, posted_at, text, url, reaction_id).
    """
    found: dict[int, dict[str, Any]] = {}
    occasions: dict[tuple[int, int], dict[str, Any]] = {}
    for row in connection.execute(SQL["rows"], {"slug": slug}).mappings():
        told = {name: row[name] for name in ("accounts", "times", "expected", "chance")}
        group = found.setdefault(
            row["group_number"], {"group": row["group_number"], **told, "who": [], "occasions": []}
        )
        if row["account"] not in group["who"]:
            group["who"].append(row["account"])
        key = row["group_number"], row["occasion"]
        if key not in occasions:
            occasions[key] = {"shared": row["shared"], "link": row["link"], "seconds": 0, "posts": []}
            group["occasions"].append(occasions[key])
        own = occasions[key]
        own["posts"].append({k: row[k] for k in ("account", "platform", "posted_at", "text", "url", "reaction_id")})
        own["seconds"] = row["seconds"] - occasions[key].setdefault("_first", row["seconds"])
    for own in occasions.values():
        del own["_first"]
    return list(found.values())
