"""Erasure of people, and mail that is forgotten.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('erasure',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('comments', sa.String(length=10), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('keep_digest', sa.String(length=64), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
    sa.UniqueConstraint('keep_digest', name=op.f('uq_erasure_keep_digest')),
    sa.UniqueConstraint('person_id', name=op.f('uq_erasure_person_id'))
    )
    op.add_column('delivery', sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))
    # Without a table made anew: it may hold a million comments' threads, and both databases add a column at once.
    op.add_column('thread', sa.Column('former_total', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    op.drop_column('thread', 'former_total')
    op.drop_column('delivery', 'forgotten_at')
    op.drop_table('erasure')
