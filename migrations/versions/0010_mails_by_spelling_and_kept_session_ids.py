"""Mails that somebody had sent are counted by how the address was spelled, too; no session comes to stand for another.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'

_mail = sa.table('code_mail', sa.column('mailbox', sa.String()), sa.column('email_key', sa.String()))


def upgrade() -> None:
    op.add_column('code_mail', sa.Column('email_key', sa.String(length=254), nullable=True))
    # How it was spelled is not known any more; these rows count for an hour.
    op.execute(_mail.update().values(email_key=_mail.c.mailbox))
    with op.batch_alter_table('code_mail') as batch:
        batch.alter_column('email_key', existing_type=sa.String(length=254), nullable=False)
    if op.get_bind().dialect.name == 'sqlite':
        # Elsewhere a number is never given twice anyway.
        with op.batch_alter_table('browser_session', recreate='always', table_kwargs={'sqlite_autoincrement': True}):
            pass


def downgrade() -> None:
    # That no number is given twice stays: it does no harm.
    with op.batch_alter_table('code_mail') as batch:
        batch.drop_column('email_key')
