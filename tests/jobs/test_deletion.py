"""A post that its author deleted: gone after a time from rows and answers, and nothing old brings it back."""

import pytest
from sqlalchemy import Engine

from storywake.collector.net.evidence import unpack
from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow
from storywake.jobs.collect import Result
from storywake.jobs.forget import forget
from storywake.jobs.renormalise import renormalise
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .test_live_story import PAGE, AppView, ask, embed, one_pass

LATER = "2024-05-01T00:00:00Z"
"""Past the days after which a post deleted in March is forgotten."""


class Watched:
    """A story that embeds two posts, and the AppView they are read from."""

    def __init__(self, engine: Engine, site: Site, settings: Settings) -> None:
        self.engine, self.site = engine, site
        self.settings = settings.model_copy(update={"bluesky_url": site.url, "forget_days": 100_000})
        self.view = AppView(site, ["one", "two"])
        site.page("/bridge", PAGE.format(more=embed("one", "So nobody inspected it?") + embed("two", "It was late.")))
        self.story: StoryRow = watch(engine, self.settings, f"{site.url}/bridge", slug="bridge")

    def look(self) -> Result:
        return one_pass(self.engine, self.settings)

    def delete(self, key: str) -> None:
        """The author deletes the post, and the next pass finds out."""
        self.view.keys.remove(key)
        thread = self.site.routes["/xrpc/app.bsky.feed.getPostThread"]
        self.site.routes["/xrpc/app.bsky.feed.getPostThread"] = lambda asked: (
            Reply(b'{"error":"NotFound"}', 400) if asked.query["uri"][0].endswith(f"/{key}") else thread(asked)
        )
        assert self.look().counts["gone"] == 1

    def texts(self) -> list[tuple[str | None, bool]]:
        """What is stored of the two posts: words, and whether they are deleted."""
        rows = ask(self.engine, "SELECT text, deleted_at FROM post WHERE platform = 'bluesky' ORDER BY key")
        return [(row.text, row.deleted_at is not None) for row in rows]

    def answers(self) -> list[bytes]:
        """The content of every answer of the platform."""
        query = (
            "SELECT packed FROM evidence_body WHERE hash IN (SELECT body_hash FROM evidence WHERE source = 'bluesky')"
        )
        return [unpack(bytes(row.packed)) for row in ask(self.engine, query)]


@pytest.fixture
def watched(engine: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Watched:
    clock = iter(f"2024-03-03T{hour:02}:{minute:02}:00Z" for hour in range(10, 24) for minute in range(60))
    monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: next(clock))
    return Watched(engine, site, settings)


def test_it_is_forgotten_in_rows_and_in_the_answers_that_showed_it(watched: Watched) -> None:
    watched.look()
    watched.delete("one")
    assert watched.texts() == [("post one", True), ("post two", False)]
    assert forget(watched.engine, "2024-03-03T00:00:00Z") == 0, "it is kept for some days"
    assert forget(watched.engine, LATER) == 1
    assert watched.texts() == [(None, True), ("post two", False)]
    assert not any(b"post one" in body for body in watched.answers())
    assert any(b"post two" in body for body in watched.answers()), "later answers do not show it, so they stay"
    assert forget(watched.engine, LATER) == 0, "once is enough"
    assert ask(watched.engine, "SELECT COUNT(*) FROM evidence WHERE source = 'bluesky' AND body_hash IS NULL")[0][0] > 0


def test_evidence_read_anew_does_not_bring_it_back(watched: Watched) -> None:
    watched.look()
    watched.delete("one")
    renormalise(watched.engine, watched.settings, watched.story)
    assert watched.texts() == [("post one", True), ("post two", False)], "the answers are older than its deletion"
    forget(watched.engine, LATER)
    renormalise(watched.engine, watched.settings, watched.story)
    assert watched.texts() == [(None, True), ("post two", False)]


def test_an_article_that_still_shows_it_does_not_bring_it_back(watched: Watched) -> None:
    watched.look()
    watched.delete("one")
    forget(watched.engine, LATER)
    more = (
        embed("one", "So nobody inspected it?") + embed("two", "It was late.") + "<p>The city has since apologised.</p>"
    )
    watched.site.page("/bridge", PAGE.format(more=more))
    assert watched.look().counts["revisions"] == 1
    assert watched.texts() == [(None, True), ("post two", False)]
