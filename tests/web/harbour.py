"""A small story with one of each thing that the pages of single things show, its words hostile."""

from sqlalchemy import Engine
from starlette.testclient import TestClient

from storywake.collector.records import Article, Author, Kind, Post, Reach, Role, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.articles import save_article
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.assess import assess
from storywake.jobs.resolution import update_people
from storywake.web.app import build

EVIL = '<script>alert("x")</script>'
ARTICLE = "https://herald.example/bridge"
CLAIMS = ("The bridge was never inspected.", "The city knew of it.")
DAYS = [f"2026-11-{day}T10:00:00Z" for day in (22, 23, 24)]
FIRST = "The bridge was never inspected, documents of the city show. " * 3
SECOND = "The bridge was inspected once, documents of the city show. " * 3


def plant(engine: Engine, settings: Settings) -> StoryRow:
    """A story with five reactions: 1 edited and counted thrice, 2 answers it, 3 deleted, 4 and 5 by other people."""
    with engine.begin() as connection:
        story = add_story(
            connection, slug="bridge", title=f"Bridge {EVIL}", url=ARTICLE, claims=CLAIMS, created_at=DAYS[0], watch_until=DAYS[2]
        )  # fmt: skip
        for day, text, title in zip(DAYS, (FIRST, SECOND, SECOND), ("Never inspected", "Inspected once", "Inspected once"), strict=True):  # fmt: skip
            page = Article(
                url=ARTICLE, canonical_url=ARTICLE, title=title, publisher=f"Herald {EVIL}", text=text, language="en"
            )
            save_article(connection, story.id, page, Role.ORIGINAL, day)
        for number, day in enumerate(DAYS):
            posts = [written(number), *([] if number else others())]
            save_posts(connection, posts, day)
            for post in posts:
                save_reaction(connection, story.id, post, tie_of(post), day)
        save_posts(connection, [others()[1].__class__(platform="x", external_id="103", deleted=True)], DAYS[1])
    update_people(engine, story.id)
    assess(engine, story, settings)
    return story


def written(number: int) -> Post:
    """The first reaction's post as it was on a day; it was edited on the last."""
    words = f"It was inspected, I was there {EVIL}" if number < 2 else f"It was inspected twice, I was there {EVIL}"
    counts = Reach(likes=10 * (number + 1), reposts=number, replies=None, views=1000 * (number + 1))
    return Post(
        platform="x", external_id="101", url="https://x.com/anna/status/101", author=Author(handle="anna", name=f"Anna Berg {EVIL}", followers=900),
        text=words, language="en", posted_at=DAYS[0], reach=counts,
    )  # fmt: skip


def others() -> list[Post]:
    """The other reactions' posts."""
    return [
        Post(platform="x", external_id="102", kind=Kind.REPLY, author=Author(handle="bo", name="Bo Ek"), text="Is that true?", language="en", posted_at=DAYS[0], in_reply_to="101"),
        Post(platform="x", external_id="103", author=Author(handle="cia", name="Cia Dahl"), text="I never said this", language="en", posted_at=DAYS[0]),
        Post(platform="mastodon", external_id="https://m.example/104", url="javascript:alert(1)", author=Author(handle="anna@m.example", name="A. Berg"), text="Lies, all of it", language="en", posted_at=DAYS[0]),
        Post(platform="bluesky", external_id="at://did:plc:dan/app.bsky.feed.post/105", author=Author(handle="dan.example", name="Dan Falk"), text="What a lovely old bridge", language="en", posted_at=DAYS[0]),
    ]  # fmt: skip


def tie_of(post: Post) -> Tie:
    """How each of them is tied to the story."""
    if post.in_reply_to:
        return Tie(kind=TieKind.REPLIES, source=post.in_reply_to, rests_on="it replies to a reaction", confidence=0.8)
    return Tie(kind=TieKind.EMBEDDED, source=ARTICLE, rests_on="the article shows the post", confidence=1.0)


def client(engine: Engine, settings: Settings) -> TestClient:
    """The pages, as a browser at this machine sees them."""
    return TestClient(build(engine, settings), base_url="http://localhost", follow_redirects=False)


def csrf_of(page: str) -> str:
    """The value that a page's forms hold."""
    return page.partition('name="csrf" value="')[2].partition('"')[0]
