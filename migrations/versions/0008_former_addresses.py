"""Mail addresses that people had before, and what finds old mail without looking through what was forgotten.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('former_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_former_address_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_address'))
    )
    op.create_index(op.f('ix_former_address_person_id'), 'former_address', ['person_id'])
    _index('ix_delivery_kept', 'delivery', 'received_at', 'forgotten_at IS NULL')
    _index('ix_delivery_network', 'delivery', 'received_at', "(peer <> '' OR helo <> '')")
    _index('ix_outbox_message_words', 'outbox_message', 'created_at', "(state NOT IN ('waiting', 'forgotten'))")


def downgrade() -> None:
    op.drop_index('ix_outbox_message_words', 'outbox_message')
    op.drop_index('ix_delivery_network', 'delivery')
    op.drop_index('ix_delivery_kept', 'delivery')
    op.drop_table('former_address')


def _index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
