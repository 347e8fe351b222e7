"""Answers of one second are stored together, each with its own evidence; one that cannot be stored costs itself alone."""

import pytest
from sqlalchemy import Engine

from storywake.collector.net.evidence import Evidence
from storywake.collector.records import Author, Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.jobs.intake import Arrival, Taken, joined, take_in
from storywake.jobs.together import Together
from storywake.jobs.watch import watch

from .world import ask

PAPER = "https://news.example/bridge"
AT, LATER = "2024-03-03T10:00:00Z", "2024-03-03T10:00:01Z"


def answer(name: str, *posts: Post, at: str = AT) -> Arrival:
    """An answer that says who its authors are."""
    address = f"https://bsky.example/{name}"
    body = "".join(f'{{"uri":"{post.external_id}","text":"{post.text}"}}' for post in posts).encode()
    kept = Evidence(url=address, final_url=address, fetched_at=at, status=200, body=b"[" + body + b"]")
    return Arrival("bluesky", at, evidence=kept, posts=posts)


def post(name: str, **more: str) -> Post:
    labels = ("!no-unauthenticated",) if more.get("asks") else ()
    author = Author(external_id=f"did:plc:{name}", labels=labels)
    return Post(platform="bluesky", external_id=f"at://did:plc:{name}/p/1", text=f"words of {name}", author=author)


class Store:
    """Counts what is stored at once; an answer whose address says so cannot be stored."""

    def __init__(self) -> None:
        self.stored: list[list[str]] = []

    def keep(self, arrival: Arrival) -> Taken:
        told = [arrival.evidence, *(also.evidence for also in arrival.also)]
        names = [evidence.url.rpartition("/")[2] for evidence in told if evidence]
        if "bad" in names:
            raise ValueError("cannot be stored")
        self.stored.append(names)
        return Taken(reactions=len(names))


def test_answers_of_one_second_are_stored_at_once() -> None:
    store = Store()
    together = Together(store.keep)
    for name, at in (("a", AT), ("b", AT), ("c", LATER)):
        together.add(answer(name, at=at))
    assert store.stored == [["a", "b"]]
    together.store()
    together.store()
    assert (store.stored, together.reactions) == ([["a", "b"], ["c"]], 3)


def test_an_answer_that_cannot_be_stored_costs_itself_alone() -> None:
    store = Store()
    together = Together(store.keep)
    for name in ("a", "bad", "b"):
        together.add(answer(name))
    with pytest.raises(ValueError, match="cannot be stored"):
        together.store()
    assert store.stored == [["a"], ["b"]]


def test_each_answer_keeps_its_own_posts_and_what_its_authors_ask(sqlite: Engine, settings: Settings) -> None:
    story = watch(sqlite, settings, PAPER, slug="bridge")
    given = [answer("1", post("ann"), post("bea")), answer("2", post("shy", asks="yes")), answer("3", post("ann"))]
    tie = Tie(kind=TieKind.LINKS, source=PAPER, confidence=1.0, rests_on="a link")
    tied = [each._replace(stories=[story], tie=tie) for each in given]
    assert take_in(sqlite, joined(tied), settings).reactions == 3
    shown = ask(
        sqlite,
        """SELECT SUBSTR(e.url, -1) AS answer, p.external_id AS post FROM evidence e
        JOIN shown s ON s.evidence_id = e.id JOIN post p ON p.id = s.post_id ORDER BY 1, 2""",
    )
    ann, bea, shy = (f"at://did:plc:{name}/p/1" for name in ("ann", "bea", "shy"))
    assert [tuple(row) for row in shown] == [("1", ann), ("1", bea), ("2", shy), ("3", ann)]
    words = {row.external_id: row.text for row in ask(sqlite, "SELECT external_id, text FROM post")}
    assert words == {ann: "words of ann", bea: "words of bea", shy: None}
