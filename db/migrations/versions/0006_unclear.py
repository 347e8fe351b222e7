"""how sure an assessment is, whether its language and kind of claim are covered, and whether it is unclear"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column('stance', sa.Column('confidence', sa.Float(), nullable=True))
    op.add_column('stance', sa.Column('covered', sa.Boolean(), nullable=True))
    op.add_column('stance', sa.Column('unclear', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE stance SET confidence = 1, covered = true WHERE SUBSTR(model, 1, 12) = 'claimreview@'")
