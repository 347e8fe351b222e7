"""Commands that touch no database: extract, normalise, stance."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from storywake.collector.addresses import PLATFORMS
from storywake.collector.dates import now
from storywake.collector.errors import BadInput, StorywakeError, Unreadable
from storywake.collector.net.evidence import Evidence
from storywake.collector.net.fetch import Fetcher
from storywake.collector.pages.charsets import decode
from storywake.collector.platforms import SOURCES
from storywake.collector.printable import printable, printable_json
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Article, Post, to_builtins
from storywake.collector.settings import Settings
from storywake.collector.stance import DEFAULT, NAMES, STANCES, Assessor, Reaction, assessor
from storywake.collector.urls import is_web_address
from storywake.jobs.watch import read_file

BATCH = 256


def extract(
    what: Annotated[str, typer.Argument(metavar="FILE|URL", help="an HTML file, pasted text, or an address")],
    url: Annotated[
        str | None, typer.Option(metavar="BASE", help="the address that the file came from; links resolve against it")
    ] = None,
) -> None:
    """What an article holds, as one JSON object."""
    evidence = asyncio.run(_fetched(what)) if is_web_address(what) else _given(read_file(what), url or "")
    with Readers() as readers:
        try:
            article = readers.read_now("web", evidence).article
        except Unreadable as error:
            raise Unreadable(f"{what}: {error}") from None
    if article is None:
        raise Unreadable(f"{what}: {'it is no page' if evidence.body else 'the document is empty'}")
    print(printable_json(article_json(article), indent=1))


async def _fetched(address: str) -> Evidence:
    async with Fetcher(Settings()) as fetcher:
        evidence = await fetcher.get(address)
    if evidence.status != 200:
        raise BadInput(f"{address} answered {evidence.status}")
    return evidence


def _given(body: bytes, address: str = "") -> Evidence:
    """A file as the answer that it would have been."""
    return Evidence(url=address, final_url=address, fetched_at=now(), status=200, body=body)


def article_json(article: Article) -> dict[str, Any]:
    """An article in the shape that scripts rely on."""
    built = to_builtins(article)
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
    platform: Annotated[str, typer.Option(metavar="P", help="the platform they came from")],
) -> None:
    """Recorded platform payloads to records, a JSON line each."""
    if platform not in SOURCES:
        known = ", ".join(SOURCES)
        raise BadInput(
            f"no reader for {platform!r}; there are: {known}"
            if platform in PLATFORMS
            else f"no platform {platform!r}; there are: {known}"
        )
    failed = False
    with Readers() as readers:
        for path in files:
            for payload in payloads(decode(read_file(str(path))), str(path)):
                try:
                    posts = readers.read_now(platform, _answered(payload)).posts
                except StorywakeError as error:
                    line = str(error) if isinstance(error, BadInput) else f"{path}: {error}"
                    print(printable(line), file=sys.stderr)
                    failed = True
                    continue
                for post in posts:
                    print(printable_json(post_json(post)))
    if failed:
        raise typer.Exit(1)


def _answered(payload: Any) -> Evidence:
    """A payload as the answer that it would have been. Raises the fault that a line is."""
    if isinstance(payload, BadInput):
        raise payload
    if isinstance(payload, str):
        return _given(payload.encode("utf-8", "replace"))
    given = _given(json.dumps(payload).encode())
    return msgspec.structs.replace(given, headers={"content-type": "application/json"})


def payloads(text: str, name: str) -> Iterator[Any]:
    """The payloads of a file: one JSON document, a JSON document a line, or a page as it is; BadInput for a line that is none."""
    stripped = text.strip()
    if stripped[:1] not in "{[":
        if stripped:
            yield text
        return
    try:
        yield json.loads(stripped)
        return
    except (ValueError, RecursionError) as error:
        if "\n" not in stripped or stripped.split("\n", 1)[0].strip() in ("{", "["):
            yield BadInput(f"{name}: not JSON: {error}")
            return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                yield BadInput(f"{name}, line {number}: not JSON: {error}")


def post_json(post: Post) -> dict[str, Any]:
    """A post in the shape that scripts rely on."""
    return {
        "platform": post.platform,
        "external_id": post.external_id,
        "url": post.url,
        "kind": post.kind.value,
        "author": {k: v for k, v in to_builtins(post.author).items() if k != "links"},
        "text": post.text,
        "language": post.language,
        "posted_at": post.posted_at,
        "in_reply_to": post.in_reply_to,
        "quotes": post.quotes,
        "links": list(post.links),
        "reach": to_builtins(post.reach),
        "deleted": post.deleted,
    }


class StanceLine(msgspec.Struct):
    """A line of ``stance``'s input."""

    text: str
    id: str | int | None = None
    claim: str | None = None
    parent_text: str | None = None
    source_text: str | None = None
    is_source: bool | None = None
    language: str | None = None


