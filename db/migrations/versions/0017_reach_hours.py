"""what posts gained hour by hour; filled, and kept true by triggers, when the views are made"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

GAINED = (
    'looked', 'posts', 'observed', 'likes', 'reposts', 'replies', 'quotes', 'views',
    'tell_likes', 'tell_reposts', 'tell_replies', 'tell_quotes', 'tell_views',
)


def upgrade() -> None:
    """To this revision."""
    op.create_table('reach_hour',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('hour', sa.Text(), nullable=False),
    sa.Column('writer', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.BigInteger(), nullable=False) for name in GAINED),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_reach_hour_story_id')),
    sa.PrimaryKeyConstraint('story_id', 'platform', 'hour', 'writer', name=op.f('pk_reach_hour'))
    )
