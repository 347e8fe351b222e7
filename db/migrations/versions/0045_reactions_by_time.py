"""indexes by which the last of a story's reactions are found, and those that are nobody's yet"""

from alembic import op

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Without statistics SQLite would take an index of a story's reactions for one of few rows."""
    op.create_index('ix_reaction_first_seen_at', 'reaction', ['story_id', 'first_seen_at'])
    op.drop_index('ix_reaction_person_id', 'reaction')
    op.create_index('ix_reaction_person_id', 'reaction', ['person_id', 'story_id'])
    op.execute('ANALYZE reaction')
