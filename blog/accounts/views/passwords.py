"""A password is set: on one's account, or by the link of whoever was let back in."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from blog.accounts.access import person_for
from blog.accounts.actions import passwords
from blog.accounts.forms import NewPasswordForm, show_faults
from blog.accounts.sessions import know_browser, let_in, session_here
from blog.accounts.values import SignInMethod
from blog.accounts.views.blueprint import Page, blueprint
from blog.accounts.views.entering import enter, to_second_step
from blog.accounts.views.proof import recently_proved
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput
from blog.core.routing import current_actor, members_only, public


@blueprint.route("/password", methods=["GET", "POST"])
@members_only
@recently_proved
def change_password() -> Page:
    """A new password, or a first one; ends the sessions of all other browsers."""
    person = person_for(current_actor())
    form, has_one = NewPasswordForm(), person.password_hash is not None
    if not form.validate_on_submit():
        return _page(form, person.email, has_one=has_one)
    try:
        with unit_of_work():
            passwords.set_password(person, form.password.data or "", keep_session=session_here())
        know_browser()
    except InvalidInput as error:
        show_faults(form, error, default="password")
        return _page(form, person.email, has_one=has_one)
    flash(
        _("Your password is changed. You are signed out everywhere else.")
        if has_one
        else _("You have a password from now on. You are signed out everywhere else."),
        "good",
    )
    return redirect(url_for("accounts.account"), 303)


@blueprint.route("/recover/<token>", methods=["GET", "POST"])
@public
def recover(token: str) -> Page:
    """The link of `flask people recover`: a new password, for whom has lost everything. Looking uses nothing up."""
    email = passwords.person_of_link(token).email
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _page(form, email, has_one=False)
    try:
        with unit_of_work():
            person = passwords.use_recovery_link(token, form.password.data or "")
            session_token = enter(person, SignInMethod.SETUP_LINK)
    except InvalidInput as error:
        show_faults(form, error, default="password")
        return _page(form, email, has_one=False)
    if session_token is None:
        return to_second_step(person, SignInMethod.SETUP_LINK, url_for("accounts.second_factor"))
    let_in(session_token)
    flash(_("You are in again. Set up a passkey or an app next."), "good")
    return redirect(url_for("accounts.second_factor"), 303)


def _page(form: NewPasswordForm, email: str, *, has_one: bool) -> Page:
    page = render_template("accounts/password.html", form=form, email=email, has_one=has_one)
    return page, 422 if form.errors else 200
