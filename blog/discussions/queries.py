"""Every read of threads and comments. Pages are keysets over `path`: each costs what it shows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy.orm import aliased, load_only

from blog.accounts.models.people import Person
from blog.articles.models import Article
from blog.core import clock
from blog.core.db import session
from blog.core.errors import InvalidInput
from blog.core.pagination import Page, decode_cursor, encode_cursor
from blog.discussions.models import IS_SHOWN, Comment, CommentRevision, Thread
from blog.discussions.values import (
    MAX_DEPTH,
    PAGE_SIZE,
    SEGMENT_WIDTH,
    CommentStatus,
    Mode,
    paths_above,
)

THREADS_ON_A_PAGE = 20
SAID_ON_A_PAGE = 20
# How many comments stand above the one that a permalink leads to.
CONTEXT = 12
_PATH = re.compile(rf"(?:[0-9a-v]{{{SEGMENT_WIDTH}}}){{1,{MAX_DEPTH + 1}}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_INSTANT = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST_ID = 2**31 - 1

# The names of the table are spelled out because pages join comments with themselves.
_IS_SHOWN = sa.text(f"({IS_SHOWN})".replace("status", "comment.status").replace("living", "comment.living"))
_Author = aliased(Person)
_Answered = aliased(Comment)
_AnsweredAuthor = aliased(Person)


_IS_PUBLISHED = Comment.status == CommentStatus.PUBLISHED
# What `CommentView` is made of; built once, because building it costs more than reading a page.
_COMMENTS = (
    sa.select(
        Comment.id,
        Comment.path,
        Comment.depth,
        Comment.status,
        # The text and the author of what is gone are not even read.
        sa.case((_IS_PUBLISHED, Comment.html), else_="").label("html"),
        sa.case((_IS_PUBLISHED, Comment.author_id)).label("author_id"),
        sa.case((_IS_PUBLISHED, sa.func.coalesce(_Author.name, Comment.author_name))).label("author_name"),
        sa.case((_IS_PUBLISHED, _Author.handle)).label("author_handle"),
        sa.case((_IS_PUBLISHED, _Author.picture)).label("author_picture"),
        Comment.created_at,
        Comment.edited_at,
        Comment.revision,
        Comment.child_count,
        Comment.living_below,
        (Comment.answer_total > 0).label("is_answered"),
        Comment.answers_id,
        sa.func.coalesce(_AnsweredAuthor.name, _Answered.author_name).label("answered_name"),
        _Answered.status.label("answered_status"),
        Comment.removed_reason,
        Comment.removed_by_name,
    )
    .outerjoin(_Author, _Author.id == Comment.author_id)
    .outerjoin(_Answered, _Answered.id == Comment.answers_id)
    .outerjoin(_AnsweredAuthor, _AnsweredAuthor.id == _Answered.author_id)
)
# What `SaidView` is made of: of a thread that is not listed, a draft's say, nothing is read.
_SAID: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Comment.id,
        Comment.html,
        Comment.created_at,
        Comment.edited_at,
        Comment.stance,
        sa.case(
            (
                _Answered.status == CommentStatus.PUBLISHED,
                sa.func.coalesce(_AnsweredAuthor.name, _Answered.author_name),
            )
        ).label("answered_name"),
        Thread.id.label("thread_id"),
        Thread.slug,
        Thread.title,
        Thread.proposition,
        Thread.article_id,
        Thread.language,
    )
    .join(Thread, Thread.id == Comment.thread_id)
    .outerjoin(_Answered, _Answered.id == Comment.answers_id)
    .outerjoin(_AnsweredAuthor, _AnsweredAuthor.id == _Answered.author_id)
    .where(_IS_PUBLISHED, Thread.is_listed.is_(True))
    .order_by(Comment.created_at.desc(), Comment.id.desc())
)
_SHOWN_COMMENTS = _COMMENTS.where(_IS_SHOWN).order_by(Comment.path)


@dataclass(frozen=True, slots=True)
class Answered:
    """The comment that another one answers. `name` is None for somebody who gave no name, or who is gone."""

    id: int
    name: str | None
    is_published: bool


@dataclass(frozen=True, slots=True)
class CommentView:
    """What a page shows of one comment. One that is gone has neither text nor author here: nothing can leak."""

    id: int
    path: str
    depth: int
    status: CommentStatus
    html: Markup
    author_id: int | None
    author_name: str | None
    author_handle: str | None
    author_picture: str | None
    created_at: datetime
    edited_at: datetime | None
    revision: int
    child_count: int
    living_below: int
    is_answered: bool
    is_in_closed_thread: bool
    answers: Answered | None
    removed_reason: str | None
    removed_by_name: str | None

    @property
    def is_published(self) -> bool:
        """Whether its text is shown."""
        return self.status is CommentStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class SaidView:
    """What the page of a person shows of one of their comments, and where it stands."""

    id: int
    html: Markup
    created_at: datetime
    edited_at: datetime | None
    stance: str | None
    answered_name: str | None
    thread_id: int
    slug: str
    title: str
    proposition: str | None
    article_id: int | None
    language: str


def thread_by_id(thread_id: int) -> Thread | None:
    """The thread with a number, whatever its state."""
    return session.get(Thread, thread_id)


def thread_of_article(article_id: int) -> Thread | None:
    """The main thread of an article, if it has one yet."""
    return session.scalar(sa.select(Thread).where(Thread.article_id == article_id))


def article_of_thread(thread: Thread) -> Article | None:
    """The article that a thread stands under, without its text; None for a thread of its own."""
    if thread.article_id is None:
        return None
    return session.scalar(
        sa.select(Article)
        .where(Article.id == thread.article_id)
        .options(load_only(Article.slug, Article.title, Article.author_id, raiseload=True))
    )


def comment_by_id(comment_id: int) -> Comment | None:
    """The comment with a number, whatever its state."""
    return session.get(Comment, comment_id)


def comment_by_submission(thread_id: int, submission_key: str) -> Comment | None:
    """The comment that was posted with a submission key."""
    return session.scalar(
        sa.select(Comment).where(Comment.thread_id == thread_id, Comment.submission_key == submission_key)
    )


def comment_by_external_id(thread_id: int, external_id: str) -> Comment | None:
    """The comment that was imported under an identifier of another system."""
    return session.scalar(
        sa.select(Comment).where(Comment.thread_id == thread_id, Comment.external_id == external_id)
    )


def first_words_of(comment: Comment) -> str:
    """The Markdown of a comment as it was first posted."""
    return session.scalars(
        sa.select(CommentRevision.body).where(
            CommentRevision.comment_id == comment.id, CommentRevision.revision == 1
        )
    ).one()


def comments_in(thread: Thread, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[CommentView]:
    """Comments of a thread in reading order: published ones, and tombstones above something published.

    One query, whatever the size of the thread. Raises `InvalidInput` on a bad cursor.
    """
    query = _SHOWN_COMMENTS.where(Comment.thread_id == thread.id).limit(limit + 1)
    if cursor:
        query = query.where(Comment.path > _path_in(cursor))
    views = _seen(thread, query)
    more = len(views) > limit
    views = views[:limit]
    return Page(views, encode_cursor(views[-1].path) if more else None)


def comments_above(comment: Comment) -> Sequence[CommentView]:
    """The comments above one, from the root down, all of them with their state."""
    paths = paths_above(comment.path)
    if not paths:
        return []
    thread = comment.thread
    return _seen(thread, _SHOWN_COMMENTS.where(Comment.thread_id == thread.id, Comment.path.in_(paths)))


def comment_view(comment: Comment) -> CommentView:
    """What a page shows of one comment."""
    return _seen(comment.thread, _COMMENTS.where(Comment.id == comment.id))[0]


def said_by(person_id: int, cursor: str | None = None, limit: int = SAID_ON_A_PAGE) -> Page[SaidView]:
    """The published comments of somebody in threads that everybody finds, the newest first.

    One query. Raises `InvalidInput` on a bad cursor.
    """
    query = _SAID.where(Comment.author_id == person_id).limit(limit + 1)
    if cursor:
        query = query.where(sa.tuple_(Comment.created_at, Comment.id) < _place_in(cursor))
    views = [_said(row) for row in session.execute(query)]
    more = len(views) > limit
    views = views[:limit]
    return Page(views, _cursor_at(views[-1].created_at, views[-1].id) if more else None)


def count_said_by(person_id: int) -> tuple[int, int]:
    """How many published comments somebody has written, and in how many threads."""
    query = sa.select(sa.func.count(), sa.func.count(Comment.thread_id.distinct()))
    comments, threads = session.execute(query.where(Comment.author_id == person_id, _IS_PUBLISHED)).one()
    return comments, threads


def page_of(comment: Comment) -> str | None:
    """The cursor of a page of its thread that holds a comment, with some of what stands above it.

    None is the first page.
    """
    return _cursor_before(comment.thread_id, comment.path, CONTEXT)


def page_before(thread: Thread, first: CommentView, limit: int = PAGE_SIZE) -> str | None:
    """The cursor of the page that ends where the one that begins with `first` begins; None is the first page."""
    return _cursor_before(thread.id, first.path, limit)


def threads_list(
    cursor: str | None = None,
    limit: int = THREADS_ON_A_PAGE,
    *,
    mode: Mode | None = None,
    with_comments: bool = False,
) -> Page[Thread]:
    """Listed threads, the one with the newest comment first; one without any stands where it was opened.

    Only those in `mode` now, if one is given; `with_comments` leaves out those in which nobody has spoken.

    Raises `InvalidInput` on a bad cursor.
    """
    query = (
        sa.select(Thread)
        .where(Thread.is_listed.is_(True))
        .order_by(Thread.active_at.desc(), Thread.id.desc())
        .limit(limit + 1)
    )
    if mode is not None:
        query = query.where(_is_in(mode, clock.now()))
    if with_comments:
        query = query.where(Thread.comment_count > 0)
    if cursor:
        query = query.where(sa.tuple_(Thread.active_at, Thread.id) < _place_in(cursor))
    threads = session.scalars(query).all()
    more = len(threads) > limit
    return Page(threads[:limit], _thread_cursor(threads[limit - 1]) if more else None)


def all_threads() -> Iterator[Thread]:
    """Every listed thread, page by page."""
    cursor = None
    while True:
        page = threads_list(cursor, 100)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _seen(thread: Thread, query: sa.Select[*tuple[Any, ...]]) -> list[CommentView]:
    is_closed = thread.is_closed
    return [_view(row, is_closed) for row in session.execute(query)]


def _view(row: sa.Row[Any], is_in_closed_thread: bool) -> CommentView:
    return CommentView(
        id=row.id,
        path=row.path,
        depth=row.depth,
        status=CommentStatus(row.status),
        html=Markup(row.html),  # noqa: S704 - made by our renderer, which sanitises
        author_id=row.author_id,
        author_name=row.author_name,
        author_handle=row.author_handle,
        author_picture=row.author_picture,
        created_at=row.created_at,
        edited_at=row.edited_at,
        revision=row.revision,
        child_count=row.child_count,
        living_below=row.living_below,
        is_answered=bool(row.is_answered),
        is_in_closed_thread=is_in_closed_thread,
        answers=_answered(row),
        removed_reason=row.removed_reason,
        removed_by_name=row.removed_by_name,
    )


def _said(row: sa.Row[Any]) -> SaidView:
    return SaidView(
        id=row.id,
        html=Markup(row.html),  # noqa: S704 - made by our renderer, which sanitises
        created_at=row.created_at,
        edited_at=row.edited_at,
        stance=row.stance,
        answered_name=row.answered_name,
        thread_id=row.thread_id,
        slug=row.slug,
        title=row.title,
        proposition=row.proposition,
        article_id=row.article_id,
        language=row.language,
    )


def _answered(row: sa.Row[Any]) -> Answered | None:
    if row.answers_id is None:
        return None
    is_published = row.answered_status == CommentStatus.PUBLISHED
    return Answered(row.answers_id, row.answered_name if is_published else None, is_published)


def _cursor_before(thread_id: int, path: str, count: int) -> str | None:
    """The cursor after which `count` shown comments stand before `path`; None when there are not more."""
    before = session.scalars(
        sa.select(Comment.path)
        .where(Comment.thread_id == thread_id, Comment.path < path, _IS_SHOWN)
        .order_by(Comment.path.desc())
        .limit(count + 1)
    ).all()
    return encode_cursor(before[-1]) if len(before) > count else None


def _path_in(cursor: str) -> str:
    (path,) = decode_cursor(cursor, str)
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise InvalidInput(_("This page address is damaged. Go back to the first page."))
    return path


def _is_in(mode: Mode, instant: datetime) -> sa.ColumnElement[bool]:
    """As `Thread.mode_at`: a mode with an end is over when the end has come."""
    in_force = sa.and_(
        Thread.mode != Mode.OPEN, sa.or_(Thread.mode_until.is_(None), Thread.mode_until > instant)
    )
    return ~in_force if mode is Mode.OPEN else sa.and_(Thread.mode == mode, in_force)


def _thread_cursor(thread: Thread) -> str:
    return _cursor_at(thread.active_at, thread.id)


def _cursor_at(instant: datetime, row_id: int) -> str:
    return encode_cursor((instant - _EPOCH) // timedelta(microseconds=1), row_id)


def _place_in(cursor: str) -> tuple[datetime, int]:
    """Where a page begins. Made-up numbers are cut to what the database knows: they give an empty page."""
    microseconds, row_id = decode_cursor(cursor, int, int)
    instant = _EPOCH + timedelta(microseconds=min(max(int(microseconds), 0), _LAST_INSTANT))
    return instant, min(max(int(row_id), 0), _LAST_ID)
