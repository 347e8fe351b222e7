"""what a profile says of its owner"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('account', sa.Column('bio', sa.Text(), nullable=True))
