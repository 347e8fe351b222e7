"""what stories were forecast to become"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('forecast',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Text(), nullable=False),
    sa.Column('age', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.Text(), nullable=False),
    sa.Column('seen', sa.BigInteger(), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('likely', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.Column('alike', sa.Integer(), nullable=False),
    sa.Column('own', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_forecast_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'counted', 'age', name=op.f('pk_forecast'))
    )
