"""The pages of moderators, the public log, and what moderators see on the pages of threads."""

from flask import Blueprint, flash, get_template_attribute, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput
from blog.core.permissions import allowed
from blog.core.routing import current_actor, public, staff_only
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import CommentView, comment_view, comments_in, threads_list
from blog.discussions.values import Mode
from blog.moderation.access import comment_for, thread_for
from blog.moderation.actions import close_thread, remove_comment, reopen_thread
from blog.moderation.forms import CloseForm, ReasonForm, show_faults
from blog.moderation.policy import MODERATORS
from blog.moderation.queries import decisions_on, last_mode_decision, log_page

blueprint = Blueprint("moderation", __name__, url_prefix="/moderation")
# Larger numbers are nobody's, and no database takes them.
_ID = "int(max=2147483647)"
Answer = str | tuple[str, int] | Response


@blueprint.get("/")
@staff_only(*MODERATORS)
def thread_list() -> str:
    """Threads with their state, the liveliest first; `?mode=` keeps the open or the closed ones."""
    mode = next((mode for mode in Mode if mode.value == request.args.get("mode")), None)
    page = threads_list(request.args.get("after"), mode=mode)
    return render_template("moderation/thread_list.html", page=page, mode=mode)


@blueprint.get(f"/threads/<{_ID}:thread_id>")
@staff_only(*MODERATORS)
def thread_detail(thread_id: int) -> str:
    """One thread: its state, what was decided so far, and its comments."""
    thread = thread_for(current_actor(), thread_id)
    return _thread_page(thread, _form_for(thread))


@blueprint.post(f"/threads/<{_ID}:thread_id>/close")
@staff_only(*MODERATORS)
def thread_close(thread_id: int) -> Answer:
    """Close a thread."""
    thread = thread_for(current_actor(), thread_id)
    form = CloseForm()
    if not form.validate():
        return _thread_page(thread, form), 422
    try:
        with unit_of_work():
            close_thread(
                current_actor(),
                thread,
                reason=form.reason.data or "",
                until=form.until_instant,
                seen=form.seen.data,
            )
    except (InvalidInput, Conflict) as error:
        return _refused(thread, form, error)
    flash(_("The debate is closed. Everything stays readable."), "good")
    return _to_thread(thread)


@blueprint.post(f"/threads/<{_ID}:thread_id>/reopen")
@staff_only(*MODERATORS)
def thread_reopen(thread_id: int) -> Answer:
    """Open a closed thread again."""
    thread = thread_for(current_actor(), thread_id)
    form = ReasonForm()
    if not form.validate():
        return _thread_page(thread, form), 422
    try:
        with unit_of_work():
            reopen_thread(current_actor(), thread, reason=form.reason.data or "", seen=form.seen.data)
    except (InvalidInput, Conflict) as error:
        return _refused(thread, form, error)
    flash(_("The debate is open again."), "good")
    return _to_thread(thread)


@blueprint.get(f"/comments/<{_ID}:comment_id>/remove")
@staff_only(*MODERATORS)
def comment_remove(comment_id: int) -> str:
    """The comment, and the question why it has to go."""
    comment = comment_for(current_actor(), comment_id)
    return _removal_page(comment, ReasonForm(seen=comment.revision))


@blueprint.post(f"/comments/<{_ID}:comment_id>/remove")
@staff_only(*MODERATORS)
def comment_remove_post(comment_id: int) -> Answer:
    """Take a comment away."""
    comment = comment_for(current_actor(), comment_id)
    form = ReasonForm()
    if not form.validate():
        return _removal_page(comment, form), 422
    try:
        with unit_of_work():
            remove_comment(current_actor(), comment, reason=form.reason.data or "", revision=form.seen.data)
    except (InvalidInput, Conflict) as error:
        session.rollback()
        status = _show(form, error)
        return _removal_page(comment, form, str(error) if status == 409 else ""), status
    flash(_("The comment has been removed."), "good")
    return _to_thread(comment.thread)


@blueprint.get("/log")
@public
def log() -> str:
    """What moderators have decided, for everybody to read."""
    return render_template("moderation/log.html", page=log_page(request.args.get("after")))


def close_link(thread: Thread) -> Markup:
    """Fills the slot for acts on a thread: the way to closing or reopening it."""
    if not allowed(current_actor(), "thread:close", thread):
        return Markup()
    page = render_template("moderation/_thread_actions.html", thread=thread)
    return Markup(page)  # noqa: S704 - rendered with escaping


def remove_link(comment: CommentView) -> Markup:
    """Fills the slot for acts on a comment: the way to taking it away."""
    if not allowed(current_actor(), "comment:remove", comment):
        return Markup()
    address = url_for("moderation.comment_remove", comment_id=comment.id)
    act = get_template_attribute("components/comment.html", "comment_action")
    name = comment.author_name or _("Anonymous")
    return act(_("Remove"), address, _("Remove the comment of %(name)s", name=name))


def _form_for(thread: Thread, reason: str = "") -> CloseForm | ReasonForm:
    """A form for what can be done with the thread now, which knows what was decided so far."""
    last = last_mode_decision(thread.id)
    kind = ReasonForm if thread.is_closed else CloseForm
    return kind(formdata=None, reason=reason, seen=last.id if last else 0)


def _refused(thread: Thread, form: CloseForm | ReasonForm, error: InvalidInput | Conflict) -> Answer:
    """The page once more, with what was typed; after a conflict it shows what the other moderator has done."""
    session.rollback()
    status = _show(form, error)
    return _thread_page(thread, form, str(error) if status == 409 else ""), status


def _show(form: ReasonForm, error: InvalidInput | Conflict) -> int:
    if isinstance(error, InvalidInput):
        show_faults(form, error)
    return error.status


def _thread_page(thread: Thread, form: CloseForm | ReasonForm, conflict: str = "") -> str:
    return render_template(
        "moderation/thread_detail.html",
        thread=thread,
        form=_form_for(thread, form.reason.data or "") if conflict else form,
        conflict=conflict,
        decisions=decisions_on(thread.id),
        page=comments_in(thread, request.args.get("after")),
    )


def _removal_page(comment: Comment, form: ReasonForm, conflict: str = "") -> str:
    if conflict:
        form.seen.data = comment.revision
    return render_template(
        "moderation/comment_remove.html",
        thread=comment.thread,
        comment=comment_view(comment),
        form=form,
        conflict=conflict,
    )


def _to_thread(thread: Thread) -> Response:
    return redirect(url_for("moderation.thread_detail", thread_id=thread.id), 303)
