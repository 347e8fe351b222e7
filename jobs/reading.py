"""Puts what an article holds into the store: the article itself, its embeds, its statements, the people."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from collector.people import Gathering, Person, plain_name
from collector.records import Article, Author, Kind, Post, Role, Statement, as_post
from collector.tie import Known, embedded, rendered_by, reported, ties
from db.store import save_posts
from db.stories import (
    StoryRow,
    article_keys,
    known_people,
    reaction_posts,
    save_article,
    save_mentions,
    save_people,
    save_reaction,
)


class Stored(NamedTuple):
    """What storing an article changed."""

    reactions: int
    revision: bool


def store_article(
    connection: Connection, story: StoryRow, article: Article, seen_at: str, *, role: Role | None = None
) -> Stored:
    """Writes an article of a story and every reaction that it shows or reports."""
    if role is None:
        role = Role.COVERAGE if any(m.role is Role.ORIGINAL for m in article.mentions) else Role.ORIGINAL
    _, revised = save_article(connection, story.id, article, role, seen_at)
    save_mentions(connection, story.id, article, seen_at)
    source = article.canonical_url or article.url or f"the text watched as {story.slug}"
    new = 0
    posts = [as_post(embed) for embed in article.embeds]
    save_posts(connection, posts, seen_at)
    for post in posts:
        new += save_reaction(connection, story.id, post, embedded(source), seen_at)
    for statement in article.statements:
        shown = rendered_by(statement, article.embeds)
        post = as_post(shown) if shown else _statement_post(statement, article)
        if not shown:
            save_posts(connection, [post], seen_at)
        new += save_reaction(
            connection,
            story.id,
            post,
            reported(source, statement.speaker),
            seen_at,
            words=statement.text,
            verbatim=statement.verbatim,
        )
    update_people(connection, story.id, article.statements)
    return Stored(new, revised)


def _statement_post(statement: Statement, article: Article) -> Post:
    return Post(
        platform="web",
        url=article.canonical_url or article.url,
        kind=Kind.STATEMENT,
        author=Author(name=statement.speaker),
        text=statement.text,
        language=article.language,
        posted_at=article.published_at,
    )


def tie_posts(connection: Connection, story_id: int, posts: Sequence[Post], seen_at: str) -> int:
    """Ties stored posts to a story, those too that react to another of ``posts``. Returns how many reactions are new."""
    known = {(row.platform, row.external_id) for row in reaction_posts(connection, story_id)}
    articles = article_keys(connection, story_id)
    new = 0
    waiting = posts
    while waiting:
        rest = []
        for post in waiting:
            found = ties(post, Known(articles, known))
            for tie in found:
                new += save_reaction(connection, story_id, post, tie, seen_at)
            if found and post.external_id:
                known.add((post.platform, post.external_id))
            if not found:
                rest.append(post)
        if len(rest) == len(waiting):
            break
        waiting = rest
    return new


def update_people(connection: Connection, story_id: int, statements: Sequence[Statement] = ()) -> None:
    """Works out anew who the story's accounts and speakers are, keeping the affiliations known before."""
    gathering = Gathering()
    for known in known_people(connection, story_id):
        gathering.add(
            Person(known.name, known.affiliation, (), tuple(filter(None, (known.rests_on or "").split("; "))))
        )
    for statement in statements:
        gathering.add(Person(statement.speaker, statement.affiliation, (), ()))
    members: dict[int, int] = {}
    for row in reaction_posts(connection, story_id):
        name = plain_name(row.name) or row.handle
        if name:
            members[row.reaction_id] = gathering.add(
                Person(name, None, ((row.platform, row.handle),) if row.handle else (), ())
            )
    save_people(connection, story_id, gathering.people, members)
