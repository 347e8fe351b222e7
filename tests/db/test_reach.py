"""Reach over time, told by the view, is what adding up each post's last counts by hand gives."""

from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Reach, Tie, TieKind
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import add_story

COUNTS = ("likes", "reposts", "replies", "quotes", "views")


class Look(NamedTuple):
    """A post's counts as seen at a time."""

    at: str
    reach: Reach


def drawn(draw: Random) -> Reach:
    return Reach(**{name: draw.choice([None, draw.randrange(100)]) for name in COUNTS})


def by_hand(tied: dict[str, str], looks: dict[str, list[Look]]) -> list[dict[str, Any]]:
    """For each hour with a look, or in which a post was tied after one: the last counts of the posts tied by then, added up
    where known.
    """
    rows = []
    came = {at[:13] for post, at in tied.items() if any(look.at[:13] < at[:13] for look in looks[post])}
    for hour in sorted(came | {look.at[:13] for found in looks.values() for look in found}):
        known = [post for post, at in tied.items() if at[:13] <= hour]
        last = [max((k for k in looks[post] if k.at[:13] <= hour), default=None, key=lambda k: k.at) for post in known]
        if not known:
            continue
        sums = {
            name: sum(counts)
            if (counts := [c for k in last if k and (c := getattr(k.reach, name)) is not None])
            else None
            for name in COUNTS
        }
        share = sum(k is not None for k in last) / len(known)
        rows.append({"hour": f"{hour}:00:00Z", **sums, "posts": len(known), "observed_share": share})
    return rows


def test_it_is_the_sum_of_the_last_counts_of_the_posts_known_by_then(engine: Engine) -> None:
    draw = Random(7)
    tie = Tie(kind=TieKind.LINKS, source="a", rests_on="it links", confidence=1.0)
    tied: dict[str, str] = {}
    looks: dict[str, list[Look]] = {}
    with engine.begin() as connection:
        for slug in ("other", "bridge"):
            story = add_story(
                connection, slug=slug, title=None, url=None, claims=(), created_at="2024", watch_until="2025"
            )
        for number in range(40):
            post = Post(platform="x", external_id=str(number), author=Author(handle=f"h{number}"), text="words")
            hours = sorted(draw.sample(range(48), draw.randrange(6)))
            found = [
                Look(f"2024-03-{1 + h // 24:02}T{h % 24:02}:{draw.randrange(60):02}:00Z", drawn(draw)) for h in hours
            ]
            found = [look for look in found if look.reach != Reach()]
            looks[str(number)] = found
            save_posts(connection, [post], "2024-03-01T00:00:00Z")
            for at, reach in found:
                save_posts(connection, [Post(platform="x", external_id=str(number), text="words", reach=reach)], at)
            first = draw.randrange(30)
            tied[str(number)] = f"2024-03-{1 + first // 24:02}T{first % 24:02}:30:00Z"
            save_reaction(connection, story.id, post, tie, tied[str(number)])
        told = connection.execute(text("SELECT * FROM reach_over_time ORDER BY hour")).mappings().all()
    wanted = [{"story": "bridge", "platform": "x", **row} for row in by_hand(tied, looks)]
    assert len(wanted) > 30
    assert [dict(row) for row in told] == wanted
