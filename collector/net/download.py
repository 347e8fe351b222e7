"""Large public files, written to disk as they come: what a fetcher would hold in memory."""

from typing import IO

import httpx

from ..errors import FetchError, Refused, TryLater
from ..groups import NetSettings
from .guard import PrivateAddress, guarded_transport
from .statuses import status_of

MAX_FILE_BYTES = 8_000_000_000
"""Bytes of one file."""
ABSENT = frozenset((403, 404, 410))
"""How stores of files answer where there is none of a name."""


async def download(settings: NetSettings, url: str, into: IO[bytes]) -> bool:
    """Writes a file into ``into``; False where there is none at the address.

    Only public addresses are connected to, as everywhere; redirects are not followed. Raises Refused, TryLater where the
    server is at fault or the file breaks off, FetchError where it is too large or refused.
    """
    try:
        async with (
            httpx.AsyncClient(
                transport=guarded_transport(allow_private=settings.allow_private),
                headers={"User-Agent": settings.user_agent, "Accept-Encoding": "identity"},
                timeout=settings.timeout,
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code in ABSENT:
                return False
            if response.status_code == 429 or response.status_code >= 500:
                raise TryLater(url, f"answered {response.status_code}")
            if status_of(response.status_code, response.headers, {}) != 200:
                raise FetchError(url, f"answered {response.status_code}")
            size = 0
            async for piece in response.aiter_raw():
                size += len(piece)
                if size > MAX_FILE_BYTES:
                    raise FetchError(url, f"larger than {MAX_FILE_BYTES} bytes")
                into.write(piece)
    except PrivateAddress as error:
        raise Refused(url, str(error)) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TryLater(url, str(error)[:200] or type(error).__name__) from None
    return True
