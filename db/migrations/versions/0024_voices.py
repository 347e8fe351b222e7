"""what kind of voice a person is, and analysts' lists of it"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('person', sa.Column('voice', sa.Text(), nullable=True))
    op.add_column('person', sa.Column('voice_rests_on', sa.Text(), nullable=True))
    op.create_table('voice',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('analyst', sa.Text(), nullable=False),
    sa.Column('set_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_voice_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'mark', name=op.f('pk_voice'))
    )
