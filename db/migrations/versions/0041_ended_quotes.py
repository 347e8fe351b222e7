"""an index of the quotations that were taken back, which the list of changes looks for among all posts"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    there = sa.text('quote_ended_at IS NOT NULL')
    op.create_index('ix_post_quote_ended_at', 'post', ['quote_ended_at'], sqlite_where=there, postgresql_where=there)
