"""Why an entry cannot take part, and since when that holds no more; and answers that are written alike are found.

Revision ID: 0019
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0016'

_instant = sa.DateTime(timezone=True)
_HOLDS = sa.text('lifted_at IS NULL')
_HAS_KEY = sa.text('answer_key IS NOT NULL')


def upgrade() -> None:
    op.create_table('disqualification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('at', _instant, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason_code', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reason_salt', sa.LargeBinary(), nullable=False),
    sa.Column('lifted_at', _instant, nullable=True),
    sa.Column('lifted_by_id', sa.Integer(), nullable=True),
    sa.Column('lifted_why', sa.Text(), nullable=False),
    sa.Column('lifted_salt', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_disqualification_by_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_disqualification_entry_id_entry')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['person.id'], name=op.f('fk_disqualification_lifted_by_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disqualification'))
    )
    op.create_index(op.f('ix_disqualification_entry_id'), 'disqualification', ['entry_id'])
    op.create_index('uq_disqualification_holding', 'disqualification', ['entry_id'], unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS)
    op.create_index('ix_entry_alike', 'entry', ['challenge_id', 'answer_key'], sqlite_where=_HAS_KEY, postgresql_where=_HAS_KEY)
    op.create_index('ix_entry_sender', 'entry', ['challenge_id', 'sender'])


def downgrade() -> None:
    op.drop_index('ix_entry_sender', 'entry')
    op.drop_index('ix_entry_alike', 'entry')
    op.drop_table('disqualification')
