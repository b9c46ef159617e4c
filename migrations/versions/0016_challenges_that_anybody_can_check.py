"""Ledgers, terms, prizes and their way to a winner; what was announced before has ended.

Revision ID: 0016
Revises: 0015
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'

_instant = sa.DateTime(timezone=True)
_challenge = sa.table('challenge',
    sa.column('id', sa.Integer), sa.column('status', sa.String), sa.column('prize', sa.String), sa.column('ended_at', _instant),
)
_entry = sa.table('entry', sa.column('id', sa.Integer), sa.column('challenge_id', sa.Integer), sa.column('ruling', sa.String))
_verdict = sa.table('verdict',
    sa.column('id', sa.Integer), sa.column('entry_id', sa.Integer), sa.column('judgement', sa.String),
    sa.column('judge_id', sa.Integer), sa.column('judge_label', sa.String),
)
_award = sa.table('award',
    sa.column('id', sa.Integer), sa.column('challenge_id', sa.Integer), sa.column('announced_at', _instant),
    sa.column('announced_by_id', sa.Integer),
)
_award_step = sa.table('award_step',
    sa.column('award_id', sa.Integer), sa.column('step', sa.String), sa.column('at', _instant), sa.column('by_id', sa.Integer),
    sa.column('reason', sa.Text),
)
_prize = sa.table('prize',
    sa.column('challenge_id', sa.Integer), sa.column('rank', sa.Integer), sa.column('title', sa.String),
    sa.column('picture_text', sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table('challenge') as batch:
        batch.add_column(sa.Column('attempts', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('judges', sa.Integer(), nullable=False, server_default='1'))
        batch.add_column(sa.Column('claim_days', sa.Integer(), nullable=False, server_default='10'))
        batch.add_column(sa.Column('rules', sa.JSON(), nullable=False, server_default='{}'))
        batch.add_column(sa.Column('rubric', sa.JSON(), nullable=False, server_default='[]'))
        batch.add_column(sa.Column('answer_rule', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('rule_role', sa.String(length=10), nullable=False, server_default='proposes'))
        batch.add_column(sa.Column('terms_version', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('ledger_size', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('ledger_at', _instant, nullable=True))
        batch.add_column(sa.Column('sender_key', sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column('ended_at', _instant, nullable=True))
        batch.add_column(sa.Column('ended_why', sa.Text(), nullable=False, server_default=''))
    with op.batch_alter_table('entry') as batch:
        batch.add_column(sa.Column('ruling', sa.String(length=20), nullable=True))
        batch.add_column(sa.Column('sender', sa.String(length=16), nullable=True))
        batch.add_column(sa.Column('answer_key', sa.String(length=64), nullable=True))
    with op.batch_alter_table('verdict') as batch:
        batch.add_column(sa.Column('judge_label', sa.String(length=10), nullable=False, server_default='j1'))
        batch.add_column(sa.Column('terms_version', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('rubric', sa.JSON(), nullable=False, server_default='[]'))
        batch.add_column(sa.Column('reason_salt', sa.LargeBinary(), nullable=True))
    with op.batch_alter_table('award') as batch:
        batch.add_column(sa.Column('rank', sa.Integer(), nullable=False, server_default='1'))
        batch.add_column(sa.Column('step', sa.String(length=15), nullable=False, server_default='notified'))
        batch.add_column(sa.Column('is_living', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column('claim_until', _instant, nullable=True))
        batch.add_column(sa.Column('claimed_at', _instant, nullable=True))
        batch.add_column(sa.Column('address', sa.Text(), nullable=False, server_default=''))
        batch.add_column(sa.Column('tracking', sa.String(length=300), nullable=False, server_default=''))
        batch.drop_constraint(batch.f('uq_award_challenge_id'), type_='unique')
        batch.create_index(batch.f('ix_award_challenge_id'), ['challenge_id'])
    op.create_index('uq_award_living', 'award', ['challenge_id', 'rank'], unique=True, sqlite_where=sa.text('is_living'), postgresql_where=sa.text('is_living'))
    _create_tables()
    _keep_what_was_decided()


def _create_tables() -> None:
    op.create_table('prize',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('value_cents', sa.Integer(), nullable=True),
    sa.Column('picture', sa.String(length=64), nullable=True),
    sa.Column('picture_text', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_prize_challenge_id_challenge'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prize')),
    sa.UniqueConstraint('challenge_id', 'rank', name=op.f('uq_prize_challenge_id_rank'))
    )
    op.create_table('amendment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('at', _instant, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('rejudge', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_amendment_by_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_amendment_challenge_id_challenge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendment'))
    )
    op.create_index(op.f('ix_amendment_challenge_id'), 'amendment', ['challenge_id'])
    op.create_table('award_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=15), nullable=False),
    sa.Column('at', _instant, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reason_salt', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_award_step_award_id_award')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_award_step_by_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_step'))
    )
    op.create_index(op.f('ix_award_step_award_id'), 'award_step', ['award_id'])
    op.create_table('ledger_leaf',
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', _instant, nullable=False),
    sa.Column('leaf', sa.Text(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('salt', sa.LargeBinary(), nullable=True),
    sa.Column('private_salt', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_ledger_leaf_challenge_id_challenge')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_ledger_leaf_entry_id_entry')),
    sa.PrimaryKeyConstraint('challenge_id', 'position', name=op.f('pk_ledger_leaf'))
    )
    op.create_index(op.f('ix_ledger_leaf_entry_id'), 'ledger_leaf', ['entry_id'])
    op.create_table('ledger_block',
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_ledger_block_challenge_id_challenge')),
    sa.PrimaryKeyConstraint('challenge_id', 'position', name=op.f('pk_ledger_block'))
    )
    op.create_table('ledger_checkpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('at', _instant, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_ledger_checkpoint_challenge_id_challenge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_checkpoint')),
    sa.UniqueConstraint('challenge_id', 'size', name=op.f('uq_ledger_checkpoint_challenge_id_size'))
    )
    op.create_table('ledger_stamp',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checkpoint_id', sa.Integer(), nullable=False),
    sa.Column('authority', sa.String(length=255), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('stamped_at', _instant, nullable=False),
    sa.ForeignKeyConstraint(['checkpoint_id'], ['ledger_checkpoint.id'], name=op.f('fk_ledger_stamp_checkpoint_id_ledger_checkpoint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_stamp')),
    sa.UniqueConstraint('checkpoint_id', 'authority', name=op.f('uq_ledger_stamp_checkpoint_id_authority'))
    )


def _keep_what_was_decided() -> None:
    connection = op.get_bind()
    labels: defaultdict[int, dict[int | None, str]] = defaultdict(dict)
    given = connection.execute(
        sa.select(_verdict.c.id, _verdict.c.entry_id, _verdict.c.judgement, _verdict.c.judge_id, _entry.c.challenge_id)
        .join(_entry, _entry.c.id == _verdict.c.entry_id)
        .order_by(_verdict.c.id)
    ).all()
    last: dict[int, str] = {}
    for verdict_id, entry_id, judgement, judge_id, challenge_id in given:
        known = labels[challenge_id]
        label = known.setdefault(judge_id, f'j{len(known) + 1}')
        connection.execute(sa.update(_verdict).where(_verdict.c.id == verdict_id).values(judge_label=label))
        last[entry_id] = judgement
    for entry_id, judgement in last.items():
        connection.execute(sa.update(_entry).where(_entry.c.id == entry_id).values(ruling=judgement))
    for challenge_id, prize in connection.execute(sa.select(_challenge.c.id, _challenge.c.prize).where(_challenge.c.prize != '')).all():
        connection.execute(sa.insert(_prize).values(challenge_id=challenge_id, rank=1, title=prize, picture_text=''))
    awards = connection.execute(sa.select(_award.c.id, _award.c.challenge_id, _award.c.announced_at, _award.c.announced_by_id)).all()
    for award_id, challenge_id, announced_at, by_id in awards:
        connection.execute(sa.insert(_award_step).values(award_id=award_id, step='notified', at=announced_at, by_id=by_id, reason=''))
        connection.execute(
            sa.update(_challenge).where(_challenge.c.id == challenge_id).values(status='final', ended_at=announced_at)
        )


def downgrade() -> None:
    """Prizes but the first, awards that came to nothing, and ledgers have no place in what was before."""
    connection = op.get_bind()
    connection.execute(sa.update(_challenge).where(_challenge.c.status.in_(['final', 'provisional'])).values(status='announced'))
    connection.execute(sa.update(_challenge).where(_challenge.c.status.in_(['no_winner', 'cancelled'])).values(status='closed'))
    connection.execute(sa.update(_challenge).where(_challenge.c.status == 'scheduled').values(status='draft'))
    for name in ('ledger_stamp', 'ledger_checkpoint', 'ledger_block', 'ledger_leaf', 'award_step', 'amendment', 'prize'):
        op.drop_table(name)
    op.execute('DELETE FROM award WHERE NOT is_living OR rank <> 1')
    op.drop_index('uq_award_living', 'award')
    with op.batch_alter_table('award') as batch:
        batch.drop_index(batch.f('ix_award_challenge_id'))
        for name in ('tracking', 'address', 'claimed_at', 'claim_until', 'is_living', 'step', 'rank'):
            batch.drop_column(name)
        batch.create_unique_constraint(batch.f('uq_award_challenge_id'), ['challenge_id'])
    with op.batch_alter_table('verdict') as batch:
        for name in ('reason_salt', 'rubric', 'terms_version', 'judge_label'):
            batch.drop_column(name)
    with op.batch_alter_table('entry') as batch:
        for name in ('answer_key', 'sender', 'ruling'):
            batch.drop_column(name)
    with op.batch_alter_table('challenge') as batch:
        for name in (
            'ended_why', 'ended_at', 'sender_key', 'ledger_at', 'ledger_size', 'terms_version', 'rule_role', 'answer_rule',
            'rubric', 'rules', 'claim_days', 'judges', 'attempts',
        ):
            batch.drop_column(name)
