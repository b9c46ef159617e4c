"""The pages of threads: under an article, on their own, and at the permalink of a comment."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import flash, get_template_attribute, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from blog.articles.models import Article
from blog.core import clock
from blog.core.actor import ANONYMOUS, Actor
from blog.core.config import current_application
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError, InvalidInput, SignInNeeded
from blog.core.fragments import Fragments
from blog.core.i18n import carried_language, language
from blog.core.pages import Refusal, note_outage, show_any, typed_in, what_happened, with_words
from blog.core.pagination import Page
from blog.core.permissions import allowed
from blog.core.routing import (
    current_actor,
    members_only,
    public,
    sign_in_address,
    told_address,
)
from blog.core.tokens import new_token
from blog.discussions.access import (
    comment_for,
    comment_to_delete,
    comment_to_edit,
    own_comment_for,
    thread_for,
    thread_under,
)
from blog.discussions.actions import delete_comment, edit_comment, post_comment
from blog.discussions.errors import FormUsed
from blog.discussions.forms import CommentForm, ConfirmForm, EditForm, GuestForm, show_faults
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import (
    CommentView,
    article_of_thread,
    comment_view,
    comments_above,
    comments_in,
    page_before,
    page_of,
    threads_list,
)
from blog.discussions.views.blueprint import GUEST_ENDPOINTS, ID, Answer, blueprint

# A list of a hundred comments is about 150 kB.
_LISTS_KEPT = 100


@blueprint.get("/debates/")
@public
def thread_list() -> str:
    """All debates, the liveliest first."""
    return render_template("discussions/thread_list.html", page=threads_list(request.args.get("after")))


@blueprint.get(f"/debates/<{ID}:thread_id>")
@blueprint.get(f"/debates/<{ID}:thread_id>-<slug>")
@public
def thread_detail(thread_id: int, slug: str = "") -> Answer:
    """One debate, from the start or after a cursor; at another address than its own it moves there."""
    thread = thread_for(current_actor(), thread_id)
    if slug != thread.slug:
        asked = {name: request.args[name] for name in ("after", "lang") if name in request.args}
        return redirect(address_of(thread, **asked), 301)
    cursor = request.args.get("after")
    article = article_of_thread(thread)
    shown = _shown(thread, article, cursor)
    previous_url = _previous_url(thread, shown.page) if cursor else ""
    return thread_page(thread, shown, article, previous_url=previous_url)


@blueprint.post(f"/debates/<{ID}:thread_id>/comments")
@members_only
def comment_post(thread_id: int) -> Answer:
    """Post a comment on the whole."""
    thread = thread_for(current_actor(), thread_id)
    form = CommentForm()
    comment = _posted(form, thread, None)
    return (
        to_comment(comment)
        if comment
        else (thread_page(thread, Shown(comments_in(thread)), article_of_thread(thread), form=form), 422)
    )


@blueprint.get(f"/c/<{ID}:comment_id>")
@public
def comment_detail(comment_id: int) -> str:
    """A comment in its context: the permalink, which survives moves."""
    comment = comment_for(current_actor(), comment_id)
    thread = comment.thread
    cursor = page_of(comment)
    page = comments_in(thread, cursor)
    on_page = {view.id for view in page.items}
    return render_template(
        "discussions/comment_detail.html",
        **_thread_context(thread, Shown(page), article_of_thread(thread)),
        previous_url=_previous_url(thread, page) if cursor else "",
        above=[view for view in comments_above(comment) if view.id not in on_page],
        marked_id=comment.id,
    )


@blueprint.get(f"/c/<{ID}:comment_id>/answer")
@public
def comment_answer(comment_id: int) -> str:
    """The form for an answer, with the comment above it; or why it cannot be answered."""
    comment = comment_for(current_actor(), comment_id)
    return answer_page(comment, CommentForm() if current_actor().is_authenticated else None)


@blueprint.post(f"/c/<{ID}:comment_id>/answer")
@members_only
def comment_answer_post(comment_id: int) -> Answer:
    """Post an answer."""
    comment = comment_for(current_actor(), comment_id)
    form = CommentForm()
    answer = _posted(form, comment.thread, comment)
    return to_comment(answer) if answer else (answer_page(comment, form), 422)


@blueprint.get(f"/c/<{ID}:comment_id>/edit")
@members_only
def comment_edit(comment_id: int) -> str:
    """The form for other words."""
    comment = comment_to_edit(current_actor(), comment_id)
    return _edit_page(comment, EditForm(body=comment.body, revision=comment.revision))


@blueprint.post(f"/c/<{ID}:comment_id>/edit")
@members_only
def comment_edit_post(comment_id: int) -> Answer:
    """Change the words of one's own comment."""
    comment = comment_for(current_actor(), comment_id)
    form = EditForm()
    if not form.validate() or not _edited(comment, form):
        return _edit_page(comment, form), 422
    flash(_("Your comment has been changed."), "good")
    return to_comment(comment)


