"""the news agency whose text an article has"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('article', sa.Column('agency', sa.Text(), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column('article', 'agency')
