"""Accounts at a provider by which people come in.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('provider_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=True),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_provider_link_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_link')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_provider_link_issuer_subject')),
    sa.UniqueConstraint('person_id', 'issuer', name=op.f('uq_provider_link_person_id_issuer')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    op.drop_table('provider_link')
