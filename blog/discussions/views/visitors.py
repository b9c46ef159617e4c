"""Writing by somebody who is not signed in: they write first, and say afterwards who they are.

The page on which a visitor writes holds no token and sets no cookie. What it sends changes nothing: it is shown
again, beside the question who wrote it. Only that second form, with its token, has a code mailed.
"""

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.actions.codes import WantedAct, ask_for_code
from blog.accounts.sessions import source_address
from blog.accounts.views.codes import to_code_page
from blog.core.db import unit_of_work
from blog.core.errors import Forbidden, InvalidInput
from blog.core.i18n import language
from blog.core.pages import csrf
from blog.core.permissions import require
from blog.core.routing import current_actor, public, told_address
from blog.discussions.access import comment_for, thread_for
from blog.discussions.actions import check_new_comment, checked_body
from blog.discussions.forms import CommentForm, GuestForm, show_faults
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import article_of_thread, comment_view, comments_in
from blog.discussions.values import WAITING_COMMENT
from blog.discussions.views.blueprint import ID, Answer, blueprint
from blog.discussions.views.comments import Shown, address_of, address_of_comment, answer_page, thread_page


@blueprint.post(f"/debates/<{ID}:thread_id>/begin")
@public
@csrf.exempt
def comment_begin(thread_id: int) -> Answer:
    """Words of a visitor for the whole; asks who they are."""
    return _begun(thread_for(current_actor(), thread_id), None)


@blueprint.post(f"/c/<{ID}:comment_id>/begin")
@public
@csrf.exempt
def answer_begin(comment_id: int) -> Answer:
    """Words of a visitor for a comment; asks who they are."""
    comment = comment_for(current_actor(), comment_id)
    return _begun(comment.thread, comment)


@blueprint.post(f"/debates/<{ID}:thread_id>/join")
@public
def comment_join(thread_id: int) -> Answer:
    """Has a code mailed to somebody who wrote; the comment waits for it."""
    return _joining(thread_for(current_actor(), thread_id), None)


@blueprint.post(f"/c/<{ID}:comment_id>/join")
@public
def answer_join(comment_id: int) -> Answer:
    """Has a code mailed to somebody who answered; the answer waits for it."""
    comment = comment_for(current_actor(), comment_id)
    return _joining(comment.thread, comment)


def asked_again(thread: Thread, answers: Comment | None, body: str, *, name: str, email: str) -> Response:
    """The page that asks who wrote `body`, with what was said before; for whom is signed in, the one that posts it.

    Raises `DomainError` where nothing can be written any more.
    """
    if current_actor().is_authenticated:
        return make_response(_member_page(thread, answers, CommentForm(formdata=None, data={"body": body})))
    check_new_comment(thread, answers)
    form = GuestForm(formdata=None, data={"body": body, "name": name, "email": email})
    return _guest_page(thread, answers, form, 200)


def _begun(thread: Thread, answers: Comment | None) -> Answer:
    if _comes_from_elsewhere():
        raise Forbidden(_("Another site has sent us these words. Write them here, if they are yours."))
    typed = request.form.get("body", "")
    if current_actor().is_authenticated:
        # They have signed in meanwhile: the same words, in the form that posts them.
        return _member_page(thread, answers, CommentForm(formdata=None, data={"body": typed}))
    check_new_comment(thread, answers)
    form = GuestForm(formdata=None, data={"body": typed.replace("\r\n", "\n").strip()})
    try:
        checked_body(typed)
    except InvalidInput as error:
        show_faults(form, error)
    return _guest_page(thread, answers, form, 422 if form.errors else 200)


def _comes_from_elsewhere() -> bool:
    """Whether a page of another site sent this; older browsers say it with `Origin` alone."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    return "Origin" in request.headers and told_address("Origin").netloc != request.host


def _joining(thread: Thread, answers: Comment | None) -> Answer:
    form = GuestForm()
    if current_actor().is_authenticated:
        return _member_page(thread, answers, CommentForm(formdata=None, data={"body": form.body.data}))
    check_new_comment(thread, answers)
    if not form.validate():
        return _guest_page(thread, answers, form, 422)
    try:
        data = {
            "thread_id": thread.id,
            "answers_id": answers.id if answers else None,
            "body": checked_body(form.body.data or ""),
            "submission_key": form.submission_key.data,
        }
        with unit_of_work():
            token = ask_for_code(
                form.email.data or "",
                source=source_address(),
                language=language(),
                goal=address_of_comment(answers) if answers else address_of(thread),
                name=form.name.data or "",
                act=WantedAct(WAITING_COMMENT, data),
            )
    except InvalidInput as error:
        show_faults(form, error)
        return _guest_page(thread, answers, form, 422)
    return to_code_page(token)


def _guest_page(thread: Thread, answers: Comment | None, form: GuestForm, status: int) -> Response:
    action = (
        url_for("discussions.answer_join", comment_id=answers.id)
        if answers
        else url_for("discussions.comment_join", thread_id=thread.id)
    )
    page = render_template(
        "discussions/comment_join.html",
        thread=thread,
        answers=comment_view(answers) if answers else None,
        form=form,
        action=action,
        back=address_of_comment(answers) if answers else address_of(thread),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _member_page(thread: Thread, answers: Comment | None, form: CommentForm) -> Answer:
    actor = current_actor()
    if answers is not None:
        require(actor, "comment:answer", answers)
        return answer_page(answers, form)
    require(actor, "comment:post", thread)
    return thread_page(thread, Shown(comments_in(thread)), article_of_thread(thread), form=form)
