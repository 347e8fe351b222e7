"""how many took which stance hour by hour; filled, and kept true by triggers, when the views are made"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

COUNTS = ('supporting', 'denying', 'asking', 'commenting', 'undecided')


def upgrade() -> None:
    """To this revision."""
    op.create_table('stance_hour',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Text(), nullable=False),
    sa.Column('writer', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_stance_hour_story_id')),
    sa.PrimaryKeyConstraint('story_id', 'claim_id', 'hour', 'writer', name=op.f('pk_stance_hour'))
    )
    op.create_index(op.f('ix_stance_claim_id'), 'stance', ['claim_id'])
    op.create_index(op.f('ix_label_claim_id'), 'label', ['claim_id'])
