"""``/sql``: asking. A query or a saved question, its answer as a table and a chart, and the dictionary beside it."""

import json
import re
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock
from typing import IO, Any, NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup
from sqlalchemy import Engine
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from storywake.collector.errors import BadInput
from storywake.collector.urls import is_web_address
from storywake.db.dictionary import dictionary
from storywake.db.engine import reading
from storywake.db.questions import SavedQuestion, asked, find_question, questions, unknown_story
from storywake.db.sql import Answer, Bounds, answered, read_only
from storywake.db.stories import stories
from storywake.jobs.curves import curves_chart
from storywake.jobs.drawing import NARROW, WIDE
from storywake.jobs.export import RowFormat, plain, write_rows
from storywake.jobs.report import one_line, web_only

from .access import Role, needs, posted, visitor
from .headers import BARE, SAFE
from .pages import page

SHOWN = Bounds(seconds=5, rows=1000)
TAKEN_ALONG = Bounds(seconds=60, rows=1_000_000, strict=True)
MAX_QUERY = 50_000
"""Characters of a query."""
MAX_IN_ADDRESS = 6000
"""Characters of a query that an address holds; a longer one is posted."""
MAX_CELL = 280
"""Characters of a cell; files have all of them."""
PIECE = 1 << 16
TYPES = {
    RowFormat.CSV: "text/csv; charset=utf-8",
    RowFormat.JSON: "application/json",
    RowFormat.PARQUET: "application/vnd.apache.parquet",
}
STYLE = re.compile(r"<style>(.*?)</style>", re.S)


class Asked(NamedTuple):
    """What an address or a form holds: a query, or a saved question with values; both empty where nothing is asked."""

    query: str
    question: SavedQuestion | None
    values: dict[str, str]

    def fields(self) -> dict[str, str]:
        """The same as fields of an address."""
        if self.question is not None:
            return {"ask": self.question.name, **self.values}
        return {"q": self.query} if self.query else {}

    def runs(self) -> str | None:
        """The query with the values in it; None where nothing is asked, or a value that is needed is not given yet.

        Raises BadInput for values that do not fit.
        """
        if self.question is None:
            return self.query or None
        needed = {parameter.name for parameter in self.question.parameters if parameter.default is None}
        return asked(self.question, self.values) if needed <= self.values.keys() else None


class Cell(NamedTuple):
    """A value as a table shows it."""

    words: str
    link: str  # "" where it leads nowhere
    number: bool
    cut: bool = False  # whether there are more words than are shown


class Busy(BadInput):
    """The visitor's last question is still being answered."""


class Turns:
    """Lets each visitor ask one thing at a time."""

    def __init__(self) -> None:
        self._asking: set[str] = set()
        self._lock = Lock()

    @contextmanager
    def taken(self, name: str) -> Iterator[None]:
        """A visitor's turn. Raises Busy while they have another."""
        with self._lock:
            if name in self._asking:
                raise Busy("your last question is still being answered: one at a time")
            self._asking.add(name)
        try:
            yield
        finally:
            self._asking.discard(name)


