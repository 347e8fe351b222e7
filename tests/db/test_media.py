"""Words that a post carries beside its text are kept, assessed, tied, forgotten and erased with it."""

from sqlalchemy import Engine, text

from storywake.collector.match.tie import Known, ties
from storywake.collector.records import Media, Post, Tie, TieKind, is_media, with_media
from storywake.db.assessments import assessable
from storywake.db.claims import claims_of
from storywake.db.forgetting import forget_post
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import add_story

AT = "2024-03-03T11:00:00Z"
PICTURE = Media(alt=("A sign that says: nobody inspected this bridge",))
TIE = Tie(kind=TieKind.MENTIONS, source="import:x", rests_on="an analyst brought it in", confidence=1.0)


def post(identity: str, words: str | None, media: Media) -> Post:
    return Post(platform="x", external_id=identity, text=words, media=media)


def test_a_picture_without_words_is_assessed_by_what_it_shows(engine: Engine) -> None:
    with engine.begin() as connection:
        story = add_story(
            connection,
            slug="bridge",
            title="Bridge",
            url=None,
            claims=["The bridge was inspected"],
            created_at=AT,
            watch_until="2025",
        )
        claim = claims_of(connection, story.id)[0]
        posts = [post("1", None, PICTURE), post("2", "No.", PICTURE), post("3", None, Media())]
        save_posts(connection, posts, AT)
        for one in posts:
            save_reaction(connection, story.id, one, TIE, AT)
        read = [item.reaction.text for item in assessable(connection, story.id, claim.id)]
    assert read == [PICTURE.alt[0], f"No.\n\n{PICTURE.alt[0]}"]


def test_they_are_kept_under_their_names_and_forgotten_with_the_post(engine: Engine) -> None:
    with engine.begin() as connection:
        save_posts(connection, [post("1", "Look", PICTURE)], AT)
        save_posts(connection, [post("1", "Look", Media())], "2024-03-03T12:00:00Z")
        (kept,) = connection.execute(text("SELECT id, media FROM post")).all()
        forget_post(connection, kept.id, AT)
        (gone,) = connection.execute(text("SELECT media FROM post")).all()
    assert kept.media == '{"alt":["A sign that says: nobody inspected this bridge"]}'
    assert gone.media is None


def test_the_words_of_a_linked_page_stand_for_a_post_that_has_none_alone() -> None:
    media = '{"card":"Bridge closed","poll":["Yes","No"]}'
    assert with_media("Do you believe it?", media) == "Do you believe it?\n\nYes\n\nNo"
    assert with_media(None, '{"card":"Bridge closed"}') == "Bridge closed"
    assert with_media("No", '{"card":"Bridge closed"}') == "No"


def test_an_address_in_a_picture_s_description_ties_the_post() -> None:
    shown = post("1", "Look", Media(alt=("Page of https://news.example/bridge, marked",)))
    (tie,) = ties(shown, Known({"https://news.example/bridge"}, ()))
    assert (tie.kind, tie.rests_on) == (TieKind.LINKS, "the words beside its text link to the article")


def test_what_an_archive_brings_in_is_checked() -> None:
    assert is_media('{"alt":["A sign"]}')
    assert not any(map(is_media, (None, "", "{", '{"alt":3}', "[]")))
