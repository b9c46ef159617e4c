"""Pages of the account: coming in, going out, and what is known about the person."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from blog.accounts import actions
from blog.accounts.access import browser_session_for, person_for
from blog.accounts.forms import LocaleForm, PasswordForm, SetUpForm, SignInForm, show_faults
from blog.accounts.models import Person
from blog.accounts.queries import browser_sessions_of, has_admin, setup_link_by_digest
from blog.accounts.sessions import let_in, let_out, present, source_address
from blog.accounts.values import browser_from, path_here
from blog.core import clock
from blog.core.config import LANGUAGES
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput, NotFound
from blog.core.i18n import in_same_language
from blog.core.routing import current_actor, members_only, public
from blog.core.tokens import digest

Page = Response | str | tuple[str, int]
ROLE_NAMES = {
    "author": lazy_gettext("author"),
    "editor": lazy_gettext("editor"),
    "moderator": lazy_gettext("moderator"),
    "admin": lazy_gettext("admin"),
}

blueprint = Blueprint("accounts", __name__, url_prefix="/account")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """Mail address and password; then on to `next`."""
    goal = path_here(request.args.get("next"))
    if request.method == "GET" and current_actor().is_authenticated:
        return redirect(goal)
    form = SignInForm()
    if not form.validate_on_submit():
        return _form_page("accounts/sign_in.html", form, goal=goal)
    with unit_of_work():
        attempt = actions.begin_attempt(form.email.data or "", source_address())
    try:
        proof = actions.prove(attempt, form.password.data or "")
        with unit_of_work():
            token = actions.sign_in(proof, _user_agent())
    except InvalidInput as error:
        show_faults(form, error, default="password")
        return _form_page("accounts/sign_in.html", form, goal=goal)
    let_in(token)
    return redirect(in_same_language(goal), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session of this browser. Nothing happens to whom has none."""
    signed_in = present()
    if signed_in is not None:
        with unit_of_work():
            actions.sign_out(signed_in.token)
    return _signed_out()


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
        return _form_page("accounts/set_up.html", form)
    try:
        with unit_of_work():
            person = actions.use_setup_link(
                token, form.name.data or "", form.email.data or "", form.password.data or ""
            )
            session_token = actions.start_session(person, _user_agent())
    except InvalidInput as error:
        show_faults(form, error, default="name")
        return _form_page("accounts/set_up.html", form)
    let_in(session_token)
    flash(_("Welcome. You are the first admin of this site."), "good")
    return redirect(in_same_language("/"), 303)


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
        actions.choose_locale(person, form.language.data or None, form.time_zone.data or None)
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/language")
@members_only
def choose_language() -> Response:
    """The language from the foot of a page; back to that page, in it."""
    person = person_for(current_actor())
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        with unit_of_work():
            actions.choose_locale(person, chosen, person.time_zone)
    return redirect(path_here(request.form.get("next")), 303)


@blueprint.post("/password")
@members_only
def change_password() -> Page:
    """A new password, for whom knows the old one; ends the sessions of all other browsers."""
    person = person_for(current_actor())
    form = PasswordForm()
    if not form.validate():
        return _account_page(person, password_form=form)
    email, here = person.email, present()
    with unit_of_work():
        attempt = actions.begin_attempt(email, source_address())
    try:
        proof = actions.prove(attempt, form.current.data or "")
        with unit_of_work():
            actions.change_password(proof, form.password.data or "", keep_token=here.token if here else None)
    except InvalidInput as error:
        show_faults(form, error, default="current")
        return _account_page(person, password_form=form)
    flash(_("Your password is changed. You are signed out everywhere else."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/sessions/<int:session_id>/end")
@members_only
def end_session(session_id: int) -> Response:
    """Sign one of my browsers out."""
    ended = browser_session_for(current_actor(), session_id)
    here = present()
    with unit_of_work():
        actions.end_session(ended)
    if here is not None and here.session_id == session_id:
        return _signed_out()
    flash(_("That browser is signed out."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/sessions/end")
@members_only
def end_all_sessions() -> Response:
    """Sign me out everywhere, here too."""
    person = person_for(current_actor())
    with unit_of_work():
        actions.end_all_sessions(person)
    return _signed_out()


@blueprint.after_request
def _never_kept(response: Response) -> Response:
    """Every page here is one person's own: no cache may keep it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _account_page(
    person: Person, *, locale_form: LocaleForm | None = None, password_form: PasswordForm | None = None
) -> Page:
    locale_form = locale_form or LocaleForm(
        formdata=None, data={"language": person.language or "", "time_zone": person.time_zone or ""}
    )
    here = present()
    page = render_template(
        "accounts/account.html",
        person=person,
        roles=[ROLE_NAMES[held.role] for held in person.roles],
        locale_form=locale_form,
        password_form=password_form or PasswordForm(formdata=None),
        browser_sessions=browser_sessions_of(person.id, clock.now()),
        browser_from=browser_from,
        this_session_id=here.session_id if here else None,
    )
    return page, 422 if locale_form.errors or (password_form and password_form.errors) else 200


def _form_page(template: str, form: SignInForm | SetUpForm, **context: object) -> Page:
    return render_template(template, form=form, **context), 422 if form.errors else 200


def _signed_out() -> Response:
    let_out()
    response = redirect(in_same_language("/"), 303)
    # Pages of the person may not come back with the browser's "back" button (ASVS 5.0, 14.3.1).
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _user_agent() -> str:
    return request.headers.get("User-Agent", "")
