"""Whether the rule of a challenge decides stands in the rule, and not beside it a second time.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'

# SQLite makes the table anew: no id is given twice there all the same.
_KEPT = {'sqlite_autoincrement': True}
_challenge = sa.table('challenge',
    sa.column('id', sa.Integer), sa.column('answer_rule', sa.JSON), sa.column('rule_role', sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table('challenge', table_kwargs=_KEPT) as batch:
        batch.drop_column('rule_role')


def downgrade() -> None:
    with op.batch_alter_table('challenge', table_kwargs=_KEPT) as batch:
        batch.add_column(sa.Column('rule_role', sa.String(length=10), nullable=False, server_default='proposes'))
    connection = op.get_bind()
    for challenge_id, rule in connection.execute(sa.select(_challenge.c.id, _challenge.c.answer_rule)).all():
        if rule:
            connection.execute(
                sa.update(_challenge)
                .where(_challenge.c.id == challenge_id)
                .values(rule_role=rule['rule']['mode'])
            )
