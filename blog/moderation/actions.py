"""What moderators do. Each act leaves one decision behind, with its reason; a reversal is a new decision."""

import unicodedata
from datetime import datetime

from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import Conflict, InvalidInput
from blog.core.permissions import require
from blog.discussions import actions as discussions
from blog.discussions.models import Comment, Thread
from blog.discussions.values import Mode
from blog.moderation.models import Decision
from blog.moderation.queries import last_mode_decision
from blog.moderation.values import MAX_REASON_LENGTH, Act


def close_thread(
    actor: Actor, thread: Thread, *, reason: str, until: datetime | None = None, seen: int | None = None
) -> Decision:
    """Close a thread to all writing; everything stays readable.

    `until` is when it opens again by itself; None leaves that to a moderator. `seen` is the id of the last decision
    on its mode that the moderator saw (0 for none), if known. Raises `Forbidden`, `InvalidInput` for reason and
    time, and `Conflict` when another moderator has decided in the meantime: the first decision stands.
    """
    require(actor, "thread:close", thread)
    why = checked_reason(reason)
    if until is not None and until <= clock.now():
        message = _("This moment has passed. Choose one that is still to come.")
        raise InvalidInput(_("The debate cannot be closed like this."), {"until": message})
    thread = discussions.set_mode(actor, thread, Mode.CLOSED, why, until)
    _refuse_unseen(thread, seen)
    return _decide(actor, Act.CLOSE_THREAD, why, thread, until=until)


def reopen_thread(actor: Actor, thread: Thread, *, reason: str, seen: int | None = None) -> Decision:
    """Open a closed thread again. Takes and raises what `close_thread` does; there is no end to it."""
    require(actor, "thread:reopen", thread)
    why = checked_reason(reason)
    thread = discussions.set_mode(actor, thread, Mode.OPEN, why)
    _refuse_unseen(thread, seen)
    return _decide(actor, Act.REOPEN_THREAD, why, thread)


def remove_comment(actor: Actor, comment: Comment, *, reason: str, revision: int | None = None) -> Decision:
    """Take a comment away. Its place tells by whom and why, as long as something published hangs below it.

    `revision` is the one that the moderator has read, if known. Raises `Forbidden`, `InvalidInput` for the reason,
    and `Conflict` when it is gone already or says something else by now.
    """
    require(actor, "comment:remove", comment)
    why = checked_reason(reason)
    hold(actor)
    comment = discussions.remove_comment(actor, comment, why, revision=revision)
    return _decide(actor, Act.REMOVE_COMMENT, why, comment.thread, comment=comment)


def checked_reason(reason: str) -> str:
    """The reason as it is kept. Raises `InvalidInput` unless it has 1 to 1,000 characters."""
    text = discussions.tidy_text(reason)
    if not any(unicodedata.category(letter)[0] not in "CZ" for letter in text):
        message = _("Give a reason: it is shown to everybody.")
        raise InvalidInput(_("This reason cannot be used."), {"reason": message})
    if len(text) > MAX_REASON_LENGTH:
        message = _(
            "This reason is %(length)s characters long; at most %(limit)s fit.",
            length=len(text),
            limit=MAX_REASON_LENGTH,
        )
        raise InvalidInput(_("This reason cannot be used."), {"reason": message})
    return text


def _decide(
    actor: Actor,
    act: Act,
    reason: str,
    thread: Thread,
    *,
    comment: Comment | None = None,
    until: datetime | None = None,
) -> Decision:
    decision = Decision(
        act=act,
        reason=reason,
        until=until,
        thread_id=thread.id,
        comment_id=comment.id if comment else None,
        comment_revision=comment.revision if comment else None,
        decided_by_id=actor.person_id,
        decided_by_name=actor.name,
        decided_at=clock.now(),
    )
    session.add(decision)
    session.flush()
    return decision


def _refuse_unseen(thread: Thread, seen: int | None) -> None:
    """Asked while the thread is locked, so that no decision slips in between the question and the act."""
    if seen is None:
        return
    last = last_mode_decision(thread.id)
    if last is not None and last.id != seen:
        raise Conflict(
            _(
                "%(name)s has decided about this debate since you opened this page: %(reason)s",
                name=last.decided_by_name,
                reason=last.reason,
            )
        )
