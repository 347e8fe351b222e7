"""Saved questions: each is a ``.sql`` file here, the same on SQLite and PostgreSQL, named as the file is.

Its first line says in a sentence what it answers. A line for each parameter follows, ``-- NAME: TYPE = DEFAULT; MEANING``;
one without a default must be given, and ``NULL`` stands for "all". The query writes it ``:NAME``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import NamedTuple

from storywake.collector.errors import BadInput
from storywake.collector.printable import one_line

PARAMETER = re.compile(r"-- (?P<name>\w+): (?P<type>\w+)(?: = (?P<default>[^;]+))?; (?P<meaning>.+)")
PLACE = re.compile(r"(?<![:\w]):([a-z]\w*)")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.A)
AGO = re.compile(r"(\d{1,4}) (hour|day|week)s? ago", re.A)
INTEGER = re.compile(r"-?\d{1,15}", re.A)
MAX_VALUE = 2000
"""Characters of a value."""
NO_VALUE = "NULL"
MAX_NAMED = 8
"""Stories that are named where none has the name asked for."""


class ParameterType(StrEnum):
    """What a parameter takes."""

    TEXT = "text"
    INTEGER = "integer"
    MOMENT = "moment"  # a day, a time in UTC, or words: now, today, yesterday, 3 days ago


class Parameter(NamedTuple):
    """What a question needs to know."""

    name: str
    type: ParameterType
    default: str | None  # None: it must be given; NULL: without it, all
    meaning: str


class SavedQuestion(NamedTuple):
    """A question that can be asked by its name."""

    name: str
    sentence: str
    parameters: tuple[Parameter, ...]
    query: str  # with :NAME where values go


@cache
def questions() -> Mapping[str, SavedQuestion]:
    """All of them by name, in the order of their names."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".sql"))
    found = (_read(file.name.removesuffix(".sql"), file.read_text("utf-8")) for file in files)
    return {question.name: question for question in sorted(found)}


def find_question(name: str) -> SavedQuestion:
    """The question of a name. Raises BadInput where there is none."""
    if name not in questions():
        raise BadInput(f"no saved question {name!r}; there are: {', '.join(questions())}")
    return questions()[name]


def asked(question: SavedQuestion, values: Mapping[str, str], at: datetime | None = None) -> str:
    """The query with values in it, each written as a literal of its parameter's type.

    ``at`` is the time from which words such as "yesterday" count (now, where it is None). Raises BadInput for a value
    that does not fit, one that is missing, and a name that the question does not have.
    """
    unknown = set(values) - {parameter.name for parameter in question.parameters}
    if unknown:
        known = ", ".join(parameter.name for parameter in question.parameters) or "nothing"
        raise BadInput(f"{question.name} does not ask for {', '.join(sorted(unknown))}; it asks for {known}")
    moment = at or datetime.now(UTC)
    literals = {p.name: _literal(p, values.get(p.name), moment) for p in question.parameters}
    return PLACE.sub(lambda place: literals.get(place[1], place[0]), question.query)


def unknown_story(values: Mapping[str, str], slugs: Callable[[], Iterable[str]]) -> str | None:
    """What to say beside an answer where ``values`` name a story that is none: it has no rows then, and tells nothing of one.

    ``slugs`` gives the names that there are, in order, and is asked only where a story is named.
    """
    story = values.get("story", "").strip()
    if story in ("", NO_VALUE):
        return None
    known = list(slugs())
    if story in known:
        return None
    there = f"; there are: {', '.join(known[:MAX_NAMED])}" if known else "; none is watched yet"
    return f"no story {one_line(repr(story), 120)}{there}"


def _read(name: str, source: str) -> SavedQuestion:
    first, *rest = source.splitlines()
    told = [
        match for line in takewhile(lambda line: line.startswith("-- "), rest) if (match := PARAMETER.fullmatch(line))
    ]
    parameters = (Parameter(m["name"], ParameterType(m["type"]), m["default"], m["meaning"]) for m in told)
    query = "\n".join(rest[len(told) :]).strip()
    return SavedQuestion(name, first.removeprefix("--").strip(), tuple(parameters), query)


def _literal(parameter: Parameter, value: str | None, at: datetime) -> str:
    value = (value or "").strip() or parameter.default
    if value is None:
        raise BadInput(f"{parameter.name} is needed: {parameter.meaning}")
    if value == NO_VALUE and parameter.default == NO_VALUE:
        return NO_VALUE
    if parameter.type == ParameterType.INTEGER:
        if not INTEGER.fullmatch(value):
            raise BadInput(f"{parameter.name} is a whole number, not {value[:80]!r}")
        return str(int(value))
    return quoted(_moment(parameter.name, value, at) if parameter.type == ParameterType.MOMENT else value)


def quoted(value: str) -> str:
    """A text as SQL writes it. Raises BadInput for one that no database takes, or that is too long."""
    if len(value) > MAX_VALUE or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadInput(f"a value is too long (more than {MAX_VALUE} characters), or no text")
    return "'" + value.replace("'", "''") + "'"


def _moment(name: str, value: str, at: datetime) -> str:
    words = value.lower()
    ago = AGO.fullmatch(words)
    if ago:
        at -= timedelta(**{f"{ago[2]}s": int(ago[1])})
    elif words in ("today", "yesterday"):
        at = (at - timedelta(days=words == "yesterday")).replace(hour=0, minute=0, second=0)
    elif words != "now":
        if not MOMENT.fullmatch(value):
            raise BadInput(
                f"{name} is a day (2026-11-23), a time (2026-11-23T08:00:00Z), or words such as: yesterday, 3 days ago"
            )
        return value
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
