"""Has a command ask one server on loopback, whichever host it asks: imported before the command starts."""

import os
from unittest.mock import patch

import httpx

PORT = "SOAK_PORT"
"""The environment variable that tells the server's port."""
START = "import tests.soak.elsewhere; from storywake.start import main; main()"


class _Elsewhere(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = request.url.copy_with(scheme="http", host="127.0.0.1", port=int(os.environ[PORT]))
        return await super().handle_async_request(
            httpx.Request(request.method, place, headers=request.headers, stream=request.stream)
        )


patch("storywake.collector.net.fetch.guarded_transport", lambda *, allow_private: _Elsewhere()).start()
