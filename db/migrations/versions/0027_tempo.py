"""the tempo of posts, by which their counts are looked at again"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('look', sa.Column('tempo', sa.Float(), nullable=True))
