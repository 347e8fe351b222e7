"""Which looks are due: by their time, below posts that are near enough to the story, with what is lacking there."""

from sqlalchemy import Connection, Engine

from storywake.collector.clock import LookKind
from storywake.collector.records import Post, Tie, TieKind
from storywake.db.engine import reading, writing
from storywake.db.looks import PostLook, Settled, add_look, add_post_looks, due_looks, settle_looks
from storywake.db.posts import counted, mark_deleted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.status import LookOutcome
from storywake.db.stories import StoryRow, add_story

TEN, ELEVEN, NOON = "2024-03-03T10:00:00Z", "2024-03-03T11:00:00Z", "2024-03-03T12:00:00Z"
LONG_AFTER = "2024-03-05T10:00:00Z"


def new_story(connection: Connection, slug: str = "s") -> StoryRow:
    return add_story(connection, slug=slug, title=None, url=None, claims=(), created_at=TEN, watch_until=LONG_AFTER)


def add_reaction(
    connection: Connection, story: StoryRow, key: str, *, depth: int = 0, kinds: tuple[LookKind, ...]
) -> None:
    """A reaction ``depth`` quotes away from what an article shows, with looks due at ten."""
    post = Post(platform="bluesky", external_id=f"at://did:plc:{key}", text=key)
    save_posts(connection, [post], TEN)
    save_reaction(
        connection, story.id, post, Tie(kind=TieKind.QUOTES, source="a", rests_on="b", confidence=1.0), TEN, depth=depth
    )
    [stored] = counted(connection, [post]).values()
    add_post_looks(connection, [PostLook(kind, "bluesky", stored.id, "it reacts", TEN, TEN) for kind in kinds])


def due(engine: Engine, story: StoryRow, at: str | None, depth: int = 2) -> set[str]:
    with reading(engine) as connection:
        found = due_looks(connection, [story.id], at, depth)
    return {look.target if look.post_id is None else f"{look.kind} {(look.external_id or '')[13:]}" for look in found}


def test_what_is_due_is_looked_at_and_nothing_else(engine: Engine) -> None:
    with writing(engine) as connection:
        story, other = new_story(connection), new_story(connection, "other")
        for hour, at in (("ten", TEN), ("eleven", ELEVEN), ("noon", NOON)):
            add_look(connection, story.id, LookKind.PAGE, "web", hour, "named", TEN, due_at=at)
        add_look(connection, other.id, LookKind.PAGE, "web", "another story's", "named", TEN)
        add_look(connection, None, LookKind.FEED, "feed", "a feed of all", "watched", TEN)
    assert due(engine, story, ELEVEN) == {"ten", "eleven", "a feed of all"}
    assert due(engine, story, None) == {"ten", "eleven", "noon", "a feed of all"}
    with reading(engine) as connection:
        done = [look.id for look in due_looks(connection, [story.id], None, 2) if look.target == "ten"]
    with writing(engine) as connection:
        settle_looks(connection, [Settled(done[0], ELEVEN, None, LookOutcome.OK)])
    assert due(engine, story, None) == {"eleven", "noon", "a feed of all"}


def test_a_look_that_a_clock_more_than_an_hour_ahead_wrote_down_is_due(engine: Engine) -> None:
    ahead = {"within": "2024-03-03T11:55:00Z", "beyond": "2024-03-03T12:05:00Z"}
    with writing(engine) as connection:
        story = new_story(connection)
        for target in ahead:
            add_look(connection, story.id, LookKind.PAGE, "web", target, "named", TEN)
    with reading(engine) as connection:
        looks = due_looks(connection, [story.id], None, 2)
    with writing(engine) as connection:
        settle_looks(connection, [Settled(look.id, ahead[look.target], LONG_AFTER, LookOutcome.OK) for look in looks])
    assert due(engine, story, ELEVEN) == {"beyond"}


def test_threads_are_looked_at_near_the_story_and_counts_everywhere(engine: Engine) -> None:
    both = (LookKind.COUNTS, LookKind.REPLIES)
    with writing(engine) as connection:
        story = new_story(connection)
        for depth in range(4):
            add_reaction(connection, story, str(depth), depth=depth, kinds=both)
    counts = {f"counts {n}" for n in range(4)}
    assert due(engine, story, TEN, depth=1) == counts | {"replies 0", "replies 1"}
    assert due(engine, story, TEN, depth=2) == counts | {"replies 0", "replies 1", "replies 2"}


def test_of_a_post_that_is_gone_only_whether_it_is_back_is_asked(engine: Engine) -> None:
    with writing(engine) as connection:
        story = new_story(connection)
        add_reaction(connection, story, "gone", kinds=(LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES))
        mark_deleted(connection, "bluesky", ["at://did:plc:gone"], TEN)
    assert due(engine, story, ELEVEN) == {"counts gone"}
