"""Stores an article with its embeds, its statements and its links."""

from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from storywake.collector.addresses import identify
from storywake.collector.clock import LookKind
from storywake.collector.lexicon import publishers
from storywake.collector.match.agencies import agency_of
from storywake.collector.match.copies import is_copy
from storywake.collector.match.named import Named, declared_to_be, persons_named
from storywake.collector.match.paper_stance import Told
from storywake.collector.match.relevance import Judgement, about_claim
from storywake.collector.match.tie import Known, embedded, mentioned, rendered_by, reported, same_text, ties, took_up
from storywake.collector.pages.comment_places import CommentPlace
from storywake.collector.pages.declared_accounts import Declared
from storywake.collector.pages.post import article_as_post
from storywake.collector.prose.organisations import plain_publisher
from storywake.collector.records import (
    Article,
    Author,
    Kind,
    Post,
    Reach,
    Role,
    Statement,
    Tie,
    counts_as_source,
    embed_as_post,
)
from storywake.collector.urls import canonical, host_of, is_keepable
from storywake.db.articles import (
    SavedArticle,
    article_keys,
    known_publishers,
    page_dropped,
    read_anew,
    role_of,
    save_article,
    save_mentioned,
    set_article_address,
    signatures,
)
from storywake.db.brought import without_words_brought
from storywake.db.claims import claims_of, first_claim
from storywake.db.engine import reading
from storywake.db.erasing import keep_out
from storywake.db.looks import NOTHING, add_look, drop_looks
from storywake.db.named import add_own_accounts, named_in, save_named
from storywake.db.persons import remember_speaker
from storywake.db.post_keys import is_erased, key_of
from storywake.db.posts import counted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.reviews import save_review
from storywake.db.stories import StoryRow, set_title_if_missing

from .share_links import named

MAX_LINKED_PAGES = 100
"""Linked pages (and linked posts) that are followed from one article."""


class Before(NamedTuple):
    """The newest known version of an article, as it is read today from the answer that it came with."""

    article: Article
    signature: bytes | None
    seen_at: str


class Filed(NamedTuple):
    """An article to store: its role in the story (None: it is the story's own), and why it belongs to it."""

    article: Article
    signature: bytes | None
    role: Role | None = None
    why: Judgement | None = None
    comments: tuple[CommentPlace, ...] = ()  # where those under it can be asked for
    stance: Told | None = None  # what it says of the report that the story is about
    named: tuple[Named, ...] = ()  # whom it names, where the story is about it
    declared: tuple[Declared, ...] = ()  # accounts that the page declares to be persons'
    before: Before | None = None  # its version before, as it is read today
    again: bool = False  # it was filed before, from the same answer

    @property
    def as_role(self) -> Role:
        """Its role, that of the story's own by what its prose points at."""
        reported = any(mention.role is Role.ORIGINAL for mention in self.article.mentions)
        return self.role or (Role.COVERAGE if reported else Role.ORIGINAL)


class Filing(NamedTuple):
    """What storing an article changed: new reactions, whether its text changed, the posts it shows, a note on links
    left out.
    """

    reactions: int
    revised: bool
    posts: list[Post]
    note: str | None


def with_named(filed: Filed) -> Filed:
    """An article that the story is about, with whom it names; any other as it is."""
    return filed._replace(named=persons_named(filed.article)) if _is_the_story(filed) else filed


def _is_the_story(filed: Filed) -> bool:
    return filed.role is None or filed.role is Role.ORIGINAL


def first_alike(engine: Engine, story_id: int, filed: Filed) -> int | None:
    """The id of the story's earliest other article with the same text; None if there is none."""
    if filed.signature is None:
        return None
    with reading(engine) as connection:
        known = signatures(connection, story_id)
    address = filed.article.canonical_url or filed.article.url
    own = next((row.id for row in known if address and row.key == canonical(address)), None)
    earlier = (row for row in known if own is None or row.id < own)
    agency = agency_of(filed.article)
    return next(
        (
            row.id
            for row in earlier
            if is_copy(filed.signature, row.signature, same_agency=agency is not None and row.agency == agency)
        ),
        None,
    )


def file_article(connection: Connection, story: StoryRow, filed: Filed, copy_of: int | None, seen_at: str) -> Filing:
    """Stores an article of a story, and the reactions that it shows, reports, or is itself.

    An article from before the story, or one that is only linked by it, is listed but gives no reactions.
    """
    article, own = filed.article, filed.role is None
    role = filed.as_role
    if filed.again:
        read_anew(connection, story.id, article, filed.signature, seen_at)
    elif filed.before:
        read_anew(connection, story.id, *filed.before)
    saved = save_article(
        connection,
        story.id,
        article,
        role,
        seen_at,
        mark=filed.signature,
        copy_of=copy_of,
        rests_on=filed.why.rests_on if filed.why else None,
        confidence=filed.why.confidence if filed.why else None,
        stance=filed.stance,
    )
    if saved.revised:
        drop_looks(connection, story.id, LookKind.NAMING, NOTHING)
    source = article.canonical_url or article.url or f"the text watched as {story.slug}"
    if _is_the_story(filed) and not saved.dropped:
        save_named(connection, story.id, source, filed.named)
        for address in filter(is_keepable, article.pictures):
            reason = "the picture at the head of the story's article"
            add_look(connection, story.id, LookKind.LEAD, "web", address, reason, seen_at, canonical(source))
    if filed.declared:
        add_own_accounts(connection, story.id, declared_to_be(named_in(connection, story.id), filed.declared))
    if saved.dropped or not counts_as_source(role):
        return Filing(0, saved.revised, [], None)
    _add_comment_looks(connection, story, filed, seen_at)
    if own:
        set_title_if_missing(connection, story.id, article.title)
        first_claim(connection, story.id, article.title)
    _store_mentions(connection, story, article, seen_at)
    new = 0 if own else _store_as_reaction(connection, story, article, saved, filed.why, seen_at)
    shown = [
        e for e in article.embeds if is_keepable(e.url) and is_keepable(e.external_id) and is_keepable(e.author_handle)
    ]
    posts = keep_out(connection, named(connection, [embed_as_post(embed) for embed in shown]))
    told = without_words_brought(connection, _with_first_counts(connection, posts))
    save_posts(connection, told, seen_at, copied=True)
    for post in posts:
        new += save_reaction(connection, story.id, post, embedded(source), seen_at)
    for statement in article.statements:
        new += _store_statement(connection, story, article, statement, source, seen_at)
    note = None
    if own:
        linked, note = _follow(connection, story, article, source, seen_at)
        linked = keep_out(connection, named(connection, linked))
        save_posts(connection, linked, seen_at, copied=True)
        for post in linked:
            new += save_reaction(connection, story.id, post, mentioned(source), seen_at)
        posts += linked
    return Filing(new, saved.revised, posts, note)


