"""The invented story of Kallvik bridge: what it holds, as if it had been watched; it is the same each time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import BadInput
from storywake.collector.sources import SOURCES
from storywake.db.engine import reading
from storywake.jobs.invented.passes import NAME, latest_beginning
from storywake.jobs.invented.payloads import WRITERS, Seen, external_id, payload
from storywake.jobs.invented.script import POST, _match, read_script

from ..conftest import KALLVIK_BEGAN


def ask(engine: Engine, query: str) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(text(query)).all())


@pytest.mark.slow
def test_it_looks_like_a_story_that_was_watched_for_five_days(kallvik: Engine) -> None:
    networks = dict(ask(kallvik, "SELECT platform, COUNT(*) FROM reactions WHERE platform <> 'web' GROUP BY platform"))
    assert set(networks) == set(WRITERS)
    assert sum(networks.values()) == 298
    languages = {row.language for row in ask(kallvik, "SELECT DISTINCT language FROM reactions")}
    assert {"en", "fi", "sv"} <= languages
    days = ask(kallvik, "SELECT DISTINCT substr(first_seen_at, 1, 10) AS day FROM reactions ORDER BY day")
    assert [row.day[-2:] for row in days] == ["22", "23", "24", "25", "26"]
    [gone] = ask(kallvik, "SELECT COUNT(*) AS n FROM post WHERE deleted_at IS NOT NULL")
    assert gone.n == 3
    [edited] = ask(kallvik, "SELECT COUNT(*) AS n FROM post_revision")
    assert edited.n >= 3
    roles = Counter(row.role for row in ask(kallvik, "SELECT role FROM articles"))
    assert roles == {"original": 1, "earlier": 1, "coverage": 7, "followup": 1}
    [original] = ask(kallvik, "SELECT revisions, correction, title FROM articles WHERE role = 'original'")
    assert original.revisions == 3
    assert "inspected once" in original.correction
    assert "five years without" in original.title
    [verdict] = ask(kallvik, "SELECT COUNT(*) AS n FROM stance WHERE verdict")
    assert verdict.n == 1
    [group] = {tuple(row) for row in ask(kallvik, "SELECT accounts, times FROM coordination")}
    assert group[0] == 7 and group[1] >= 5, "those who stand with the port post in step, round after round"


@pytest.mark.slow
def test_its_counts_grow_and_are_observed_when_it_was_looked_at(kallvik: Engine) -> None:
    grown = ask(
        kallvik,
        "SELECT o.likes FROM observation o JOIN post p ON p.id = o.post_id WHERE p.url LIKE '%portagency_kallvik%'"
        " ORDER BY o.observed_at",
    )
    likes = [row.likes for row in grown]
    assert len(likes) >= 6
    assert likes == sorted(likes)
    assert 4000 < likes[-1] <= 4294
    [span] = ask(kallvik, "SELECT MIN(observed_at) AS first, MAX(observed_at) AS last FROM observation")
    assert (span.first[:10], span.last[:10]) == ("2026-11-22", "2026-11-26")
    assert ask(kallvik, "SELECT 1 FROM stance WHERE assessed_at > '2026-11-26T12:00:00Z'") == []


def test_each_network_reads_what_it_is_said_to_have_answered() -> None:
    script = read_script(NAME, KALLVIK_BEGAN)
    at = script.ends
    for network in WRITERS:
        lines = [line for line in script.lines if line.network == network]
        posts = SOURCES[network].normalise(payload(network, [Seen(line, script, at) for line in lines]))
        assert [post.external_id for post in posts] == [external_id(line) for line in lines]
        for post, line in zip(posts, lines, strict=True):
            assert line.words(at) in (post.text or "")
            assert post.posted_at == Seen(line, script, at).posted


@pytest.mark.parametrize("hour", [0, 6, 11, 12, 23])
def test_it_can_end_just_before_any_moment(hour: int) -> None:
    now = datetime(2027, 3, 5, hour, 59, tzinfo=UTC)
    began = latest_beginning(now)
    ends = read_script(NAME, began).ends
    assert ends < now < ends + timedelta(days=1, minutes=30)


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match="no line"):
        _match(POST, "0 07:34 x somebody says nothing")
