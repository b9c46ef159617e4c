"""Who does not want to be mailed the result; and what could lead somebody back to forgotten answers and their senders.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'

_instant = sa.DateTime(timezone=True)
_challenge = sa.table('challenge', sa.column('status', sa.String), sa.column('sender_key', sa.LargeBinary))
_entry = sa.table('entry', sa.column('delivery_id', sa.Integer), sa.column('answer_key', sa.String))
_delivery = sa.table('delivery', sa.column('id', sa.Integer), sa.column('forgotten_at', _instant))


def upgrade() -> None:
    with op.batch_alter_table('entry') as batch:
        batch.add_column(sa.Column('result_unwanted_at', _instant, nullable=True))
    # What is over needs no names for senders any more, and what is forgotten is like no other answer.
    over = _challenge.c.status.in_(['final', 'no_winner', 'cancelled'])
    op.execute(sa.update(_challenge).where(over).values(sender_key=None))
    forgotten = sa.select(_delivery.c.id).where(_delivery.c.forgotten_at.is_not(None))
    op.execute(sa.update(_entry).where(_entry.c.delivery_id.in_(forgotten)).values(answer_key=None))


def downgrade() -> None:
    with op.batch_alter_table('entry') as batch:
        batch.drop_column('result_unwanted_at')
