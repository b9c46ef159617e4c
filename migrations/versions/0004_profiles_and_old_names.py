"""Profiles: what handles look like, former handles and names, a few words and a picture.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('former_handle',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('handle', sa.String(length=40), nullable=False),
    sa.Column('handle_key', sa.String(length=50), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_former_handle_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_handle')),
    sa.UniqueConstraint('handle', name=op.f('uq_former_handle_handle')),
    sa.UniqueConstraint('handle_key', name=op.f('uq_former_handle_handle_key'))
    )
    with op.batch_alter_table('former_handle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_handle_person_id'), ['person_id'], unique=False)

    op.create_table('former_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_former_name_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_name'))
    )
    with op.batch_alter_table('former_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_name_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('handle_key', sa.String(length=50), nullable=True))
        batch_op.add_column(sa.Column('bio', sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column('picture', sa.String(length=32), nullable=True))
    _fill_looks()
    # Made anew on SQLite, where an id must go on being nobody else's.
    with op.batch_alter_table('person', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('handle_key', existing_type=sa.String(length=50), nullable=False)
        batch_op.create_index(batch_op.f('ix_person_picture'), ['picture'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_person_handle_key'), ['handle_key'])


def _fill_looks() -> None:
    """Write down what each handle looks like. Of two that look the same both stay; the later one gets a number.

    A look has no sign in it, so one with a tilde is nobody else's.
    """
    person = sa.table('person', sa.column('id', sa.Integer), sa.column('handle', sa.String), sa.column('handle_key', sa.String))
    connection = op.get_bind()
    taken: set[str] = set()
    for person_id, handle in connection.execute(sa.select(person.c.id, person.c.handle).order_by(person.c.id)).all():
        look = key = _look(handle)
        number = 2
        while key in taken:
            key = f'{look}~{number}'
            number += 1
        taken.add(key)
        connection.execute(person.update().where(person.c.id == person_id).values(handle_key=key))


def _look(handle: str) -> str:
    """As `blog.core.lookalikes.look` was on this day, for what was in handles: small letters, digits, hyphens."""
    plain = handle.replace('-', '').translate(str.maketrans('01i5', 'olls'))
    return plain.replace('rn', 'm').replace('vv', 'w')


def downgrade() -> None:
    with op.batch_alter_table('person', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_person_handle_key'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_person_picture'))
        batch_op.drop_column('picture')
        batch_op.drop_column('bio')
        batch_op.drop_column('handle_key')

    with op.batch_alter_table('former_name', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_name_person_id'))

    op.drop_table('former_name')
    with op.batch_alter_table('former_handle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_handle_person_id'))

    op.drop_table('former_handle')
