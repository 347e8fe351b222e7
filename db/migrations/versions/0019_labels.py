"""labels of posts and accounts; a cursor for each host that streams"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('post', sa.Column('labels', sa.Text(), nullable=True))
    op.add_column('account', sa.Column('labels', sa.Text(), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column('account', 'labels')
    op.drop_column('post', 'labels')
