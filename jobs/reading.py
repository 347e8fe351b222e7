"""Puts what an article holds into the store: the article itself, its embeds, its statements, the people."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from collector.people import Gathering, Person, account_holder
from collector.records import Article, Author, Kind, Post, Role, Statement, as_post
from collector.relevance import Judgement, about_claim
from collector.sources.web import as_post as page_post
from collector.tie import Known, embedded, rendered_by, reported, same_text, ties, took_up
from db.articles import SavedArticle, article_keys, save_article, save_mentions
from db.people import known_people, save_people, verdicts
from db.reactions import reaction_posts, reactions_among, save_reaction, save_review
from db.store import save_posts
from db.stories import StoryRow, claims_of


class Stored(NamedTuple):
    """What storing an article changed."""

    reactions: int
    revision: bool


def store_article(
    connection: Connection,
    story: StoryRow,
    article: Article,
    seen_at: str,
    *,
    role: Role | None = None,
    why: Judgement | None = None,
) -> Stored:
    """Writes an article of a story and every reaction that it shows or reports, or is.

    Without a ``role`` it is the story's own article; ``why`` says what another one belongs to the story by.
    """
    own = role is None
    if role is None:
        role = Role.COVERAGE if any(m.role is Role.ORIGINAL for m in article.mentions) else Role.ORIGINAL
    saved = save_article(
        connection,
        story.id,
        article,
        role,
        seen_at,
        rests_on=why.rests_on if why else None,
        confidence=why.confidence if why else None,
    )
    save_mentions(connection, story.id, article, seen_at)
    source = article.canonical_url or article.url or f"the text watched as {story.slug}"
    new = 0 if own else _store_as_reaction(connection, story, article, saved, why, seen_at)
    posts = [as_post(embed) for embed in article.embeds]
    save_posts(connection, posts, seen_at, copied=True)
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
    return Stored(new, saved.revised)


def _store_as_reaction(
    connection: Connection,
    story: StoryRow,
    article: Article,
    saved: SavedArticle,
    why: Judgement | None,
    seen_at: str,
) -> int:
    """Ties an article that reacts to the story: it links to it, takes it up, or reviews its claim. Returns how many are new.

    A text that another site had first is that one's reaction, with a witness more.
    """
    post = page_post(article)
    if not post.external_id:
        return 0
    known = article_keys(connection, story.id)
    found = ties(post, Known(known - {saved.key}, ()))
    if not found and why and why.reacts:
        found = [took_up(post.url or "", why)]
    claims = claims_of(connection, story.id) if article.reviews else ()
    reviews = [r for r in article.reviews if any(about_claim(r, claim.text, known) for claim in claims)]
    if reviews and not found:
        found = [took_up(post.url or "", Judgement("it reviews the claim", 0.95))]
    if saved.copy_of and not reviews:
        first = Post(platform="web", external_id=saved.copy_of)
        for tie in found:
            save_reaction(connection, story.id, first, same_text(tie, post.url or ""), seen_at)
        return 0
    if found:
        save_posts(connection, [post], seen_at)
    new = sum(save_reaction(connection, story.id, post, tie, seen_at) for tie in found)
    for review in reviews:
        save_review(connection, story.id, post, review, seen_at)
    return new


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
    named = {(post.platform, key) for post in posts for key in (post.in_reply_to, post.quotes) if key}
    known = reactions_among(connection, story_id, named)
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
    gathering = Gathering(verdicts(connection, story_id))
    for known in known_people(connection, story_id):
        if known.affiliation:
            gathering.add(Person(known.name, known.affiliation, (), ()))
    for statement in statements:
        gathering.add(Person(statement.speaker, statement.affiliation, (), ()))
    members: dict[int, int] = {}
    for row in reaction_posts(connection, story_id):
        if row.kind == Kind.ARTICLE:
            continue  # by a publisher, not by a person
        holder = account_holder(row.platform, row.handle, row.name, (row.declared or "").split("\n"))
        if holder:
            members[row.reaction_id] = gathering.add(holder)
    places = gathering.positions()
    save_people(connection, story_id, gathering.people, {r: places[number] for r, number in members.items()})
