"""Where an answer leads on, and what a request may carry along there."""

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlsplit

from ..urls import DEFAULT_PORTS, is_web_address, join

FOR_ANY_SITE = ("Accept", "If-None-Match", "If-Modified-Since")
"""Headers that another site may see: keys are the asked site's alone, whatever their header."""


MAX_REFRESH_WAIT = 1.0
"""Seconds; a refresh after more is for readers of the page, not a redirect."""
MAX_HEAD_BYTES = 8_192
"""Of a page, in which it may say that it is elsewhere."""
REFRESH = re.compile(r"""\s*(\d{0,4}(?:\.\d{0,4})?)\s*[;,]?\s*(?:url\s*=\s*)?(['"]?)(\S[^\r\n]*)""", re.I)
"""The wait and the address (html.spec.whatwg.org, "shared declarative refresh steps")."""
META = re.compile(r"<meta\b([^>]{1,2000})>|<(/?)(noscript|body|template)\b|<!--", re.I)
ATTRIBUTE = re.compile(r"""([\w-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def refresh_of(here: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """The web address to which the page ``here`` sends its readers at once, by its ``Refresh`` header or ``meta`` element; None where it does not.

    Refreshes for browsers without scripts (``noscript``) are left out.
    """
    told = headers.get("refresh") or _declared_refresh(body[:MAX_HEAD_BYTES].decode("utf-8", "replace"))
    found = REFRESH.fullmatch(told.strip()[:4_000]) if told else None
    if found is None or not found[1] or found[1] == "." or float(found[1]) > MAX_REFRESH_WAIT:
        return None
    written = found[3].split(found[2])[0] if found[2] else found[3]
    target = join(here, written.strip())
    return target if target and is_web_address(target) else None


def _declared_refresh(head: str) -> str | None:
    """The content of a page's ``meta`` element for a refresh, before its body and outside of ``noscript`` and comments."""
    position = 0
    while found := META.search(head, position):
        position = found.end()
        if found[0] == "<!--":
            position = _behind(head, "-->", position)
        elif found[3]:
            if found[3].lower() == "body":
                return None
            position = position if found[2] else _behind(head, f"</{found[3].lower()}", position)
        else:
            said = {f[1].lower(): f[2] or f[3] or f[4] or "" for f in ATTRIBUTE.finditer(found[1])}
            if said.get("http-equiv", "").strip().lower() == "refresh":
                return unescape(said.get("content", ""))
    return None


def _behind(head: str, mark: str, position: int) -> int:
    found = head.lower().find(mark, position)
    return found + len(mark) if found >= 0 else len(head)


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
