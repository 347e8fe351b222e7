"""An article's page: its role, its versions side by side, its copies and what it shows."""

from typing import Any

from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storywake.collector.records import TieKind
from storywake.db.engine import reading
from storywake.db.one_article import find_article, relatives_of, shown_by, version_of, versions_of
from storywake.jobs.word_changes import word_changes

from .access import Role, needs
from .pages import page
from .things import MAX_ID, missing, number_in

TIES = {TieKind.EMBEDDED: "It shows", TieKind.REPORTED: "It reports in prose", TieKind.LINKS: "Linked to by"}
"""What an article's page lists, and under which heading."""


def routes(engine: Engine) -> list[Route]:
    """``/article/ID``; ``?from=`` and ``?to=`` choose the versions that stand side by side."""

    def article(request: Request) -> Response:
        number = number_in(request)
        with reading(engine) as connection:
            found = find_article(connection, number)
            if found is None:
                return missing(request, "article")
            versions = versions_of(connection, number)
            return page(
                request, "article.html.j2", article=found, versions=versions,
                relatives=relatives_of(connection, found),
                shown={words: shown_by(connection, found, tie) for tie, words in TIES.items()},
                **_side_by_side(connection, number, versions, request),
            )  # fmt: skip

    return [Route("/article/{id:row}", needs(Role.READER, article))]


def _side_by_side(
    connection: Connection, number: int, versions: list[dict[str, Any]], request: Request
) -> dict[str, Any]:
    """The two versions that are asked for, else the first and the last: before, after, title and text as pieces.

    ``before`` is None where there is one version alone.
    """
    ids = [row["id"] for row in versions]
    chosen = [_number(request.query_params.get(name)) for name in ("from", "to")]
    if len(ids) < 2:
        return {"before": None}
    first, last = (asked if asked in ids else usual for asked, usual in zip(chosen, (ids[0], ids[-1]), strict=True))
    before, after = (version_of(connection, number, one) for one in (first, last))
    if before is None or after is None:
        return {"before": None}
    return {
        "before": before | {"id": first},
        "after": after | {"id": last},
        "title": word_changes(before["title"] or "", after["title"] or ""),
        "text": word_changes(before["text"], after["text"], fold=True),
    }


def _number(asked: str | None) -> int:
    """A version's number in an address; 0 where there is none."""
    fits = asked and asked.isascii() and asked.isdigit() and len(asked) <= len(str(MAX_ID))
    return int(asked) if asked and fits else 0
