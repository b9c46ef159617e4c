"""What discussions hold of a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.holdings import Emptied, Erased, Holding
from blog.accounts.words import former_colleague
from blog.discussions.erasing import erase_from_discussions
from blog.discussions.models import Comment, CommentRevision, Thread

HOLDINGS = (
    Holding(
        Comment,
        _("Comments by you, those that were taken away too"),
        lambda person: Comment.author_id == person.id,
        Erased(erase_from_discussions),
        frozenset({"html", "submission_key"}),
    ),
    Holding(
        CommentRevision,
        _("What those comments said before they were changed"),
        lambda person: CommentRevision.comment_id.in_(
            sa.select(Comment.id).where(Comment.author_id == person.id)
        ),
        Erased(erase_from_discussions),
    ),
    Holding(
        Thread,
        _("Debates that you have closed or opened"),
        lambda person: Thread.mode_by_id == person.id,
        Emptied(lambda: {"mode_by_name": former_colleague(), "mode_by_id": None}),
    ),
)
