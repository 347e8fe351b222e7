"""the signatures by which copies of articles are found are made anew, by hashes that are independent of each other"""

import sqlalchemy as sa
from alembic import op

from storywake.collector.match.copies import signature

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 200
"""Texts that are held in memory at once."""
ROWS = sa.text(
    'SELECT id, text FROM article_revision WHERE signature IS NOT NULL AND id > :after ORDER BY id LIMIT :most'
)
KEPT = sa.text('UPDATE article_revision SET signature = :mark WHERE id = :id')


def upgrade() -> None:
    """To this revision."""
    connection, after = op.get_bind(), 0
    while rows := connection.execute(ROWS, {'after': after, 'most': ROWS_AT_ONCE}).all():
        connection.execute(KEPT, [{'id': row.id, 'mark': signature(row.text)} for row in rows])
        after = rows[-1].id
