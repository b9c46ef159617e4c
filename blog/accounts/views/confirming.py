"""Show once more who you are, before something that matters."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions import factors, signing_in
from blog.accounts.actions.codes import ask_for_code
from blog.accounts.forms import ConfirmCodeForm, ConfirmForm, ConfirmPasswordForm, show_faults
from blog.accounts.models.people import Person
from blog.accounts.queries import code_app_of, lets_mail_in, needs_second_step, passkeys_of
from blog.accounts.sessions import guessing_source_here, let_in
from blog.accounts.values import Role, SignInMethod, path_here
from blog.accounts.views.blueprint import Page, blueprint
from blog.accounts.views.codes import to_code_page
from blog.accounts.views.entering import begin_session, writing_limits_down
from blog.core.db import unit_of_work
from blog.core.errors import Forbidden, InvalidInput
from blog.core.i18n import in_same_language, language
from blog.core.routing import current_actor, members_only


@blueprint.get("/confirm")
@members_only
def confirm() -> Page:
    """By whatever this person has: password, app, passkey; and by a mailed code where that lets them in."""
    return _page(person_for(current_actor()))


@blueprint.post("/confirm/password")
@members_only
def confirm_password() -> Page:
    """It is me: my password says so."""
    person = person_for(current_actor())
    form = ConfirmPasswordForm()
    if not form.validate():
        return _page(person, password_form=form)
    email = person.email
    with writing_limits_down(email), unit_of_work():
        attempt = signing_in.begin_attempt(email, guessing_source_here())
    try:
        proof = signing_in.prove(attempt, form.password.data or "")
        with unit_of_work():
            token = begin_session(signing_in.accept(proof), SignInMethod.PASSWORD)
    except InvalidInput:
        with unit_of_work():
            signing_in.note_refusal(attempt)
        fault = _("This is not the password of this account.")
        show_faults(form, InvalidInput(fault), default="password")
        return _page(person, password_form=form)
    return came_back(token)


@blueprint.post("/confirm/code")
@members_only
def confirm_code() -> Page:
    """It is me: my app says so."""
    person = person_for(current_actor())
    form = ConfirmCodeForm()
    if not form.validate():
        return _page(person, code_form=form)
    with writing_limits_down(person.email), unit_of_work():
        is_right = factors.try_app_code(person, form.code.data or "", guessing_source_here())
        token = begin_session(person, SignInMethod.APP) if is_right else None
    if token is None:
        form.code.errors = [
            _("This is not the code that the app shows now. Each code works once: wait for the next one.")
        ]
        return _page(person, code_form=form)
    return came_back(token)


@blueprint.post("/confirm/mail")
@members_only
def confirm_mail() -> Response:
    """It is me: my mailbox says so, as it does when I sign in."""
    person = person_for(current_actor())
    if not lets_mail_in(person):
        raise Forbidden(_("Show who you are with your password, your app or your passkey."))
    email = person.email
    with unit_of_work():
        token = ask_for_code(email, source=guessing_source_here(), language=language(), goal=goal())
    return to_code_page(token)


def goal() -> str:
    """The page for which somebody is asked who they are."""
    return path_here(request.args.get("next"), url_for("accounts.account"))


def came_back(token: str) -> Response:
    """To that page, in a session that begins anew (ASVS 5.0, 7.2.4)."""
    where = goal()
    let_in(token, comes_in=False)
    return redirect(in_same_language(where), 303)


def _way_back() -> str:
    """Where somebody goes who does not want it after all: to what can be read without showing anything."""
    where = goal()
    return where if where.startswith("/account/invitation/") else url_for("accounts.account")


def _page(
    person: Person,
    *,
    password_form: ConfirmPasswordForm | None = None,
    code_form: ConfirmCodeForm | None = None,
) -> Page:
    page = render_template(
        "accounts/confirm.html",
        person=person,
        goal=goal(),
        password_form=(password_form or ConfirmPasswordForm(formdata=None)) if person.password_hash else None,
        code_form=(code_form or ConfirmCodeForm(formdata=None)) if code_app_of(person.id) else None,
        has_passkey=bool(passkeys_of(person.id)),
        mail_form=ConfirmForm() if lets_mail_in(person) else None,
        comes_in_otherwise=needs_second_step(person),
        is_admin=any(held.role == Role.ADMIN for held in person.roles),
        back=_way_back(),
    )
    return page, 422 if (password_form and password_form.errors) or (code_form and code_form.errors) else 200
