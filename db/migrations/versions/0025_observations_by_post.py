"""on SQLite a post's observations lie together, in the order of their times"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

COUNTS = ('likes', 'reposts', 'replies', 'quotes', 'views', 'followers')


def upgrade() -> None:
    """To this revision."""
    if op.get_bind().dialect.name != 'sqlite':
        return
    op.create_table('observation_by_post',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('observed_at', sa.Text(), nullable=False),
    *(sa.Column(name, sa.BigInteger(), nullable=True) for name in COUNTS),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name='fk_observation_post_id'),
    sa.PrimaryKeyConstraint('post_id', 'observed_at', name=op.f('pk_observation')),
    sqlite_with_rowid=False,
    )
    op.execute('INSERT INTO observation_by_post SELECT post_id, observed_at, likes, reposts, replies, quotes, views, followers '
    'FROM observation ORDER BY post_id, observed_at')
    op.drop_table('observation')
    op.rename_table('observation_by_post', 'observation')
