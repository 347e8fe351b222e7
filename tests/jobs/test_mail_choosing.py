"""Which posts a list in the mail shows, and how many others say the same: as if each were compared with all that are shown."""

from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.match.telling import Told, alike
from storywake.db.past import Weighed
from storywake.jobs.mail.choosing import Choice, choose

MOST = 3
TEXTS = st.sampled_from(
    [
        "The bridge was closed on Monday",
        "The bridge was closed on Monday!",
        "the bridge was closed on Tuesday",
        "Who inspected it?",
        "Two hours for the ferry",
        "Two hours for the ferry, again",
        "Nobody signed anything",
        "https://news.example/bridge",
        "🔥🔥",
        "😡😡",
        "",
    ]
)


@given(st.lists(st.tuples(TEXTS, st.sampled_from("abcd")), max_size=20))
def test_texts_that_are_the_same_to_the_letter_count_as_if_each_was_compared(
    given_posts: list[tuple[str, str]],
) -> None:
    posts = [Weighed(number, who, text, 0) for number, (text, who) in enumerate(given_posts)]
    assert choose(posts, MOST) == _one_by_one(posts)


def test_posts_of_other_emoji_are_not_told_as_alike() -> None:
    posts = [Weighed(number, text, text, 9) for number, text in enumerate(["🔥🔥", "😡😡", "👏👏👏", "❤️", "🔥"])]
    assert choose(posts, MOST) == [Choice(0, 9, 1), Choice(1, 9, 0), Choice(2, 9, 0)]


def _one_by_one(posts: list[Weighed]) -> list[Choice]:
    shown: list[Choice] = []
    told = [Told(post.text) for post in posts]
    for post in posts:
        copied = next((n for n, one in enumerate(shown) if alike(told[post.reaction_id], told[one.reaction_id])), None)
        if copied is not None:
            shown[copied] = shown[copied]._replace(alike=shown[copied].alike + 1)
        elif len(shown) < MOST and all(posts[one.reaction_id].who != post.who for one in shown):
            shown.append(Choice(post.reaction_id, post.size, 0))
    return shown
