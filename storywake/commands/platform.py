"""The platform that an option names."""

import typer

from storywake.collector.sources import SOURCES


def known_platform(name: str | None) -> str | None:
    """The name of a platform, or None where none was given. Raises BadParameter where there is no such platform."""
    if name is not None and name not in SOURCES:
        raise typer.BadParameter(f"no platform {name!r}; there are: {', '.join(SOURCES)}")
    return name
