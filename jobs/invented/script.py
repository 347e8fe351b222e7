"""Invented: reads ``seeds/NAME``: the articles of an invented story (``story.toml``) and its posts (``posts.txt``).

Times there are days and hours from the story's first day, so that a story can begin on any.
"""

import re
import tomllib
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, NamedTuple

from storywake.collector.errors import BadInput
from storywake.collector.records import Stance

AHEAD = timedelta(hours=2)
"""By how much the clock of the story's town is ahead of UTC."""
POST = re.compile(
    r"(?:#(?P<key>\w+) )?(?P<at>-?\d{1,3} \d\d:\d\d) (?P<network>\w+) (?P<handle>[^\s|]+)(?:\|(?P<name>[^|]+)\|)?"
    r" (?P<tie>-|s(?::\w+)?|[>\"]\w+)(?: =(?P<likes>\d+))? \((?P<stance>[sdqc])\) (?P<words>\S.*)"
)
CHANGE = re.compile(r"! (?P<what>edit|delete) (?P<key>\w+) (?P<at>\d+ \d\d:\d\d)(?: (?P<words>\S.*))?")
STANCES = {"s": Stance.SUPPORT, "d": Stance.DENY, "q": Stance.QUERY, "c": Stance.COMMENT}
NETWORKS = {
    "x": "x", "bs": "bluesky", "ma": "mastodon", "rd": "reddit", "yt": "youtube", "tg": "telegram", "hn": "hackernews",
    "le": "lemmy",
}  # fmt: skip


class Line(NamedTuple):
    """A post as it was written down; ``number`` is its place among all."""

    number: int
    at: datetime
    network: str
    handle: str
    name: str | None
    article: str | None  # the key of the article that it links to
    answers: str | None  # the key of the post that it answers
    quotes: str | None
    likes: int | None  # those that it has in the end; None: as chance has it
    stance: Stance  # what its writer means
    wordings: tuple[tuple[datetime, str], ...]  # since when it reads how
    gone: datetime | None

    def words(self, at: datetime) -> str:
        """How it reads at a time."""
        return [words for since, words in self.wordings if since <= at][-1]


class Paper(NamedTuple):
    """A version of an article: what its page tells of it."""

    key: str
    at: datetime  # when this version came out
    published: datetime
    url: str
    publisher: str
    author: str | None
    role: str | None  # None: the story's own
    language: str
    title: str
    text: str
    links: tuple[str, ...]  # keys of articles
    embeds: tuple[str, ...]  # keys of posts
    review: dict[str, Any] | None


class Script(NamedTuple):
    """An invented story, in the order of time."""

    slug: str
    title: str
    claims: tuple[str, ...]
    papers: tuple[Paper, ...]
    lines: tuple[Line, ...]
    keys: dict[str, Line]  # the posts that others answer, quote or show

    @property
    def ends(self) -> datetime:
        """When the last of it happens."""
        return max(self.papers[-1].at, self.lines[-1].at)


def read_script(name: str, began: datetime) -> Script:
    """The invented story ``seeds/NAME``, its first day beginning at ``began`` (aware, midnight UTC).

    Raises BadInput for a line that is none.
    """
    folder = resources.files("storywake.seeds").joinpath(name)
    story = tomllib.loads(folder.joinpath("story.toml").read_text("utf-8"))
    lines, keys = _lines(folder.joinpath("posts.txt").read_text("utf-8"), began)
    return Script(story["slug"], story["title"], tuple(story["claims"]), _papers(story["article"], began), lines, keys)


def moment(day_and_time: str, began: datetime) -> datetime:
    """``1 16:30`` as a time: of the story's second day."""
    day, _, clock = day_and_time.partition(" ")
    hours, minutes = map(int, clock.split(":"))
    return began + timedelta(days=int(day), hours=hours, minutes=minutes) - AHEAD


def _papers(tables: list[dict[str, Any]], began: datetime) -> tuple[Paper, ...]:
    """The versions of the articles; a later one repeats what it does not change."""
    last: dict[str, dict[str, Any]] = {}
    found = []
    for table in tables:
        known = last[table["key"]] = {**last.get(table["key"], {"published": table["at"]}), **table}
        text = last[known["same_text"]]["text"] if "same_text" in known else known["text"]
        paper = Paper(
            known["key"], moment(known["at"], began), moment(known["published"], began), known["url"],
            known["publisher"], known.get("author"), known.get("role"), known["language"], known["title"], text.strip(),
            tuple(known.get("links", ())), tuple(known.get("embeds", ())), known.get("review"),
        )  # fmt: skip
        found.append(paper)
    return tuple(found)


def _lines(content: str, began: datetime) -> tuple[tuple[Line, ...], dict[str, Line]]:
    said = [row for row in content.splitlines() if row and not row.startswith("# ")]
    changes = [_match(CHANGE, row) for row in said if row.startswith("! ")]
    names: dict[tuple[str, str], str] = {}
    lines, keys = [], {}
    for number, row in enumerate(row for row in said if not row.startswith("! ")):
        post = _match(POST, row)
        if post["name"]:
            names[post["network"], post["handle"]] = post["name"]
        own = [change for change in changes if change["key"] == post["key"]]
        line = _line(number, post, names.get((post["network"], post["handle"])), own, began)
        lines.append(line)
        if post["key"]:
            keys[post["key"]] = line
    return tuple(sorted(lines, key=lambda line: line.at)), keys


def _line(number: int, post: Any, name: str | None, changes: list[Any], began: datetime) -> Line:
    tie, at = post["tie"], moment(post["at"], began)
    edits = [(moment(change["at"], began), change["words"]) for change in changes if change["what"] == "edit"]
    gone = next((moment(change["at"], began) for change in changes if change["what"] == "delete"), None)
    return Line(
        number, at, NETWORKS[post["network"]], post["handle"], name,
        article=(tie[2:] or "story") if tie[0] == "s" else None,
        answers=tie[1:] if tie[0] == ">" else None,
        quotes=tie[1:] if tie[0] == '"' else None,
        likes=int(post["likes"]) if post["likes"] else None,
        stance=STANCES[post["stance"]],
        wordings=((at, post["words"]), *edits),
        gone=gone,
    )  # fmt: skip


def _match(pattern: re.Pattern[str], row: str) -> re.Match[str]:
    found = pattern.fullmatch(row)
    if not found:
        raise BadInput(f"no line of an invented story: {row[:80]!r}")
    return found
