"""What a paper's article says of the report that a story is about, told before the article is stored."""

from sqlalchemy import Engine

from storywake.collector.match.paper_stance import PaperStance, Told, paper_stance
from storywake.collector.records import Role
from storywake.collector.values import clean
from storywake.db.articles import address_of, original_of
from storywake.db.engine import reading
from storywake.db.stories import StoryRow

from .candidates import about
from .filing import Filed


def with_stance(engine: Engine, story: StoryRow, filed: Filed, copy_of: int | None) -> Filed:
    """An article with its stance. One that has the text of another, whose id is ``copy_of``, at least repeats it."""
    with reading(engine) as connection:
        original = original_of(connection, story.id).publisher if filed.role else None
        first = address_of(connection, copy_of) if copy_of is not None else None
    told = paper_stance(about(engine, story), filed.article, filed.as_role, original)
    if told is None and first and filed.as_role is Role.COVERAGE:
        told = Told(PaperStance.REPEATS, f"it has the same text as {first}")
    return filed._replace(stance=told and told._replace(rests_on=clean(told.rests_on)))
