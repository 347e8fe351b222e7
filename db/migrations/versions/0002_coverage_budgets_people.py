"""coverage, budgets, reviews, webmentions, analysts' word on people"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('article', sa.Column('rests_on', sa.Text(), nullable=True))
    op.add_column('article', sa.Column('confidence', sa.Float(), nullable=True))
    op.add_column('article', sa.Column('copy_of', sa.Integer(), nullable=True))
    op.add_column('article_revision', sa.Column('signature', sa.LargeBinary(), nullable=True))
    op.add_column('account', sa.Column('links', sa.Text(), nullable=True))
    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reaction_id', sa.Integer(), nullable=False),
    sa.Column('claim_reviewed', sa.Text(), nullable=False),
    sa.Column('claimant', sa.Text(), nullable=True),
    sa.Column('rating', sa.Text(), nullable=True),
    sa.Column('rating_value', sa.Float(), nullable=True),
    sa.Column('stance', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['reaction_id'], ['reaction.id'], name=op.f('fk_review_reaction_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('reaction_id', 'claim_reviewed', name=op.f('uq_review_reaction_id'))
    )
    op.create_table('identity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('one', sa.Text(), nullable=False),
    sa.Column('other', sa.Text(), nullable=False),
    sa.Column('same', sa.Boolean(), nullable=False),
    sa.Column('analyst', sa.Text(), nullable=False),
    sa.Column('set_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_identity_story_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('story_id', 'one', 'other', name=op.f('uq_identity_story_id'))
    )
    op.create_table('spending',
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('day', sa.Text(), nullable=False),
    sa.Column('item', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('platform', 'day', 'item', name=op.f('pk_spending'))
    )
    op.create_table('webmention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_webmention_story_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webmention')),
    sa.UniqueConstraint('source', 'target', name=op.f('uq_webmention_source'))
    )
    op.create_table('stream_cursor',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('stream', name=op.f('pk_stream_cursor'))
    )
