"""A story with several claims: what a reaction denies is the claim that it speaks of."""

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.claims import add_claim, drop_claim, raise_claim
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.assess import assess

AT = "2026-03-01T10:00:00Z"
LATER = ["2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"]
HULL, PRICES = "The ferry sailed with a cracked hull.", "Ticket prices rise in June."
OPENS = "Ticket prices rise in June, and the ferry sailed with a cracked hull"
OF_HULL, OF_PRICES, OF_BOTH = (
    "FALSE: the claim that the hull was cracked is wrong.",
    "It is a lie that ticket prices rise.",
    "This is false, all of it.",
)


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    """A story of one claim, with a post and three replies."""
    with engine.begin() as connection:
        found = add_story(
            connection, slug="ferry", title="Ferry", url=None, claims=(HULL,), created_at=AT, watch_until=AT
        )
        posts = [
            Post(platform="x", external_id=str(i), author=Author(handle=f"u{i}"), text=words, language="en", in_reply_to="1" if i > 1 else None)
            for i, words in enumerate((OPENS, OF_HULL, OF_PRICES, OF_BOTH), 1)
        ]  # fmt: skip
        save_posts(connection, posts, AT)
        tie = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="its text links", confidence=1.0)
        for post in posts:
            save_reaction(connection, found.id, post, tie, AT)
    return found


def stances(engine: Engine) -> dict[tuple[str, str], str]:
    """What the view says of each reply and claim."""
    query = "SELECT r.text, s.claim, s.stance FROM stances s JOIN reactions r ON r.reaction_id = s.reaction_id"
    with engine.begin() as connection:
        return {(row.text, row.claim): row.stance for row in connection.execute(text(query)) if row.text != OPENS}


BOTH = {
    (OF_HULL, HULL): "deny",
    (OF_HULL, PRICES): "comment",
    (OF_PRICES, HULL): "comment",
    (OF_PRICES, PRICES): "deny",
    (OF_BOTH, HULL): "deny",
    (OF_BOTH, PRICES): "deny",
}


def test_a_denial_is_of_the_claim_whose_words_it_has(engine: Engine, settings: Settings, story: StoryRow) -> None:
    assess(engine, story, settings, at=AT)
    assert stances(engine)[OF_PRICES, HULL] == "deny", "there is no other claim that it could mean"
    with engine.begin() as connection:
        add_claim(connection, story.id, PRICES)
    assess(engine, story, settings, at=LATER[0])
    assert stances(engine) == BOTH
    with engine.begin() as connection:
        raise_claim(connection, story.id, PRICES)
    assert assess(engine, story, settings, at=LATER[1]) == 0
    assert stances(engine) == BOTH


def test_a_claim_that_is_dropped_no_longer_draws_denials_away(
    engine: Engine, settings: Settings, story: StoryRow
) -> None:
    assess(engine, story, settings, at=AT)
    with engine.begin() as connection:
        add_claim(connection, story.id, PRICES)
    assess(engine, story, settings, at=LATER[0])
    with engine.begin() as connection:
        drop_claim(connection, story.id, PRICES)
    assess(engine, story, settings, at=LATER[1])
    assert stances(engine) == {(OF_HULL, HULL): "deny", (OF_PRICES, HULL): "deny", (OF_BOTH, HULL): "deny"}
    assert assess(engine, story, settings, at=LATER[2]) == 0
