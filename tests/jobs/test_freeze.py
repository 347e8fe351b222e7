"""A frozen set is read without its database, has the hash of its data, and is refused where anything was changed."""

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow
from storywake.jobs.archive import bring_back
from storywake.jobs.assess import assess
from storywake.jobs.erase import erase
from storywake.jobs.freeze import freeze, hash_of, is_frozen, read_frozen
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.watch import watch_seed

from .test_round_trip import fresh


@pytest.fixture
def story(sqlite: Engine, settings: Settings) -> StoryRow:
    found = watch_seed(sqlite, settings, "moscow-times")
    assess(sqlite, found)
    return found


def test_what_was_frozen_is_read_as_it_was(sqlite: Engine, settings: Settings, story: StoryRow, tmp_path: Path) -> None:
    out = tmp_path / "set.zip"
    frozen = freeze(sqlite, settings, story, out)
    told = {form: report(sqlite, story.slug, form, settings) for form in (ReportFormat.TEXT, ReportFormat.JSON)}
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE post SET text = 'something else'"))
    assert is_frozen(str(out))
    for form, words in told.items():
        assert read_frozen(str(out), form) == (words, frozen.hash)
    assert "<html" in read_frozen(str(out), ReportFormat.HTML)[0]
    with zipfile.ZipFile(out) as archive:
        names = set(archive.namelist())
        models = json.loads(archive.read("models.json"))
        lines = archive.read("reactions.jsonl").splitlines()
        settings_told = archive.read("settings.json").decode()
    assert {"views/reactions.sql", "questions/curve.sql", "story.json", "articles.json", "people.json"} <= names
    assert sum(models["assessments"].values()) == sum(len(json.loads(line)["assessments"]) for line in lines) > 0
    assert len(lines) == frozen.reactions == 5
    assert "sqlite" not in settings_told
    assert sorted(p.name for p in tmp_path.iterdir() if "set" in p.name) == ["set.zip"]


def test_the_same_data_have_the_same_hash_and_other_data_another(
    sqlite: Engine, settings: Settings, story: StoryRow, tmp_path: Path
) -> None:
    one, same = (freeze(sqlite, settings, story, tmp_path / name).hash for name in ("a.zip", "b.zip"))
    assert one == same
    with sqlite.begin() as connection:
        connection.execute(
            text("INSERT INTO observation (post_id, observed_at, likes) VALUES (1, '2026-01-01T00:00:00Z', 5)")
        )
    assert freeze(sqlite, settings, story, tmp_path / "c.zip").hash != one


def test_the_reactions_in_it_come_back(sqlite: Engine, settings: Settings, story: StoryRow, tmp_path: Path) -> None:
    freeze(sqlite, settings, story, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extract("reactions.jsonl", tmp_path)
    with fresh() as (other, _):
        assert bring_back(other, str(tmp_path / "reactions.jsonl"), None).new == 5


def test_who_was_erased_and_what_was_deleted_is_not_in_it(
    sqlite: Engine, settings: Settings, story: StoryRow, tmp_path: Path
) -> None:
    with sqlite.begin() as connection:
        gone = connection.execute(
            text("SELECT id, text FROM post WHERE text IS NOT NULL AND kind = 'post' ORDER BY id DESC")
        ).first()
        assert gone
        connection.execute(text("UPDATE post SET deleted_at = '2026-01-05T00:00:00Z' WHERE id = :id"), {"id": gone.id})
    erase(sqlite, "x", "maxseddon")
    freeze(sqlite, settings, story, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        bodies = {name: archive.read(name).decode() for name in archive.namelist()}
    for name in ("reactions.jsonl", "people.json", "report.json", "report.txt", "report.html"):
        assert "maxseddon" not in bodies[name].lower(), name
        assert gone.text[:40] not in bodies[name], name


def changed(path: Path, out: Path, name: str, body: bytes | None, *, add: str | None = None) -> str:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
            elif body is not None:
                new.writestr(one, body)
        if add:
            new.writestr(add, b"more")
    return str(out)


def test_what_was_changed_is_refused_in_words(
    sqlite: Engine, settings: Settings, story: StoryRow, tmp_path: Path
) -> None:
    path, out = tmp_path / "a.zip", tmp_path / "b.zip"
    freeze(sqlite, settings, story, path)
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    files = {**manifest["files"], "people.json": "0" * 64}
    cases = {
        "'report.txt' was changed": changed(path, out, "report.txt", b"Everybody agreed."),
        "'people.json' was taken out": changed(path, tmp_path / "c.zip", "people.json", None),
        "'more.txt' was added": changed(path, tmp_path / "d.zip", "-", None, add="more.txt"),
        "its hash is not that of its files": changed(path, tmp_path / "e.zip", "manifest.json", json.dumps({**manifest, "hash": "0" * 64}).encode()),
        "'people.json' was changed": changed(path, tmp_path / "f.zip", "manifest.json", json.dumps({**manifest, "files": files, "hash": hash_of(files)}).encode()),
        "no frozen set": changed(path, tmp_path / "g.zip", "manifest.json", b"[" * 100_000),
        "its list of files": changed(path, tmp_path / "h.zip", "manifest.json", json.dumps({**manifest, "files": 1}).encode()),
    }  # fmt: skip
    for words, damaged in cases.items():
        with pytest.raises(BadInput, match=words):
            read_frozen(damaged, ReportFormat.TEXT)
    body = bytearray(path.read_bytes())
    body[len(body) // 3] ^= 0xFF
    (tmp_path / "i.zip").write_bytes(body)
    with pytest.raises(BadInput, match="damaged|changed"):
        read_frozen(str(tmp_path / "i.zip"), ReportFormat.TEXT)
