"""what is said: groups of like reactions, and the vectors that they are told by"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('meaning',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('input_hash', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_meaning_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_meaning'))
    )
    op.create_table('remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('stance', sa.Text(), nullable=False),
    sa.Column('chosen_of', sa.Integer(), nullable=False),
    sa.Column('among', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_remark_claim_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remark'))
    )
    op.create_index(op.f('ix_remark_claim_id'), 'remark', ['claim_id'])
    op.create_table('remark_member',
    sa.Column('remark_id', sa.Integer(), nullable=False),
    sa.Column('reaction_id', sa.Integer(), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.Column('central', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['remark_id'], ['remark.id'], name=op.f('fk_remark_member_remark_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reaction_id'], ['reaction.id'], name=op.f('fk_remark_member_reaction_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('remark_id', 'reaction_id', name=op.f('pk_remark_member'))
    )
    op.create_index(op.f('ix_remark_member_reaction_id'), 'remark_member', ['reaction_id'])
    op.create_table('remarked',
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_remarked_claim_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_remarked'))
    )
