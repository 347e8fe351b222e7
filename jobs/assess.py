"""Assesses every reaction that the current model has not assessed."""

from collections.abc import Sequence

from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.match.relevance import about_claim
from storywake.collector.records import Review
from storywake.collector.settings import Settings
from storywake.collector.stance import STANCES, Assessor, Reaction, assessor
from storywake.collector.stance.base import MIN_LABELS, decide
from storywake.db.articles import article_keys
from storywake.db.assessments import Labelled, Pending, assessable, labelled, pending, save_assessments, text_digest
from storywake.db.claims import claims_of
from storywake.db.engine import reading, writing
from storywake.db.model_answers import AnswerCache
from storywake.db.reviews import reviews_of
from storywake.db.stories import StoryRow

from .remarks import tell_remarks
from .ticking import Tick, silent

MAX_BATCH = 500
REVIEW_MODEL = "claimreview@1"
"""The model name under which a fact-check's own rating is stored."""


def assess(
    engine: Engine,
    story: StoryRow,
    settings: Settings | None = None,
    counts: dict[str, int] | None = None,
    tick: Tick = silent,
    at: str | None = None,
) -> int:
    """Assesses the reactions of a story that the current model has not assessed. Returns their number.

    Each batch is written in a transaction of its own. Then the remarks are grouped again where anything changed.
    They are dated ``at`` (now, where it is not said). Requests to a language model, tokens and cost are added to ``counts``.

    A claim with enough labels gets a model adapted to them. New labels make a new model, so every reaction is assessed
    again; earlier assessments keep the name of the model that made them.
    """
    settings, at = settings or Settings(), at or now()
    base = assessor(settings.stance_model, settings, AnswerCache(engine))
    with reading(engine) as connection:
        claims = claims_of(connection, story.id)
        labels = labelled(connection, story.id)
    count = 0
    for claim in claims:
        judged = [item for item in labels if item.claim_id == claim.id]
        count += _assess_claim(engine, story, claim.id, base, judged, at, tick)
    _read_verdicts(engine, story, at)
    tell_remarks(engine, story, tick)
    if counts is not None and settings.stance_model == "llm":
        _account(base, settings, counts)
    return count


def _account(model: Assessor, settings: Settings, counts: dict[str, int]) -> None:
    from storywake.collector.stance.llm import LanguageModel

    if isinstance(model, LanguageModel):
        usage = model.usage
        cost = usage.tokens_in * settings.llm_price_in + usage.tokens_out * settings.llm_price_out
        told = {
            "llm_requests": usage.requests,
            "llm_tokens_in": usage.tokens_in,
            "llm_tokens_out": usage.tokens_out,
            "llm_fallbacks": usage.fallbacks,
            "llm_cost_microdollars": round(cost),
        }
        for name, amount in told.items():
            counts[name] = counts.get(name, 0) + amount


def _for_claim(base: Assessor, labels: Sequence[Labelled], items: Sequence[Pending]) -> Assessor:
    """The model for a claim: with enough labels adapted to them and to the unlabelled reactions, else ``base``."""
    judged = {item.reaction_id: item for item in labels}
    if len(judged) < MIN_LABELS:
        return base
    from storywake.collector.stance.adapt import Adapted

    others = [item.reaction for item in items if item.reaction_id not in judged]
    return Adapted(base, [j.reaction for j in judged.values()], [j.stance for j in judged.values()], others)


def _assess_claim(
    engine: Engine, story: StoryRow, claim_id: int, base: Assessor, labels: Sequence[Labelled], at: str, tick: Tick
) -> int:
    with reading(engine) as connection:
        items = assessable(connection, story.id, claim_id)
    if labels:
        tick(0, None, f"learning from the labels of {story.slug}")
    model = _for_claim(base, labels, items)
    name = f"{model.name}@{model.version}"
    with reading(engine) as connection:
        todo = pending(connection, items, story.id, name, claim_id)
    for start in range(0, len(todo), MAX_BATCH):
        tick(start, len(todo), f"assessing the reactions to {story.slug}")
        batch = todo[start : start + MAX_BATCH]
        results = model.assess([item.reaction for item in batch])
        with writing(engine) as connection:
            save_assessments(connection, name, list(zip(batch, results, strict=True)), at)
    return len(todo)


def _read_verdicts(engine: Engine, story: StoryRow, at: str) -> None:
    """Stores fact-checks' ratings as stances, which stand above the models', for the claims that they review."""
    with reading(engine) as connection:
        articles = article_keys(connection, story.id)
        claims = claims_of(connection, story.id)
        reviews = reviews_of(connection, story.id)
    done = []
    for claim in claims:
        for row in reviews:
            review = Review(claim=row.claim_reviewed, stance=row.stance)
            if about_claim(review, claim.text, articles):
                words = "\0".join([row.claim_reviewed, row.stance, row.rating or "", claim.text])
                item = Pending(row.reaction_id, claim.id, text_digest(words), Reaction(row.claim_reviewed, claim.text))
                certain = tuple(float(stance == row.stance) for stance in STANCES)
                done.append((item, decide(certain)))
    if done:
        with writing(engine) as connection:
            save_assessments(connection, REVIEW_MODEL, done, at, verdict=True)
