"""what keeps SQLite's triggers silent while a writer tells the kept tables itself; the triggers are made anew"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('at_once',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_at_once'))
    )
