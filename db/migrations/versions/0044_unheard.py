"""what is still to be read of a stream's past"""

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        'unheard',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('stream', sa.Text(), nullable=False),
        sa.Column('story_id', sa.Integer(), nullable=True),
        sa.Column('since', sa.Text(), nullable=False),
        sa.Column('until', sa.Text(), nullable=False),
        sa.Column('host', sa.Text(), nullable=True),
        sa.Column('position', sa.BigInteger(), nullable=True),
        sa.Column('bytes', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('cut_at', sa.Text(), nullable=True),
        sa.Column('done_at', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_unheard_story_id_story')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_unheard')),
    )
    op.create_index('ix_unheard_story_id', 'unheard', ['story_id'])


def downgrade() -> None:
    """Back from this revision."""
    op.drop_table('unheard')
