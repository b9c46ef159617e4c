"""Mail by other doors, mail that came twice, and who sent it.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('delivery', sa.Column('stamped_at', _instant, nullable=True))
    op.add_column('outbox_message', sa.Column('reply_to', sa.String(length=320), nullable=True))
    op.create_table('door_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('door', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.Column('at', _instant, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_receipt')),
    sa.UniqueConstraint('door', 'key', name=op.f('uq_door_receipt_door_key'))
    )
    op.create_index(op.f('ix_door_receipt_at'), 'door_receipt', ['at'])
    op.create_table('door_refusal',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('door', sa.String(length=10), nullable=False),
    sa.Column('why', sa.String(length=20), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'door', 'why', name=op.f('pk_door_refusal'))
    )
    with op.batch_alter_table('read_message') as batch:
        batch.add_column(sa.Column('fingerprint', sa.String(length=64), nullable=True))
        batch.add_column(sa.Column('duplicate_of_id', sa.Integer(), nullable=True))
        batch.create_index(batch.f('ix_read_message_fingerprint'), ['fingerprint'])
        batch.create_foreign_key(batch.f('fk_read_message_duplicate_of_id_delivery'), 'delivery', ['duplicate_of_id'], ['id'])
    op.create_table('sender_check',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('checker_version', sa.Integer(), nullable=False),
    sa.Column('checked_at', _instant, nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sender_class', sa.String(length=10), nullable=False),
    sa.Column('from_domain', sa.String(length=255), nullable=False),
    sa.Column('results', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_sender_check_delivery_id_delivery')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_sender_check'))
    )
    op.create_table('entry_confirmation',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', _instant, nullable=False),
    sa.Column('code_digest', sa.String(length=64), nullable=False),
    sa.Column('code_failures', sa.Integer(), nullable=False),
    sa.Column('due_at', _instant, nullable=True),
    sa.Column('confirmed_at', _instant, nullable=True),
    sa.Column('confirmed_by', sa.String(length=10), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_confirmation_entry_id_entry')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_entry_confirmation'))
    )


def downgrade() -> None:
    op.drop_table('entry_confirmation')
    op.drop_table('sender_check')
    with op.batch_alter_table('read_message') as batch:
        batch.drop_constraint(batch.f('fk_read_message_duplicate_of_id_delivery'), type_='foreignkey')
        batch.drop_index(batch.f('ix_read_message_fingerprint'))
        batch.drop_column('duplicate_of_id')
        batch.drop_column('fingerprint')
    op.drop_table('door_refusal')
    op.drop_index(op.f('ix_door_receipt_at'), 'door_receipt')
    op.drop_table('door_receipt')
    op.drop_column('outbox_message', 'reply_to')
    op.drop_column('delivery', 'stamped_at')
