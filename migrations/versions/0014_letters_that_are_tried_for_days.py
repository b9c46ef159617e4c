"""Letters are tried for days; those that nobody was trying any more have failed.

Revision ID: 0014
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0012'

_instant = sa.DateTime(timezone=True)
_has_failed = sa.text("(state = 'failed')")


def upgrade() -> None:
    op.add_column('outbox_message', sa.Column('good_until', _instant, nullable=True))
    op.add_column('outbox_message', sa.Column('asked_again_at', _instant, nullable=True))
    op.create_index(
        'ix_outbox_message_failed', 'outbox_message', ['created_at', 'id'],
        sqlite_where=_has_failed, postgresql_where=_has_failed,
    )
    # They waited for ever, and what lets somebody in stood in them.
    op.execute(
        """
        UPDATE outbox_message SET state = 'failed', text = CASE WHEN is_secret THEN '' ELSE text END
        WHERE state = 'waiting' AND EXISTS (
            SELECT 1 FROM work WHERE work.failed_at IS NOT NULL
            AND work.key = 'send:' || CAST(outbox_message.id AS VARCHAR)
        )
        """
    )
    op.execute("DELETE FROM work WHERE kind = 'mailroom.send' AND failed_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index('ix_outbox_message_failed', 'outbox_message')
    op.drop_column('outbox_message', 'asked_again_at')
    op.drop_column('outbox_message', 'good_until')
