"""Somebody leaves for good: decisions stay, and name them no more, whether they decided or it was about them."""

import sqlalchemy as sa

from blog.accounts.holdings import Leaving
from blog.accounts.traces import Traces
from blog.accounts.words import former_colleague
from blog.core.db import session, unit_of_work
from blog.discussions.erasing import forget_remover, pseudonym_in
from blog.discussions.models import Comment
from blog.moderation.models import Decision


def erase_from_moderation(leaving: Leaving) -> None:
    """Take somebody's names out of decisions. Opens units of work; doing it again changes nothing."""
    with unit_of_work():
        _put_reasons_right(leaving)
    with unit_of_work():
        _forget_who_decided(leaving)


def _put_reasons_right(leaving: Leaving) -> None:
    """The reasons of decisions about their comments, which everybody can read, may call them by name."""
    traces = Traces(leaving)
    about_theirs = (
        sa.select(Decision.id, Decision.reason, Decision.thread_id, Decision.comment_id)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(Comment.author_id == leaving.id)
    )
    for number, reason, thread_id, comment_id in session.execute(about_theirs).all():
        if not traces.may_be_in(reason):
            continue
        right = traces.without(reason, pseudonym_in(thread_id, leaving), is_to_them=True)
        # Decisions are append-only to everything else in the program.
        session.execute(sa.update(Decision).where(Decision.id == number).values(reason=right))
        session.execute(
            sa.update(Comment)
            .where(Comment.id == comment_id, Comment.removed_reason == reason)
            .values(removed_reason=right)
        )


def _forget_who_decided(leaving: Leaving) -> None:
    called = former_colleague()
    theirs = Decision.decided_by_id == leaving.id
    comments = session.scalars(
        sa.select(Decision.comment_id).where(theirs, Decision.comment_id.is_not(None)).distinct()
    ).all()
    for name in leaving.names:
        forget_remover([number for number in comments if number is not None], name, called)
    session.execute(sa.update(Decision).where(theirs).values(decided_by_name=called, decided_by_id=None))
