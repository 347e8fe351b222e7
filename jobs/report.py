"""The report of a story: who reacted, stance and reach, now and over time; as text, JSON or HTML."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup
from sqlalchemy import Connection, Engine

from storywake.collector.dates import now
from storywake.collector.printable import one_line as printed_line
from storywake.collector.printable import printable, printable_json
from storywake.collector.settings import Settings
from storywake.db.coordination import coordination_of
from storywake.db.engine import reading
from storywake.db.named import rows_of_named
from storywake.db.notes import notes_of_story
from storywake.db.overview import failing_looks, lag_of, looks_now, unread_stories
from storywake.db.remarks import remarks_of
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, find_story, standing
from storywake.db.telling import voices_of

from .charts import reach_chart, stance_chart
from .coverage import by_platform, unasked
from .drawing import Mark
from .figures import stance_in_full, story_facts
from .forecasts import forecast_of
from .front import front
from .marks import Marked
from .paces import paces
from .summary import summary_now
from .wording import age, answered, crowd, decimal, gained, network, number_of, points, signed, span, when, why

MAX_FAILING = 5
"""Failing looks in a report."""
MAX_REMARKS = 3
"""Remarks in a report for each claim and stance."""


THOUSANDS = re.compile(r"(?<=\d) (?=\d)")


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
    environment.filters["line"] = one_line
    environment.filters["web"] = web_only
    environment.filters |= {"when": when, "why": why}
    numbers: dict[str, Callable[..., str]] = {
        "count": shown,
        "percent": lambda share: f"{100 * share:.0f} %",
        "interval": lambda pair: f"{100 * pair[0]:.0f}–{100 * pair[1]:.0f} %",
        "signed": signed,
        "gained": gained,
        "points": points,
        "age": age,
        "span": span,
        "decimal": decimal,
    }
    environment.filters |= {name: _unbroken(told) for name, told in numbers.items()}
    environment.filters["of"] = _of
    environment.filters |= {"network": network, "crowd": crowd, "answered": answered}
    environment.filters["words"] = lambda text: printable(text or "", lines=True)
    return environment


def _unbroken(told: Callable[..., str]) -> Callable[..., str]:
    """A filter whose numbers stay in one line of a page: ``8 838`` and ``64 %`` are not parted at the line's end."""

    @pass_eval_context
    def words(context: EvalContext, *values: Any) -> str:
        found = told(*values)
        return found.replace(" ", "\N{NO-BREAK SPACE}") if context.autoescape else found

    return words


@pass_eval_context
def _of(context: EvalContext, number: int, one: str, many: str | None = None) -> str:
    """A filter that tells so many of something; a page parts it before the noun alone."""
    found = number_of(number, one, many)
    return THOUSANDS.sub("\N{NO-BREAK SPACE}", found) if context.autoescape else found


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
    settings = settings or Settings()
    facts = gathered(engine, slug, settings)
    if form == ReportFormat.JSON:
        return as_json(facts)
    if form == ReportFormat.TEXT:
        return as_text(facts)
    return as_html(facts, fronted(engine, slug, settings))


def gathered(engine: Engine, slug: str, settings: Settings) -> dict[str, Any]:
    """What a report holds, as ``storywake report --format json`` prints it.

    Raises BadInput where there is no such story.
    """
    with reading(engine) as connection:
        story = find_story(connection, slug)
        facts = (
            story_facts(connection, story) | stance_in_full(connection, slug) | watching(connection, settings, story)
        )
        facts["remarks"] = remarks_of(connection, slug)
        facts["coordination"] = coordination_of(connection, slug)
        facts["notes"] = notes_of_story(connection, slug)
        facts["named"] = rows_of_named(connection, slug)
        facts["voices"] = voices_of(connection, story.id)
        facts["paces"] = paces(connection, furthest_first(facts["reactions"]))
        facts["forecast"] = forecast_of(connection, story, facts["reactions"], facts["reach_over_time"])
    return facts


def fronted(engine: Engine, slug: str, settings: Settings) -> dict[str, Any]:
    """What the story's page shows, by its figures of now."""
    with reading(engine) as connection:
        story = find_story(connection, slug)
    kept = summary_now(engine, story, settings)
    with reading(engine) as connection:
        return front(connection, story, settings, kept)


def as_json(facts: dict[str, Any]) -> str:
    """A report's facts as JSON."""
    return printable_json(facts, indent=2) + "\n"


def as_text(facts: dict[str, Any]) -> str:
    """A report's facts as plain text."""
    return (
        templates()
        .get_template("report.txt.j2")
        .render(
            **facts,
            said=most_said(facts["remarks"]),
            totals=totals(facts),
            estimated={row["claim"]: row for row in facts["stance_estimated"]},
            lag_by_platform=by_platform(facts["lag"]),
        )
    )


def as_html(facts: dict[str, Any], values: dict[str, Any]) -> str:
    """One file that needs nothing else: the parts of the story's page, and all reactions."""
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            **values,
            **pictures(facts, values["marks"]),
            page=False,
            style=style(),
            reactions=facts["reactions"],
            notes=facts["notes"],
            failing=facts["looks"]["failing"],
        )
    )


def style() -> Markup:
    """The pages' own style, which a report carries inside."""
    return Markup(resources.files("storywake.web").joinpath("static", "style.css").read_text("utf-8"))  # noqa: S704 -- our own file


def pictures(facts: dict[str, Any], marks: Sequence[Marked]) -> dict[str, Any]:
    """The charts of a report; None where there is too little."""
    main = facts["claims"][0] if facts["claims"] else None
    rows = [row for row in facts["stance_over_time"] if row["claim"] == main]
    return {
        "stance_picture": stance_chart(rows, [Mark(mark.at, mark.words) for mark in marks], legend=False),
        "reach_picture": reach_chart(facts["reach_over_time"]),
    }


def watching(connection: Connection, settings: Settings, story: StoryRow) -> dict[str, Any]:
    """The state of watching a story: ``lag`` (rows of the view), ``looks`` (last_at, next_at, failing), ``unread``
    (reason, tried, again_at; or None).
    """
    left_out = unasked(settings)
    looks = looks_now(connection, [story.id], settings.follow_depth, left_out)
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


def furthest_first(reactions: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers of reactions (rows of the view), those with most engagement first."""
    return [row["reaction_id"] for row in sorted(reactions, key=lambda row: -(row["engagement"] or 0))]


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
