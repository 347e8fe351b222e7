"""changes of the balance as they were found, when an article was corrected, and an index of what was deleted"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('balance_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('chance', sa.Float(), nullable=False),
    sa.Column('found_at', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_balance_change_story_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_balance_change_claim_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_balance_change')),
    sa.UniqueConstraint('claim_id', 'at', name=op.f('uq_balance_change_claim_id'))
    )
    op.create_index(op.f('ix_balance_change_story_id'), 'balance_change', ['story_id'])
    op.add_column('article', sa.Column('corrected_at', sa.Text(), nullable=True))
    op.execute("""UPDATE article SET corrected_at = COALESCE(
        (SELECT MAX(v.seen_at) FROM article_revision v WHERE v.article_id = article.id), first_seen_at) WHERE corrected""")
    there = sa.text('deleted_at IS NOT NULL')
    op.create_index('ix_post_deleted_at', 'post', ['deleted_at'], sqlite_where=there, postgresql_where=there)
