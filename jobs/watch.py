"""Starts watching a story: an address, an HTML file, pasted text, or a seed story."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii
from sqlalchemy import Connection, Engine

from storywake.collector.dates import now, stamp
from storywake.collector.errors import BadInput, Unreadable
from storywake.collector.match.copies import signature
from storywake.collector.match.paper_stance import paper_stance
from storywake.collector.match.relevance import subject
from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.article import read_article
from storywake.collector.pages.charsets import decode
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Article
from storywake.collector.settings import Settings
from storywake.collector.urls import host_of, is_web_address
from storywake.collector.values import clean, text
from storywake.db.engine import writing
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, add_story, find_story, new_story, standing, story_of_url

from .filing import Filed, with_named
from .intake import Arrival, store
from .resolution import update_people

MAX_FILE_BYTES = 20_000_000
SLUG = re.compile(r"[\w.-]{1,80}")


class Seed(NamedTuple):
    """A story that ships with the product."""

    slug: str
    title: str
    claims: tuple[str, ...]
    article: bytes


def load_seed(name: str) -> Seed:
    """A story of ``seeds/``. Raises BadInput for an unknown name."""
    folder = resources.files("storywake.seeds").joinpath(name)
    try:
        story = tomllib.loads(folder.joinpath("story.toml").read_text("utf-8"))
        return Seed(
            story["slug"], story["title"], tuple(story["claims"]), folder.joinpath(story["article"]).read_bytes()
        )
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(f"no seed story {name!r}") from None


def watch_seed(engine: Engine, settings: Settings, name: str) -> StoryRow:
    """Starts watching a seed story and reads its article; the second time the existing story is used."""
    seed = load_seed(name)
    article = read_article(decode(seed.article))
    mark = signature(article.text)
    url = article.canonical_url if article.canonical_url and is_web_address(article.canonical_url) else None
    with writing(engine) as connection:
        story = add_story(
            connection, slug=seed.slug, title=seed.title, url=url, claims=seed.claims, created_at=now(),
            watch_until=watch_until(settings),
        )  # fmt: skip
        _read(connection, settings, story, article, mark, seed.article, f"seed:{name}")
    update_people(engine, story.id)
    return story


def watch(
    engine: Engine, settings: Settings, what: str, *, claims: tuple[str, ...] = (), slug: str | None = None
) -> StoryRow:
    """Starts watching an address (read by the next pass) or a file (read at once).

    Without claims, the headline is the claim. Raises BadInput for a file that cannot be read or is not a document, and
    for what is watched already.
    """
    if is_web_address(what):
        _short_name(slug)
        if clean(what) != what.strip():
            raise BadInput(f"{what!r} is no address")
        with writing(engine) as connection:
            return _begin(
                connection, settings, slug or slug_of(what), None, what, _said(claims), named=slug is not None
            )
    return watch_document(engine, settings, what, read_file(what), claims=claims, slug=slug)


def watch_document(
    engine: Engine, settings: Settings, name: str, body: bytes, *, claims: tuple[str, ...] = (), slug: str | None = None
) -> StoryRow:
    """Starts watching HTML or text, which is read at once; ``name`` is what it is called in evidence and messages.

    Raises BadInput as ``watch`` does.
    """
    _short_name(slug)
    said = _said(claims)
    article, mark = read_document(name, body)
    title = article.title or _first_sentence(article.text)
    url = article.canonical_url if article.canonical_url and is_web_address(article.canonical_url) else None
    with writing(engine) as connection:
        story = _begin(
            connection, settings, slug or slug_of(title), title or None, url, said or ((title,) if title else ()),
            named=slug is not None,
        )  # fmt: skip
        _read(connection, settings, story, article, mark, body, f"file:{Path(name).name}")
    update_people(engine, story.id)
    return story


def _short_name(slug: str | None) -> None:
    if slug is not None and not SLUG.fullmatch(slug):
        raise BadInput(f"{slug!r} is no short name: letters, digits, dots and dashes, 80 at most")


def _said(claims: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words for claim in claims if (words := text(claim)))


def _begin(
    connection: Connection,
    settings: Settings,
    slug: str,
    title: str | None,
    url: str | None,
    claims: tuple[str, ...],
    *,
    named: bool,
) -> StoryRow:
    """A new story.

    Raises BadInput if its slug is taken, or if its address is watched already and no slug was ``named``.
    """
    seen = now()
    same = story_of_url(connection, url) if url else None
    if same and (not named or same.slug == slug):
        raise BadInput(
            f"{url} is watched already, as {same.slug}{_how(same, seen)}: `storywake story {same.slug}` shows and changes it"
        )
    story = new_story(
        connection, slug=slug, title=title, url=url, claims=claims, created_at=seen, watch_until=watch_until(settings)
    )
    if story is None:
        other = find_story(connection, slug)
        raise BadInput(
            f"{slug} is watched already{_how(other, seen)}: `storywake story {slug}` adds to it (--add-claim, --add-page), --slug makes this another story"
        )
    return story


def _how(story: StoryRow, at: str) -> str:
    state = standing(story, at)
    return "" if state is StoryStatus.WATCHED else f" and is {state} (--resume)"


def read_file(path: str) -> bytes:
    """A file's bytes. Raises BadInput, in one line, if it cannot be read or has more than ``MAX_FILE_BYTES``."""
    try:
        if Path(path).stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path} is larger than {MAX_FILE_BYTES} bytes")
        return Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise BadInput(f"cannot read {path[:80]!r}: {error}") from None


