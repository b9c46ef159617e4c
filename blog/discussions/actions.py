"""Every change of threads and comments. Each act locks its thread first, then asks the rules."""

import unicodedata
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts.actions.locks import hold
from blog.articles.models import Article
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import Conflict, Forbidden, InvalidInput, RuleBroken
from blog.core.events import publish
from blog.core.markdown.rendering import RENDERER_VERSION, render_comment
from blog.core.permissions import require
from blog.core.tokens import digest
from blog.discussions.counters import count_in, count_out, fresh_comment, locked_thread, place
from blog.discussions.errors import AlreadyRemoved, FormUsed, ThreadClosed
from blog.discussions.events import (
    CommentDeleted,
    CommentEdited,
    CommentPosted,
    CommentRemoved,
    ThreadModeChanged,
)
from blog.discussions.models import Comment, CommentRevision, Thread
from blog.discussions.policy import is_in_edit_window
from blog.discussions.queries import (
    comment_by_external_id,
    comment_by_submission,
    first_words_of,
    thread_of_article,
)
from blog.discussions.values import MAX_BODY_LENGTH, CommentStatus, Mode, Stance

_MAX_NAME_LENGTH = 80


def thread_for_article(article: Article) -> Thread:
    """The main thread of an article, made when it is first needed. Two that make it at once get the same one."""
    thread = thread_of_article(article.id)
    if thread is not None:
        return thread
    now = clock.now()
    thread = Thread(
        article_id=article.id,
        title=article.title,
        slug=article.slug,
        language=article.language,
        proposition=article.proposition,
        is_listed=article.is_published,
        created_at=now,
        active_at=now,
    )
    try:
        with session.begin_nested():
            session.add(thread)
    except IntegrityError:
        return session.scalars(sa.select(Thread).where(Thread.article_id == article.id)).one()
    return thread


def follow_article(thread: Thread, article: Article) -> None:
    """Give a thread the title, address, language, proposition and visibility of its article."""
    thread.title = article.title
    thread.slug = article.slug
    thread.language = article.language
    thread.proposition = article.proposition
    thread.is_listed = article.is_published


def post_comment(
    actor: Actor,
    thread: Thread,
    *,
    body: str,
    answers: Comment | None = None,
    submission_key: str | None = None,
    stance: Stance | None = None,
) -> Comment:
    """Publish a comment, and return it.

    `body` is Markdown of 1 to 10,000 characters (spaces around it do not count). `answers` is the comment that it
    answers, None for a comment on the whole. The same `submission_key` by the same person in the same thread is
    the same comment: the first one is returned.

    Raises `ThreadClosed`, `InvalidInput` for the text, `RuleBroken` when `answers` stands in another thread,
    `Conflict` when it is gone, `FormUsed` when the key has posted other words, `Forbidden` for who may not write.
    """
    hold(actor)
    thread = locked_thread(thread.id)
    key = _key_of(actor, submission_key)
    earlier = comment_by_submission(thread.id, key) if key else None
    if earlier is not None:
        return _same_comment(earlier, body, answers)
    _refuse_in_closed(thread)
    require(actor, "comment:post", thread)
    if answers is not None:
        answers = fresh_comment(answers.id)
        _refuse_to_answer(answers, thread)
    comment = Comment(
        thread_id=thread.id,
        author_id=actor.person_id,
        stance=stance,
        submission_key=key,
        created_at=clock.now(),
        **_words(checked_body(body)),
    )
    _add(comment, answers)
    publish(CommentPosted(comment, actor))
    return comment


def check_new_comment(thread: Thread, answers: Comment | None = None) -> None:
    """Whether anybody may write here now. Raises as `post_comment` does for the thread and for what is answered."""
    _refuse_in_closed(thread)
    if answers is not None:
        _refuse_to_answer(answers, thread)


def import_comment(
    thread: Thread,
    *,
    external_id: str,
    parent: Comment | None,
    author_name: str | None,
    body: str,
    created_at: datetime,
) -> Comment:
    """Take in a comment of another system, with its own time; who wrote it has no account here.

    The same `external_id` again returns what was imported first, unchanged. Nobody is told, and a closed thread
    takes it too: it was said elsewhere, earlier. Raises `InvalidInput` for the text, `RuleBroken` when `parent`
    stands in another thread.
    """
    thread = locked_thread(thread.id)
    earlier = comment_by_external_id(thread.id, external_id)
    if earlier is not None:
        return earlier
    if parent is not None:
        parent = fresh_comment(parent.id)
        _refuse_other_thread(parent, thread)
    comment = Comment(
        thread_id=thread.id,
        author_name=_tidy_name(author_name),
        external_id=external_id,
        created_at=created_at,
        **_words(checked_body(body)),
    )
    _add(comment, parent)
    return comment


