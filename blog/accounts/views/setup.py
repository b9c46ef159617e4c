"""The first admin introduces themself."""

from flask import flash, redirect
from flask_babel import gettext as _

from blog.accounts.actions import setup
from blog.accounts.forms import SetUpForm, show_faults
from blog.accounts.queries import has_admin, setup_link_by_digest
from blog.accounts.sessions import let_in
from blog.accounts.values import SignInMethod
from blog.accounts.views.blueprint import Page, blueprint, form_page
from blog.accounts.views.entering import begin_session
from blog.core import clock
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput, NotFound
from blog.core.i18n import in_same_language
from blog.core.routing import public
from blog.core.tokens import digest


@blueprint.route("/set-up/<token>", methods=["GET", "POST"])
@public
def set_up(token: str) -> Page:
    """The first admin introduces themself. Looking at the page uses nothing up."""
    if setup_link_by_digest(digest(token), clock.now()) is None or has_admin():
        raise NotFound(
            _("This set-up link does not work any more. Ask for a new one: flask people setup-link")
        )
    form = SetUpForm()
    if not form.validate_on_submit():
        return form_page("accounts/set_up.html", form)
    try:
        with unit_of_work():
            person = setup.use_setup_link(
                token, form.name.data or "", form.email.data or "", form.password.data or ""
            )
            session_token = begin_session(person, SignInMethod.SETUP_LINK)
    except InvalidInput as error:
        show_faults(form, error, default="name")
        return form_page("accounts/set_up.html", form)
    let_in(session_token)
    flash(_("Welcome. You are the first admin of this site."), "good")
    return redirect(in_same_language("/"), 303)
