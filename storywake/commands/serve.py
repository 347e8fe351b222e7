"""``storywake serve``: the pages."""

import sys
from typing import Annotated

import typer

from storywake.opening import settings_and_engine
from storywake.web.app import listen
from storywake.web.app import serve as serve_pages


def serve(
    host: Annotated[str, typer.Option(help="the address listened at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="its port")] = 8000,
) -> None:
    """The stories and their reports as pages, and the webmention receiver, until stopped."""
    settings, engine = settings_and_engine()
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{listener.getsockname()[1]}/", file=sys.stderr)
    serve_pages(engine, settings, host, listener)
