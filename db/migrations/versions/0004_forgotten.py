"""when a deleted post was forgotten"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('post', sa.Column('forgotten_at', sa.Text(), nullable=True))
