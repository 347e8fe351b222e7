"""Starting to watch a story: an address, an HTML file, pasted text, or one of the stories that come along."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii
from sqlalchemy import Engine

from collector.article import read_article
from collector.charsets import decode
from collector.copies import signature
from collector.dates import now, stamp
from collector.errors import BadInput
from collector.evidence import Evidence
from collector.settings import Settings
from collector.urls import host_of, is_web_address
from db.engine import writing
from db.stories import StoryRow, add_story

from .filing import Filed
from .intake import Arrival, take_in
from .people import update_people

LARGEST_FILE = 20_000_000


class Seed(NamedTuple):
    """A story that comes along with the product."""

    slug: str
    title: str
    claims: tuple[str, ...]
    article: bytes


def load_seed(name: str) -> Seed:
    """A story of ``seeds/``. Raises BadInput where there is none of that name."""
    folder = resources.files("seeds").joinpath(name)
    try:
        story = tomllib.loads(folder.joinpath("story.toml").read_text("utf-8"))
        return Seed(
            story["slug"], story["title"], tuple(story["claims"]), folder.joinpath(story["article"]).read_bytes()
        )
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(f"no seed story {name!r}") from None


def watch_seed(engine: Engine, settings: Settings, name: str) -> StoryRow:
    """Starts watching a seed story, its article read at once."""
    seed = load_seed(name)
    return _watch_document(
        engine, settings, seed.article, slug=seed.slug, title=seed.title, claims=seed.claims, source=f"seed:{name}"
    )


def watch(
    engine: Engine, settings: Settings, what: str, *, claims: tuple[str, ...] = (), slug: str | None = None
) -> StoryRow:
    """Starts watching an address (read by the next pass) or a file (read at once).

    Without claims, the story's headline is its claim. Raises BadInput for a file that cannot be read.
    """
    if is_web_address(what):
        with writing(engine) as connection:
            return add_story(
                connection,
                slug=slug or slug_of(what),
                title=None,
                url=what,
                claims=claims,
                created_at=now(),
                watch_until=_until(settings),
            )
    return _watch_document(
        engine, settings, read_file(what), slug=slug, title=None, claims=claims, source=f"file:{Path(what).name}"
    )


def read_file(path: str) -> bytes:
    """A file's bytes. Raises BadInput, in one line, where it cannot be read or is larger than 20 MB."""
    try:
        if Path(path).stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path} is larger than {LARGEST_FILE} bytes")
        return Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise BadInput(f"cannot read {path[:80]!r}: {error}") from None


def _watch_document(
    engine: Engine,
    settings: Settings,
    body: bytes,
    *,
    slug: str | None,
    title: str | None,
    claims: tuple[str, ...],
    source: str,
) -> StoryRow:
    article = read_article(decode(body))
    title = title or article.title or _first_sentence(article.text)
    seen = now()
    evidence = Evidence(url=source, final_url=source, fetched_at=seen, status=200, body=body)
    with writing(engine) as connection:
        story = add_story(
            connection,
            slug=slug or slug_of(title),
            title=title,
            url=article.canonical_url if article.canonical_url and is_web_address(article.canonical_url) else None,
            claims=claims or ((title,) if title else ()),
            created_at=seen,
            watch_until=_until(settings),
        )
    filed = Filed(article, signature(article.text))
    take_in(engine, Arrival("web", seen, [story], evidence, filed=filed), settings)
    update_people(engine, story.id)
    return story


def _until(settings: Settings) -> str:
    return stamp(datetime.now(UTC) + timedelta(days=settings.watch_days))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0][:200]


def slug_of(text: str) -> str:
    """A short name in small letters, digits and dashes, from a title or an address."""
    if is_web_address(text):
        path = [part for part in re.sub(r"^https?://[^/]+", "", text).split("?")[0].split("/") if part]
        text = f"{host_of(text)} {path[-1] if path else ''}"
        text = re.sub(r"\.(?:html?|php|aspx?)$", "", text)
    words = re.findall(r"[a-z0-9]+", anyascii(text).lower())
    return "-".join(words[:8])[:60].strip("-") or "story"
