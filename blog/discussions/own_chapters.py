"""How a person reads what discussions hold of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from blog.accounts.chapters import Chapter, Fact, Folded, Place, Told, Words, as_read, on_site
from blog.accounts.holdings import Somebody, rows_about
from blog.core.db import session
from blog.core.i18n import format_datetime_long
from blog.core.portions import rows_in_portions
from blog.discussions.models import Comment, CommentRevision, Thread
from blog.discussions.values import CommentStatus, Mode, Stance

_COMMENTS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Comment.id,
        Comment.html,
        Comment.stance,
        Comment.status,
        Comment.removed_reason,
        Comment.removed_by_name,
        Comment.answers_id,
        Comment.author_name,
        Comment.created_at,
        Comment.edited_at,
        Thread.title,
        Thread.proposition,
        Thread.language,
        Thread.is_listed,
    )
    .join(Thread, Thread.id == Comment.thread_id)
    .order_by(Comment.created_at.desc(), Comment.id.desc())
)


def _comments(person: Somebody) -> Iterator[Told]:
    for rows in rows_in_portions(_COMMENTS.where(rows_about(person, Comment))):
        before = _said_before([row.id for row in rows])
        for row in rows:
            yield _comment(row, before.get(row.id, ()))


def _said_before(comment_ids: Sequence[int]) -> Mapping[int, Sequence[Folded]]:
    """What comments said before they were changed, the last words first."""
    earlier = (
        sa.select(CommentRevision.comment_id, CommentRevision.body, CommentRevision.written_at)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(Comment.id.in_(comment_ids), CommentRevision.revision < Comment.revision)
        .order_by(CommentRevision.comment_id, CommentRevision.revision.desc())
    )
    said: defaultdict[int, list[Folded]] = defaultdict(list)
    for comment_id, body, written_at in session.execute(earlier):
        label = gettext("What it said as of %(instant)s", instant=format_datetime_long(written_at))
        said[comment_id].append(Folded(label, body))
    return said


def _comment(row: Any, before: Sequence[Folded]) -> Told:
    return Told(
        row.proposition or row.title,
        address=_address_of(row.id) if row.is_listed else "",
        language=row.language,
        at=row.created_at,
        notes=[note for note in _notes(row) if note],
        words=as_read(row.html),
        words_language=row.language,
        folded=before,
    )


def _notes(row: Any) -> Iterator[Words]:
    if row.stance:
        yield _stance_words(Stance(row.stance))
    if row.answers_id:
        link = Markup('<a href="{}">{}</a>')
        yield link.format(_address_of(row.answers_id), gettext("in answer to another comment"))
    if row.author_name:
        yield gettext("under the name %(name)s", name=row.author_name)
    if row.edited_at:
        yield gettext("changed on %(instant)s", instant=format_datetime_long(row.edited_at))
    if row.status == CommentStatus.DELETED:
        yield gettext("taken back by you")
    if row.status == CommentStatus.REMOVED:
        yield gettext(
            "%(name)s has removed this comment: %(reason)s",
            name=row.removed_by_name or gettext("a moderator"),
            reason=row.removed_reason or "–",
        )


def _stance_words(stance: Stance) -> str:
    return {
        Stance.FOR: gettext("For"),
        Stance.AGAINST: gettext("Against"),
        Stance.NUANCE: gettext("Nuance"),
    }[stance]


def _address_of(comment_id: int) -> str:
    return on_site(url_for("discussions.comment_detail", comment_id=comment_id))


def _threads(person: Somebody) -> Iterator[Told]:
    for thread in session.scalars(
        sa.select(Thread).where(rows_about(person, Thread)).order_by(Thread.mode_since.desc(), Thread.id)
    ):
        facts = [Fact(gettext("Reason"), thread.mode_reason or "")]
        if thread.mode_until:
            facts.append(Fact(gettext("Until"), format_datetime_long(thread.mode_until)))
        if thread.mode_by_name:
            facts.append(Fact(gettext("Under the name"), thread.mode_by_name))
        address = url_for("discussions.thread_detail", thread_id=thread.id, slug=thread.slug)
        yield Told(
            thread.proposition or thread.title,
            address=on_site(address) if thread.is_listed else "",
            language=thread.language,
            at=thread.mode_since,
            notes=[gettext("closed") if thread.mode == Mode.CLOSED else gettext("opened")],
            facts=[fact for fact in facts if fact.value],
        )


CHAPTERS = (
    Chapter("comments", _("Your comments"), Place.WORDS, (Comment, CommentRevision), _comments),
    Chapter("threads", _("Debates that you have closed or opened"), Place.WORK, (Thread,), _threads),
)
