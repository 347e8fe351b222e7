"""A story's charts at addresses of their own: as SVG, PNG and, the table behind each, CSV."""

from markupsafe import Markup
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.claims import claims_of
from storywake.db.engine import reading
from storywake.db.stories import StoryRow
from storywake.db.summaries import kept_series
from storywake.jobs.charts import as_png, reach_chart, stance_chart
from storywake.jobs.drawing import NARROW, WIDE, Form, Mark, Theme
from storywake.jobs.marks import marks_of
from storywake.jobs.summary import summary_of

from .access import Role, needs
from .files import as_csv
from .headers import CHART
from .story import told

SHAPES = ("svg", "png", "csv")


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """``/story/SLUG/stance.svg`` and ``reach.svg``, also ``.png`` and ``.csv``: of the figures that are kept ready.

    ``?claim=N`` takes another claim than the first, ``?narrow=1`` is for phones, ``?dark=1`` makes a PNG dark, and
    ``?legend=0`` leaves the words of the stance chart's marks to the page around it.
    """

    def stance(request: Request, story: StoryRow) -> Response:
        kept = summary_of(engine, story, settings)
        with reading(engine) as connection:
            claims = [claim.text for claim in claims_of(connection, story.id)]
            place = claim_asked(request, len(claims))
            claim = claims[place] if claims else None
            marks = marks_of(connection, story, kept.figures["changes"], claim)
            series = kept_series(connection, story.id)
        rows = [row for row in series["stance"] if row["claim"] == claim]
        if _shape(request) == "csv":
            return as_csv(rows)
        form, theme = _form(request)
        return _picture(
            stance_chart(rows, [Mark(m.at, m.words) for m in marks], form, theme, legend=_yes(request, "legend", "1")),
            theme,
        )

    def reach(request: Request, story: StoryRow) -> Response:
        summary_of(engine, story, settings)
        with reading(engine) as connection:
            series = kept_series(connection, story.id)
            marks = marks_of(connection, story, (), None)
        if _shape(request) == "csv":
            return as_csv(series["reach"])
        form, theme = _form(request)
        return _picture(reach_chart(series["reach"], [Mark(m.at, m.words) for m in marks], form, theme), theme)

    found = {"stance": stance, "reach": reach}
    return [
        Route(f"/story/{{slug}}/{name}.{shape}", needs(Role.READER, told(engine, chart)), name=f"{name}.{shape}")
        for name, chart in found.items()
        for shape in SHAPES
    ]


def _shape(request: Request) -> str:
    return request.url.path.rpartition(".")[2]


def _form(request: Request) -> tuple[Form, Theme | None]:
    """The proportions and colours that are asked for; an SVG follows the reader's colours. Raises BadInput."""
    narrow, dark = (_yes(request, name) for name in ("narrow", "dark"))
    theme = (Theme.DARK if dark else Theme.LIGHT) if _shape(request) == "png" else None
    return NARROW if narrow else WIDE, theme


def _yes(request: Request, name: str, usual: str = "0") -> bool:
    value = request.query_params.get(name, usual)
    if value not in ("0", "1"):
        raise BadInput(f"{name} is 0 or 1")
    return value == "1"


def claim_asked(request: Request, claims: int) -> int:
    """The place (from 0) among a story's claims of the one that an address asks for by its number. Raises BadInput."""
    number = request.query_params.get("claim", "1")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= max(claims, 1)):
        raise BadInput(f"claim is a number from 1 to {max(claims, 1)}")
    return int(number[:4]) - 1


def _picture(picture: Markup | None, theme: Theme | None) -> Response:
    """A chart as SVG or PNG, or why there is none."""
    if picture is None:
        return PlainTextResponse("too little is known for a chart yet\n", 404)
    if theme is None:
        return Response(str(picture), media_type="image/svg+xml", headers=CHART)
    return Response(as_png(picture, theme), media_type="image/png", headers=CHART)
