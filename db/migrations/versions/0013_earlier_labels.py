"""judgements that the same analyst replaced or took back"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('earlier_label',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reaction_id', sa.Integer(), nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('analyst', sa.Text(), nullable=False),
    sa.Column('stance', sa.Text(), nullable=False),
    sa.Column('set_at', sa.Text(), nullable=False),
    sa.Column('replaced_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['reaction_id'], ['reaction.id'], name=op.f('fk_earlier_label_reaction_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_earlier_label_claim_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_earlier_label'))
    )
    op.create_index(op.f('ix_earlier_label_reaction_id'), 'earlier_label', ['reaction_id'])