@blueprint.get(f"/c/<{ID}:comment_id>/delete")
@members_only
def comment_delete(comment_id: int) -> str:
    """The question whether to take a comment back."""
    comment = comment_to_delete(current_actor(), comment_id)
    return render_template(
        "discussions/comment_delete.html",
        thread=comment.thread,
        comment=comment_view(comment),
        form=ConfirmForm(),
    )


@blueprint.post(f"/c/<{ID}:comment_id>/delete")
@members_only
def comment_delete_post(comment_id: int) -> Response:
    """Take one's own comment back."""
    comment = own_comment_for(current_actor(), comment_id)
    with unit_of_work():
        delete_comment(current_actor(), comment)
    flash(_("Your comment has been taken back."), "good")
    if comment.living_below:
        return to_comment(comment)
    return redirect(address_of(comment.thread))


@blueprint.errorhandler(DomainError)
@blueprint.errorhandler(CSRFError)
@blueprint.errorhandler(OperationalError)
def keep_typed(error: Refusal) -> Response:
    """A refusal; with what the person had typed, if they had, so that no words are lost."""
    body = typed_in("body").strip()
    if not body:
        return show_any(error)
    if isinstance(error, OperationalError):
        note_outage(error)
    session.rollback()
    page = render_template(
        "discussions/words_kept.html",
        message=what_happened(error),
        body=body,
        form=_form_to_resend(error),
        action=request.path,
        back=_address_to_go_back(),
        sign_in_url=sign_in_address(_address_to_go_back()) if isinstance(error, SignInNeeded) else "",
    )
    return with_words(page, error)


def thread_under_article(article: Article) -> Markup:
    """Fills the slot below an article: the first page of its thread."""
    thread = thread_under(current_actor(), article.id)
    if thread is None:
        return Markup()
    context = _thread_context(thread, _shown(thread, article), article)
    page = render_template("discussions/article_thread.html", **context)
    return Markup(page)  # noqa: S704 - rendered with escaping


def _posted(form: CommentForm, thread: Thread, answers: Comment | None) -> Comment | None:
    """The comment that the form has posted; None when its text cannot be used, which the form then says."""
    if not form.validate():
        return None
    try:
        with unit_of_work():
            return post_comment(
                current_actor(),
                thread,
                body=form.body.data or "",
                answers=answers,
                submission_key=form.submission_key.data,
            )
    except InvalidInput as error:
        show_faults(form, error)
    return None


def _edited(comment: Comment, form: EditForm) -> bool:
    """Whether the form's words are in; when they cannot be used, the form says why."""
    try:
        with unit_of_work():
            edit_comment(
                current_actor(), comment, body=form.body.data or "", revision=form.revision.data or 0
            )
    except InvalidInput as error:
        show_faults(form, error)
        return False
    return True


def to_comment(comment: Comment) -> Response:
    """On to the page that shows a comment where it stands."""
    return redirect(address_of_comment(comment), 303)


def address_of_comment(comment: Comment) -> str:
    """The permalink of a comment."""
    return url_for("discussions.comment_detail", comment_id=comment.id, _anchor=f"comment-{comment.id}")