def correct_imported_comment(comment: Comment, *, author_name: str | None, body: str) -> bool:
    """Bring an imported comment up to date with where it came from. Returns whether anything did change.

    What it said before stays as a revision; one that was taken away stays away. Nobody is told. Raises
    `InvalidInput` for the text.
    """
    locked_thread(comment.thread_id)
    comment = fresh_comment(comment.id)
    text, name = checked_body(body), _tidy_name(author_name)
    if not comment.is_published or (text, name) == (comment.body, comment.author_name):
        return False
    comment.author_name = name
    if text != comment.body:
        for key, value in _words(text).items():
            setattr(comment, key, value)
        now = clock.now()
        comment.revision += 1
        comment.edited_at = now
        _keep_revision(comment, now)
    session.flush()
    return True


def edit_comment(actor: Actor, comment: Comment, *, body: str, revision: int) -> Comment:
    """Change the words of a comment; what it said before stays as a revision.

    `revision` is the one that the author saw when the change began. The same words again change nothing. Raises
    `Forbidden` for who is not the author, `RuleBroken` when the time for it has passed or somebody has answered,
    `ThreadClosed`, `Conflict` when the comment is gone or has changed in between, `InvalidInput` for the text.
    """
    locked_thread(comment.thread_id)
    comment = fresh_comment(comment.id)
    _refuse_foreign(actor, comment)
    text = checked_body(body)
    if text == comment.body:
        return comment
    check_edit(actor, comment)
    if revision != comment.revision:
        raise Conflict(
            _("This comment has been changed in another window. Look at it again before you go on.")
        )
    for name, value in _words(text).items():
        setattr(comment, name, value)
    comment.revision += 1
    now = clock.now()
    comment.edited_at = now
    _keep_revision(comment, now)
    publish(CommentEdited(comment, actor))
    return comment


def check_edit(actor: Actor, comment: Comment) -> None:
    """Say why `actor` may not change the words of a comment now; quiet when they may. Raises as `edit_comment`."""
    _refuse_foreign(actor, comment)
    _refuse_in_closed(comment.thread)
    if comment.is_answered:
        raise RuleBroken(
            _("Somebody has answered this comment, so its words stay as they are. You can add an answer.")
        )
    if not is_in_edit_window(comment.created_at):
        raise RuleBroken(
            _("The 15 minutes for changing this comment have passed. You can still take it back.")
        )
    require(actor, "comment:edit", comment)


def delete_comment(actor: Actor, comment: Comment) -> None:
    """Take one's own comment back, at any time, also in a closed thread.

    A tombstone stays while something published hangs below it; otherwise it vanishes, and so do the tombstones
    above it that stood there only for its sake. Doing it twice changes nothing. Raises `Forbidden` for who is
    not the author, `AlreadyRemoved` when a moderator was first.
    """
    locked_thread(comment.thread_id)
    comment = fresh_comment(comment.id)
    if comment.author_id is None or comment.author_id != actor.person_id:
        raise Forbidden(_("Only its author may take a comment back."))
    if comment.status == CommentStatus.DELETED:
        return
    _refuse_removed(comment)
    require(actor, "comment:delete", comment)
    comment.status = CommentStatus.DELETED
    count_out(comment)
    publish(CommentDeleted(comment, actor))


def remove_comment(actor: Actor, comment: Comment, reason: str, *, revision: int | None = None) -> Comment:
    """Take somebody's comment away. Moderation calls this, which has asked whether `actor` may and keeps the record.

    `revision` is the one that the moderator has read, if known. Raises `AlreadyRemoved` when another moderator was
    first, `Conflict` when its author was, or when the words have changed since they were read.
    """
    locked_thread(comment.thread_id)
    comment = fresh_comment(comment.id)
    _refuse_gone(comment)
    if revision is not None and revision != comment.revision:
        raise Conflict(
            _("The author has changed this comment since you opened it. Read it again before you decide.")
        )
    comment.status = CommentStatus.REMOVED
    comment.removed_reason = reason
    comment.removed_by_name = actor.name
    count_out(comment)
    publish(CommentRemoved(comment, actor, reason))
    return comment


