"""whether who is quoted agrees, and since when no longer"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('post', sa.Column('quote_state', sa.Text(), nullable=True))
    op.add_column('post', sa.Column('quote_ended_at', sa.Text(), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column('post', 'quote_ended_at')
    op.drop_column('post', 'quote_state')
