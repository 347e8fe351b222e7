"""The table of known exports (``known.toml``) and the marks of each platform's objects (``platforms.toml``)."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from ..platforms.base import Source
from ..records import Kind
from ..sources import SOURCES
from ..values import at

NO_POSTS = "none"
MAX_OBJECTS, MAX_DEPTH = 300, 14
"""How many objects of a document, and how deep, are looked at for marks."""
MAX_KEY_LETTERS = 2_000
"""Letters of all keys of an object for which it is remembered which marks it may have."""


class Term(NamedTuple):
    """One mark: a path, and the values that it may have (() for any); or that it must not be so."""

    paths: tuple[tuple[str | int, ...], ...]
    values: tuple[str, ...]
    absent: bool

    def holds(self, item: Any) -> bool:
        """Whether an object has the mark."""
        return self._found(item) is not self.absent

    def may_be_in(self, keys: Collection[str]) -> bool:
        """Whether an object with these keys may have what a path leads to."""
        return any(path[0] in keys for path in self.paths)

    def _found(self, item: Any) -> bool:
        for path in self.paths:
            value = item.get(path[0]) if len(path) == 1 and type(item) is dict else at(item, *path)
            if value is not None and self._fits(value):
                return True
        return False

    def _fits(self, value: Any) -> bool:
        if not self.values:
            return True
        given = value if isinstance(value, list) else [value]
        return any(isinstance(v, str) and any(fnmatchcase(v, wanted) for wanted in self.values) for v in given[:20])


class Known(NamedTuple):
    """A known export."""

    tool: str
    what: str
    versions: str
    form: str  # "table" or "json"
    platform: str | None  # None: the address of each row tells
    kind: Kind | None
    marks: tuple[tuple[Term, ...], ...]
    columns: Mapping[str, tuple[str, ...]]
    no_posts: str | None = None  # why there is no post in it
    answers: str | None = None  # the key of an object's list of what answers it
    by_address: bool = False  # a row is told by its address, which for a comment may be that of what it stands under
    counts_are_the_originals: bool = False  # a repost's row has the counts of what it reposts
    only: str | None = None  # the column and value that a table's rows of posts have, where it has other rows

    def is_it(self, item: Mapping[str, Any]) -> bool:
        """Whether an object, or a row's names, has its marks."""
        return any(all(term.holds(item) for term in terms) for terms in self.marks)


@cache
def known_exports() -> tuple[Known, ...]:
    """The table, in its order; the last is any table with a column of addresses."""
    return tuple(
        Known(
            entry["tool"], entry["what"], entry["versions"], entry["form"], entry.get("platform"),
            Kind(entry["kind"]) if "kind" in entry else None, tuple(map(_terms, entry["marks"])),
            {field: tuple(names) for field, names in entry.get("columns", {}).items()},
            entry.get("no_posts"), entry.get("answers"), entry.get("by_address", False),
            entry.get("counts_are_the_originals", False), entry.get("only"),
        )
        for entry in _toml("known.toml")["export"]
    )  # fmt: skip


@cache
def id_patterns() -> dict[str, re.Pattern[str]]:
    """What an id of a post is, by platform."""
    return {platform: re.compile(pattern) for platform, pattern in _toml("platforms.toml")["ids"].items()}


@cache
def local_times() -> frozenset[str]:
    """How a column says behind its name that its times are of a place that it does not name."""
    return frozenset(_toml("platforms.toml")["columns"]["local"])


def whose(payload: Any) -> tuple[str | Known, ...]:
    """Who says "mine" of a document: platforms, known exports, ``NO_POSTS``; () for nobody.

    The objects nearest to the outside that anybody claims decide; what lies deeper is not asked.
    """
    own: list[str | Known] = [source.name for source in _by_themselves() if source.is_export(payload)]
    if own:
        return tuple(own)
    level, seen = [payload], 0
    for _ in range(MAX_DEPTH):
        found: list[str | Known] = []
        for value in level:
            if isinstance(value, dict):
                seen += 1
                found.extend(claim for claim in _claims(value) if claim not in found)
        if found:
            return tuple(claim for claim in found if claim != NO_POSTS) or tuple(found)
        inner = [part for value in level for part in _parts(value) if isinstance(part, dict | list)]
        level = inner[: max(0, MAX_OBJECTS - seen)]
    return ()


def _parts(value: Any) -> Iterable[Any]:
    """What lies in an object or a list."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _claims(item: dict[str, Any]) -> list[str | Known]:
    """A known export of a tool goes before the platform whose objects it holds."""
    keys = tuple(item)
    possible = _by_keys(keys) if sum(map(len, keys)) <= MAX_KEY_LETTERS else _possible(keys)
    found: list[str | Known] = []
    for owner, terms in possible:
        if owner not in found and all(term.holds(item) for term in terms):
            found.append(owner)
    return next(([owner] for owner in found if isinstance(owner, Known)), found)


def _possible(keys: tuple[str, ...]) -> list[tuple[str | Known, tuple[Term, ...]]]:
    """The marks that an object with these keys may have, each with its terms that the keys leave open."""
    marks = _marks()
    return [
        (owner, tuple(term for term in terms if not term.absent or term.may_be_in(keys)))
        for key in keys
        for owner, terms in marks.get(key, ())
        if all(term.absent or term.may_be_in(keys) for term in terms)
    ]


_by_keys = lru_cache(maxsize=256)(_possible)
"""The objects of a file are mostly alike in their keys."""


@cache
def _by_themselves() -> tuple[Source[Any], ...]:
    """Platforms that say in their own file what an export of theirs is."""
    return tuple(source for source in SOURCES.values() if type(source).is_export is not Source.is_export)


@cache
def _marks() -> dict[str, list[tuple[str | Known, tuple[Term, ...]]]]:
    """Marks of platforms and of tools' objects, by the key that the first of them begins with."""
    found: dict[str, list[tuple[str | Known, tuple[Term, ...]]]] = {}
    lines: list[tuple[str | Known, tuple[Term, ...]]] = []
    for platform, texts in _toml("platforms.toml")["marks"].items():
        assert platform == NO_POSTS or platform in SOURCES, platform
        lines.extend((platform, _terms(text)) for text in texts)
    lines.extend((known, terms) for known in known_exports() if known.form == "json" for terms in known.marks)
    for owner, terms in lines:
        found.setdefault(str(terms[0].paths[0][0]), []).append((owner, terms))
    return found


def _terms(line: str) -> tuple[Term, ...]:
    return tuple(map(_term, line.split()))


def _term(text: str) -> Term:
    name, _, values = text.removeprefix("!").partition("=")
    paths = tuple(tuple(int(k) if k.isdigit() else k for k in path.split(".")) for path in name.split("|"))
    return Term(paths, tuple(values.split("|")) if values else (), text.startswith("!"))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


def table() -> str:
    """The table of known exports for ``docs/platforms.md``."""
    rows = [("tool", "what", "versions"), ("---",) * 3, *((k.tool, k.what, k.versions) for k in known_exports())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
