"""an index of when looks were last made, by which those that a clock once ahead wrote down are found among all"""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    made = sa.text('last_at IS NOT NULL')
    op.create_index('ix_look_last_at', 'look', ['last_at'], sqlite_where=made, postgresql_where=made)
