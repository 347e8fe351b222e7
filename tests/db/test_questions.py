"""Saved questions run on both databases, with whatever values; what does not fit is refused in words."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from storywake.collector.errors import BadInput
from storywake.db.dictionary import dictionary
from storywake.db.questions import Parameter, ParameterType, SavedQuestion, asked, find_question, questions
from storywake.db.sql import read_only

HOSTILE = "' | '' | \\' | ' OR 1=1 -- | '; DROP TABLE post; -- | $$ | :story | %s | \u202e | \U0001f4a5 | -- | /* | \\"
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
ONE = SavedQuestion(
    "one",
    "One?",
    (
        Parameter("story", ParameterType.TEXT, "NULL", "which"),
        Parameter("since", ParameterType.MOMENT, "yesterday", "from when"),
        Parameter("most", ParameterType.INTEGER, "20", "rows"),
        Parameter("post", ParameterType.TEXT, None, "its address"),
    ),
    "SELECT :story, :since, :most, :post, '12:30', CAST(1 AS TEXT)",
)


def test_no_question_hides_a_view_or_table_of_its_name() -> None:
    assert not set(questions()) & set(dictionary())


def test_each_question_runs_with_its_defaults_and_with_hostile_words(engine: Engine) -> None:
    for question in questions().values():
        assert question.sentence.endswith("?")
        needed = {p.name: "1" for p in question.parameters if p.default is None}
        texts = [p.name for p in question.parameters if p.type == ParameterType.TEXT]
        for values in ({}, dict.fromkeys(texts, HOSTILE)):
            with read_only(engine, asked(question, needed | values)) as result:
                list(result.rows)
                assert result.columns


@pytest.mark.parametrize("word", HOSTILE.split(" | "))
def test_a_literal_is_its_value_whatever_is_in_it(sqlite: Engine, word: str) -> None:
    with read_only(sqlite, asked(ONE, {"post": word})) as result:
        assert list(result.rows)[0][3] == word.strip()


def test_values_are_written_as_literals_of_their_type() -> None:
    query = asked(ONE, {"story": "it's", "most": "5", "post": "a:since"}, AT)
    assert query == "SELECT 'it''s', '2026-11-22T00:00:00Z', 5, 'a:since', '12:30', CAST(1 AS TEXT)"
    assert asked(ONE, {"post": "1"}, AT).startswith("SELECT NULL, ")


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("now", "2026-11-23T08:30:00Z"),
        ("Today", "2026-11-23T00:00:00Z"),
        ("24 hours ago", "2026-11-22T08:30:00Z"),
        ("1 day ago", "2026-11-22T08:30:00Z"),
        ("3 days ago", "2026-11-20T08:30:00Z"),
        ("2 weeks ago", "2026-11-09T08:30:00Z"),
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"),
    ],
)
def test_a_moment_is_a_day_a_time_or_words(words: str, moment: str) -> None:
    assert f"'{moment}'" in asked(ONE, {"since": words, "post": "1"}, AT)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "post is needed: its address"),
        ({"post": "1", "most": "many"}, "most is a whole number, not 'many'"),
        ({"post": "1", "most": "5; DROP TABLE post"}, "whole number"),
        ({"post": "1", "most": "٣"}, "whole number"),
        ({"post": "1", "since": "soon"}, "since is a day"),
        ({"post": "1", "since": "2026-11-01' OR '1"}, "since is a day"),
        ({"post": "1\0"}, "no text"),
        ({"post": "1\ud800"}, "no text"),
        ({"post": "1" * 2001}, "too long"),
        ({"post": "1", "colour": "red"}, "one does not ask for colour; it asks for story, since, most, post"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(values: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        asked(ONE, values, AT)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(BadInput, match="no saved question 'frist'; there are: .*first"):
        find_question("frist")
