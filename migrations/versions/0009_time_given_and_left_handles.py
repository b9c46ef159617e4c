"""Since when somebody has a role is no longer changed by giving them time; handles of those who were erased rest.

What came from an address while somebody else had it is not of whoever has it after them.

Revision ID: 0009
Revises: 0008
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'

_instant = sa.DateTime(timezone=True)
_person = sa.table(
    'person',
    sa.column('id', sa.Integer()),
    sa.column('email_key', sa.String()),
    sa.column('email_since', _instant),
    sa.column('created_at', _instant),
    sa.column('time_given_at', _instant),
)
_former = sa.table(
    'former_address',
    sa.column('id', sa.Integer()),
    sa.column('person_id', sa.Integer()),
    sa.column('email_key', sa.String()),
    sa.column('since', _instant),
    sa.column('until', _instant),
)
_role = sa.table(
    'person_role', sa.column('person_id', sa.Integer()), sa.column('role', sa.String()), sa.column('granted_at', _instant)
)
_record = sa.table(
    'audit_record',
    sa.column('id', sa.Integer()),
    sa.column('at', _instant),
    sa.column('act', sa.String()),
    sa.column('subject_kind', sa.String()),
    sa.column('subject_id', sa.Integer()),
    sa.column('details', sa.JSON()),
)


def upgrade() -> None:
    op.create_table('left_handle',
    sa.Column('look_mac', sa.String(length=64), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('look_mac', name=op.f('pk_left_handle'))
    )
    op.create_index(op.f('ix_left_handle_left_at'), 'left_handle', ['left_at'])
    op.add_column('person', sa.Column('time_given_at', _instant, nullable=True))
    op.add_column('person', sa.Column('email_since', _instant, nullable=True))
    op.add_column('former_address', sa.Column('since', _instant, nullable=True))
    op.create_index(op.f('ix_former_address_email_key'), 'former_address', ['email_key'])
    _tell_apart()
    _begin_addresses()


def downgrade() -> None:
    op.drop_index(op.f('ix_former_address_email_key'), 'former_address')
    op.drop_column('former_address', 'since')
    op.drop_column('person', 'email_since')
    # As it was before: whoever was given time has their roles since then.
    given = sa.select(_person.c.time_given_at).where(_person.c.id == _role.c.person_id).scalar_subquery()
    op.execute(_role.update().where(_role.c.granted_at < given).values(granted_at=given))
    op.drop_column('person', 'time_given_at')
    op.drop_index(op.f('ix_left_handle_left_at'), 'left_handle')
    op.drop_table('left_handle')


def _tell_apart() -> None:
    """Whoever was given time has had their roles from then on: the log knows both days."""
    for person_id, given_at in _last('time given').items():
        op.execute(_person.update().where(_person.c.id == person_id).values(time_given_at=given_at))
    bind = op.get_bind()
    overwritten = sa.select(_role, _person.c.time_given_at).where(
        _role.c.person_id == _person.c.id, _role.c.granted_at <= _person.c.time_given_at
    )
    for person_id, role, granted_at, _given in bind.execute(overwritten).all():
        since = _since(person_id, role, granted_at)
        if since is not None:
            of_them = sa.and_(_role.c.person_id == person_id, _role.c.role == role)
            op.execute(_role.update().where(of_them).values(granted_at=since))


def _since(person_id: int, role: str, before: datetime) -> datetime | None:
    """When the log says that somebody got a role, or their account with it; None where it does not go back so far."""
    told = [at for at, details in _records(person_id, 'role given', before) if details.get('role') == role]
    told = told or [at for at, _details in _records(person_id, 'joined', before)]
    return max(told, default=None)


def _records(person_id: int, act: str, before: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    wanted = sa.select(_record.c.at, _record.c.details).where(
        _record.c.subject_kind == 'person',
        _record.c.subject_id == person_id,
        _record.c.act == act,
        _record.c.at <= before,
    )
    return [(row.at, row.details) for row in op.get_bind().execute(wanted)]


def _last(act: str) -> dict[int, datetime]:
    wanted = sa.select(_record.c.subject_id, sa.func.max(_record.c.at, type_=_instant)).where(
        _record.c.subject_kind == 'person', _record.c.act == act
    )
    return {row[0]: row[1] for row in op.get_bind().execute(wanted.group_by(_record.c.subject_id))}


def _begin_addresses() -> None:
    """Whoever had an address after somebody else did has had it since they got it; nobody else's begins anywhere.

    Addresses of those who were erased are not known here: what was theirs has gone with them, but for an answer of
    theirs that has won, for as long as it is kept.
    """
    columns = (_former.c.id, _former.c.person_id, _former.c.email_key, _former.c.until)
    left = op.get_bind().execute(sa.select(*columns).order_by(_former.c.until, _former.c.id)).all()
    had = op.get_bind().execute(sa.select(_person.c.id, _person.c.email_key, _person.c.created_at)).all()
    began = {person_id: created_at for person_id, _key, created_at in had}
    ends: dict[str, list[tuple[int, datetime]]] = {}
    for former_id, person_id, key, until in left:
        since = _begins(ends.get(key, []), person_id, began[person_id])
        if since is not None:
            op.execute(_former.update().where(_former.c.id == former_id).values(since=since))
        ends.setdefault(key, []).append((person_id, until))
        began[person_id] = until
    for person_id, key, _created_at in had:
        since = _begins(ends.get(key, []), person_id, began[person_id])
        if since is not None:
            op.execute(_person.update().where(_person.c.id == person_id).values(email_since=since))


def _begins(ends: list[tuple[int, datetime]], person_id: int, began: datetime) -> datetime | None:
    """When an address became somebody's that others had until these instants; None where nobody else did."""
    of_others = [until for other_id, until in ends if other_id != person_id]
    return max(began, *of_others) if of_others else None
