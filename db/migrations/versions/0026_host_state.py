"""what processes tell each other of the hosts that they ask"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('host_state',
    sa.Column('host', sa.Text(), nullable=False),
    sa.Column('next_at', sa.Float(), server_default='0', nullable=False),
    sa.Column('limited_until', sa.Float(), server_default='0', nullable=False),
    sa.Column('closed_until', sa.Float(), server_default='0', nullable=False),
    sa.Column('robots', sa.LargeBinary(), nullable=True),
    sa.Column('robots_until', sa.Float(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_host_state'))
    )
