"""indexes of accounts' handles and posts' addresses, by which a post without an id is known again among all posts"""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_index('ix_account_handle', 'account', ['platform', sa.text('LOWER(handle)')])
    op.create_index('ix_post_url', 'post', ['platform', 'url'])
