"""What discussions hold of a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.holdings import Holding
from blog.discussions.models import Comment, CommentRevision, Thread

HOLDINGS = (
    Holding(
        Comment,
        _("Comments by you, those that were taken away too"),
        lambda person: Comment.author_id == person.id,
        frozenset({"html", "submission_key"}),
    ),
    Holding(
        CommentRevision,
        _("What those comments said before they were changed"),
        lambda person: CommentRevision.comment_id.in_(
            sa.select(Comment.id).where(Comment.author_id == person.id)
        ),
    ),
    Holding(
        Thread,
        _("Debates that you have closed or opened"),
        lambda person: Thread.mode_by_id == person.id,
    ),
)
