"""``/unsubscribe/TOKEN``: how a reader of the mail leaves, without a login. GET asks, POST does (RFC 8058)."""

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.db.readers import Tokens
from storywake.jobs.mail.readers import let_go, reader_of
from storywake.jobs.mail.words import Words

from .access import open_to_all
from .pages import page


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """The one address."""

    def unsubscribe(request: Request) -> Response:
        with writing(engine) as connection:
            address = Tokens(connection).reader(connection, request.path_params["token"])
            if address is None:
                return PlainTextResponse("no such page\n", 404)
            if request.method == "POST":
                let_go(connection, settings, address, now())
            reader = reader_of(connection, settings, address)
        words = Words(reader.language, reader.zone)
        said = words.say("leave_done" if reader.left else "leave_ask", address=address)
        title = words.say("unsubscribe")
        return page(request, "unsubscribe.html.j2", title=title, said=said, left=reader.left, language=reader.language)

    return [Route("/unsubscribe/{token}", open_to_all(unsubscribe), methods=["GET", "POST"], name="unsubscribe")]
