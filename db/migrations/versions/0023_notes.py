"""notes that a crowd wrote about posts"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        'note',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('written_at', sa.Text(), nullable=True),
        sa.Column('classification', sa.Text(), nullable=True),
        sa.Column('text', sa.Text(), nullable=True),
        sa.Column('status', sa.Text(), nullable=True),
        sa.Column('status_since', sa.Text(), nullable=True),
        sa.Column('helpful', sa.Integer(), nullable=True),
        sa.Column('somewhat_helpful', sa.Integer(), nullable=True),
        sa.Column('not_helpful', sa.Integer(), nullable=True),
        sa.Column('first_seen_at', sa.Text(), nullable=False),
        sa.Column('gone_at', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_note_post_id_post'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    )
    op.create_index(op.f('ix_note_post_id'), 'note', ['post_id'])
    op.create_table(
        'note_status',
        sa.Column('note_id', sa.Text(), nullable=False),
        sa.Column('since', sa.Text(), nullable=False),
        sa.Column('status', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_note_status_note_id_note'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('note_id', 'since', name=op.f('pk_note_status')),
    )


def downgrade() -> None:
    """Back from this revision."""
    op.drop_table('note_status')
    op.drop_index(op.f('ix_note_post_id'), table_name='note')
    op.drop_table('note')
