"""Words in files of other tools: an older file turns none back, and what a newer one replaces is kept as an earlier text."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow
from storywake.jobs.imports import import_file
from storywake.jobs.watch import watch

from .test_import_counts import KEY, NAMES, POSTED, asked, page

FIRST = "Residents were warned on day two"
THEN = "Nobody was warned, I was wrong"
TOLD = "{} had other words in another file: the older ones are kept as earlier texts"


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    return watch(engine, Settings(), "https://news.example/story/0", slug="s")


def table(folder: Path, name: str, words: Sequence[str], likes: int) -> Path:
    """A file that does not say when its posts were collected."""
    path = folder / f"{name}.csv"
    rows = [f'{int(KEY) + n},ann,{POSTED},"{said}",{KEY},en,{likes}' for n, said in enumerate(words)]
    path.write_text("\n".join([NAMES, *rows]) + "\n")
    return path


def bring(
    engine: Engine, story: StoryRow, monkeypatch: pytest.MonkeyPatch, *files: Path | str, first_day: int = 1
) -> list[str]:
    """Imports files a day apart. Returns what the last import said of words."""
    notes: tuple[str, ...] = ()
    for day, path in enumerate(files, first_day):
        monkeypatch.setattr("storywake.jobs.imports.now", lambda at=f"2024-06-0{day}T08:00:00Z": at)
        notes = import_file(engine, Settings(), story, str(path)).notes
    return [note.split(": ", 1)[1] for note in notes if "other words" in note]


def words(engine: Engine) -> list[str]:
    return [row[0] for row in asked(engine, "SELECT text FROM reactions ORDER BY external_id")]


def earlier(engine: Engine) -> Sequence[tuple[str, str]]:
    return list(asked(engine, "SELECT replaced_at, text FROM revisions ORDER BY id"))


def test_what_a_newer_file_replaces_is_kept_and_an_older_file_again_turns_nothing_back(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = table(tmp_path, "older", [FIRST], 3), table(tmp_path, "newer", [THEN], 9)
    assert bring(engine, story, monkeypatch, older, newer) == [TOLD.format("1 post")]
    assert (words(engine), earlier(engine)) == ([THEN], [("2024-06-02T08:00:00Z", FIRST)])
    bring(engine, story, monkeypatch, older, newer, first_day=3)
    assert (words(engine), earlier(engine)) == ([THEN], [("2024-06-02T08:00:00Z", FIRST)])


def test_words_of_an_older_file_that_comes_later_are_earlier_texts(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = table(tmp_path, "newer", [THEN, "Same here"], 9)
    older = table(tmp_path, "older", [FIRST, "Same here"], 3)
    assert bring(engine, story, monkeypatch, newer, older) == [TOLD.format("1 post")]
    assert (words(engine), earlier(engine)) == ([THEN, "Same here"], [("2024-06-01T08:00:00Z", FIRST)])


@pytest.mark.parametrize(("first", "then"), [("👍", "👎"), ("चेतावनी दी थी", "चेतावनी दो थी")])
def test_other_signs_where_there_are_no_letters_and_other_vowel_signs_are_other_words(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch, first: str, then: str
) -> None:
    files = table(tmp_path, "older", [first], 3), table(tmp_path, "newer", [then], 9)
    assert bring(engine, story, monkeypatch, *files) == [TOLD.format("1 post")]
    assert (words(engine), earlier(engine)) == ([then], [("2024-06-02T08:00:00Z", first)])


def chat(folder: Path, name: str, said: str) -> Path:
    """An export of Telegram Desktop, which has no counts."""
    message = {"id": 3, "type": "message", "date": "2024-05-02T08:00:00", "date_unixtime": "1714636800", "text": said}
    path = folder / f"{name}.json"
    told = {"name": "Bridge", "type": "public_supergroup", "id": 1234567890}
    path.write_text(json.dumps(told | {"messages": [message | {"from": "Olga", "from_id": "user56"}]}))
    return path


def uncounted(folder: Path, name: str, said: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(f"url,author,text,date\nhttps://x.com/ann/status/{KEY},ann,{said},{POSTED}\n")
    return path


@pytest.mark.parametrize("write", [chat, uncounted])
def test_files_without_counts_that_are_imported_again_change_nothing(
    engine: Engine,
    tmp_path: Path,
    story: StoryRow,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path, str, str], Path],
) -> None:
    older, newer = write(tmp_path, "older", "It was late"), write(tmp_path, "newer", "It was on time")
    other = write(tmp_path, "other", "It was LATE https://t.co/abc")
    assert bring(engine, story, monkeypatch, older, newer) == [TOLD.format("1 post")]
    for day, path in enumerate((older, newer, older, other), 3):
        assert bring(engine, story, monkeypatch, path, first_day=day) == []
    assert (words(engine), earlier(engine)) == (["It was on time"], [("2024-06-02T08:00:00Z", "It was late")])


def test_words_that_a_file_of_a_later_time_has_again_stand(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, said in ((2, FIRST), (3, THEN), (4, FIRST), (2, FIRST), (3, THEN)):
        path = Path(page(tmp_path, 30, f"2024-05-0{day}T08:00:00Z"))
        path.write_text(json.dumps(json.loads(path.read_text().replace("It was late", said))) + "\n")
        bring(engine, story, monkeypatch, path)
    assert words(engine) == [FIRST]
    assert earlier(engine) == [("2024-05-03T08:00:00Z", FIRST), ("2024-05-04T08:00:00Z", THEN)]


def test_files_that_say_when_they_were_collected_may_come_in_any_order(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for likes, said, at in ((90, THEN, "2024-05-04T08:00:00Z"), (30, FIRST, "2024-05-03T08:00:00Z")):
        path = Path(page(tmp_path, likes, at))
        path.write_text(json.dumps(json.loads(path.read_text().replace("It was late", said))) + "\n")
        bring(engine, story, monkeypatch, path)
    assert (words(engine), earlier(engine)) == ([THEN], [("2024-05-04T08:00:00Z", FIRST)])


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("Residents were  WARNED on day two https://t.co/abc", "Residents were  WARNED on day two https://t.co/abc"),
        ("Residents were warned on… https://t.co/abc", FIRST),
        ("Residents were warned on day two 👍", "Residents were warned on day two 👍"),
    ],
)
def test_another_tools_way_of_writing_is_no_edit_and_a_cut_text_replaces_no_whole_one(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch, other: str, kept: str
) -> None:
    files = table(tmp_path, "one", [FIRST], 3), table(tmp_path, "other", [other], 9)
    assert bring(engine, story, monkeypatch, *files) == []
    assert (words(engine), earlier(engine)) == ([kept], [])


def test_what_an_article_shows_of_a_post_replaces_no_words_of_an_import(
    engine: Engine, tmp_path: Path, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(engine, story, monkeypatch, table(tmp_path, "one", [FIRST], 3))
    shown = tmp_path / "page.html"
    shown.write_text(
        '<html><head><title>Reactions</title></head><body><article><h1>Reactions to the spill</h1><p>People are angry.</p><blockquote class="twitter-tweet">'
        f'<p lang="en" dir="ltr">Residents were war</p>&mdash; Ann (@ann) <a href="https://twitter.com/ann/status/{KEY}">May 2, 2024</a>'
        "</blockquote></article></body></html>"
    )
    watch(engine, Settings(), str(shown), slug="other")
    assert sorted(asked(engine, "SELECT story, text FROM reactions")) == [("other", FIRST), ("s", FIRST)]
