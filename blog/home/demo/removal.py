"""Takes the demo away: everything that belongs to its articles, challenges and people, and nothing else."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.models.people import Person
from blog.articles.models import Article, ArticleRevision
from blog.challenges.losses import origin_in
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Amendment, Challenge, Prize
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.models.ledger import (
    LedgerBlock,
    LedgerCheckpoint,
    LedgerLeaf,
    LedgerRefusal,
    LedgerStamp,
)
from blog.challenges.signed_notes import forget_signed
from blog.core.config import current_settings
from blog.core.db import Base, session
from blog.discussions.models import Comment, CommentRevision, Thread
from blog.home.demo.letters import LETTERS
from blog.home.demo.people import password_file
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage, SenderCheckRecord
from blog.moderation.models import Decision

Ids = sa.Select[int]


def remove_demo() -> None:
    """Remove the demo, with all that anybody has written under its articles or mailed to its challenges.

    What demo people did elsewhere (a comment under a real article) stays, without their account.
    """
    articles = sa.select(Article.id).where(Article.is_demo)
    threads = sa.select(Thread.id).where(Thread.article_id.in_(articles))
    challenges = sa.select(Challenge.id).where(Challenge.is_demo)
    _remove_challenges(challenges)
    _remove_threads(threads)
    _delete(ArticleRevision.article_id, articles)
    session.execute(sa.delete(Article).where(Article.is_demo))
    session.execute(sa.delete(Person).where(Person.is_demo))
    password_file(current_settings().instance).unlink(missing_ok=True)


def _remove_challenges(challenges: Ids) -> None:
    entries = sa.select(Entry.id).where(Entry.challenge_id.in_(challenges))
    origins = [origin_in(each) for each in session.scalars(challenges).all()]
    deliveries = list(session.scalars(sa.select(Entry.delivery_id).where(Entry.challenge_id.in_(challenges))))
    _delete(AwardStepTaken.award_id, sa.select(Award.id).where(Award.challenge_id.in_(challenges)))
    _delete(Award.challenge_id, challenges)
    _delete(Verdict.entry_id, entries)
    _delete(Disqualification.entry_id, entries)
    _delete(EntryConfirmation.entry_id, entries)
    checkpoints = sa.select(LedgerCheckpoint.id).where(LedgerCheckpoint.challenge_id.in_(challenges))
    _delete(LedgerStamp.checkpoint_id, checkpoints)
    for column in (
        LedgerCheckpoint.challenge_id,
        LedgerBlock.challenge_id,
        LedgerLeaf.challenge_id,
        LedgerRefusal.challenge_id,
        Amendment.challenge_id,
        Prize.challenge_id,
    ):
        _delete(column, challenges)
    _delete(Entry.challenge_id, challenges)
    session.execute(sa.delete(ReadMessage).where(ReadMessage.delivery_id.in_(deliveries)))
    session.execute(sa.delete(SenderCheckRecord).where(SenderCheckRecord.delivery_id.in_(deliveries)))
    session.execute(sa.delete(Delivery).where(Delivery.id.in_(deliveries)))
    session.execute(
        sa.delete(OutboxMessage).where(OutboxMessage.recipient.in_([sender for sender, _raw in LETTERS]))
    )
    session.execute(sa.delete(Challenge).where(Challenge.is_demo))
    # Nobody misses what was only shown, and the next demo has the same names.
    for origin in origins:
        if origin is not None:
            forget_signed(origin)


def _remove_threads(threads: Ids) -> None:
    comments = sa.select(Comment.id).where(Comment.thread_id.in_(threads))
    _delete(Decision.thread_id, threads)
    _delete(CommentRevision.comment_id, comments)
    # All at once: within one statement a comment and its answers may go in any order.
    _delete(Comment.thread_id, threads)
    session.execute(sa.delete(Thread).where(Thread.id.in_(list(session.scalars(threads)))))


def _delete(column: InstrumentedAttribute[int], ids: Ids) -> None:
    table = cast("type[Base]", column.class_)
    session.execute(sa.delete(table).where(column.in_(ids)))
