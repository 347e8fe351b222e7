"""What a request may carry along where it is redirected."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from ..urls import DEFAULT_PORTS

FOR_ANY_SITE = ("Accept", "If-None-Match", "If-Modified-Since")
"""Headers that another site may see: keys are the asked site's alone, whatever their header."""


def headers_for(headers: Mapping[str, str], here: str, there: str) -> dict[str, str]:
    """The headers of a request to ``here`` that may be sent to ``there``: all of them on the same site."""
    kept = headers if _same_site(here, there) else FOR_ANY_SITE
    return {name: value for name, value in headers.items() if name in kept}


def _same_site(here: str, there: str) -> bool:
    """Whether credentials for ``here`` may be sent ``there``: same host and port, and not from https to http."""
    old, new = urlsplit(here), urlsplit(there)
    if old.hostname != new.hostname:
        return False
    same_port = (old.port or DEFAULT_PORTS[old.scheme]) == (new.port or DEFAULT_PORTS.get(new.scheme))
    return (old.scheme == new.scheme and same_port) or (old.scheme, old.port, new.scheme, new.port) == (
        "http",
        None,
        "https",
        None,
    )
