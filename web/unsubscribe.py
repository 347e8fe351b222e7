"""``/unsubscribe/TOKEN`` and ``/mail/TOKEN``: how a reader of the mail leaves, or changes when and in which language it
comes, without a login. GET asks and writes nothing, since scanners of mail follow links; POST does (RFC 8058).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.readers import reader_of_token
from storywake.jobs.digest_clock import day_at
from storywake.jobs.mail.readers import Language, Reader, let_go, reader_of, take_in
from storywake.jobs.mail.words import Words

from .access import open_to_all
from .pages import page

MAX_FIELD = 100
"""Letters of a field that are read."""
LANGUAGES = {Language.ENGLISH: "English", Language.FINNISH: "suomi", Language.SWEDISH: "svenska", Language.GERMAN: "Deutsch"}  # fmt: skip
"""Each language by its own name."""


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """The two addresses."""

    def known(connection: Connection, request: Request) -> Reader | None:
        address = reader_of_token(connection, request.path_params["token"])
        return reader_of(connection, settings, address) if address else None

    def unsubscribe(request: Request) -> Response:
        with reading(engine) as connection:
            reader = known(connection, request)
        if reader is None or reader.address is None:
            return PlainTextResponse("no such page\n", 404)
        if request.method == "POST":
            with writing(engine) as connection:
                let_go(connection, settings, reader.address, now())
            reader = reader._replace(left=True)
        words = Words(reader.language, reader.zone)
        said = words.say("leave_done" if reader.left else "leave_ask", address=reader.address)
        title = words.say("unsubscribe")
        return page(request, "unsubscribe.html.j2", title=title, said=said, left=reader.left, language=reader.language)

    def changed(request: Request, fields: Mapping[str, str]) -> Response:
        with reading(engine) as connection:
            reader = known(connection, request)
        if reader is None or reader.address is None or reader.left:
            return PlainTextResponse("no such page\n", 404)
        key, status = "change_ask", 200
        if request.method == "POST":
            try:
                reader = _asked(reader, fields)
            except BadInput:
                key, status = "not_saved", 400
            else:
                key = "change_done"
                with writing(engine) as connection:
                    take_in(connection, reader, now())
        words = Words(reader.language, reader.zone)
        said = words.say(key, address=reader.address, hour=reader.hour, zone=reader.zone)
        return page(request, "mail.html.j2", status, words=words, said=said, reader=reader, languages=LANGUAGES)

    async def change(request: Request) -> Response:
        fields: dict[str, str] = {}
        if request.method == "POST":
            async with request.form(max_fields=10, max_files=0) as form:
                fields = {name: value[:MAX_FIELD] for name, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(changed, request, fields)

    both = ["GET", "POST"]
    return [
        Route("/unsubscribe/{token}", open_to_all(unsubscribe), methods=both, name="unsubscribe"),
        Route("/mail/{token}", open_to_all(change), methods=both, name="mail"),
    ]


def _asked(reader: Reader, fields: Mapping[str, str]) -> Reader:
    """The reader with what a form asks for. Raises BadInput for what is no hour, zone or language."""
    hour, zone, language = (fields.get(name, "").strip() for name in ("hour", "zone", "language"))
    if not (hour.isascii() and hour.isdigit() and len(hour) <= 2 and int(hour) <= 23):
        raise BadInput("the hour is a number from 0 to 23")
    day_at(zone, datetime.now(UTC))
    if language not in list(Language):
        raise BadInput("no such language")
    return reader._replace(hour=int(hour), zone=zone, language=Language(language))
