"""What the page of the mailroom sums up, and which mail is read again, found without reading the mail.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'

_IS_DUPLICATE = sa.text('duplicate_of_id IS NOT NULL')


def upgrade() -> None:
    op.create_index('ix_delivery_summed', 'delivery', ['door', 'received_at', 'route', 'forgotten_at'])
    op.create_index('ix_read_message_summed', 'read_message', ['delivery_id', 'readable', 'kind'])
    op.create_index(op.f('ix_read_message_parser_version'), 'read_message', ['parser_version'])
    op.create_index('ix_read_message_duplicate_of_id', 'read_message', ['duplicate_of_id'],
                    sqlite_where=_IS_DUPLICATE, postgresql_where=_IS_DUPLICATE)


def downgrade() -> None:
    op.drop_index('ix_read_message_duplicate_of_id', 'read_message')
    op.drop_index(op.f('ix_read_message_parser_version'), 'read_message')
    op.drop_index('ix_read_message_summed', 'read_message')
    op.drop_index('ix_delivery_summed', 'delivery')
