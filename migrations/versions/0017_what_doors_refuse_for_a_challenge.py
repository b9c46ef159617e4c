"""What doors refuse for a challenge, until it stands in its ledger.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('ledger_refusal',
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('door', sa.String(length=10), nullable=False),
    sa.Column('why', sa.String(length=20), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('since', _instant, nullable=False),
    sa.Column('until', _instant, nullable=False),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_ledger_refusal_challenge_id_challenge')),
    sa.PrimaryKeyConstraint('challenge_id', 'door', 'why', name=op.f('pk_ledger_refusal'))
    )


def downgrade() -> None:
    op.drop_table('ledger_refusal')
