"""Stance of whatever has none yet from the model in force."""

from collections.abc import Callable

from sqlalchemy import Engine

from collector.dates import now
from collector.stance import ASSESSORS, DEFAULT
from db.assessments import pending, save_assessments
from db.stories import StoryRow

BATCH = 500


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
    return len(todo)
