"""which assessments are a fact-check's verdict"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('stance', sa.Column('verdict', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE stance SET verdict = true WHERE SUBSTR(model, 1, 12) = 'claimreview@'")
