"""signs of the pictures by which a story can be told"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('lead_picture',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('article', sa.Text(), nullable=False),
    sa.Column('sign', sa.LargeBinary(), nullable=False),
    sa.Column('max_distance', sa.Float(), nullable=False),
    sa.Column('read_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_lead_picture_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'address', name=op.f('pk_lead_picture'))
    )
