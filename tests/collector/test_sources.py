"""Recorded payloads beside the records that they hold: ``name.json`` (or ``.html``) with ``name.records.json``.

Adding a case is adding two files.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.exports.documents import exported
from storywake.collector.reading.answers import normalise
from storywake.collector.records import Post
from storywake.collector.sources import SOURCES, Platform, limits_table, table
from storywake.commands.extract import post_json

FIXTURES = Path(__file__).parents[1] / "fixtures" / "payloads"
CASES = sorted(p for p in FIXTURES.glob("*/*") if not p.name.endswith(".records.json"))


def payload_of(path: Path) -> Any:
    return json.loads(path.read_text()) if path.suffix == ".json" else path.read_text()


def records_of(path: Path) -> Any:
    return json.loads(path.with_name(f"{path.stem}.records.json").read_text())


def test_every_platform_has_a_source_and_at_least_six_cases() -> None:
    assert set(SOURCES) == set(Platform)
    for name in Platform:
        assert sum(p.parent.name == name for p in CASES) >= 6, name


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_payload_gives_its_records(path: Path) -> None:
    assert [post_json(post) for post in normalise(path.parent.name, payload_of(path))] == records_of(path)


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, Any]:
    """A recorded payload with some values taken out or replaced by others."""
    path = draw(st.sampled_from([p for p in CASES if p.suffix == ".json"]))
    junk = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 1 << 70),
        st.text(max_size=5),
        st.just([]),
        st.just({}),
        st.just([None, 1, "x", {}]),
        st.floats(),
    )

    def change(value: Any) -> Any:
        if draw(st.integers(0, 14)) == 0:
            return draw(junk)
        if isinstance(value, dict):
            return {key: change(inner) for key, inner in value.items() if draw(st.integers(0, 14))}
        if isinstance(value, list):
            return [change(inner) for inner in value]
        return value

    return path.parent.name, change(payload_of(path))


@given(broken())
@settings(max_examples=300, deadline=None)
def test_no_payload_breaks_a_source(case: tuple[str, Any]) -> None:
    name, payload = case
    for post in normalise(name, payload):
        assert isinstance(post, Post)
        json.dumps(post_json(post))


@given(
    st.sampled_from(sorted(SOURCES)),
    st.one_of(
        st.none(),
        st.text(max_size=80),
        st.integers(),
        st.lists(st.none(), max_size=3),
        st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    ),
)
@settings(deadline=None)
def test_nothing_is_invented_from_nothing(name: str, payload: Any) -> None:
    found = normalise(name, payload)
    assert found == [] or name == "web"


def test_every_source_says_what_it_is() -> None:
    for name, source in SOURCES.items():
        assert source.name == name
        assert source.help
        assert source.documentation
        assert date.fromisoformat(source.checked)


def test_the_documentation_says_what_the_platforms_files_say() -> None:
    """Where this fails, put what ``table()`` and ``limits_table()`` give into docs/platforms.md."""
    written = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text()
    assert table() in written
    assert limits_table() in written


@pytest.mark.parametrize("case", ["misskey/deleted", "mastodon/reply", "bluesky/quote", "x/reply"])
def test_an_export_without_a_name_is_read_as_what_it_is(case: str) -> None:
    path = FIXTURES / f"{case}.json"
    assert [post_json(post) for post in exported(payload_of(path)).posts] == records_of(path)


def test_an_item_of_zeeschuimers_is_read_as_the_platform_that_it_names() -> None:
    path = FIXTURES / "tiktok" / "recorded.json"
    named = {"nav_index": "1", "source_platform": "www.tiktok.com", "data": payload_of(path)}
    assert [post_json(post) for post in exported(named).posts] == records_of(path)
    assert exported({**named, "source_platform": "pinboard.example"}).posts == []
