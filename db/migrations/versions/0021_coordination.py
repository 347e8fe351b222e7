"""accounts that posted together"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('coordination_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('accounts', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Float(), nullable=False),
    sa.Column('chance', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_coordination_group_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordination_group'))
    )
    op.create_index(op.f('ix_coordination_group_story_id'), 'coordination_group', ['story_id'])
    op.create_table('coordination_post',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.Integer(), nullable=False),
    sa.Column('reaction_id', sa.Integer(), nullable=False),
    sa.Column('shared', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['coordination_group.id'], name=op.f('fk_coordination_post_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reaction_id'], ['reaction.id'], name=op.f('fk_coordination_post_reaction_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'occasion', 'reaction_id', name=op.f('pk_coordination_post'))
    )
    op.create_index(op.f('ix_coordination_post_reaction_id'), 'coordination_post', ['reaction_id'])
