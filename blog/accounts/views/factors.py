"""How one signs in, beside a password: passkeys, an app with codes, codes on paper."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blog.accounts import totp
from blog.accounts.access import person_for
from blog.accounts.actions import factors
from blog.accounts.forms import AppForm, NewPasskeyForm, show_faults
from blog.accounts.models.people import Person
from blog.accounts.queries import code_app_of, passkeys_of, recovery_codes_left
from blog.accounts.sessions import came_by_link, know_browser, present, session_here
from blog.accounts.values import path_here
from blog.accounts.views.blueprint import Page, blueprint
from blog.accounts.views.notices import may_set_up_here
from blog.accounts.views.proof import recently_proved
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput, RuleBroken
from blog.core.routing import current_actor, members_only


@blueprint.get("/second-factor")
@members_only
@recently_proved
def second_factor() -> Page:
    """What I can show beside a password, and how to set it up."""
    person = person_for(current_actor())
    here = present()
    due = here.factor_due if here else None
    return render_template(
        "accounts/second_factor.html",
        person=person,
        app=code_app_of(person.id),
        passkeys=passkeys_of(person.id),
        passkey_form=NewPasskeyForm(formdata=None),
        codes_left=recovery_codes_left(person.id),
        due=due,
        may_set_up=may_set_up_here(person),
        goal=path_here(request.args.get("next"), ""),
    )


@blueprint.route("/second-factor/app", methods=["GET", "POST"])
@members_only
@recently_proved
def set_up_app() -> Page:
    """Put our secret into an app, and show that it makes the right codes; also into one on another phone."""
    person = person_for(current_actor())
    if not may_set_up_here(person):
        return redirect(url_for("accounts.second_factor"), 303)
    form = AppForm()
    if request.method == "GET":
        form.salt.data = totp.new_salt()
    if not form.validate_on_submit():
        return _app_page(person, form)
    try:
        with unit_of_work():
            codes = factors.turn_app_on(
                person,
                form.salt.data or "",
                form.code.data or "",
                keep_session=session_here(),
                is_let_in=came_by_link(),
            )
    except InvalidInput as error:
        show_faults(form, error, default="code")
        return _app_page(person, form)
    except (Conflict, Forbidden):
        return redirect(url_for("accounts.second_factor"), 303)
    know_browser()
    return _codes_page(codes, is_new=True)


@blueprint.post("/second-factor/app/off")
@members_only
@recently_proved
def turn_app_off() -> Page:
    """Ask for codes no more."""
    person = person_for(current_actor())
    try:
        with unit_of_work():
            factors.turn_app_off(person, keep_session=session_here())
    except RuleBroken as error:
        flash(str(error), "error")
        return redirect(url_for("accounts.second_factor"), 303)
    know_browser()
    flash(_("From now on no code of an app is asked for."), "good")
    return redirect(url_for("accounts.second_factor"), 303)


@blueprint.post("/second-factor/codes")
@members_only
@recently_proved
def renew_recovery_codes() -> Page:
    """Ten new codes for paper; older ones stop working."""
    person = person_for(current_actor())
    with unit_of_work():
        codes = factors.renew_recovery_codes(person)
    return _codes_page(codes, is_new=False)


def _app_page(person: Person, form: AppForm) -> Page:
    secret = factors.app_secret_of(person, form.salt.data or "")
    address = totp.app_address(secret, person.email, current_settings().site_name)
    page = render_template(
        "accounts/set_up_app.html",
        form=form,
        has_one=code_app_of(person.id) is not None,
        # Drawn by the library from an address that we made: it holds squares only.
        picture=Markup(totp.picture_of(address)),  # noqa: S704
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        address=address,
    )
    return page, 422 if form.errors else 200


def _codes_page(codes: list[str], *, is_new: bool) -> Page:
    return render_template(
        "accounts/recovery_codes.html", codes=codes, is_new=is_new, site_name=current_settings().site_name
    )
