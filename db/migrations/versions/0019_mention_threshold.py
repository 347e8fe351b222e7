"""from which confidence posts without a link are reactions to a story"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('story', sa.Column('mention_threshold', sa.Float(), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column('story', 'mention_threshold')
