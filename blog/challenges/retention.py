"""How long answers are kept once their challenge is over: then their numbers and digests stay, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.challenges.models import Award, Entry
from blog.core.config import Settings
from blog.core.db import session
from blog.core.retention import Retention
from blog.mailroom.forgetting import PORTION, forget_deliveries
from blog.mailroom.models import Delivery


def _answers(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_answers_days)


def _winners(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_winners_days)


def _forget(has_won: Callable[[], sa.ColumnElement[bool]]) -> Callable[[datetime], int]:
    """Forgets a portion of the answers to challenges that were announced before an instant."""

    def forget(before: datetime) -> int:
        old = session.scalars(
            sa.select(Entry.delivery_id)
            .join(Award, Award.challenge_id == Entry.challenge_id)
            .join(Delivery, Delivery.id == Entry.delivery_id)
            .where(Award.announced_at < before, has_won(), Delivery.forgotten_at.is_(None))
            .limit(PORTION)
        ).all()
        forget_deliveries(old)
        return len(old)

    return forget


RETENTIONS = (
    Retention("answers", _answers, _forget(lambda: Award.entry_id != Entry.id)),
    Retention("winning answers", _winners, _forget(lambda: Award.entry_id == Entry.id)),
)