def _add_comment_looks(connection: Connection, story: StoryRow, filed: Filed, seen_at: str) -> None:
    """Adds a look at each place where the comments under an article can be asked for."""
    page = filed.article.url or filed.article.canonical_url
    for place in filed.comments if page else ():
        reason = "comments under an article of the story"
        add_look(connection, story.id, LookKind.COMMENTS, place.system, place.address, reason, seen_at, page)


def _with_first_counts(connection: Connection, posts: list[Post]) -> list[Post]:
    """The posts, with the counts that the article shows only where none are stored: an article's stay as they were once."""
    stored = counted(connection, posts)
    observed = {place for place, known in stored.items() if any(count is not None for count in known.counts)}
    return [replace(p, reach=Reach()) if (p.platform, key_of(p)) in observed else p for p in posts]


def _store_mentions(connection: Connection, story: StoryRow, article: Article, seen_at: str) -> None:
    """Writes the articles that prose only names; corrections that it tells of are the original's.

    A publisher whose article is known by its address is not named a second time.
    """
    known = {plain_publisher(publisher): key for publisher, key in known_publishers(connection, story.id)}
    corrections = " ".join(article.corrections) or None
    for mention in article.mentions:
        key = known.get(plain_publisher(mention.publisher), f"publisher:{mention.publisher}")
        correction = corrections if mention.role is Role.ORIGINAL else None
        save_mentioned(connection, story.id, key, mention.publisher, mention.role, correction, seen_at)


def _store_statement(
    connection: Connection, story: StoryRow, article: Article, statement: Statement, source: str, seen_at: str
) -> bool:
    shown = rendered_by(statement, article.embeds)
    said = embed_as_post(shown) if shown else _statement_post(statement, article)
    [post] = keep_out(connection, named(connection, [said]))
    if not shown:
        save_posts(connection, [post], seen_at)
    if statement.affiliation and not is_erased(post):
        remember_speaker(connection, story.id, statement.speaker, statement.affiliation)
    return save_reaction(
        connection,
        story.id,
        post,
        reported(source, statement.speaker),
        seen_at,
        words=statement.text,
        verbatim=statement.verbatim,
    )


def _store_as_reaction(
    connection: Connection,
    story: StoryRow,
    article: Article,
    saved: SavedArticle,
    why: Judgement | None,
    seen_at: str,
) -> int:
    """Ties an article that links to the story, takes it up or reviews its claim. Returns the number of new reactions.

    Where another site published the same text first, the copy is recorded as a further witness of that site's reaction.
    """
    [post] = keep_out(connection, [article_as_post(article)])
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
        copies: list[Tie] = [same_text(tie, post.url or "") for tie in found]
        for tie in copies:
            save_reaction(connection, story.id, first, tie, seen_at)
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


def _follow(
    connection: Connection, story: StoryRow, article: Article, source: str, seen_at: str
) -> tuple[list[Post], str | None]:
    """Adds a look at each page that an article links to.

    Returns the linked posts, and a note if pages were left out.
    """
    posts: list[Post] = []
    pages: dict[str, Role | None] = {}
    own_site = urlsplit(article.canonical_url or article.url or "").netloc.removeprefix("www.")
    for link in article.links:
        address = identify(link.url)
        if not is_keepable(link.url):
            continue
        if address and len(posts) >= MAX_LINKED_PAGES:
            continue
        if address:
            posts.append(
                Post(
                    platform=address.platform,
                    external_id=address.external_id,
                    url=address.url,
                    author=Author(handle=address.handle),
                )
            )
        elif urlsplit(link.url).netloc.removeprefix("www.") != own_site and urlsplit(canonical(link.url)).path != "/":
            mention = next((m for m in article.mentions if publishers().get(m.publisher) == host_of(link.url)), None)
            if mention:
                set_article_address(connection, story.id, mention.publisher, link.url)
            pages.setdefault(link.url, mention.role if mention else None)
    reason = f"{article.publisher or 'the article'} links to it"
    for url, role in list(pages.items())[:MAX_LINKED_PAGES]:
        if page_dropped(connection, story.id, url):
            continue
        stored = role_of(connection, story.id, url)
        add_look(
            connection,
            story.id,
            LookKind.LINK,
            "web",
            url,
            reason,
            seen_at,
            about=stored or (role.value if role else None),
        )
    left = len(pages) - MAX_LINKED_PAGES
    return posts, f"{source}: {left} of the pages it links to are not read" if left > 0 else None
