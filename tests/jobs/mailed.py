"""An invented story whose every number is known, for tests of the mail: what is seen when, by whom, with what counts."""

import html
import json
import re
from collections.abc import Sequence
from email.message import EmailMessage
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from storywake.collector.records import Author, Post, Reach, Stance, Tie, TieKind
from storywake.collector.stance import STANCES, Assessment, Reaction
from storywake.db.assessments import Pending, save_assessments
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story

CLAIM = "The Kallvik bridge was never inspected."
TITLE = "Kallvik bridge went five years without inspection, documents show"
BEGAN = "2026-03-01T06:00:00Z"
MONDAY, TUESDAY = "2026-03-02", "2026-03-03"
SURE = 0.91


class Said(NamedTuple):
    """A post: who, what, when it was seen, its counts then and later."""

    who: str
    words: str
    seen: str
    stance: Stance = Stance.COMMENT
    likes: int | None = None
    later: tuple[str, int] | None = None
    tie: TieKind = TieKind.LINKS
    platform: str = "bluesky"


def story(engine: Engine, slug: str = "kallvik-bridge", title: str = TITLE, claim: str = CLAIM) -> StoryRow:
    """The story with its own article."""
    with engine.begin() as connection:
        found = add_story(
            connection, slug=slug, title=title, url="https://herald.example/bridge", claims=(claim,), created_at=BEGAN,
            watch_until="2026-04-01T00:00:00Z",
        )  # fmt: skip
        article(connection, found.id, "Harbour Herald", "original", BEGAN)
    return found


def article(connection: Connection, story_id: int, publisher: str, role: str, seen: str) -> int:
    """An article with one version. Returns its id."""
    values = {"story": story_id, "url": f"https://{publisher.split()[0].lower()}.example/bridge", "publisher": publisher, "role": role, "seen": seen}  # fmt: skip
    number = connection.execute(
        text("""INSERT INTO article (story_id, key, url, title, publisher, role, corrected, first_seen_at)
        VALUES (:story, :url, :url, 'The bridge', :publisher, :role, false, :seen) RETURNING id"""),
        values,
    ).scalar_one()
    version(connection, number, seen, "The bridge", "The bridge of Kallvik, said the Port Agency, was never inspected.")
    return int(number)


def version(connection: Connection, article_id: int, seen: str, title: str, words: str) -> None:
    """A version of an article."""
    connection.execute(
        text("INSERT INTO article_revision (article_id, seen_at, text_hash, title, text) VALUES (:a, :seen, :hash, :title, :words)"),
        {"a": article_id, "seen": seen, "hash": f"{seen}{title}", "title": title, "words": words},
    )  # fmt: skip


def react(engine: Engine, story_id: int, posts: Sequence[Said], first: int = 0) -> list[int]:
    """Stores posts and their reactions, assessed when seen. Returns the reactions."""
    numbers = []
    with engine.begin() as connection:
        claim = connection.execute(text("SELECT id FROM claim WHERE story_id = :s"), {"s": story_id}).scalar_one()
        for n, said in enumerate(posts, first):
            post = Post(
                platform=said.platform, external_id=f"at://did:plc:s{story_id}/app.bsky.feed.post/{n}", url=f"https://posts.example/{n}",
                author=Author(handle=said.who.lower().replace(" ", "")[:60], name=said.who), text=said.words, language="en",
                posted_at=said.seen, reach=Reach(likes=said.likes),
            )  # fmt: skip
            save_posts(connection, [post], said.seen)
            if said.later:
                save_posts(connection, [Post(platform=post.platform, external_id=post.external_id, reach=Reach(likes=said.later[1]))], said.later[0])  # fmt: skip
            number = save_reaction(connection, story_id, post, Tie(kind=said.tie, source="https://herald.example/bridge", rests_on="its text links", confidence=1.0), said.seen)  # fmt: skip
            assert number is not None
            numbers.append(connection.execute(text("SELECT MAX(id) FROM reaction")).scalar_one())
            rest = (1 - SURE) / 3
            chances = tuple(SURE if stance == said.stance else rest for stance in STANCES)
            assessment = Assessment(chances, said.stance, SURE, True, False)  # type: ignore[arg-type]
            pending = Pending(numbers[-1], claim, f"h{n}", Reaction(said.words))
            save_assessments(connection, "blend@14", [(pending, assessment)], said.seen)
    return numbers


def correct(engine: Engine, at: str, note: str) -> None:
    """The story's own article is corrected."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE article SET corrected = true, correction = :note, corrected_at = :at WHERE role = 'original'"),
            {"note": note, "at": at},
        )


def turn(engine: Engine, story_id: int, at: str, found: str) -> None:
    """The balance turned, as the summary keeps it."""
    shares = {"before": {"support": 0.31, "deny": 0.2, "query": 0.2, "comment": 0.29}, "after": {"support": 0.15, "deny": 0.34, "query": 0.22, "comment": 0.29}}  # fmt: skip
    with engine.begin() as connection:
        connection.execute(
            text("""INSERT INTO balance_change (story_id, claim_id, at, before, after, chance, found_at)
            SELECT story_id, id, :at, :before, :after, 0.001, :found FROM claim WHERE story_id = :story"""),
            {"story": story_id, "at": at, "found": found, **{name: json.dumps(each) for name, each in shares.items()}},
        )


def plain(mail: EmailMessage) -> str:
    """The text of a mail, its addresses left out, as one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return squeezed(re.sub(r"(?m)^\s*(?:[^\n:]{1,80}: )?https?://\S+$", "", str(body.get_content())))


def page(mail: EmailMessage) -> str:
    """The HTML of a mail."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def words(mail: EmailMessage) -> str:
    """The words that a mail's HTML shows, as one line."""
    seen = re.sub(r"(?s)<(style|title)\b.*?</\1>|<div style=\"display:none.*?</div>", " ", page(mail))
    inline = re.sub(r"</?(?:a|b)\b[^>]*>", "", seen)
    return squeezed(html.unescape(re.sub(r"<[^>]+>", " ", inline)))


def squeezed(said: str) -> str:
    """Words with one space between them."""
    return re.sub(r"[\s\u00a0]+", " ", said).strip()
