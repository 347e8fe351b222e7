"""``storywake extract`` and ``normalise``: the content of articles and platforms' payloads as JSON.

They do not use the database.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from storywake.collector.dates import now
from storywake.collector.errors import BadInput, StorywakeError, Unreadable
from storywake.collector.exports.files import unpacked
from storywake.collector.net.evidence import Evidence
from storywake.collector.net.fetch import Fetcher
from storywake.collector.pages.charsets import decode
from storywake.collector.printable import printable, printable_json
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Article, Post, QuoteState, to_builtins
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.collector.urls import is_web_address
from storywake.commands.platform import known_platform
from storywake.jobs.watch import MAX_FILE_BYTES, read_file

SCRIPT = re.compile(r"\Awindow\.YTD\.\w+\.part\d+\s*=\s*")


def extract(
    what: Annotated[str, typer.Argument(metavar="FILE|URL", help="an HTML file, pasted text, or an address")],
    url: Annotated[
        str | None, typer.Option(metavar="BASE", help="the address that the file came from; links resolve against it")
    ] = None,
) -> None:
    """What an article holds, as one JSON object; what could not be read of it is said on standard error."""
    evidence = asyncio.run(_fetched(what)) if is_web_address(what) else _given(read_file(what), url or "")
    with Readers() as readers:
        try:
            content = readers.read_now("web", evidence)
        except Unreadable as error:
            raise Unreadable(f"{what}: {error}") from None
    if content.article is None:
        why = f"it is {content.refused or 'no page'}" if evidence.body else "the document is empty"
        raise Unreadable(f"{what}: {why}")
    print(printable_json(article_json(content.article), indent=1))
    for note in content.notes:
        print(printable(f"{what}: {note}"), file=sys.stderr)


async def _fetched(address: str) -> Evidence:
    async with Fetcher(Settings()) as fetcher:
        evidence = await fetcher.get(address)
    if evidence.status != 200:
        raise BadInput(f"{address} answered {evidence.status}")
    return evidence


def _given(body: bytes, address: str = "") -> Evidence:
    """A file as if it had been fetched from ``address``."""
    return Evidence(url=address, final_url=address, fetched_at=now(), status=200, body=body)


def article_json(article: Article) -> dict[str, Any]:
    """An article in the shape that scripts rely on."""
    built = to_builtins(article)
    del built["pictures"]
    first = (
        "url",
        "canonical_url",
        "title",
        "publisher",
        "authors",
        "published_at",
        "language",
        "text",
        "embeds",
        "links",
        "statements",
    )
    return {**{key: built[key] for key in first}, **{key: value for key, value in built.items() if key not in first}}


def normalise(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="recorded payloads: JSON, JSON lines, or a page")
    ],
    platform: Annotated[
        str,
        typer.Option(metavar="P", callback=known_platform, help=f"the platform they came from: {', '.join(SOURCES)}"),
    ],
) -> None:
    """Recorded platform payloads to records, a JSON line each; a file without any is named, and the command fails."""
    failed = False
    with Readers() as readers:
        for path in files:
            read = told = 0
            for payload in payloads(decode(unpacked(str(path), MAX_FILE_BYTES)), str(path)):
                try:
                    answer = _answered(payload)
                    posts = readers.read_now(platform, answer).posts
                    posts = posts or readers.read_now(f"export:{platform}", answer).posts
                except StorywakeError as error:
                    line = str(error) if isinstance(error, BadInput) else f"{path}: {error}"
                    print(printable(line), file=sys.stderr)
                    told += 1
                    continue
                for post in posts:
                    print(printable_json(post_json(post)))
                read += len(posts)
            if not read and not told:
                print(printable(f"{path}: no post of {platform} was found in it"), file=sys.stderr)
            failed = failed or told > 0 or not read
    if failed:
        raise typer.Exit(1)


def _answered(payload: Any) -> Evidence:
    """A payload as if it had been fetched. Raises the BadInput that stands for an unreadable line."""
    if isinstance(payload, BadInput):
        raise payload
    if isinstance(payload, str):
        return _given(payload.encode("utf-8", "replace"))
    given = _given(json.dumps(payload).encode())
    return msgspec.structs.replace(given, headers={"content-type": "application/json"})


def payloads(text: str, name: str) -> Iterator[Any]:
    """The payloads of a file: one JSON document, one a line, or a page. An unreadable line gives a BadInput.

    X's own archive wraps its documents in a script (``window.YTD.tweets.part0 = [...]``), which is taken off.
    """
    stripped = SCRIPT.sub("", text.strip(), count=1)
    if not stripped:
        return
    if stripped[0] not in "{[":
        yield text
        return
    try:
        yield json.loads(stripped)
        return
    except (ValueError, RecursionError) as error:
        if "\n" not in stripped or stripped.split("\n", 1)[0].strip() in ("{", "["):
            yield BadInput(f"{name}: not JSON: {error}")
            return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                yield BadInput(f"{name}, line {number}: not JSON: {error}")


def post_json(post: Post) -> dict[str, Any]:
    """A post in the shape that scripts rely on; ``media`` is there where the post carries words beside its text,
    ``quote_state`` where who is quoted has not agreed or what is quoted is gone, ``labels`` where it or its author is marked.
    """
    state = post.quote_state
    media = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in to_builtins(post.media).items()
        if value
    }
    labels = list(dict.fromkeys((*(post.labels or ()), *(post.author.labels or ()))))
    return {
        "platform": post.platform,
        "external_id": post.external_id,
        "url": post.url,
        "kind": post.kind.value,
        "author": {k: v for k, v in to_builtins(post.author).items() if k not in ("links", "labels", "bio")},
        "text": post.text,
        "language": post.language,
        "posted_at": post.posted_at,
        "in_reply_to": post.in_reply_to,
        "quotes": post.quotes,
        "links": list(post.links),
        "reach": to_builtins(post.reach),
        "deleted": post.deleted,
        **({"quote_state": state.value} if state and state is not QuoteState.ACCEPTED else {}),
        **({"media": media} if media else {}),
        **({"labels": labels} if labels else {}),
    }