def routes(engine: Engine) -> list[Route]:
    """``/sql``, and ``/sql.csv``, ``.json`` and ``.parquet`` for the same question."""
    turns = Turns()

    def show(request: Request) -> Response:
        answer, fault, begun = None, None, time.monotonic()
        given = Asked("", None, {})
        query = None
        try:
            given = asked_in(request)
            query = given.runs()
            if query is not None:
                with turns.taken(visitor(request).name):
                    answer = answered(engine, query, SHOWN)
        except BadInput as error:
            fault = error
        took = time.monotonic() - begun
        with reading(engine) as connection:
            slugs = sorted(story.slug for story in stories(connection))
        note = unknown_story(given.values, lambda: slugs) if answer else None
        pictures = [curves_chart(answer.columns, answer.rows, form) for form in (WIDE, NARROW)] if answer else []
        rows = cells_of(answer) if answer else []
        told = page(
            request, "sql.html.j2", _status(fault), asked=given, query=query or given.query, fault=fault, note=note, took=took,
            answer=answer, rows=rows, cut=any(cell.cut for row in rows for cell in row), most=MAX_CELL, pictures=[one for one in pictures if one], slugs=slugs, bounds=SHOWN,
            questions=questions(), dictionary=dictionary(), forms=list(TYPES),
            address=urlencode(given.fields()) if len(given.query) <= MAX_IN_ADDRESS else None,
        )  # fmt: skip
        told.headers["Content-Security-Policy"] = _with_styles(pictures)
        return told

    def take_along(request: Request) -> Response:
        if request.path_params["form"] not in list(TYPES):
            return PlainTextResponse("no such page\n", 404)
        form = RowFormat(request.path_params["form"])
        try:
            given = asked_in(request)
            query = given.runs()
            if query is None:
                raise BadInput("nothing is asked")
            with turns.taken(visitor(request).name):
                file = _written(engine, query, form)
        except BadInput as error:
            return PlainTextResponse(f"{error}\n", _status(error), headers=SAFE)
        name = given.question.name if given.question else "answer"
        headers = {**BARE, "Content-Disposition": f'attachment; filename="{name}.{form}"'}
        closing = BackgroundTask(file.close)
        return StreamingResponse(_pieces(file), media_type=TYPES[form], headers=headers, background=closing)

    both, most = ["GET", "POST"], 4 * MAX_QUERY
    return [
        Route("/sql", needs(Role.READER, show, most), methods=both),
        Route("/sql.{form}", needs(Role.READER, take_along, most), methods=both),
    ]


def asked_in(request: Request) -> Asked:
    """What an address, or a posted form, asks. Raises BadInput for an unknown question and a query that is too long."""
    told = {**request.query_params, **posted(request)}
    fields = {name: value.strip() for name, value in told.items() if isinstance(value, str) and value.strip()}
    if "ask" in fields:
        question = find_question(fields["ask"])
        return Asked("", question, {p.name: fields[p.name] for p in question.parameters if p.name in fields})
    query = fields.get("q", "").replace("\r\n", "\n")
    if len(query) > MAX_QUERY:
        raise BadInput(f"a query has at most {MAX_QUERY} characters")
    return Asked(query, None, {})


def cells_of(answer: Answer) -> list[list[Cell]]:
    """An answer's rows as a table shows them; stories, reactions and web addresses lead to their pages."""
    return [[_cell(name, plain(value)) for name, value in zip(answer.columns, row, strict=True)] for row in answer.rows]


def _cell(column: str, value: Any) -> Cell:
    if value is None:
        return Cell("–", "", False)
    if isinstance(value, bool):
        return Cell(str(value).lower(), "", False)
    if isinstance(value, int | float):
        return Cell(
            f"{value:.4g}" if isinstance(value, float) and abs(value) < 1e4 else str(value), _page(column, value), True
        )
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    link = f"/story/{quote(words, safe='')}" if column == "story" else web_only(words) if is_web_address(words) else ""
    shown = one_line(words, MAX_CELL)
    return Cell(shown, link, False, cut=len(shown) == MAX_CELL and shown != one_line(words, MAX_CELL + 1))


def _page(column: str, value: float) -> str:
    """The page of a row that a number names; "" where there is none."""
    return f"/{column.removesuffix('_id')}/{value}" if column in ("reaction_id", "article_id", "person_id") else ""


def _status(fault: BadInput | None) -> int:
    return 200 if fault is None else 429 if isinstance(fault, Busy) else 400


def _written(engine: Engine, query: str, form: RowFormat) -> IO[bytes]:
    """The whole answer in a file without a name, to be read from its beginning. Raises BadInput."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- it is closed when it was sent
    try:
        with read_only(engine, query, TAKEN_ALONG) as result:
            write_rows(file, form, result.columns, result.rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _with_styles(pictures: list[Markup | None]) -> str:
    """The policy of pages, which besides allows the styles within these pictures, by their hashes."""
    styles = [style for picture in pictures if picture for style in STYLE.findall(str(picture))]
    allowed = [f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles]
    return SAFE["Content-Security-Policy"].replace("style-src 'self'", " ".join(["style-src 'self'", *allowed]))
