"""What other tools export, a document each: posts of X's API v2 and v1.1 (twarc), Zeeschuimer's items, Mastodon's archives.

Zeeschuimer names its platform (github.com/digitalmethodsinitiative/zeeschuimer); the rest is told by what each platform says
of exports of it.
"""

from typing import Any

from ..records import Post
from ..sources import SOURCES

BY_ZEESCHUIMER = {name: source for source in SOURCES.values() for name in source.zeeschuimer}


def exported(payload: Any) -> list[Post]:
    """Every post in a decoded document of an export; [] where it is of no known format."""
    if isinstance(payload, dict) and isinstance(payload.get("data"), dict) and "source_platform" in payload:
        named = BY_ZEESCHUIMER.get(str(payload["source_platform"]).removeprefix("www."))
        return named.normalise(named.exported(payload["data"])) if named else []
    plain = [source for source in SOURCES.values() if source.is_export(payload)]
    tried = plain or [source for source in SOURCES.values() if source.export_read]
    return next((found for source in tried if (found := source.normalise(payload))), [])