def set_mode(actor: Actor, thread: Thread, mode: Mode, reason: str, until: datetime | None = None) -> Thread:
    """Close a thread or open it again. Moderation calls this, which has asked whether `actor` may and keeps the record.

    `until` is when the mode ends by itself; None lasts until somebody decides otherwise. Raises `ThreadClosed` when
    somebody else has closed it already, `Conflict` when it is open already.
    """
    hold(actor)
    thread = locked_thread(thread.id)
    if thread.mode_at(clock.now()) is mode:
        _refuse_in_closed(thread)
        raise Conflict(_("This debate is open already."))
    thread.mode = mode
    thread.mode_reason = reason
    thread.mode_by_id = actor.person_id
    thread.mode_by_name = actor.name
    thread.mode_since = clock.now()
    thread.mode_until = until if mode is not Mode.OPEN else None
    session.flush()
    publish(ThreadModeChanged(thread, mode, actor, reason, thread.mode_until))
    return thread


def checked_body(body: str) -> str:
    """The text of a comment as it is kept. Raises `InvalidInput` unless it has 1 to 10,000 characters."""
    text = tidy_text(body)
    if not any(unicodedata.category(letter)[0] not in "CZ" for letter in text):
        message = _("Write something first.")
        raise InvalidInput(_("This comment cannot be posted as it is."), {"body": message})
    if len(text) > MAX_BODY_LENGTH:
        message = _(
            "This is %(length)s characters long; at most %(limit)s fit. Shorten it, or post it in parts.",
            length=len(text),
            limit=MAX_BODY_LENGTH,
        )
        raise InvalidInput(_("This comment cannot be posted as it is."), {"body": message})
    return text


def tidy_text(text: str) -> str:
    """Text without what no database keeps and nobody sees: control characters, half characters, spaces around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    ).strip()


def _add(comment: Comment, answers: Comment | None) -> None:
    place(comment, answers)
    session.add(comment)
    session.flush()
    _keep_revision(comment, comment.created_at)
    count_in(comment)


def _keep_revision(comment: Comment, written_at: datetime) -> None:
    session.add(
        CommentRevision(
            comment_id=comment.id, revision=comment.revision, body=comment.body, written_at=written_at
        )
    )
    session.flush()


def _words(text: str) -> dict[str, str | int]:
    return {"body": text, "html": render_comment(text), "renderer_version": RENDERER_VERSION}


def _key_of(actor: Actor, submission_key: str | None) -> str | None:
    """What is stored of a submission key: it belongs to one person, so nobody meets another one's comment."""
    return digest(f"{actor.person_id}:{submission_key}") if submission_key else None


def _same_comment(earlier: Comment, body: str, answers: Comment | None) -> Comment:
    """The comment that this form has posted before; unless it holds other words by now, which must not get lost."""
    same_place = earlier.answers_id == (answers.id if answers else None)
    if not same_place or first_words_of(earlier) != tidy_text(body):
        raise FormUsed()
    return earlier


def _tidy_name(name: str | None) -> str | None:
    words = " ".join(tidy_text(name or "").split())
    return words[:_MAX_NAME_LENGTH].rstrip() or None


def _refuse_in_closed(thread: Thread) -> None:
    if thread.is_closed:
        raise ThreadClosed(by_name=thread.mode_by_name, reason=thread.mode_reason, until=thread.mode_until)


def _refuse_to_answer(comment: Comment, thread: Thread) -> None:
    _refuse_other_thread(comment, thread)
    if comment.status == CommentStatus.DELETED:
        raise Conflict(_("Its author has taken this comment back, so nobody can answer it any more."))
    _refuse_removed(comment)


def _refuse_other_thread(comment: Comment, thread: Thread) -> None:
    if comment.thread_id != thread.id:
        raise RuleBroken(_("The comment that you answer stands in another debate."))


def _refuse_foreign(actor: Actor, comment: Comment) -> None:
    if comment.author_id is None or comment.author_id != actor.person_id:
        raise Forbidden(_("Only its author may change a comment."))
    _refuse_gone(comment)


def _refuse_gone(comment: Comment) -> None:
    if comment.status == CommentStatus.DELETED:
        raise Conflict(_("Its author has taken this comment back already."))
    _refuse_removed(comment)


def _refuse_removed(comment: Comment) -> None:
    if comment.status == CommentStatus.REMOVED:
        raise AlreadyRemoved(by_name=comment.removed_by_name, reason=comment.removed_reason)
