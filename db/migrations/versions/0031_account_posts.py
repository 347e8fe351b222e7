"""an account's posts by their time: what it usually gathers is told from its last hundred"""

from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_index('ix_post_account_posted', 'post', ['account_id', 'posted_at'])
    op.drop_index('ix_post_account_id', table_name='post')


def downgrade() -> None:
    """Back from this revision."""
    op.create_index('ix_post_account_id', 'post', ['account_id'])
    op.drop_index('ix_post_account_posted', table_name='post')
