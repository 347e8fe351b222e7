"""What the status of an answer means for a request (RFC 9110, 15)."""

import re
from collections.abc import Mapping

REDIRECTS = (300, 301, 302, 303, 307, 308)
TRANSIENT = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529)
"""Faults that pass; those from 520 on are Cloudflare's, when the site behind it does not answer properly."""
WHOLE = re.compile(r"bytes\s{1,9}0-(\d{1,15})/(\d{1,15})", re.I)


def leads_on(status: int, answered: Mapping[str, str]) -> str | None:
    """The ``Location`` of a redirect; None where the answer is none."""
    return answered.get("location") if status in REDIRECTS else None


def is_unasked(status: int, asked: Mapping[str, str]) -> bool:
    """Whether an answer says "not modified" to a request that named no version, as some caches do: it tells nothing."""
    return status == 304 and asked.keys().isdisjoint(("If-None-Match", "If-Modified-Since"))


def status_of(status: int, answered: Mapping[str, str], asked: Mapping[str, str]) -> int:
    """The status, 200 for what is an answer in full: 203, which somebody on the way has changed, and 206 of all bytes that nobody asked for in parts."""
    if status == 203 or (status == 206 and "Range" not in asked and _is_whole(answered.get("content-range", ""))):
        return 200
    return status


def _is_whole(told: str) -> bool:
    """Whether a Content-Range is that of a whole file: ``bytes 0-99/100``."""
    found = WHOLE.fullmatch(told.strip()[:60])
    return found is not None and int(found[1]) + 1 == int(found[2])
