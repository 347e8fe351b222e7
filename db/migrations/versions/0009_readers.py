"""readers of the mail, and which changes a mail told"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('reader',
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('stories', sa.Text(), nullable=True),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('below', sa.Text(), nullable=False),
    sa.Column('added_at', sa.Text(), nullable=False),
    sa.Column('left_at', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_reader'))
    )
    op.add_column('delivery', sa.Column('told', sa.Text(), nullable=True))