def read_document(path: str, body: bytes) -> tuple[Article, bytes | None]:
    """What a document of a name or path holds as an article, and the MinHash of its text.

    Raises BadInput, in one line, if it is neither HTML nor text.
    """
    if not body.strip():
        raise BadInput(f"{path} is empty")
    with Readers() as readers:
        try:
            content = readers.read_now(
                "web", Evidence(url=path, final_url=path, fetched_at=now(), status=200, body=body)
            )
        except Unreadable as error:
            raise BadInput(f"{path}: {error}") from None
    if content.article is None:
        raise BadInput(f"{path} is {content.refused or 'neither HTML nor text'}")
    return content.article, content.signature


def _read(
    connection: Connection,
    settings: Settings,
    story: StoryRow,
    article: Article,
    mark: bytes | None,
    body: bytes,
    source: str,
) -> None:
    """Stores an article that was read from a file."""
    seen = now()
    filed = with_named(Filed(article, mark))
    told = paper_stance(subject(article.title, ()), article, filed.as_role, None)
    arrival = Arrival(
        "web",
        seen,
        [story],
        Evidence(url=source, final_url=source, fetched_at=seen, status=200, body=body),
        filed=filed._replace(stance=told and told._replace(rests_on=clean(told.rests_on))),
    )
    store(connection, arrival, settings)


def watch_until(settings: Settings) -> str:
    """Until when a story is watched that starts, or resumes, now (ISO 8601)."""
    return stamp(datetime.now(UTC) + timedelta(days=settings.watch_days))


def _first_sentence(text: str) -> str:
    """The first sentence, or the heading where a blank line follows it."""
    return " ".join(re.split(r"(?<=[.!?])\s|\n[^\S\n]*\n", text.strip(), maxsplit=1)[0].split())[:200]


def slug_of(text: str) -> str:
    """A short name in lower-case letters, digits and dashes, made from a title or an address."""
    if is_web_address(text):
        path = [part for part in re.sub(r"^https?://[^/]+", "", text).split("?")[0].split("/") if part]
        text = f"{host_of(text)} {path[-1] if path else ''}"
        text = re.sub(r"\.(?:html?|php|aspx?)$", "", text)
    words = re.findall(r"[a-z0-9]+", anyascii(text).lower())
    return "-".join(words[:8])[:60].strip("-") or "story"
