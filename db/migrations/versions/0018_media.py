"""words that a post carries beside its text"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('post', sa.Column('media', sa.Text(), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column('post', 'media')
