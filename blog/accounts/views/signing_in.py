"""Coming in with a password, and going out."""

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from blog.accounts.actions import sessions, signing_in
from blog.accounts.actions.codes import ask_for_code
from blog.accounts.forms import SignInForm, show_faults
from blog.accounts.sessions import guessing_source, let_in, present
from blog.accounts.values import SignInMethod, path_here
from blog.accounts.views.blueprint import Page, blueprint, signed_out
from blog.accounts.views.codes import to_code_page
from blog.accounts.views.entering import enter, forget_first_step, to_second_step, writing_limits_down
from blog.accounts.views.provider import provider_here
from blog.core.db import session, unit_of_work
from blog.core.errors import InvalidInput, TooMany
from blog.core.i18n import in_same_language, language
from blog.core.pages import say_when_again
from blog.core.routing import current_actor, public


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """By a code from the mailbox, or by password; then on to `next`."""
    goal = path_here(request.args.get("next"))
    if request.method == "GET" and current_actor().is_authenticated:
        return redirect(goal)
    form = SignInForm()
    if form.is_submitted():
        # At the form, not at the page: opening a page changes nothing, and a tab in the background opens this one.
        forget_first_step()
    if not form.validate_on_submit():
        return _page(form, goal)
    return _by_password(form, goal) if form.password.data else _mail_code(form, goal)


def _by_password(form: SignInForm, goal: str) -> Page:
    """The way in with a password, and then perhaps a second step."""
    email = form.email.data or ""
    try:
        with writing_limits_down(email), unit_of_work():
            attempt = signing_in.begin_attempt(email, guessing_source(email))
    except TooMany as error:
        session.rollback()
        return _page(form, goal, held_back=error)
    try:
        proof = signing_in.prove(attempt, form.password.data or "")
        with unit_of_work():
            person = signing_in.accept(proof)
            token = enter(person, SignInMethod.PASSWORD)
    except InvalidInput as error:
        with unit_of_work():
            signing_in.note_refusal(attempt)
        show_faults(form, error, default="password")
        return _page(form, goal)
    if token is None:
        return to_second_step(person, SignInMethod.PASSWORD, goal)
    let_in(token)
    return redirect(in_same_language(goal), 303)


def _mail_code(form: SignInForm, goal: str) -> Page:
    """The way in without a password: the same for everybody, whether they have an account or not."""
    email = form.email.data or ""
    try:
        with unit_of_work():
            token = ask_for_code(email, source=guessing_source(email), language=language(), goal=goal)
    except InvalidInput as error:
        show_faults(form, error, default="email")
        return _page(form, goal)
    return to_code_page(token)


def _page(form: SignInForm, goal: str, *, held_back: TooMany | None = None) -> Page:
    """The page where one signs in. `held_back` is why no password is looked at for now; a mailed code still is."""
    provider = provider_here()
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        goal=goal,
        provider_name=provider.settings.name if provider else "",
        held_back=str(held_back or ""),
    )
    if held_back:
        answer = make_response(page, held_back.status)
        say_when_again(answer, held_back)
        return answer
    return page, 422 if form.errors else 200


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session of this browser, and go on to `next`. Nothing happens to whom has none."""
    signed_in = present()
    if signed_in is not None:
        with unit_of_work():
            sessions.sign_out(signed_in.session_id)
    return signed_out(path_here(request.args.get("next")))
