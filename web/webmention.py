"""``/webmention`` receives what other sites say they link (w3.org/TR/webmention)."""

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.settings import Settings
from storywake.collector.urls import is_web_address
from storywake.db.engine import writing
from storywake.db.webmentions import receive_webmention, story_of_address

from .access import open_to_all
from .gate import Clients

MAX_ADDRESS_LENGTH = 2000
MAX_FORM_BYTES = 8000
MAX_POSTS_PER_HOUR = 60
"""Webmentions accepted from one client address in an hour."""


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """The one address."""
    clients = Clients(MAX_POSTS_PER_HOUR)

    async def webmention(request: Request) -> Response:
        if int(request.headers.get("content-length") or MAX_FORM_BYTES + 1) > MAX_FORM_BYTES:
            return PlainTextResponse("too long\n", 413)
        async with request.form(max_fields=10, max_files=0) as form:
            source, target = form.get("source"), form.get("target")
        if not isinstance(source, str) or not isinstance(target, str):
            return PlainTextResponse("source and target are needed\n", 400)
        if not clients.admits(request.client.host if request.client else ""):
            return PlainTextResponse("too many from this address; try later\n", 429, headers={"Retry-After": "3600"})
        fault = unfit(source, target)
        if fault:
            return PlainTextResponse(fault + "\n", 400)
        return await run_in_threadpool(keep, source, target)

    def keep(source: str, target: str) -> Response:
        with writing(engine) as connection:
            story_id = story_of_address(connection, target)
            if story_id is None:
                return PlainTextResponse("target is no article that is watched here\n", 400)
            if not receive_webmention(
                connection, story_id, source, target, now(), most_waiting=settings.webmention_pending
            ):
                return PlainTextResponse("too many of this site are waiting\n", 429, headers={"Retry-After": "3600"})
        return PlainTextResponse("accepted; it will be verified\n", 202)

    return [Route("/webmention", open_to_all(webmention), methods=["POST"], name="webmention")]


def unfit(source: str, target: str) -> str | None:
    """Why a webmention cannot be accepted, in a line; None if it can."""
    if not is_web_address(source) or not is_web_address(target) or not (source + target).isprintable():
        return "source and target must be web addresses"
    if max(len(source), len(target)) > MAX_ADDRESS_LENGTH:
        return "an address is too long"
    return "source and target are the same" if source == target else None
