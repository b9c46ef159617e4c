"""The letter from which the time of a winner runs, what the result shows of them, and names that editors took away.

Revision ID: 0021
Revises: 0020
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'

_instant = sa.DateTime(timezone=True)
_award = sa.table('award',
    sa.column('id', sa.Integer), sa.column('challenge_id', sa.Integer), sa.column('entry_id', sa.Integer),
    sa.column('announced_at', _instant), sa.column('claim_until', _instant), sa.column('claim_days', sa.Integer),
    sa.column('letter_id', sa.Integer), sa.column('display_name', sa.String), sa.column('agreed_at', _instant),
    sa.column('shows_initials', sa.Boolean),
)
_challenge = sa.table('challenge', sa.column('id', sa.Integer), sa.column('status', sa.String), sa.column('claim_days', sa.Integer))
_letter = sa.table('outbox_message', sa.column('id', sa.Integer), sa.column('cause', sa.String))


def upgrade() -> None:
    with op.batch_alter_table('entry') as batch:
        batch.add_column(sa.Column('name_refused_at', _instant, nullable=True))
    with op.batch_alter_table('award') as batch:
        batch.add_column(sa.Column('claim_days', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('letter_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('shows_initials', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_foreign_key(batch.f('fk_award_letter_id_outbox_message'), 'outbox_message', ['letter_id'], ['id'], ondelete='SET NULL')
    _keep_what_was_promised()
    with op.batch_alter_table('award') as batch:
        batch.alter_column('shows_initials', server_default=None)
        batch.drop_column('claim_until')


def _keep_what_was_promised() -> None:
    """Whoever has claimed a prize goes on being shown as before, and whoever was written to keeps their time."""
    connection = op.get_bind()
    challenge_of = _challenge.c.id == _award.c.challenge_id
    connection.execute(
        sa.update(_award)
        .where(_award.c.claim_until.is_not(None))
        .values(claim_days=sa.select(_challenge.c.claim_days).where(challenge_of).scalar_subquery())
    )
    is_final = sa.exists().where(challenge_of, _challenge.c.status == 'final')
    connection.execute(
        sa.update(_award)
        .where(_award.c.display_name.is_(None), sa.or_(_award.c.agreed_at.is_not(None), is_final))
        .values(shows_initials=True)
    )
    for award_id, entry_id in connection.execute(sa.select(_award.c.id, _award.c.entry_id)).all():
        told = sa.or_(_letter.c.cause == f'winner:{entry_id}', _letter.c.cause.like(f'winner:{entry_id}:%'))
        letter_id = connection.scalar(sa.select(sa.func.max(_letter.c.id)).where(told))
        connection.execute(sa.update(_award).where(_award.c.id == award_id).values(letter_id=letter_id))


def downgrade() -> None:
    """The time of a winner runs from the announcement again; initials are what the result shows without a name."""
    with op.batch_alter_table('award') as batch:
        batch.add_column(sa.Column('claim_until', _instant, nullable=True))
    connection = op.get_bind()
    # No step of before: nothing can be sent a second time.
    connection.execute(sa.text("UPDATE award SET step = 'sent' WHERE step = 'returned'"))
    connection.execute(sa.text("DELETE FROM award_step WHERE step = 'returned'"))
    timed = sa.select(_award.c.id, _award.c.announced_at, _award.c.claim_days).where(_award.c.claim_days.is_not(None))
    for award_id, announced_at, claim_days in connection.execute(timed).all():
        connection.execute(
            sa.update(_award).where(_award.c.id == award_id).values(claim_until=announced_at + timedelta(days=claim_days))
        )
    with op.batch_alter_table('award') as batch:
        batch.drop_constraint(batch.f('fk_award_letter_id_outbox_message'), type_='foreignkey')
        batch.drop_column('shows_initials')
        batch.drop_column('letter_id')
        batch.drop_column('claim_days')
    with op.batch_alter_table('entry') as batch:
        batch.drop_column('name_refused_at')