def stance(
    claim: Annotated[str | None, typer.Option(metavar="TEXT", help="the claim, where a line names none")] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help=f"the assessor: {', '.join(NAMES)}")] = DEFAULT,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSON lines of text and stance for this claim, which adapt the assessor"),
    ] = None,
) -> None:
    """Stance of reactions: JSON lines in, JSON lines out, in the same order."""
    base = assessor(model)
    known = _read_labels(labels, claim) if labels else []
    judge: Assessor | None = None
    failed = False
    lines = enumerate(sys.stdin.buffer, 1)
    decoder = msgspec.json.Decoder(StanceLine)
    while batch := list(islice(lines, BATCH)):
        read: list[StanceLine] = []
        for number, line in batch:
            if not line.strip():
                continue
            try:
                read.append(decoder.decode(line.decode("utf-8", "replace")))
            except msgspec.DecodeError as error:
                print(printable(f"line {number}: {error}"), file=sys.stderr)
                failed = True
        reactions = [_reaction(line, claim) for line in read]
        judge = judge or _adapted(base, known, reactions)
        name = f"{judge.name}@{judge.version}"
        results = judge.assess(reactions)
        _print_lines(
            {
                "id": item.id,
                "stance": result.stance,
                "probabilities": {k: round(p, 6) for k, p in zip(STANCES, result.probabilities, strict=True)},
                "confidence": round(result.confidence, 6),
                "covered": result.covered,
                "unclear": result.unclear,
                "model": result.model or name,
            }
            for item, result in zip(read, results, strict=True)
        )
    if failed:
        raise typer.Exit(1)


class LabelLine(msgspec.Struct):
    """A line of a file of labels."""

    text: str
    stance: str
    claim: str | None = None
    parent_text: str | None = None
    source_text: str | None = None
    is_source: bool | None = None
    language: str | None = None


def _reaction(line: StanceLine | LabelLine, claim: str | None) -> Reaction:
    return Reaction(line.text, line.claim or claim, line.parent_text, line.source_text, line.is_source, line.language)


def _read_labels(path: Path, claim: str | None) -> list[tuple[Reaction, str]]:
    """Reactions and their stances. Raises BadInput for a line that is none."""
    decoder = msgspec.json.Decoder(LabelLine)
    found = []
    for number, line in enumerate(read_file(str(path)).splitlines(), 1):
        if line.strip():
            try:
                read = decoder.decode(line.decode("utf-8", "replace"))
            except msgspec.DecodeError as error:
                raise BadInput(f"{path}, line {number}: {error}") from None
            if read.stance not in STANCES:
                raise BadInput(f"{path}, line {number}: {read.stance!r} is none of {', '.join(STANCES)}")
            found.append((_reaction(read, claim), read.stance))
    return found


def _adapted(base: Assessor, labels: list[tuple[Reaction, str]], others: list[Reaction]) -> Assessor:
    """The assessor as it is, or adapted by labels and by what else is said at first."""
    if not labels:
        return base
    from storywake.collector.stance.adapt import Adapted

    return Adapted(base, [reaction for reaction, _ in labels], [stance for _, stance in labels], others)


def _print_lines(rows: Iterable[dict[str, Any]]) -> None:
    sys.stdout.write("".join(printable_json(row) + "\n" for row in rows))