def address_of(thread: Thread, **asked: str) -> str:
    """The address of a thread; `asked` is what stands behind it: `after`, `lang`."""
    values: dict[str, Any] = {"thread_id": thread.id, "slug": thread.slug, **asked}
    return url_for("discussions.thread_detail", **values)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of comments, and how visitors see it; None where it is made for one reader."""

    page: Page[CommentView]
    listed: Markup | None = None


_lists_for_visitors = Fragments[Shown](_LISTS_KEPT)


def _shown(thread: Thread, article: Article | None, cursor: str | None = None) -> Shown:
    """A page of comments. Visitors all see the same one, so it is made once for each version of the thread.

    For a minute: it says how long ago things were, and by which name somebody goes.
    """
    if current_actor().is_authenticated:
        return Shown(comments_in(thread, cursor))
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    author_id = article.author_id if article else None
    speech = (language(), carried_language())
    key = (id(current_application()), thread.id, thread.version, cursor, speech, author_id, minute)
    return _lists_for_visitors.get(key, lambda: _made_for_visitors(thread, article, cursor, now))


def _made_for_visitors(thread: Thread, article: Article | None, cursor: str | None, now: datetime) -> Shown:
    page = comments_in(thread, cursor)
    may_visitor = partial(allowed, ANONYMOUS)
    comments = get_template_attribute("discussions/_comments.html", "comments")
    return Shown(page, Markup(comments(page.items, thread, ANONYMOUS, may_visitor, now, article=article)))  # noqa: S704


def thread_page(
    thread: Thread,
    shown: Shown,
    article: Article | None,
    *,
    previous_url: str = "",
    form: CommentForm | None = None,
) -> str:
    """A page of a thread, with a form that holds what was typed already, if there is one."""
    context = _thread_context(thread, shown, article, form=form)
    return render_template("discussions/thread_detail.html", **context, previous_url=previous_url)


def _thread_context(
    thread: Thread, shown: Shown, article: Article | None, *, form: CommentForm | None = None
) -> dict[str, object]:
    """What `discussions/_thread.html` shows. Who may not write gets no form: its token would set a cookie."""
    actor = current_actor()
    if form is None and allowed(actor, "comment:post", thread):
        form = CommentForm()
    return {
        "thread": thread,
        "article": article,
        "page": shown.page,
        "listed": shown.listed,
        "form": form,
        "next_url": address_of(thread, after=shown.page.next_cursor) if shown.page.next_cursor else "",
        "begin_url": _begin_url(actor, thread),
    }


def _begin_url(actor: Actor, thread: Thread) -> str:
    """Where what a visitor writes is sent to; empty for members, and where nobody may write."""
    if actor.is_authenticated or not allowed(actor, "comment:begin", thread):
        return ""
    return url_for("discussions.comment_begin", thread_id=thread.id)


def _previous_url(thread: Thread, page: Page[CommentView]) -> str:
    """Where the comments before a page are, which is not the first."""
    cursor = page_before(thread, page.items[0]) if page.items else None
    return address_of(thread, after=cursor) if cursor else address_of(thread)


def answer_page(comment: Comment, form: CommentForm | None) -> str:
    """The page for an answer to a comment; without a form for a visitor, whose page sets no cookie."""
    return render_template(
        "discussions/comment_answer.html", thread=comment.thread, comment=comment_view(comment), form=form
    )


def _edit_page(comment: Comment, form: EditForm) -> str:
    return render_template(
        "discussions/comment_edit.html", thread=comment.thread, comment=comment_view(comment), form=form
    )


def _form_to_resend(error: Refusal) -> CommentForm | EditForm | GuestForm | None:
    """The form once more, where sending it again can help; never for words that another site has sent us."""
    came_from_here = told_address("Origin").netloc == request.host
    if not came_from_here or not isinstance(error, CSRFError | OperationalError | SignInNeeded | FormUsed):
        return None
    if "revision" in request.form:
        return EditForm()
    if request.endpoint in GUEST_ENDPOINTS:
        return GuestForm()
    form = CommentForm()
    if isinstance(error, FormUsed):
        form.submission_key.data = new_token()
    return form


def _address_to_go_back() -> str:
    """The page on which the refused form stood."""
    given = request.view_args or {}
    if "thread_id" in given:
        return url_for("discussions.thread_detail", thread_id=given["thread_id"])
    return url_for("discussions.comment_detail", comment_id=given["comment_id"])
