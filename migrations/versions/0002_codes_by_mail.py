"""Codes by mail, and how a session began.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    for name, more in (("code_mail", [sa.Column("was_sent", sa.Boolean(), nullable=False)]), ("wrong_code", [])):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("mailbox", sa.String(length=254), nullable=False),
            sa.Column("source", sa.String(length=64), nullable=False),
            *more,
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        )
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.create_index(f"ix_{name}_mailbox", ["mailbox", "at"], unique=False)
            batch_op.create_index(f"ix_{name}_source", ["source", "at"], unique=False)

    op.create_table('mailed_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('goal', sa.Text(), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=True),
    sa.Column('act_data', sa.JSON(), nullable=True),
    sa.Column('act_done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ask_digest', sa.String(length=64), nullable=False),
    sa.Column('link_digest', sa.String(length=64), nullable=False),
    sa.Column('code_mac', sa.String(length=64), nullable=False),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mailed_code_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailed_code')),
    sa.UniqueConstraint('ask_digest', name=op.f('uq_mailed_code_ask_digest')),
    sa.UniqueConstraint('link_digest', name=op.f('uq_mailed_code_link_digest')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('mailed_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailed_code_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mailed_code_email_key'), ['email_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_mailed_code_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('browser_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('method', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True))
    # Until now there was no other way in than a password, asked for when the session began.
    op.execute("UPDATE browser_session SET method = 'password', proved_at = created_at")
    with op.batch_alter_table('browser_session', schema=None) as batch_op:
        batch_op.alter_column('method', existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column('proved_at', existing_type=sa.DateTime(timezone=True), nullable=False)

    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_secret', sa.Boolean(), nullable=True))
    op.execute("UPDATE outbox_message SET is_secret = false")
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.alter_column('is_secret', existing_type=sa.Boolean(), nullable=False)



def downgrade() -> None:
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_column('is_secret')

    with op.batch_alter_table('browser_session', schema=None) as batch_op:
        batch_op.drop_column('proved_at')
        batch_op.drop_column('method')

    with op.batch_alter_table('mailed_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mailed_code_person_id'))
        batch_op.drop_index(batch_op.f('ix_mailed_code_email_key'))
        batch_op.drop_index(batch_op.f('ix_mailed_code_created_at'))

    op.drop_table('mailed_code')
    for name in ("wrong_code", "code_mail"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{name}_source")
            batch_op.drop_index(f"ix_{name}_mailbox")
        op.drop_table(name)
