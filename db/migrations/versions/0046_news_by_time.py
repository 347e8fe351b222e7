"""indexes by which the last assessments towards a story's claims are found, and the looks that failed"""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    failing = sa.text("outcome IN ('failed', 'given up')")
    op.create_index('ix_look_failing', 'look', ['post_id'], sqlite_where=failing, postgresql_where=failing)
    op.drop_index('ix_stance_claim_id', 'stance')
    op.create_index('ix_stance_claim_id', 'stance', ['claim_id', 'assessed_at'])
