"""Stance of whatever has none yet from the model in force."""

from collections.abc import Callable

from sqlalchemy import Engine

from collector.dates import now
from collector.records import Review
from collector.relevance import about_claim
from collector.stance import ASSESSORS, DEFAULT, STANCES, Reaction
from collector.stance.base import decide
from db.assessments import Pending, fingerprint, pending, save_assessments
from db.stories import StoryRow, article_keys, claims_of, reviews_of

BATCH = 500
VERDICT = "claimreview@1"
"""The model's name under which a fact-check's own verdict is kept."""


def assess(engine: Engine, story: StoryRow, model: str = DEFAULT, progress: Callable[[int], None] | None = None) -> int:
    """Assesses a story's reactions that ``model`` has not, each batch in its own transaction. Returns how many."""
    assessor = ASSESSORS[model]
    name = f"{assessor.name}@{assessor.version}"
    with engine.begin() as connection:
        todo = pending(connection, story.id, name)
    for start in range(0, len(todo), BATCH):
        batch = todo[start : start + BATCH]
        results = assessor.assess([item.reaction for item in batch])
        with engine.begin() as connection:
            save_assessments(connection, name, list(zip(batch, results, strict=True)), now())
        if progress:
            progress(len(batch))
    _read_verdicts(engine, story)
    return len(todo)


def _read_verdicts(engine: Engine, story: StoryRow) -> None:
    """Puts fact-checks' verdicts above the models' stances, for the claims that they are on."""
    with engine.begin() as connection:
        articles = article_keys(connection, story.id)
        for claim in claims_of(connection, story.id):
            done = []
            for row in reviews_of(connection, story.id):
                review = Review(claim=row.claim_reviewed, stance=row.stance)
                if about_claim(review, claim.text, articles):
                    words = "\0".join([row.claim_reviewed, row.stance, row.rating or "", claim.text])
                    item = Pending(
                        row.reaction_id, claim.id, fingerprint(words), Reaction(row.claim_reviewed, claim.text)
                    )
                    certain = tuple(float(stance == row.stance) for stance in STANCES)
                    done.append((item, decide(certain)))
            save_assessments(connection, VERDICT, done, now())
