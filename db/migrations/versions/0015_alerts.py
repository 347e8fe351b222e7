"""alerts, who wants them, and how they went out"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table('alert_subscriber',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('kinds', sa.Text(), nullable=True),
    sa.Column('stories', sa.Text(), nullable=True),
    sa.Column('quiet_from', sa.Text(), nullable=True),
    sa.Column('quiet_until', sa.Text(), nullable=True),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('after_alert', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_subscriber')),
    sa.UniqueConstraint('target', name=op.f('uq_alert_subscriber_target'))
    )
    op.create_table('alert_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subscriber_id', sa.Integer(), nullable=False),
    sa.Column('identity', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.Text(), nullable=False),
    sa.Column('due_at', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['subscriber_id'], ['alert_subscriber.id'], name=op.f('fk_alert_message_subscriber_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_message')),
    sa.UniqueConstraint('identity', name=op.f('uq_alert_message_identity'))
    )
    op.create_index(op.f('ix_alert_message_subscriber_id'), 'alert_message', ['subscriber_id'])
    op.create_table('alert_state',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Text(), nullable=False),
    sa.Column('checked_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_alert_state_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', name=op.f('pk_alert_state'))
    )
    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('reaction_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.Text(), nullable=False),
    sa.Column('found_at', sa.Text(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['reaction_id'], ['reaction.id'], name=op.f('fk_alert_reaction_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_alert_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('key', name=op.f('uq_alert_key'))
    )
    op.create_index(op.f('ix_alert_reaction_id'), 'alert', ['reaction_id'])
    op.create_index(op.f('ix_alert_story_id'), 'alert', ['story_id'])
    op.create_table('alert_delivery',
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('subscriber_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_delivery_alert_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['alert_message.id'], name=op.f('fk_alert_delivery_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subscriber_id'], ['alert_subscriber.id'], name=op.f('fk_alert_delivery_subscriber_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('message_id', 'alert_id', name=op.f('pk_alert_delivery')),
    sa.UniqueConstraint('subscriber_id', 'alert_id', name=op.f('uq_alert_delivery_subscriber_id'))
    )
    op.create_index(op.f('ix_alert_delivery_alert_id'), 'alert_delivery', ['alert_id'])
