"""One's mail address is changed: a code goes to the new one, and the old one hears of it."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions import addresses, codes
from blog.accounts.actions.codes import CodeCheck
from blog.accounts.forms import CodeForm, NewAddressForm, show_faults
from blog.accounts.models.codes import MailedCode
from blog.accounts.queries import code_by_ask
from blog.accounts.sessions import know_browser, session_here, source_address
from blog.accounts.views.blueprint import Page, blueprint, form_page
from blog.accounts.views.codes import FAULTS
from blog.accounts.views.entering import writing_limits_down
from blog.accounts.views.proof import recently_proved
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound
from blog.core.i18n import language
from blog.core.routing import current_actor, members_only
from blog.core.tokens import digest

# No link helps here: the mail to a new address has none.
_FAULTS = FAULTS | {
    CodeCheck.GUESSED: lazy_gettext(
        "Too many wrong codes were typed for this address today. Try again tomorrow."
    )
}


@blueprint.route("/address", methods=["GET", "POST"])
@members_only
@recently_proved
def change_address() -> Page:
    """Which address I want."""
    person = person_for(current_actor())
    form = NewAddressForm()
    if not form.validate_on_submit():
        return form_page("accounts/address.html", form, email=person.email)
    try:
        with unit_of_work():
            token = addresses.ask_for_address(
                person,
                form.email.data or "",
                source=source_address(),
                language=language(),
                goal=url_for("accounts.account"),
            )
    except InvalidInput as error:
        show_faults(form, error, default="email")
        return form_page("accounts/address.html", form, email=person.email)
    return redirect(url_for("accounts.address_code", token=token), 303)


@blueprint.route("/address/<token>", methods=["GET", "POST"])
@members_only
@recently_proved
def address_code(token: str) -> Page:
    """The code from the mail to the new address: here, where I am signed in, and nowhere else."""
    asked = _asked_by_me(token)
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form, asked, token)
    person = person_for(current_actor())
    try:
        with writing_limits_down(asked.email), unit_of_work():
            check = addresses.change_address(
                person,
                asked,
                form.code.data or "",
                source=source_address(),
                keep_session=session_here(),
            )
    except Conflict as error:
        session.rollback()
        flash(str(error), "error")
        return redirect(url_for("accounts.change_address"), 303)
    if check is CodeCheck.RIGHT:
        know_browser()
        flash(_("Your mail address is changed. You are signed out everywhere else."), "good")
        return redirect(url_for("accounts.account"), 303)
    form.code.errors = [_FAULTS.get(check, FAULTS[CodeCheck.EXPIRED])]
    return _code_page(form, asked, token)


@blueprint.post("/address/<token>/again")
@members_only
@recently_proved
def address_code_again(token: str) -> Response:
    """Another code. Says the same whether or not a mail goes out."""
    asked = _asked_by_me(token)
    with unit_of_work():
        codes.ask_again(asked, source_address())
    flash(_("A new code is on its way, unless this mailbox has had three mails this hour."), "good")
    return redirect(url_for("accounts.address_code", token=token), 303)


def _asked_by_me(token: str) -> MailedCode:
    asked = code_by_ask(digest(token))
    if asked is None or not addresses.is_for(person_for(current_actor()), asked):
        raise NotFound(_("This code is no longer good. Begin again from your account."))
    return asked


def _code_page(form: CodeForm, asked: MailedCode, token: str) -> Page:
    return form_page("accounts/address_code.html", form, email=asked.email, token=token)
