"""labels of posts and accounts; whose a stream's cursor is, and which stories' past was replayed"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

MAX_MICROSECONDS = 4_000_000_000_000_000
"""The year 2096: what is above is no time."""


def upgrade() -> None:
    """To this revision. Cursors until now were times, in microseconds since 1970."""
    op.add_column('post', sa.Column('labels', sa.Text(), nullable=True))
    op.add_column('account', sa.Column('labels', sa.Text(), nullable=True))
    op.add_column('story', sa.Column('replayed_at', sa.Text(), nullable=True))
    for name in ('host', 'kind', 'heard_at'):
        op.add_column('stream_cursor', sa.Column(name, sa.Text(), nullable=True))
    connection = op.get_bind()
    for stream, position in connection.execute(sa.text('SELECT stream, position FROM stream_cursor')).all():
        if 0 <= position < MAX_MICROSECONDS:
            heard = datetime.fromtimestamp(position // 1_000_000, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')
            connection.execute(
                sa.text('UPDATE stream_cursor SET heard_at = :heard WHERE stream = :stream'),
                {'heard': heard, 'stream': stream},
            )


def downgrade() -> None:
    """Back from this revision."""
    for name in ('heard_at', 'kind', 'host'):
        op.drop_column('stream_cursor', name)
    op.drop_column('story', 'replayed_at')
    op.drop_column('account', 'labels')
    op.drop_column('post', 'labels')
