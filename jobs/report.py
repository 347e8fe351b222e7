"""The report of a story: who reacted, stance and reach, now and over time; as text, JSON or HTML."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy import Connection, Engine

from storywake.collector.dates import now
from storywake.collector.figures.reach import engagement
from storywake.collector.printable import one_line as printed_line
from storywake.collector.printable import printable_json
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.engine import reading
from storywake.db.overview import failing_looks, lag_of, looks_now, unread_stories
from storywake.db.remarks import remarks_of
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, find_story, standing

from .charts import reach_chart, stance_chart
from .drawing import Mark
from .figures import stance_parts, story_facts

MAX_FAILING = 5
"""Failing looks in a report."""
MAX_REMARKS = 3
"""Remarks in a report for each claim and stance."""
REACTIONS_ON_PAGE = 50
"""Reactions on a story's page; the list has all of them."""


class ReportFormat(StrEnum):
    """What a report can be written as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


@cache
def templates() -> Environment:
    """The templates; everything put into HTML is escaped."""
    environment = Environment(
        loader=PackageLoader("storywake.jobs", "templates"),
        autoescape=select_autoescape(["html.j2", "html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["count"] = shown
    environment.filters["line"] = one_line
    environment.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    environment.filters["interval"] = lambda pair: f"{100 * pair[0]:.0f}–{100 * pair[1]:.0f} %"
    environment.filters["web"] = web_only
    return environment


def shown(number: int | None) -> str:
    """A count with its thousands set apart by spaces; a dash if unknown."""
    return "–" if number is None else f"{number:,}".replace(",", " ")


def one_line(text: str | None, length: int = 280) -> str:
    """A text in one line without control characters, cut at ``length``."""
    return printed_line(text, length)


def web_only(url: str | None) -> str:
    """The address if it may be linked (http or https), else ""."""
    return url if url and url.startswith(("http://", "https://")) else ""


def report(engine: Engine, slug: str, form: ReportFormat = ReportFormat.TEXT, settings: Settings | None = None) -> str:
    """A story's report, whole. Raises BadInput where there is no such story."""
    facts = gathered(engine, slug, settings or Settings())
    if form == ReportFormat.JSON:
        return printable_json(facts, indent=2) + "\n"
    return rendered(form, facts)


def story_page(engine: Engine, slug: str, settings: Settings) -> str:
    """The same as a page of a server: the reactions with most reach, and links to all of them.

    Raises BadInput likewise.
    """
    return rendered(ReportFormat.HTML, gathered(engine, slug, settings), page=True)


def gathered(engine: Engine, slug: str, settings: Settings) -> dict[str, Any]:
    """What a report holds, as ``storywake report --format json`` prints it.

    Raises BadInput where there is no such story.
    """
    with reading(engine) as connection:
        story = find_story(connection, slug)
        facts = story_facts(connection, story) | stance_parts(connection, slug) | watching(connection, settings, story)
        facts["remarks"] = remarks_of(connection, slug)
    return facts


def rendered(form: ReportFormat, facts: dict[str, Any], page: bool = False) -> str:
    """A report's facts as text or HTML; on a page only ``REACTIONS_ON_PAGE`` reactions."""
    estimated = {row["claim"]: row for row in facts["stance_estimated"]}
    return (
        templates()
        .get_template(f"report.{'html' if form == ReportFormat.HTML else 'txt'}.j2")
        .render(
            **facts,
            said=most_said(facts["remarks"]),
            totals=totals(facts),
            estimated=estimated,
            lag_by_platform=by_platform(facts["lag"]),
            page=page,
            shown=most_reach(facts["reactions"], REACTIONS_ON_PAGE) if page else facts["reactions"],
            **(pictures(facts) if form == ReportFormat.HTML else {}),
        )
    )


def marks_of(changes: Sequence[dict[str, Any]], claim: str | None) -> list[Mark]:
    """The changes of balance of a claim (``stance_changes`` of ``stance_parts``), as a chart marks them."""
    return [
        Mark(
            one["at"],
            "the balance changed by more than chance: "
            + ", ".join(
                f"{s} {100 * one['before'][s]:.0f} → {100 * one['after'][s]:.0f} %" for s in ("support", "deny")
            ),
        )
        for one in changes
        if one["claim"] == claim
    ]


def pictures(facts: dict[str, Any]) -> dict[str, Any]:
    """The charts of a report (None where there is too little), and the rows behind the first."""
    main = facts["claims"][0] if facts["claims"] else None
    rows = [row for row in facts["stance_over_time"] if row["claim"] == main]
    return {
        "stance_picture": stance_chart(rows, marks_of(facts["stance_changes"], main)),
        "stance_rows": rows,
        "reach_picture": reach_chart(facts["reach_over_time"]),
    }


def most_reach(reactions: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The reactions with most likes, reposts, replies and quotes together."""
    return sorted(reactions, key=lambda r: -(engagement(r["likes"], r["reposts"], r["replies"], r["quotes"]) or 0))[
        :most
    ]


def unasked(settings: Settings) -> set[str]:
    """The platforms and indexes that the settings exclude."""
    indexes = set() if settings.coverage and settings.asks("web") else {"gdelt", "wikipedia"}
    return indexes | {name for name in SOURCES if name != "web" and not settings.asks(name)}


def watching(connection: Connection, settings: Settings, story: StoryRow) -> dict[str, Any]:
    """The state of watching a story: ``lag`` (rows of the view), ``looks`` (last_at, next_at, failing), ``unread``
    (reason, tried, again_at; or None).
    """
    left_out = unasked(settings)
    looks = looks_now(connection, [story.id], now(), settings.follow_depth, left_out)
    never_read = unread_stories(connection, [story.id])
    return {
        "lag": lag_of(connection, story.slug),
        "looks": {
            "last_at": looks.last_at,
            "next_at": looks.next_at if standing(story, now()) is StoryStatus.WATCHED else None,
            "failing": failing_looks(connection, story.id, settings.follow_depth, left_out, MAX_FAILING),
        },
        "unread": {k: v for k, v in never_read[0]._asdict().items() if k != "slug"} if never_read else None,
    }


def by_platform(lag: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Missing answers by platform, most first: platform, answers, posts, since."""
    found: dict[str, dict[str, Any]] = {}
    for row in lag:
        one = found.setdefault(row["platform"], {"platform": row["platform"], "answers": 0, "posts": 0, "since": None})
        one["answers"] += row["told"] - row["stored"]
        one["posts"] += 1
        one["since"] = min(filter(None, (one["since"], row["since"])), default=None)
    return sorted(found.values(), key=lambda one: (-one["answers"], one["platform"]))


def most_said(remarks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The commonest remarks of each stance by claim, commonest first, as rows of the view ``remarks``."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in remarks:
        own = found.setdefault(row["claim"], [])
        if sum(other["stance"] == row["stance"] for other in own) < MAX_REMARKS:
            own.append(row)
    return found


def totals(facts: dict[str, Any]) -> dict[str, int | None]:
    """The sum of each count over the platforms where it is known; None if it is known nowhere."""
    found: dict[str, int | None] = {}
    for name in ("likes", "reposts", "replies", "quotes", "views"):
        known = [row[name] for row in facts["reach"] if row[name] is not None]
        found[name] = sum(known) if known else None
    return found
