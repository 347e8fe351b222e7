"""whom a story's article names, and the accounts that are declared to be theirs"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('named_person',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('affiliation', sa.Text(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('namesakes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_named_person_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'name', name=op.f('pk_named_person'))
    )
    op.create_table('own_account',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('rests_on', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_own_account_account_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['story_id', 'name'], ['named_person.story_id', 'named_person.name'],
                            name=op.f('fk_own_account_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'name', 'platform', 'handle', name=op.f('pk_own_account'))
    )
    op.create_index(op.f('ix_own_account_account_id'), 'own_account', ['account_id'])
