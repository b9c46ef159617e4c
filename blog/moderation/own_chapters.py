"""How a person reads what moderation holds of them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from blog.accounts.chapters import Chapter, Fact, Place, Told, on_site
from blog.accounts.holdings import Somebody, rows_about
from blog.core.db import session
from blog.core.i18n import format_datetime_long
from blog.discussions.models import Thread
from blog.moderation.models import Decision
from blog.moderation.values import Act

_DECISIONS: sa.Select[*tuple[Any, ...]] = (
    sa.select(Decision, Thread.title, Thread.slug, Thread.proposition, Thread.language)
    .join(Thread, Thread.id == Decision.thread_id)
    .order_by(Decision.id.desc())
)


def _about_them(person: Somebody) -> Iterator[Told]:
    of_others = sa.or_(Decision.decided_by_id.is_(None), Decision.decided_by_id != person.id)
    yield from _decisions(sa.and_(rows_about(person, Decision), of_others))


def _by_them(person: Somebody) -> Iterator[Told]:
    yield from _decisions(sa.and_(rows_about(person, Decision), Decision.decided_by_id == person.id))


def _decisions(which: sa.ColumnElement[bool]) -> Iterator[Told]:
    for decision, title, slug, proposition, language in session.execute(_DECISIONS.where(which)):
        if decision.comment_id is not None:
            path = url_for("discussions.comment_detail", comment_id=decision.comment_id)
        else:
            path = url_for("discussions.thread_detail", thread_id=decision.thread_id, slug=slug)
        facts = [Fact(gettext("By"), decision.decided_by_name)]
        if decision.until:
            facts.append(Fact(gettext("Until"), format_datetime_long(decision.until)))
        yield Told(
            proposition or title,
            address=on_site(path),
            language=language,
            at=decision.decided_at,
            notes=[_act_words(Act(decision.act))],
            words=decision.reason,
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
