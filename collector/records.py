"""The types that pass from what was fetched to the database.

Unknown is ``None``, never 0 or "". A time is ISO 8601 in UTC (``2023-07-26T09:30:00Z``);
a time of which only the day is known is ``YYYY-MM-DD``.
"""

from enum import StrEnum
from typing import Any, NamedTuple

import msgspec


class Kind(StrEnum):
    """What a post is on its platform."""

    POST = "post"
    REPLY = "reply"
    QUOTE = "quote"
    REPOST = "repost"
    COMMENT = "comment"  # under a page that is not a post: a video, an article, a submitted link
    ARTICLE = "article"
    STATEMENT = "statement"  # words reported in an article's prose


class VoiceKind(StrEnum):
    """What somebody speaks as."""

    BOT = "bot"
    POLITICIAN = "politician"
    JOURNALIST = "journalist"
    SCHOLAR = "scholar"
    AUTHORITY = "authority"
    COMPANY = "company"


class QuoteState(StrEnum):
    """Whether the author who is quoted agrees (docs.joinmastodon.org/entities/Quote, read 2026-11-27)."""

    PENDING = "pending"  # not answered yet
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"  # accepted once, and taken back
    DELETED = "deleted"  # accepted; the post that it quotes is gone
    UNAUTHORIZED = "unauthorized"  # accepted, but not for whoever asks to see


class TieKind(StrEnum):
    """How a post reacts to a story, strongest first."""

    EMBEDDED = "embedded"  # an article of the story shows it
    LINKS = "links"  # it links to an article of the story
    QUOTES = "quotes"  # it quotes a reaction
    REPLIES = "replies"  # it answers a reaction
    MENTIONS = "mentions"  # it names the story
    REPORTED = "reported"  # an article reports its words in prose


class Stance(StrEnum):
    """The four stances of RumourEval (SemEval-2017 task 8): what a reaction says of a claim."""

    SUPPORT = "support"  # it takes the claim for true
    DENY = "deny"  # it takes it for false
    QUERY = "query"  # it asks whether it is true, or for evidence
    COMMENT = "comment"  # none of these


class Role(StrEnum):
    """What an article is to a story."""

    ORIGINAL = "original"  # the report that the story is about
    COVERAGE = "coverage"
    EARLIER = "earlier"  # reported before the original, on the same matter
    FOLLOWUP = "followup"
    CONTEXT = "context"  # a page that the story only links to


def counts_as_source(role: Role) -> bool:
    """Whether posts that such an article shows, and posts that link to it, are reactions to the story.

    Those of earlier reporting and of context are not: they react to something else.
    """
    return role in (Role.ORIGINAL, Role.COVERAGE, Role.FOLLOWUP)


