"""A frozen set: what is known of a story at a time, in one file that can be cited, checked and read without a database.

It is a ZIP archive of JSON, JSON lines, SQL and HTML, since these will be read by anything for as long as files are. The
hash to cite is that of the data: the same data have the same hash, whenever and wherever they were frozen.
"""

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Engine

from storywake import __version__
from storywake.collector.archive import Archived
from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.archive import archived, size
from storywake.db.engine import reading
from storywake.db.questions import questions
from storywake.db.stories import StoryRow
from storywake.db.views import VIEWS, view_sql

from .export import written
from .report import ReportFormat, as_html, as_json, as_text, fronted, gathered
from .ticking import Tick, silent

FORMAT = "storywake-frozen-1"
MANIFEST = "manifest.json"
REPORTS = {ReportFormat.TEXT: "report.txt", ReportFormat.JSON: "report.json", ReportFormat.HTML: "report.html"}
SHOWN = {REPORTS[ReportFormat.TEXT], REPORTS[ReportFormat.HTML]}
"""Renderings of the data: checked like everything else, and no part of the hash, since they say when they were made."""
SETTINGS = (
    "platforms", "stance_model", "llm_model", "thread_depth", "thread_pages", "follow_depth", "coverage",
    "first_look_minutes", "assess_minutes", "watch_days", "forget_days",
)  # fmt: skip
"""Settings that decide what is found and how it is read; none is a secret or an address."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: ZIP knows none earlier."""
MAX_REPORT_BYTES = 1_000_000_000
MAX_MANIFEST_BYTES = 1_000_000
CHUNK = 1 << 20


class Frozen(NamedTuple):
    """A set that was frozen: its hash, and how many reactions are in it."""

    hash: str
    reactions: int


def freeze(engine: Engine, settings: Settings, story: StoryRow, out: Path, tick: Tick = silent) -> Frozen:
    """Writes a story's frozen set. What an analyst dropped, the words of deleted posts, and whatever belonged to erased
    persons is not in it.
    """
    facts = without_deleted(gathered(engine, story.slug, settings))
    models: Counter[str] = Counter()
    digests: dict[str, str] = {}
    with written(out) as file, zipfile.ZipFile(file, "w") as archive:
        with reading(engine) as connection:
            known = size(connection, story)
            rows = _counted(archived(connection, story), models, tick, known, f"freezing the reactions to {story.slug}")
            digests["reactions.jsonl"] = _put(archive, "reactions.jsonl", rows)
        told = {
            "story.json": {**facts["story"], "claims": facts["claims"]},
            "articles.json": facts["articles"],
            "people.json": facts["people"],
            "models.json": {"storywake": __version__, "assessments": dict(sorted(models.items()))},
            "settings.json": {name: getattr(settings, name) for name in SETTINGS},
        }
        texts = {name: json.dumps(value, ensure_ascii=False, indent=1) for name, value in told.items()}
        texts |= {f"views/{name}.sql": view_sql(name) for name in sorted(VIEWS)}
        texts |= {f"questions/{q.name}.sql": f"-- {q.sentence}\n{q.query}\n" for q in questions().values()}
        texts[REPORTS[ReportFormat.JSON]] = as_json(facts)
        texts[REPORTS[ReportFormat.TEXT]] = as_text(facts)
        texts[REPORTS[ReportFormat.HTML]] = as_html(facts, fronted(engine, story.slug, settings))
        for name, text in texts.items():
            digests[name] = _put(archive, name, [text.encode("utf-8", "replace")])
        whole = hash_of(digests)
        manifest = {"format": FORMAT, "story": story.slug, "hash": whole, "frozen_at": now(), "files": digests}
        _put(archive, MANIFEST, [json.dumps(manifest, ensure_ascii=False, indent=1).encode()])
    return Frozen(whole, known)


def without_deleted(facts: dict[str, Any]) -> dict[str, Any]:
    """A report's facts without the words and links of deleted posts."""
    gone: dict[str, Any] = {"text": None, "links": []}
    return {**facts, "reactions": [{**row, **gone} if row["deleted"] else row for row in facts["reactions"]]}


def hash_of(digests: Mapping[str, str]) -> str:
    """The hash of a set: SHA-256 over lines of a file's SHA-256, two spaces and its name, in the order of the names
    (as ``sha256sum`` prints them); ``SHOWN`` are left out.
    """
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests) if name not in SHOWN)
    return hashlib.sha256(lines.encode()).hexdigest()


def is_frozen(path: str) -> bool:
    """Whether a file is an archive, as a frozen set is."""
    return Path(path).is_file() and zipfile.is_zipfile(path)


def read_frozen(path: str, form: ReportFormat) -> tuple[str, str]:
    """A report from a frozen set, which is checked whole, and the hash of the set. Raises BadInput, in words, where
    anything in it was changed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            _check(archive, manifest, path)
            name = REPORTS[form]
            if name not in manifest["files"] or archive.getinfo(name).file_size > MAX_REPORT_BYTES:
                raise BadInput(f"{path}: there is no {name} in it that can be read")
            return archive.read(name).decode("utf-8", "replace"), manifest["hash"]
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadInput(f"{path}: damaged, it cannot be read: {error}") from None


def _manifest(archive: zipfile.ZipFile, path: str) -> dict[str, Any]:
    try:
        info = archive.getinfo(MANIFEST)
        manifest = json.loads(archive.read(info)) if info.file_size <= MAX_MANIFEST_BYTES else None
    except (KeyError, ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadInput(f"{path}: no frozen set that this version reads")
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(isinstance(value, str) for value in files.values()):
        raise BadInput(f"{path}: its list of files was changed")
    return manifest


def _check(archive: zipfile.ZipFile, manifest: Mapping[str, Any], path: str) -> None:
    names, files = sorted(archive.namelist()), manifest["files"]
    for name in sorted({*names, *files} - {MANIFEST}):
        if name not in files or name not in names:
            raise BadInput(f"{path}: {name!r} was {'added' if name in names else 'taken out'} after it was frozen")
    if len(names) != len(set(names)):
        raise BadInput(f"{path}: a file stands in it twice")
    for name, digest in files.items():
        found = hashlib.sha256()
        with archive.open(name) as member:
            while chunk := member.read(CHUNK):
                found.update(chunk)
        if found.hexdigest() != digest:
            raise BadInput(f"{path}: {name!r} was changed after it was frozen")
    if hash_of(files) != manifest.get("hash"):
        raise BadInput(f"{path}: its hash is not that of its files: it was changed after it was frozen")


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """Writes a file into the archive, piece by piece. Returns its SHA-256."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    digest = hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            digest.update(piece)
            member.write(piece)
    return digest.hexdigest()


def _counted(rows: Iterator[Archived], models: Counter[str], tick: Tick, known: int, what: str) -> Iterator[bytes]:
    """The reactions as JSON lines, their models counted."""
    for done, row in enumerate(rows):
        tick(done, known, what)
        models.update(one.model for one in row.assessments)
        yield msgspec.json.encode(row) + b"\n"
