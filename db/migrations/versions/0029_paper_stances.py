"""what a paper's article says of the report that a story is about"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('article', sa.Column('stance', sa.Text(), nullable=True))
    op.add_column('article', sa.Column('stance_rests_on', sa.Text(), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column('article', 'stance_rests_on')
    op.drop_column('article', 'stance')