class Author(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account as its platform names it."""

    handle: str | None = None  # without the leading @
    name: str | None = None  # display name
    external_id: str | None = None
    followers: int | None = None
    links: tuple[str, ...] = ()  # addresses that the profile declares as its own
    bio: str | None = None  # what the profile says of its owner; "" for nothing, None where it is not told
    labels: tuple[str, ...] | None = None  # marks of the account, one word each; None where nothing is told of them


class Reach(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A post's counts at one moment, as the platform gives them."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None


NO_REACH = Reach()


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Words that a post carries beside its text, each kind under its own name."""

    warning: str | None = None  # what its author set before it: a content warning
    alt: tuple[str, ...] = ()  # descriptions that its author gave of pictures, videos, sounds
    card: str | None = None  # title and description of the page that it shows a preview of
    poll: tuple[str, ...] = ()  # the question, where it has one of its own, and what could be voted for


NO_MEDIA = Media()


def media_text(media: Media) -> str | None:
    """The words beside a text as a JSON object of the kinds that there are; None where there are none."""
    return None if media == NO_MEDIA else msgspec.json.encode(media).decode()


def is_media(value: str | None) -> bool:
    """Whether a text is such a JSON object."""
    try:
        return value is not None and bool(msgspec.json.decode(value, type=Media))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False


def with_media(text: str | None, media: str) -> str:
    """A post's words as an assessor reads them: its text and what ``media_text`` kept beside it, a paragraph each.

    The warning opens the text already. The card's words are those of the page, not of who links to it, so they stand
    for a post's own only where it has none. Raises msgspec.DecodeError where ``media`` is not of ``media_text``.
    """
    beside = msgspec.json.decode(media, type=Media)
    said = [text or beside.warning, *beside.alt, *beside.poll]
    return "\n\n".join(filter(None, said)) or beside.card or ""


class Post(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item on one platform."""

    platform: str
    external_id: str | None = None
    url: str | None = None
    kind: Kind = Kind.POST
    author: Author = Author()
    text: str | None = None
    language: str | None = None  # ISO 639-1, where the platform gives it
    posted_at: str | None = None
    indexed_at: str | None = None  # when the platform took the post in, by its own clock: the author cannot forge it
    in_reply_to: str | None = None  # external id on the same platform
    quotes: str | None = None  # external id on the same platform
    quote_state: QuoteState | None = None  # where its platform lets the quoted author agree
    links: tuple[str, ...] = ()
    media: Media = NO_MEDIA
    pictures: tuple[str, ...] = ()  # where those that it shows can be fetched; not stored
    labels: tuple[str, ...] | None = None  # marks by its author or by moderators, one word each; None likewise
    reach: Reach = NO_REACH
    counted_at: str | None = None  # when its counts were taken, where a file of another tool tells that
    deleted: bool = False
    relayed: bool = False  # told by another server than its own, or in part by a search: not looked at itself


class PostAddress(NamedTuple):
    """What an address alone tells of a post."""

    platform: str
    external_id: str | None
    url: str
    handle: str | None


class Embed(msgspec.Struct, frozen=True, kw_only=True):
    """A post that an article shows."""

    platform: str
    external_id: str | None = None
    url: str | None = None
    author_handle: str | None = None
    author_name: str | None = None
    posted_at: str | None = None
    text: str | None = None
    links: tuple[str, ...] = ()
    reach: Reach | msgspec.UnsetType = msgspec.UNSET  # the counts that the page shows with it, where it shows any


def embed_as_post(embed: Embed) -> Post:
    """An embed as a post: perhaps without counts, and without an id yet."""
    return Post(
        platform=embed.platform,
        external_id=embed.external_id,
        url=embed.url,
        author=Author(handle=embed.author_handle, name=embed.author_name),
        text=embed.text,
        posted_at=embed.posted_at,
        links=embed.links,
        reach=embed.reach or NO_REACH,
    )


class Link(msgspec.Struct, frozen=True):
    """A link in an article's body."""

    url: str
    text: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Words of a named person that an article's prose reports."""

    speaker: str
    affiliation: str | None = None
    text: str
    verbatim: bool  # between quotation marks or after a quotation dash


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """Another publisher's report that an article's prose refers to."""

    publisher: str
    role: Role
    text: str  # the sentence that says so


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A fact-check of a claim."""

    claim: str
    claimant: str | None = None
    rating: str | None = None  # in the reviewer's words
    value: float | None = None  # 0 (worst) to 1 (best) of the reviewer's scale
    stance: Stance
    appearances: tuple[str, ...] = ()  # addresses where the claim was made


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from an article."""

    url: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    modified_at: str | None = None
    language: str | None = None
    pictures: tuple[
        str, ...
    ] = ()  # addresses of the picture at its head, as the page names it in several places; not stored
    text: str = ""
    corrections: tuple[str, ...] = ()  # the sentences that say so
    embeds: tuple[Embed, ...] = ()
    links: tuple[Link, ...] = ()
    statements: tuple[Statement, ...] = ()
    mentions: tuple[Mention, ...] = ()
    reviews: tuple[Review, ...] = ()
    partial: str | None = None  # why the text is not whole: "behind a paywall"

    @property
    def own_corrections(self) -> tuple[str, ...]:
        """Corrections of this article itself. In prose that tells of another publisher's original, they are that one's."""
        return () if any(mention.role is Role.ORIGINAL for mention in self.mentions) else self.corrections


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """Why a post counts as a reaction to a story."""

    kind: TieKind
    source: str  # the address or the post through which it was found
    rests_on: str  # the reason, in words
    confidence: float  # 0 to 1


def to_builtins(record: msgspec.Struct) -> dict[str, Any]:
    """The record as plain dictionaries and lists, ready for JSON."""
    built: dict[str, Any] = msgspec.to_builtins(record)
    return built


class Subject(NamedTuple):
    """What a story is about."""

    names: tuple[str, ...]  # as its title and claims write them, the most often named first
    name_stems: frozenset[str]
    stems: frozenset[str]
    claims: tuple[str, ...]
    languages: frozenset[str] = frozenset()  # of its title and claims
    words: tuple[str, ...] = ()  # of its title and claims, without names; the longest (mostly the rarest) first
    phrases: tuple[str, ...] = ()  # quoted in its title and claims
    further: tuple[str, ...] = ()  # words of names in its article's opening that title and claims have not
    rare: frozenset[str] = frozenset()  # stems of rare words of title, claims and opening that are in no name
