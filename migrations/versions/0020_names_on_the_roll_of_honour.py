"""The names that senders of correct answers choose for the roll of honour.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'


def upgrade() -> None:
    with op.batch_alter_table('entry') as batch:
        batch.add_column(sa.Column('honour_name', sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('entry') as batch:
        batch.drop_column('honour_name')
