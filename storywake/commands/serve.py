"""``storywake serve``: the pages."""

import sys
from typing import Annotated

import typer

from storywake.collector.errors import BadInput
from storywake.db.engine import reading
from storywake.db.users import any_user
from storywake.opening import settings_and_engine
from storywake.web.app import listen
from storywake.web.app import serve as serve_pages
from storywake.web.doors import is_loopback


def serve(
    host: Annotated[str, typer.Option(help="the address listened at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="its port")] = 8000,
) -> None:
    """The stories and their reports as pages, and the webmention receiver, until stopped."""
    settings, engine = settings_and_engine()
    if not is_loopback(host):
        with reading(engine) as connection:
            if not any_user(connection):
                raise BadInput(
                    f"{host} can be reached from other machines, so accounts are needed: `storywake user add NAME --role admin`"
                )
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{listener.getsockname()[1]}/", file=sys.stderr)
    serve_pages(engine, settings, host, listener)
