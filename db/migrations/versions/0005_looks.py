"""looks with a clock of their own, what an answer showed, whose words a post has, dropped and erased things, a digest's marks"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('view_text',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_view_text'))
    )
    op.create_table('look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('about', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('added_at', sa.Text(), nullable=False),
    sa.Column('due_at', sa.Text(), nullable=True),
    sa.Column('last_at', sa.Text(), nullable=True),
    sa.Column('grown_at', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('idle', sa.Integer(), server_default='0', nullable=False),
    sa.Column('told', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_look_story_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_look_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look'))
    )
    op.execute("CREATE UNIQUE INDEX ix_look_what ON look (kind, source, target, COALESCE(story_id, 0))")
    op.create_index(op.f('ix_look_due_at'), 'look', ['due_at'])
    op.create_index(op.f('ix_look_post_id'), 'look', ['post_id'])
    op.create_index('ix_look_story_id', 'look', ['story_id', 'due_at'])
    op.create_table('shown',
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_shown_evidence_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_shown_post_id')),
    sa.PrimaryKeyConstraint('evidence_id', 'post_id', name=op.f('pk_shown'))
    )
    op.create_index(op.f('ix_shown_post_id'), 'shown', ['post_id'])
    op.create_table('erased',
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('platform', 'mark', name=op.f('pk_erased'))
    )
    op.add_column('post', sa.Column('own_words', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('reaction', sa.Column('depth', sa.Integer(), server_default='0', nullable=False))
    op.add_column('reaction', sa.Column('dropped_at', sa.Text(), nullable=True))
    op.add_column('article', sa.Column('dropped_at', sa.Text(), nullable=True))
    op.add_column('delivery', sa.Column('until', sa.Text(), nullable=True))
    op.add_column('delivery', sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
    op.add_column('delivery', sa.Column('note', sa.Text(), nullable=True))
    op.add_column('delivery', sa.Column('last_reaction', sa.Integer(), nullable=True))
    op.execute("UPDATE delivery SET status = 'handed_over', until = at, attempts = 1 WHERE status = 'sent'")
    op.execute("UPDATE delivery SET status = 'claimed', attempts = 1 WHERE status = 'sending'")
    op.create_index('ix_post_in_reply_to', 'post', ['platform', 'in_reply_to'])
    op.create_index('ix_post_quotes', 'post', ['platform', 'quotes'])
    op.create_index('ix_evidence_story_id', 'evidence', ['story_id', 'id'])
    op.create_index(op.f('ix_evidence_body_hash'), 'evidence', ['body_hash'])
    op.create_table('secret',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_secret'))
    )
    op.drop_index('ix_post_next_look_at', table_name='post')
    op.execute("ALTER TABLE post DROP COLUMN next_look_at")
    op.execute("UPDATE post SET own_words = (text IS NOT NULL AND external_id IS NOT NULL AND EXISTS (SELECT 1 FROM observation o WHERE o.post_id = post.id))")
    op.execute("""INSERT INTO look (kind, source, target, post_id, reason, added_at, due_at)
        SELECT 'counts', p.platform, 'post ' || CAST(p.id AS TEXT), p.id, 'a reaction', p.first_seen_at, p.first_seen_at FROM post p
        WHERE EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = p.id) AND (p.external_id IS NOT NULL OR p.url IS NOT NULL)
            AND (p.platform IN ('x', 'bluesky', 'mastodon', 'reddit', 'telegram', 'lemmy', 'tiktok')
                OR (p.platform IN ('hackernews', 'youtube') AND p.kind <> 'comment'))""")
    op.execute("UPDATE reaction SET depth = CASE WHEN tie IN ('embedded', 'links', 'mentions', 'reported') THEN 0 ELSE 1 END")
