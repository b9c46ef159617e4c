"""Somebody leaves for good: decisions stay, and name them no more, whether they decided or it was about them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from blog.accounts.holdings import Leaving
from blog.accounts.traces import Traces
from blog.accounts.words import former_colleague, former_reader
from blog.core.db import session, unit_of_work
from blog.core.portions import numbers_in_portions
from blog.discussions.counters import locked_thread
from blog.discussions.erasing import came_to, forget_remover, pseudonym_in, put_reason_right
from blog.discussions.models import Comment
from blog.moderation.models import Decision

# Fewer at once than of comments: each takes up to three statements, while its debate is locked.
PORTION = 50


def erase_from_moderation(leaving: Leaving) -> None:
    """Take somebody's names out of decisions. Opens units of work; doing it again changes nothing."""
    came = came_to(leaving)
    for portion in _naming(leaving):
        with unit_of_work():
            _put_reasons_right(portion, leaving, came)
    _forget_who_decided(leaving)


def _naming(leaving: Leaving) -> Iterator[Sequence[int]]:
    """Decisions that may name them, in portions: in debates in which they spoke, and wherever they are referred to."""
    traces = Traces(leaving)
    spoke_there = Decision.thread_id.in_(sa.select(Comment.thread_id).where(Comment.author_id == leaving.id))
    refers = [sa.func.lower(Decision.reason).contains(each, autoescape=True) for each in traces.references]
    for portion in numbers_in_portions(Decision.id, sa.or_(spoke_there, *refers), size=PORTION):
        rows = session.execute(sa.select(Decision.id, Decision.reason).where(Decision.id.in_(portion))).all()
        session.rollback()
        if found := [row.id for row in rows if traces.may_be_in(row.reason)]:
            yield found


def _put_reasons_right(portion: Sequence[int], leaving: Leaving, came: dict[int, datetime]) -> None:
    """Their names in reasons, which everybody can read: of these decisions, and where a debate repeats them."""
    traces, called = Traces(leaving), dict[int, str]()
    decisions = session.execute(
        sa.select(Decision, (Comment.author_id == leaving.id).label("is_to_them"))
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .where(Decision.id.in_(portion))
        # Debates are locked one by one, always in this order.
        .order_by(Decision.thread_id, Decision.id)
    ).all()
    for decision, is_to_them in decisions:
        thread_id, reason = decision.thread_id, decision.reason
        if thread_id not in called:
            called[thread_id] = _called_in(thread_id, leaving, has_spoken=thread_id in came)
        right = (
            traces.without(
                reason,
                called[thread_id],
                is_to_them=bool(is_to_them),
                since=came[thread_id],
                written=decision.decided_at,
            )
            if thread_id in came
            else traces.without_references(reason, called[thread_id])
        )
        if right != reason:
            # Decisions are append-only to everything else in the program.
            session.execute(
                sa.update(Decision)
                .where(Decision.id == decision.id)
                .values(reason=right)
                .execution_options(synchronize_session=False)
            )
            put_reason_right(reason, right, thread_id=thread_id, comment_id=decision.comment_id)


def _called_in(thread_id: int, leaving: Leaving, *, has_spoken: bool) -> str:
    """What they are called in a debate from now on, which is locked by this."""
    if has_spoken:
        return pseudonym_in(thread_id, leaving)
    return former_reader(locked_thread(thread_id).language)


def _forget_who_decided(leaving: Leaving) -> None:
    """Decisions of theirs, and the places of comments that they took away, name a former colleague instead."""
    called, names = former_colleague(), {worn.name for worn in leaving.names}
    while True:
        theirs = (
            sa.select(Decision.id, Decision.comment_id)
            .where(Decision.decided_by_id == leaving.id)
            .order_by(Decision.thread_id, Decision.id)
            .limit(PORTION)
        )
        with unit_of_work():
            portion = session.execute(theirs).all()
            removed = [row.comment_id for row in portion if row.comment_id is not None]
            for name in names:
                forget_remover(removed, name, called)
            session.execute(
                sa.update(Decision)
                .where(Decision.id.in_([row.id for row in portion]))
                .values(decided_by_name=called, decided_by_id=None)
            )
        if not portion:
            return
