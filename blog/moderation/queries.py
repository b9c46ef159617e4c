"""Every read of decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from blog.core.db import session
from blog.core.pagination import Page, decode_cursor, encode_cursor
from blog.discussions.models import Comment, Thread
from blog.moderation.models import Decision
from blog.moderation.values import Act

PAGE_SIZE = 50
_LAST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """One line of the public log: what was done, to what, why, by whom, when. Never what was removed."""

    id: int
    act: Act
    reason: str
    until: datetime | None
    by_name: str
    at: datetime
    thread_id: int
    thread_slug: str
    thread_title: str
    # Where a removed comment stood; None when nothing of it is shown any more.
    comment_id: int | None


def decisions_on(thread_id: int) -> Sequence[Decision]:
    """All decisions in one thread, the last first."""
    return session.scalars(
        sa.select(Decision).where(Decision.thread_id == thread_id).order_by(Decision.id.desc())
    ).all()


def last_mode_decision(thread_id: int) -> Decision | None:
    """The last decision that closed or reopened a thread."""
    return session.scalar(
        sa.select(Decision)
        .where(Decision.thread_id == thread_id, Decision.act.in_((Act.CLOSE_THREAD, Act.REOPEN_THREAD)))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def log_page(cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[LoggedDecision]:
    """Decisions in threads that everybody may read, the last first. Raises `InvalidInput` on a bad cursor."""
    query = (
        sa.select(
            Decision.id,
            Decision.act,
            Decision.reason,
            Decision.until,
            Decision.decided_by_name,
            Decision.decided_at,
            Thread.id,
            Thread.slug,
            Thread.title,
            sa.case((Comment.living_below > 0, Comment.id)),
        )
        .join(Thread, Thread.id == Decision.thread_id)
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .where(Thread.is_listed.is_(True))
        .order_by(Decision.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        (last,) = decode_cursor(cursor, int)
        query = query.where(Decision.id < min(max(int(last), 0), _LAST_ID))
    rows = session.execute(query).all()
    items = [LoggedDecision(row[0], Act(row[1]), *row[2:]) for row in rows[:limit]]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > limit else None)
