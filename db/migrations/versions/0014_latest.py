"""how each reaction stands now; filled, and kept true by triggers, when the views are made"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('latest',
    sa.Column('reaction_id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('tie', sa.Text(), nullable=False),
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('posted_at', sa.Text(), nullable=False),
    sa.Column('likes', sa.BigInteger(), nullable=True),
    sa.Column('reposts', sa.BigInteger(), nullable=True),
    sa.Column('replies', sa.BigInteger(), nullable=True),
    sa.Column('quotes', sa.BigInteger(), nullable=True),
    sa.Column('views', sa.BigInteger(), nullable=True),
    sa.Column('engagement', sa.BigInteger(), nullable=True),
    sa.Column('growth', sa.BigInteger(), nullable=True),
    sa.Column('observed_at', sa.Text(), nullable=True),
    sa.Column('claim_id', sa.Integer(), nullable=True),
    sa.Column('stance', sa.Text(), nullable=True),
    sa.Column('probability', sa.Float(), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('unclear', sa.Boolean(), nullable=True),
    sa.Column('by_analyst', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['reaction_id'], ['reaction.id'], name=op.f('fk_latest_reaction_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reaction_id', name=op.f('pk_latest'))
    )
    op.create_index(op.f('ix_latest_story_id'), 'latest', ['story_id'])
    op.create_index(op.f('ix_witness_source'), 'witness', ['source'])
