"""How a person reads what moderation holds of them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from blog.accounts.chapters import Chapter, Fact, Place, Told, on_site
from blog.accounts.holdings import Somebody, rows_about
from blog.core.i18n import format_datetime_long
from blog.core.portions import rows_in_portions
from blog.discussions.models import Thread
from blog.moderation.models import Decision
from blog.moderation.values import Act

_DECISIONS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Decision.act,
        Decision.reason,
        Decision.until,
        Decision.thread_id,
        Decision.comment_id,
        Decision.decided_by_name,
        Decision.decided_at,
        Thread.title,
        Thread.slug,
        Thread.proposition,
        Thread.language,
    )
    .join(Thread, Thread.id == Decision.thread_id)
    .order_by(Decision.id.desc())
)


def _about_them(person: Somebody) -> Iterator[Told]:
    of_others = sa.or_(Decision.decided_by_id.is_(None), Decision.decided_by_id != person.id)
    yield from _decisions(sa.and_(rows_about(person, Decision), of_others))


def _by_them(person: Somebody) -> Iterator[Told]:
    yield from _decisions(sa.and_(rows_about(person, Decision), Decision.decided_by_id == person.id))


def _decisions(which: sa.ColumnElement[bool]) -> Iterator[Told]:
    for rows in rows_in_portions(_DECISIONS.where(which)):
        for row in rows:
            yield _decision(row)


def _decision(row: Any) -> Told:
    if row.comment_id is not None:
        path = url_for("discussions.comment_detail", comment_id=row.comment_id)
    else:
        path = url_for("discussions.thread_detail", thread_id=row.thread_id, slug=row.slug)
    facts = [Fact(gettext("By"), row.decided_by_name)]
    if row.until:
        facts.append(Fact(gettext("Until"), format_datetime_long(row.until)))
    return Told(
        row.proposition or row.title,
        address=on_site(path),
        language=row.language,
        at=row.decided_at,
        notes=[_act_words(Act(row.act))],
        words=row.reason,
        facts=facts,
    )


def _act_words(act: Act) -> str:
    return {
        Act.REMOVE_COMMENT: gettext("Comment removed"),
        Act.CLOSE_THREAD: gettext("Debate closed"),
        Act.REOPEN_THREAD: gettext("Debate reopened"),
    }[act]


CHAPTERS = (
    Chapter("decisions", _("Decisions about your comments"), Place.WORDS, (Decision,), _about_them),
    Chapter("decided", _("Decisions that you have taken"), Place.WORK, (Decision,), _by_them),
)
