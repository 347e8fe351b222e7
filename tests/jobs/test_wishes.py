"""Authors who ask not to be shown to everybody: counted without words, or not taken, as set; and what is told of labels."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from storywake.collector.platforms.bluesky import PLATFORM
from storywake.collector.settings import Settings
from storywake.collector.wishes import blanked
from storywake.jobs.watch import watch

from ..loopback import Site
from .world import Bluesky, Clock, ask, embed, one_pass, page, uri

ASKS = [{"src": "did:plc:shy", "uri": "did:plc:shy", "val": "!no-unauthenticated", "cts": "2024-01-01T00:00:00Z"}]


def labelled(*values: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"src": "did:plc:mod", "uri": "at://x", "val": value, "cts": "2024-03-01T00:00:00Z", **more} for value in values
    ]


def read(view: dict[str, Any]) -> Any:
    (post,) = PLATFORM.normalise(view)
    return post


def view(**more: Any) -> dict[str, Any]:
    return {
        "uri": uri("a"),
        "author": {"did": "did:plc:a", "handle": "a.example", **more.pop("author", {})},
        "record": {"$type": "app.bsky.feed.post", "text": "words", "createdAt": "2024-03-03T09:00:00Z", **more.pop("record", {})},
        **more,
    }  # fmt: skip


def test_labels_in_force_are_read_of_posts_and_accounts() -> None:
    taken_back = labelled("rude", neg=True)
    over = labelled("spam", exp="2024-03-02T00:00:00Z")
    own = {"labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}}
    post = read(view(labels=[*labelled("porn", "two words"), *taken_back, *over], author={"labels": ASKS}, record=own))
    assert post.labels == ("porn", "two-words", "graphic-media")
    assert post.author.labels == ("!no-unauthenticated",)
    bare = read(view())
    assert (bare.labels, bare.author.labels) == (None, None)
    assert read(view(labels=[])).labels == ()
    assert read(view(labels="odd", author={"labels": [7, {"val": {}}]})).author.labels == ()


class World(Bluesky):
    """Posts of whom some ask not to be shown."""

    def view(self, key: str) -> dict[str, Any]:
        shown = super().view(key)
        shown["labels"] = self.posts[key].get("labels", [])
        shown["author"]["labels"] = self.posts[key].get("account", [])
        return shown


@pytest.fixture
def world(site: Site, monkeypatch: pytest.MonkeyPatch, engine: Engine, settings: Settings) -> World:
    Clock(monkeypatch)
    world = World(site)
    world.add("loud", quoteCount=2)
    world.add("shy", quotes="loud", account=ASKS, text="a secret thought")
    world.add("marked", quotes="loud", labels=labelled("spam"))
    site.page("/story", page("The bridge", embed("loud")))
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False})
    watch(engine, chosen, f"{site.url}/story", claims=("The bridge was not inspected.",), slug="bridge")
    return world


def rows(engine: Engine) -> dict[str, Any]:
    return {row.external_id: row for row in ask(engine, "SELECT external_id, text, likes, tie, labels FROM reactions")}


def test_a_post_of_an_author_who_asks_counts_without_words(
    world: World, engine: Engine, settings: Settings, site: Site
) -> None:
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False})
    one_pass(engine, chosen)
    found = rows(engine)
    assert (found[uri("shy")].text, found[uri("shy")].likes, found[uri("shy")].tie) == (None, 1, "quotes")
    assert found[uri("shy")].labels == "!no-unauthenticated"
    assert (found[uri("marked")].text, found[uri("marked")].labels) == ("words of marked", "spam")
    assert found[uri("loud")].labels is None


def test_such_a_post_is_not_taken_where_that_is_set(
    world: World, engine: Engine, settings: Settings, site: Site
) -> None:
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False, "wishes": "drop"})
    one_pass(engine, chosen)
    assert set(rows(engine)) == {uri("loud"), uri("marked")}


def test_words_taken_before_go_when_the_author_asks(
    world: World, engine: Engine, settings: Settings, site: Site
) -> None:
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False})
    world.posts["shy"]["account"] = []
    one_pass(engine, chosen)
    assert rows(engine)[uri("shy")].text == "a secret thought"
    world.posts["shy"]["account"] = ASKS
    one_pass(engine, chosen)
    assert rows(engine)[uri("shy")].text is None
    world.posts["shy"]["account"] = []
    one_pass(engine, chosen)
    assert (rows(engine)[uri("shy")].text, rows(engine)[uri("shy")].labels) == ("a secret thought", None)


def test_an_answer_is_kept_without_the_words_of_such_a_post() -> None:
    shy = {"uri": uri("shy"), "record": {"text": "secret", "embed": {"images": [{"alt": "secret too"}]}}}
    body = json.dumps({"posts": [shy, {"uri": uri("loud"), "record": {"text": "loud"}}]}).encode()
    kept = blanked(body, {uri("shy")})
    assert b"secret" not in kept
    assert [post["uri"] for post in json.loads(kept)["posts"]] == [uri("shy"), uri("loud")]
    assert b"loud" in kept
    assert blanked(b"<p>secret</p>", {uri("shy")}) == b""
