"""The report of a story: who reacted, stance and reach, now and over time; as text, JSON or HTML."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy import Engine

from collector.printable import one_line as printed_line
from collector.printable import printable_json
from db.engine import reading
from db.reporting import stance_parts, story_facts
from db.stories import find_story


@cache
def templates() -> Environment:
    """The templates; everything put into HTML is escaped."""
    environment = Environment(
        loader=PackageLoader("jobs", "templates"),
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
    """A count with thin thousands; a dash where it is unknown."""
    return "–" if number is None else f"{number:,}".replace(",", " ")


def one_line(text: str | None, length: int = 280) -> str:
    """A text in one line without control characters, cut at ``length``."""
    return printed_line(text, length)


def web_only(url: str | None) -> str:
    """An address fit for a link: http(s) or nothing."""
    return url if url and url.startswith(("http://", "https://")) else ""


def report(engine: Engine, slug: str, form: str = "text") -> str:
    """A story's report as ``text``, ``json`` or ``html``. Raises BadInput where there is no such story."""
    with reading(engine) as connection:
        facts = story_facts(connection, find_story(connection, slug)) | stance_parts(connection, slug)
    if form == "json":
        return printable_json(facts, indent=2) + "\n"
    return (
        templates()
        .get_template(f"report.{'html' if form == 'html' else 'txt'}.j2")
        .render(**facts, totals=totals(facts))
    )


def totals(facts: dict[str, Any]) -> dict[str, int | None]:
    """Each count added up over the platforms where it is known."""
    found: dict[str, int | None] = {}
    for name in ("likes", "reposts", "replies", "quotes", "views"):
        known = [row[name] for row in facts["reach"] if row[name] is not None]
        found[name] = sum(known) if known else None
    return found
