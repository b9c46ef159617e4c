"""What moderation holds of a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.holdings import Erased, Holding
from blog.discussions.models import Comment
from blog.moderation.erasing import erase_from_moderation
from blog.moderation.models import Decision

HOLDINGS = (
    Holding(
        Decision,
        _("Decisions about your comments, and those that you have taken"),
        lambda person: sa.or_(
            Decision.decided_by_id == person.id,
            Decision.comment_id.in_(sa.select(Comment.id).where(Comment.author_id == person.id)),
        ),
        Erased(erase_from_moderation),
        frozenset({"decided_by_id"}),
    ),
)
