"""A host's robots.txt (RFC 9309): read through redirects, and its rules."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

from ..errors import FetchError, HostBusy, Refused, TryLater
from ..urls import is_web_address, join
from .body import unzipped

MAX_ROBOTS_BYTES = 500_000
MAX_ROBOTS_REDIRECTS = 5
Answer = tuple[int, dict[str, str], bytes, str | None]
"""A request's status, headers, body, and the ``Location`` of a redirect."""


async def robots_of(url: str, ask: Callable[[str], Awaitable[Answer]]) -> bytes:
    """The robots.txt of an address's host, ``MAX_ROBOTS_BYTES`` of it (RFC 9309, 2.5); empty, so that all is allowed,
    where there is none (4xx, unreadable).

    ``ask`` makes one request. Raises TryLater on 5xx or no answer, Refused, HostBusy.
    """
    parts = urlsplit(url)
    here = f"{parts.scheme}://{parts.netloc}/robots.txt"
    for _ in range(MAX_ROBOTS_REDIRECTS):
        try:
            status, _, body, location = await ask(here)
        except TryLater as error:
            error.url, error.reason = url, f"robots.txt could not be read: {error.reason}"
            raise
        except (Refused, HostBusy):
            raise
        except FetchError:
            return b""
        if location is None:
            return body[:MAX_ROBOTS_BYTES] if status == 200 else b""
        following = join(here, location)
        if following is None or not is_web_address(following):
            return b""
        here = following
    return b""


def rules_of(body: bytes) -> Protego:
    """The rules of a robots.txt, which may be a gzip file; a byte-order mark is none of them."""
    body = unzipped(body, MAX_ROBOTS_BYTES)
    charset = "utf-16" if body[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8"
    return Protego.parse(body.decode(charset, "replace").lstrip("\ufeff \t\r\n"))
