"""Which story needs a look, and why."""

from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.db.summaries import Kept, keep_summary
from storywake.jobs.attention import Standing, table

AT = "2026-11-24T06:00:00Z"
TODAY, YESTERDAY, LONG_AGO = "2026-11-24T01:00:00Z", "2026-11-22T20:00:00Z", "2026-11-01T00:00:00Z"
TIE = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="it links", confidence=1.0)


def story(engine: Engine, slug: str, posts: dict[str, int], until: str = "2027-01-01T00:00:00Z") -> StoryRow:
    """A story with so many reactions found at each time."""
    with engine.begin() as connection:
        found = add_story(
            connection, slug=slug, title=slug, url=None, claims=("c",), created_at=LONG_AGO, watch_until=until
        )
        for at, number in posts.items():
            for n in range(number):
                post = Post(platform="x", external_id=f"{found.id}{n:03}{at[8:10]}", author=Author(handle=f"u{n}"), text="w")  # fmt: skip
                save_posts(connection, [post], at)
                save_reaction(connection, found.id, post, TIE, at)
    return found


def standing(engine: Engine) -> list[Standing]:
    with engine.begin() as connection:
        return table(connection, AT)


def test_a_story_to_which_nothing_happened_needs_no_look(engine: Engine) -> None:
    story(engine, "calm", {LONG_AGO: 3, YESTERDAY: 2, TODAY: 2})
    (one,) = standing(engine)
    assert (one.reactions, one.today, one.need, one.reasons) == (7, 2, 0, [])


def test_what_happened_lately_is_told_and_what_happened_long_ago_is_not(engine: Engine) -> None:
    calm, torn = story(engine, "calm", {LONG_AGO: 1}), story(engine, "torn", {LONG_AGO: 1})
    with engine.begin() as connection:
        for found, at in ((calm, LONG_AGO), (torn, TODAY)):
            change = {"s": found.id, "at": at, "b": "{}"}
            connection.execute(
                text(
                    "INSERT INTO balance_change (story_id, claim_id, at, before, after, chance, found_at) "
                    "SELECT :s, id, :at, :b, :b, 0.001, :at FROM claim WHERE story_id = :s"
                ),
                change,
            )
        connection.execute(
            text("UPDATE post SET deleted_at = :at WHERE id = (SELECT post_id FROM reaction WHERE story_id = :s)"),
            {"at": TODAY, "s": torn.id},
        )
    first, second = standing(engine)
    assert (first.story.slug, first.reasons) == ("torn", ["the balance changed", "1 deleted"])
    assert (second.story.slug, second.need) == ("calm", 0)


def test_a_story_grows_where_a_day_brought_twice_as_much_as_the_one_before(engine: Engine) -> None:
    story(engine, "steady", {YESTERDAY: 6, TODAY: 11})
    story(engine, "rising", {YESTERDAY: 5, TODAY: 10})
    story(engine, "small", {YESTERDAY: 1, TODAY: 9})
    story(engine, "new", {TODAY: 20})
    told = {one.story.slug: one.reasons for one in standing(engine)}
    assert told == {"rising": ["grows: 10 reactions in a day after 5"], "steady": [], "small": [], "new": []}


def test_silent_networks_and_failing_looks_are_told_while_a_story_is_watched(engine: Engine) -> None:
    looks = [
        {"source": "mastodon", "looks": 3, "failed": 3},
        {"source": "x", "looks": 5, "failed": 2},
        {"source": "bluesky", "looks": 4, "failed": 0},
    ]
    for slug, until in (("watched", "2027-01-01T00:00:00Z"), ("over", LONG_AGO)):
        found = story(engine, slug, {}, until)
        with engine.begin() as connection:
            keep_summary(connection, found.id, Kept("s", AT, 0.1, {"looks": looks}), {}, {})
    told = {one.story.slug: (one.status, one.reasons) for one in standing(engine)}
    assert told == {"watched": ("watched", ["silent: mastodon", "2 looks fail"]), "over": ("ended", [])}


def test_webmentions_that_wait_are_told(engine: Engine) -> None:
    found = story(engine, "asked", {})
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO webmention (source, target, story_id, received_at, status) "
                "VALUES ('https://b.example/', 'https://a.example/', :s, :at, 'waiting')"
            ),
            {"s": found.id, "at": LONG_AGO},
        )
    assert [one.reasons for one in standing(engine)] == [["webmentions waiting: 1"]]


def test_the_last_look_is_also_that_at_a_post(engine: Engine) -> None:
    found = story(engine, "calm", {LONG_AGO: 1})
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO observation (post_id, observed_at, likes) SELECT post_id, :at, 1 FROM reaction"), {"at": TODAY})  # fmt: skip
    (one,) = standing(engine)
    assert (one.story.id, one.last_look) == (found.id, TODAY)
