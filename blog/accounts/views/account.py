"""What is known about oneself, and how to change it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import browser_session_for, person_for
from blog.accounts.actions import people, sessions
from blog.accounts.actions.erasing import erasure_of
from blog.accounts.forms import LocaleForm
from blog.accounts.models.people import Person
from blog.accounts.queries import browser_sessions_of, code_app_of, passkeys_of, recovery_codes_left
from blog.accounts.sessions import present
from blog.accounts.values import browser_from, path_here
from blog.accounts.views.blueprint import Page, blueprint, signed_out
from blog.accounts.words import ROLE_NAMES
from blog.core import clock
from blog.core.config import LANGUAGES
from blog.core.db import unit_of_work
from blog.core.routing import current_actor, members_only


@blueprint.get("/")
@members_only
def account() -> Page:
    """Who I am, how the site is shown to me, and where I am signed in."""
    person = person_for(current_actor())
    return _account_page(person)


@blueprint.post("/locale")
@members_only
def choose_locale() -> Page:
    """Language and time zone."""
    person = person_for(current_actor())
    form = LocaleForm()
    if not form.validate():
        return _account_page(person, locale_form=form)
    with unit_of_work():
        people.choose_locale(person, form.language.data or None, form.time_zone.data or None)
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/language")
@members_only
def choose_language() -> Response:
    """The language from the foot of a page; back to that page, in it."""
    person = person_for(current_actor())
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        with unit_of_work():
            people.choose_locale(person, chosen, person.time_zone)
    return redirect(path_here(request.form.get("next")), 303)


@blueprint.post("/sessions/<int:session_id>/end")
@members_only
def end_session(session_id: int) -> Response:
    """Sign one of my browsers out."""
    ended = browser_session_for(current_actor(), session_id)
    here = present()
    with unit_of_work():
        sessions.end_session(ended)
    if here is not None and here.session_id == session_id:
        return signed_out()
    flash(_("That browser is signed out."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/sessions/end")
@members_only
def end_all_sessions() -> Response:
    """Sign me out everywhere, here too."""
    person = person_for(current_actor())
    with unit_of_work():
        sessions.sign_out_everywhere(person)
    return signed_out()


def _account_page(person: Person, *, locale_form: LocaleForm | None = None) -> Page:
    locale_form = locale_form or LocaleForm(
        formdata=None, data={"language": person.language or "", "time_zone": person.time_zone or ""}
    )
    here = present()
    page = render_template(
        "accounts/account.html",
        person=person,
        roles=[ROLE_NAMES[held.role] for held in person.roles],
        locale_form=locale_form,
        has_app=code_app_of(person.id) is not None,
        passkeys=passkeys_of(person.id),
        codes_left=recovery_codes_left(person.id),
        browser_sessions=browser_sessions_of(person.id, clock.now()),
        browser_from=browser_from,
        this_session_id=here.session_id if here else None,
        erasure=erasure_of(person.id),
    )
    return page, 422 if locale_form.errors else 200
