"""The week to confirm an answer begins when its letter has left; whose letter that is; who says that it is not theirs.

Revision ID: 0012
Revises: 0011
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'

_instant = sa.DateTime(timezone=True)
_WEEK = timedelta(days=7)
_confirmation = sa.table('entry_confirmation',
    sa.column('entry_id', sa.Integer),
    sa.column('due_at', _instant),
    sa.column('first_since', _instant),
    sa.column('letter_id', sa.Integer),
)
_outbox = sa.table('outbox_message', sa.column('id', sa.Integer), sa.column('cause', sa.String))
_IS_CONFIRMATION = sa.text("(route = 'confirmations')")


def upgrade() -> None:
    with op.batch_alter_table('entry_confirmation') as batch:
        batch.add_column(sa.Column('first_since', _instant, nullable=True))
        batch.add_column(sa.Column('letter_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('disowned_at', _instant, nullable=True))
        batch.create_foreign_key(batch.f('fk_entry_confirmation_letter_id_outbox_message'), 'outbox_message', ['letter_id'], ['id'], ondelete='SET NULL')
    _keep_who_was_asked()
    with op.batch_alter_table('entry_confirmation') as batch:
        batch.drop_column('due_at')
    op.create_index('ix_delivery_confirmations', 'delivery', ['id'], sqlite_where=_IS_CONFIRMATION, postgresql_where=_IS_CONFIRMATION)


def _keep_who_was_asked() -> None:
    connection = op.get_bind()
    asked = connection.execute(sa.select(_confirmation.c.entry_id, _confirmation.c.due_at).where(_confirmation.c.due_at.is_not(None))).all()
    for entry_id, due_at in asked:
        letter = sa.select(_outbox.c.id).where(_outbox.c.cause == f'confirm:{entry_id}').scalar_subquery()
        this = sa.update(_confirmation).where(_confirmation.c.entry_id == entry_id)
        connection.execute(this.values(first_since=due_at - _WEEK, letter_id=letter))


def downgrade() -> None:
    op.drop_index('ix_delivery_confirmations', 'delivery')
    with op.batch_alter_table('entry_confirmation') as batch:
        batch.add_column(sa.Column('due_at', _instant, nullable=True))
    connection = op.get_bind()
    asked = connection.execute(sa.select(_confirmation.c.entry_id, _confirmation.c.first_since).where(_confirmation.c.first_since.is_not(None))).all()
    for entry_id, first_since in asked:
        this = sa.update(_confirmation).where(_confirmation.c.entry_id == entry_id)
        connection.execute(this.values(due_at=first_since + _WEEK))
    with op.batch_alter_table('entry_confirmation') as batch:
        batch.drop_constraint(batch.f('fk_entry_confirmation_letter_id_outbox_message'), type_='foreignkey')
        batch.drop_column('disowned_at')
        batch.drop_column('letter_id')
        batch.drop_column('first_since')
