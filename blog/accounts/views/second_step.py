"""The second thing that somebody shows, after a password or a mailed code."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blog.accounts.actions import factors
from blog.accounts.forms import ConfirmCodeForm, RecoveryCodeForm
from blog.accounts.queries import code_app_of, passkeys_of, recovery_codes_left
from blog.accounts.sessions import guessing_source, let_in
from blog.accounts.views.blueprint import Page, blueprint
from blog.accounts.views.entering import (
    FirstStep,
    begin_session,
    first_step,
    go_on,
    still_holds,
    writing_limits_down,
)
from blog.core.db import unit_of_work
from blog.core.i18n import in_same_language
from blog.core.routing import public

# So few are left that somebody is asked to make new ones.
FEW_CODES = 3


@blueprint.route("/second-step", methods=["GET", "POST"])
@public
def second_step() -> Page:
    """A code of the app. A passkey does as well; the page offers what this person has."""
    shown = first_step()
    if shown is None:
        return _begin_again()
    form = ConfirmCodeForm()
    if code_app_of(shown.person.id) is None:
        return _page(shown, form=None)
    if not form.validate_on_submit():
        return _page(shown, form)
    with writing_limits_down(shown.person.email), unit_of_work():
        is_right = still_holds(shown) and factors.try_app_code(
            shown.person, form.code.data or "", guessing_source(shown.person.email)
        )
        token = begin_session(shown.person, shown.method) if is_right else None
    if token is None:
        form.code.errors = [
            _("This is not the code that the app shows now. Each code works once: wait for the next one.")
        ]
        return _page(shown, form)
    return _come_in(shown, token)


@blueprint.route("/second-step/recovery", methods=["GET", "POST"])
@public
def second_step_recovery() -> Page:
    """A code from paper, for whom has not got the rest."""
    shown = first_step()
    if shown is None:
        return _begin_again()
    form = RecoveryCodeForm()
    if not form.validate_on_submit():
        return _recovery_page(form)
    with writing_limits_down(shown.person.email), unit_of_work():
        is_right = still_holds(shown) and factors.try_recovery_code(
            shown.person, form.recovery_code.data or "", guessing_source(shown.person.email)
        )
        token = begin_session(shown.person, shown.method) if is_right else None
    if token is None:
        form.recovery_code.errors = [
            _("This is none of your recovery codes, or it has been used. Try the next one.")
        ]
        return _recovery_page(form)
    left = recovery_codes_left(shown.person.id)
    answer = _come_in(shown, token)
    words = ngettext("%(num)s recovery code is left.", "%(num)s recovery codes are left.", left)
    if left <= FEW_CODES:
        flash(words + " " + _("Make new ones on the page of your account."), "warning")
    else:
        flash(words, "info")
    return answer


def _come_in(shown: FirstStep, token: str) -> Response:
    goal, asked = shown.goal, shown.asked
    let_in(token)
    return go_on(goal, asked)


def _begin_again() -> Response:
    flash(_("That took longer than ten minutes. Sign in once more."), "info")
    return redirect(in_same_language(url_for("accounts.sign_in")), 303)


def _page(shown: FirstStep, form: ConfirmCodeForm | None) -> Page:
    page = render_template(
        "accounts/second_step.html",
        form=form,
        has_passkey=bool(passkeys_of(shown.person.id)),
        has_recovery_codes=recovery_codes_left(shown.person.id) > 0,
        goal=shown.goal,
    )
    return page, 422 if form is not None and form.errors else 200


def _recovery_page(form: RecoveryCodeForm) -> Page:
    page = render_template("accounts/second_step_recovery.html", form=form)
    return page, 422 if form.errors else 200
