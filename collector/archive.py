"""A reaction with everything that was found about it, as it goes out in CSV and JSON lines, and comes in again."""

from typing import Annotated

import msgspec
from msgspec import Meta

from .records import Kind, QuoteState, Stance, TieKind, VoiceKind
from .values import MAX_COUNT

Time = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$")]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
Count = Annotated[int, Meta(ge=-MAX_COUNT, le=MAX_COUNT)]
Ratings = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Chance = Annotated[float, Meta(ge=0, le=1)]


class Witnessed(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason why a reaction is there."""

    tie: TieKind
    source: str
    rests_on: str
    confidence: Chance
    words: str = ""
    verbatim: bool | None = None


class Observed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post's counts at a time; what is left out is unknown."""

    at: Moment
    likes: Count | None = None
    reposts: Count | None = None
    replies: Count | None = None
    quotes: Count | None = None
    views: Count | None = None
    followers: Count | None = None


class Earlier(msgspec.Struct, frozen=True):
    """A text that a post had before."""

    replaced_at: str
    text: str


class Assessed(msgspec.Struct, frozen=True, omit_defaults=True):
    """An assessment towards a claim, by a model or (``verdict``) a fact-check."""

    claim: str
    model: str
    input_hash: str
    assessed_at: Moment
    stance: Stance
    support: Chance
    deny: Chance
    query: Chance
    comment: Chance
    confidence: Chance | None = None
    covered: bool | None = None
    verdict: bool = False
    unclear: bool = False


class Labelled(msgspec.Struct, frozen=True):
    """An analyst's judgement."""

    claim: str
    analyst: str
    stance: Stance
    set_at: Moment


class Reviewed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact-check's verdict in its own words."""

    claim_reviewed: str
    stance: Stance
    seen_at: Moment
    claimant: str | None = None
    rating: str | None = None
    rating_value: float | None = None


class NoteStatus(msgspec.Struct, frozen=True):
    """A status that a note had from a time on."""

    since: Time
    status: str


class Noted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A note that a crowd wrote about the post, with the statuses that it had; what is left out is unknown."""

    note_id: Annotated[str, Meta(min_length=1)]
    first_seen_at: Moment
    written_at: Time | None = None
    classification: str | None = None
    text: str | None = None
    status: str | None = None
    status_since: Time | None = None
    helpful: Ratings | None = None
    somewhat_helpful: Ratings | None = None
    not_helpful: Ratings | None = None
    gone_at: Moment | None = None
    history: tuple[NoteStatus, ...] = ()


class SaidVoice(msgspec.Struct, frozen=True):
    """An analyst's word on what kind of voice the author is, by the mark that it names: ``platform:handle`` or a name."""

    mark: str
    kind: VoiceKind
    analyst: str
    set_at: Moment


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """A reaction. The first columns are those of the view ``reactions``; unknown is None.

    ``stance`` to ``unclear`` and ``likes`` to ``last_observed_at`` and ``deleted`` follow from the lists at the end, and
    are not read when a file comes in.
    """

    story: Annotated[str, Meta(pattern=r"^[\w.-]{1,80}$")]
    story_title: str | None = None
    story_url: str | None = None
    claim: str | None = None  # the main one
    further_claims: tuple[str, ...] = ()
    platform: str
    external_id: str | None = None
    url: str | None = None
    kind: Kind
    author: str | None = None
    author_name: str | None = None
    author_id: str | None = None
    followers: Count | None = None
    person: str | None = None
    affiliation: str | None = None
    posted_at: Time | None = None
    text: str | None = None
    language: str | None = None
    in_reply_to: str | None = None
    quoted: str | None = None
    quote_state: QuoteState | None = None
    quote_ended_at: Moment | None = None
    links: tuple[str, ...] = ()
    tie: TieKind
    tie_source: str
    rests_on: str
    confidence: Chance
    stance: str | None = None
    stance_probability: float | None = None
    unclear: bool | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None
    first_seen_at: Moment
    last_observed_at: str | None = None
    deleted: bool = False
    deleted_at: Moment | None = None
    depth: Annotated[int, Meta(ge=0, le=10_000)] = 0
    key: str
    own_words: bool = False
    media: str | None = None  # the words beside the text, as a JSON object
    post_labels: str | None = None  # marks, words one blank apart
    author_key: str | None = None
    author_links: str | None = None
    author_labels: str | None = None
    author_bio: str | None = None
    person_rests_on: str | None = None
    voice: VoiceKind | None = None
    voice_rests_on: str | None = None
    witnesses: tuple[Witnessed, ...] = ()
    observations: tuple[Observed, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    assessments: tuple[Assessed, ...] = ()
    labels: tuple[Labelled, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    notes: tuple[Noted, ...] = ()
    said_voices: tuple[SaidVoice, ...] = ()


COLUMNS = Archived.__struct_fields__
LISTS = (
    "further_claims", "links", "witnesses", "observations", "earlier", "assessments", "labels", "reviews", "notes",
    "said_voices",
)  # fmt: skip
"""Columns that hold lists: JSON within a cell of CSV."""
