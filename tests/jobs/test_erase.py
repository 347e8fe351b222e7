"""A person is taken out on request: nothing names them, all counts hold, and they stay out; on both databases."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from storywake.collector.errors import BadInput
from storywake.collector.net.evidence import Evidence, unpack
from storywake.collector.records import Article, Author, Embed, Kind, Post, Reach, Statement
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.erasing import keep_out
from storywake.db.looks import add_look
from storywake.db.persons import said_voices, set_identity, set_voices
from storywake.db.posts import save_posts
from storywake.db.stories import StoryRow
from storywake.jobs.assess import assess
from storywake.jobs.erase import erase
from storywake.jobs.filing import Filed
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.resolution import update_people
from storywake.jobs.watch import watch

PAPER = "https://paper.example/bridge"
SEEN, AGAIN = "2024-03-03T10:00:00Z", "2024-03-04T10:00:00Z"
DORA = Author(
    handle="DoraVale", name="Dora Vale", external_id="777000777", followers=90, links=("https://doravale.example/",)
)
OTTO = Author(handle="otto", name="Otto Berg", external_id="555000555")
NAMES = ("doravale", "dora vale", "777000777", "quagmire", "zephyr", "10000010")
"""What names Dora or is in her words, and the ids of her posts."""


def dora(key: str = "10000010", words: str = "Quagmire! The bridge fell", **more: Any) -> Post:
    url = f"https://x.com/DoraVale/status/{key}"
    return Post(platform="x", external_id=key, url=url, text=words, author=DORA, posted_at="2024-03-03T09:15:00Z",
                language="en", reach=Reach(likes=5, replies=1), **more)  # fmt: skip


ANSWER = Post(platform="x", external_id="20000020", text="I doubt it", author=OTTO, in_reply_to="10000010",
              posted_at="2024-03-03T09:30:00Z", reach=Reach(likes=2))  # fmt: skip
LINKING = dora(links=(PAPER,))
ARTICLE = Article(
    url=PAPER, title="Bridge", text="The bridge was never inspected.",
    embeds=(Embed(platform="x", author_handle="DoraVale", author_name="Dora Vale", posted_at="2024-03-02", text="Zephyr words"),),
    statements=(Statement(speaker="Dora Vale", affiliation="Quagmire Institute", text="It is a zephyr", verbatim=True),
                Statement(speaker="Otto Berg", text="Nothing was wrong", verbatim=False)),
)  # fmt: skip


def answered(engine: Engine, story: StoryRow, posts: list[Post], at: str, url: str = "https://x.example/api") -> None:
    """Stores an answer as what comes in is stored: what may not be kept is kept out."""
    body = json.dumps([[p.text, p.author.name] for p in posts]).encode()
    evidence = Evidence(
        url=url, final_url=url, chain=(url,), fetched_at=at, status=200, headers={"x-user": url}, body=body
    )
    take_in(engine, Arrival("x", at, [story], evidence, posts), Settings(_env_file=None))
    update_people(engine, story.id)


@pytest.fixture
def story(engine: Engine, settings: Settings) -> StoryRow:
    """A story to which Dora reacts with a post, an embed and a statement, and Otto with an answer and a statement."""
    story = watch(engine, settings, PAPER, claims=("The bridge was never inspected.",), slug="bridge")
    page = Evidence(url=PAPER, final_url=PAPER, fetched_at=SEEN, status=200, body=b"<p>Dora Vale: Zephyr words</p>")
    take_in(engine, Arrival("web", SEEN, [story], page, filed=Filed(ARTICLE, None)), settings)
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO job_run (job, scheduled_for, started_at, status, notes) VALUES ('collect:bridge', 'a', 'a', 'done', :n)"
            ),
            {"n": "https://x.example/DoraVale: answered 500\nhttps://x.example/otto: answered 500"},
        )
        for number, note in enumerate(
            ("https://x.example/%40DoraVale: answered 500", "https://x.example/otto: answered 502")
        ):
            add_look(connection, story.id, "link", "web", f"https://x.example/{number}", "a link", SEEN)
            connection.execute(
                text("UPDATE look SET note = :n WHERE target = :t"), {"n": note, "t": f"https://x.example/{number}"}
            )
    answered(engine, story, [dora(words="Quagmire?", links=(PAPER,))], SEEN)
    answered(
        engine, story, [LINKING, ANSWER], "2024-03-03T11:00:00Z", "https://x.example/api?user=doravale&ids=10000010"
    )
    answered(engine, story, [ANSWER], "2024-03-03T12:00:00Z", "https://x.example/api?user=otto")
    assess(engine, story)
    return story


def everything(engine: Engine) -> str:
    """All that the database holds, bodies unpacked, in small letters."""
    found = []
    with reading(engine) as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608
                packed = table == "evidence_body"
                found += [unpack(bytes(v)).decode() if packed and not isinstance(v, str) else str(v) for v in row]
    return "\n".join(found).casefold()


def counts(engine: Engine) -> list[Any]:
    """What reports count: reactions by kind, tie and stance; stances by day; reach; observations."""
    queries = (
        "SELECT kind, tie, stance, COUNT(*), SUM(likes) FROM reactions GROUP BY kind, tie, stance ORDER BY kind, tie, stance",
        "SELECT SUBSTR(hour, 1, 10), stance, SUM(reactions) FROM stance_over_time GROUP BY SUBSTR(hour, 1, 10), stance ORDER BY 1, 2",
        "SELECT platform, hour, likes, replies, posts, observed_share FROM reach_over_time ORDER BY platform, hour",
        "SELECT observed_at, likes FROM observations ORDER BY observed_at, likes",
        "SELECT told, stored FROM lag ORDER BY told",
    )
    with reading(engine) as connection:
        return [[tuple(row) for row in connection.execute(text(query))] for query in queries]


def words(engine: Engine) -> list[str | None]:
    with reading(engine) as connection:
        return [row.text for row in connection.execute(text("SELECT text FROM reactions ORDER BY text"))]


def test_nothing_names_them_and_every_count_holds(engine: Engine, story: StoryRow) -> None:
    with writing(engine) as connection:
        kinds = {"x:DoraVale": "journalist", "Dora Vale": "journalist", "x:otto": "scholar"}
        set_voices(connection, story.id, kinds, "maria", SEEN)
        set_identity(connection, story.id, "x:DoraVale", "Dora Vale", True, "maria", SEEN)
    assert all(name in everything(engine) for name in NAMES), "they were there"
    before = counts(engine)
    done = erase(engine, "x", "@doravale")
    assert (done.taken.posts, done.taken.earlier, done.taken.statements, done.known) == (2, 1, 1, True)
    left = everything(engine)
    assert [name for name in NAMES if name in left] == []
    assert counts(engine) == before
    with reading(engine) as connection:
        assert set(said_voices(connection, story.id)) == {"x:otto"}, "what an analyst said of them is gone too"


def test_others_keep_their_words_names_and_answers(engine: Engine, story: StoryRow) -> None:
    erase(engine, "x", "DoraVale")
    left = everything(engine)
    for told in (
        "otto berg",
        "i doubt it",
        "nothing was wrong",
        "user=otto",
        "https://x.example/otto: answered 500",
        "https://x.example/otto: answered 502",
    ):
        assert told in left
    with reading(engine) as connection:
        people = [row.person for row in connection.execute(text("SELECT person FROM people"))]
        bodies = connection.execute(text("SELECT COUNT(*) FROM evidence_body")).scalar()
        ties = connection.execute(text("SELECT tie, tie_source FROM reactions WHERE external_id = '20000020'")).one()
        parent = connection.execute(text("SELECT external_id FROM reactions WHERE tie = 'links'")).scalar_one()
    assert people == ["Otto Berg"]
    assert bodies == 1, "the answer that showed Otto alone"
    assert tuple(ties) == ("replies", parent)


def test_they_stay_out_of_answers_embeds_and_imports(engine: Engine, story: StoryRow) -> None:
    erase(engine, "x", "DoraVale")
    before = len(words(engine))
    answered(engine, story, [LINKING, ANSWER], AGAIN)
    assert len(words(engine)) == before, "what comes again folds onto its row"
    with writing(engine) as connection:
        embed, statement = (
            Post(
                platform="x",
                author=Author(handle="doravale", name="Dora Vale"),
                posted_at="2024-03-02",
                text="Zephyr words",
            ),
            Post(
                platform="web", url=PAPER, kind=Kind.STATEMENT, author=Author(name="Dora Vale"), text="It is a zephyr"
            ),
        )
        save_posts(connection, keep_out(connection, [embed, statement]), AGAIN, copied=True)
    new = dora("10000012", "Quagmire again", in_reply_to="20000020")
    below = Post(platform="x", external_id="20000021", text="No", author=OTTO, in_reply_to="10000012")
    answered(engine, story, [below, new], AGAIN)
    assert len(words(engine)) == before + 2, "what is new is counted"
    left = everything(engine)
    assert [name for name in (*NAMES, "10000012") if name in left] == []
    with reading(engine) as connection:
        likes = connection.execute(text("SELECT likes FROM observations WHERE observed_at = :at"), {"at": AGAIN}).all()
    assert sorted(row.likes for row in likes if row.likes) == [2, 5, 5]


def test_an_answer_to_a_post_that_comes_later_finds_it(engine: Engine, story: StoryRow) -> None:
    below = Post(platform="x", external_id="20000021", text="No", author=OTTO, in_reply_to="10000012")
    with writing(engine) as connection:
        save_posts(connection, [below], SEEN)
    erase(engine, "x", "DoraVale")
    answered(engine, story, [dora("10000012", "Quagmire again", in_reply_to="20000020")], AGAIN)
    with reading(engine) as connection:
        query = "SELECT COUNT(*) FROM post p JOIN post a ON a.in_reply_to = p.key WHERE a.external_id = '20000021'"
        assert connection.execute(text(query)).scalar() == 1


def test_a_wish_of_somebody_unknown_is_kept(engine: Engine, settings: Settings) -> None:
    done = erase(engine, "bluesky", "did:plc:dora")
    assert (done.known, done.before, done.taken.posts) == (False, False, 0)
    assert erase(engine, "bluesky", "did:plc:DORA").before
    uri = "at://did:plc:dora/app.bsky.feed.post/1"
    post = Post(platform="bluesky", external_id=uri, text="Quagmire", author=Author(handle="dora.example", external_id="did:plc:dora"), reach=Reach(likes=3))  # fmt: skip
    with writing(engine) as connection:
        for at in (SEEN, AGAIN):
            save_posts(connection, keep_out(connection, [post]), at)
        rows = connection.execute(text("SELECT platform, external_id, likes FROM observations")).all()
    assert len(rows) == 2
    assert len({row.external_id for row in rows}) == 1
    assert "did:plc" not in everything(engine)


def test_a_name_that_articles_report_is_taken_out_too(engine: Engine, story: StoryRow) -> None:
    done = erase(engine, "web", "otto BERG")
    assert done.taken.statements == 1
    assert "nothing was wrong" not in everything(engine)
    assert done.others == ["x:otto"], "an account is another wish"
    assert "i doubt it" in everything(engine)


@pytest.mark.parametrize(("platform", "handle"), [("myspace", "dora"), ("x", ""), ("x", " @ "), ("", "")])
def test_what_is_no_account_is_refused(sqlite: Engine, platform: str, handle: str) -> None:
    with pytest.raises(BadInput, match="not PLATFORM:HANDLE"):
        erase(sqlite, platform, handle)


def test_nobody_erased_leaves_posts_as_they_are(engine: Engine) -> None:
    with writing(engine) as connection:
        assert keep_out(connection, [LINKING, ANSWER]) == [LINKING, ANSWER]


def test_a_page_by_an_erased_name_loses_the_byline_alone(engine: Engine, story: StoryRow) -> None:
    erase(engine, "web", "Dora Vale")
    page = Post(
        platform="web",
        external_id="https://p.example/1",
        kind=Kind.ARTICLE,
        author=Author(name="Dora Vale"),
        text="Words",
    )
    with writing(engine) as connection:
        [kept] = keep_out(connection, [page])
    assert (kept.text, kept.author, kept.external_id) == ("Words", Author(), "https://p.example/1")
