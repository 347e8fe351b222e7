"""The platforms, found by walking ``collector/platforms``: each file with a ``PLATFORM`` is one."""

import pkgutil
from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from typing import Any

from . import platforms
from .groups import FollowSettings
from .net.budget import Budget
from .platforms.base import Source


def _found() -> dict[str, Source[Any]]:
    names = [f"{platforms.__name__}.{module.name}" for module in pkgutil.iter_modules(platforms.__path__)]
    modules = [import_module(name) for name in names]
    found: list[Source[Any]] = [module.PLATFORM for module in modules if hasattr(module, "PLATFORM")]
    for source in found:
        own = tuple(f"{name}_" for name in (source.name, *source.services))
        odd = [name for name in source.group.__annotations__ if not f"{name}_".startswith(own)]
        if odd and source.group is not FollowSettings:
            raise TypeError(f"settings of {source.name} must begin with its name: {', '.join(odd)}")
    return {source.name: source for source in sorted(found, key=lambda source: (source.rank, source.name))}


SOURCES: Mapping[str, Source[Any]] = _found()
"""Every platform by its name, in the order of lists."""


class Platform(StrEnum):
    """The platforms' names, as in records, settings and commands: a member for each file that was found."""

    _ignore_ = ["name_"]
    for name_ in SOURCES:
        vars()[name_.upper()] = name_


def budgets(settings: Any) -> dict[str, Budget]:
    """The budgets of all platforms that charge or count, by name, by all settings."""
    return {budget.name: budget for source in SOURCES.values() for budget in source.budgets(settings)}


def is_final(platform: str, external_id: str) -> bool:
    """Whether a post keeps its id for ever; so it is where the platform is unknown."""
    return platform not in SOURCES or SOURCES[platform].is_final(external_id)


def table() -> str:
    """The table of ``docs/platforms.md``: what each platform gives without and with a key. Platforms alike share a line."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for source in SOURCES.values():
        alike.setdefault(source.row, []).append(source.title)
    head = ("platform", "without a key", "with a key", "counts")
    rows = [head, ("---",) * len(head), *((", ".join(titles), *cells) for cells, titles in alike.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def limits_table() -> str:
    """The second table of ``docs/platforms.md``: what each platform allows, where it says so, and the day that was read."""
    head = ("platform", "limits", "documented at", "checked")
    rows = [(s.title, s.limits or "none stated", s.documentation, s.checked) for s in SOURCES.values()]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))
