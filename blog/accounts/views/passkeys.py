"""Passkeys: made on one's account, and used to come in or to confirm that it is oneself.

A script asks for what is to be signed, lets the device sign it, and sends an ordinary form.
"""

from datetime import UTC, datetime

from flask import flash, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts import passkeys
from blog.accounts.access import passkey_for, person_for
from blog.accounts.actions import factors
from blog.accounts.actions.factors import CHALLENGE_LIFE, PasskeyNotAccepted
from blog.accounts.forms import NewPasskeyForm, PasskeyForm
from blog.accounts.models.people import Person
from blog.accounts.passkeys import NotProven, Place
from blog.accounts.queries import may_set_up_factor, passkeys_of
from blog.accounts.sessions import came_by_link, let_in, session_here
from blog.accounts.values import SignInMethod, path_here
from blog.accounts.views.blueprint import blueprint
from blog.accounts.views.confirming import came_back, goal
from blog.accounts.views.entering import begin_session, first_step, go_on
from blog.accounts.views.proof import recently_proved
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError, InvalidInput, RuleBroken
from blog.core.i18n import in_same_language
from blog.core.routing import current_actor, members_only, public

# What was asked to be signed in this browser, last. Held by the signed cookie; it is no secret.
_CHALLENGE = "challenge"
_JSON = {"Content-Type": "application/json"}


@blueprint.get("/passkey/options")
@public
def passkey_options() -> tuple[str, dict[str, str]]:
    """What any passkey of this site is to sign, for the script."""
    challenge = _ask_to_sign()
    return passkeys.options_for_use(_place(), challenge), _JSON


@blueprint.post("/passkey")
@public
def passkey_sign_in() -> Response:
    """Come in with a passkey: it is two things at once, so nothing else is asked for."""
    shown = first_step()
    where = shown.goal if shown else path_here(request.args.get("next"))
    form = PasskeyForm()
    try:
        with unit_of_work():
            person = _signed_by(form)
            if shown is not None and person.id != shown.person.id:
                raise InvalidInput(_("This passkey belongs to another account."))
            token = begin_session(person, SignInMethod.PASSKEY)
    except DomainError as error:
        _tell(error)
        page = "accounts.second_step" if shown else "accounts.sign_in"
        here = url_for(page) if shown else url_for(page, next=where)
        return redirect(in_same_language(here), 303)
    asked = shown.asked if shown else None
    let_in(token)
    return go_on(where, asked)


@blueprint.post("/confirm/passkey")
@members_only
def confirm_passkey() -> Response:
    """It is me: my passkey says so."""
    me = current_actor().person_id
    try:
        with unit_of_work():
            person = _signed_by(PasskeyForm())
            if person.id != me:
                raise InvalidInput(_("This passkey belongs to another account."))
            token = begin_session(person, SignInMethod.PASSKEY)
    except DomainError as error:
        _tell(error)
        return redirect(in_same_language(url_for("accounts.confirm", next=goal())), 303)
    return came_back(token)


@blueprint.get("/passkeys/options")
@members_only
@recently_proved
def new_passkey_options() -> tuple[str, dict[str, str]]:
    """What a new passkey is made from, for the script."""
    person = person_for(current_actor())
    if not came_by_link() and not may_set_up_factor(person, clock.now()):
        # Before a device makes a key that we do not take.
        raise factors.refuse_first_factor()
    known = passkeys_of(person.id)
    handle = known[0].user_handle if known else passkeys.new_user_handle()
    challenge = _ask_to_sign(handle)
    options = passkeys.options_for_new(
        _place(),
        challenge,
        email=person.email,
        name=person.name,
        user_handle=handle,
        known=[key.credential_id for key in known],
    )
    return options, _JSON


@blueprint.post("/passkeys")
@members_only
@recently_proved
def add_passkey() -> Response:
    """Keep a passkey that this device has just made."""
    person = person_for(current_actor())
    form = NewPasskeyForm()
    asked = _asked_to_sign()
    try:
        if not form.validate() or asked is None or asked[1] is None:
            raise InvalidInput(_("No passkey was made. Try again."))
        challenge, handle = asked
        try:
            key = passkeys.checked_new(_place(), challenge, form.credential.data or "")
        except NotProven as error:
            raise InvalidInput(_("No passkey was made. Try again.")) from error
        with unit_of_work():
            factors.add_passkey(
                person,
                key,
                name=form.name.data or "",
                user_handle=handle or "",
                challenge=challenge,
                keep_session=session_here(),
                is_let_in=came_by_link(),
            )
    except DomainError as error:
        session.rollback()
        flash(str(error), "error")
        return _back()
    flash(_("The passkey is yours: from now on you can sign in with it."), "good")
    return _back()


@blueprint.post("/passkeys/<int:passkey_id>/name")
@members_only
@recently_proved
def rename_passkey(passkey_id: int) -> Response:
    """Call a passkey by another name."""
    key = passkey_for(current_actor(), passkey_id)
    try:
        with unit_of_work():
            factors.rename_passkey(key, request.form.get("name", ""))
    except InvalidInput as error:
        session.rollback()
        flash(str(error), "error")
    return _back()


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@members_only
@recently_proved
def remove_passkey(passkey_id: int) -> Response:
    """Take a passkey no more."""
    key = passkey_for(current_actor(), passkey_id)
    person = person_for(current_actor())
    try:
        with unit_of_work():
            factors.remove_passkey(person, key, keep_session=session_here())
    except RuleBroken as error:
        flash(str(error), "error")
        return _back()
    flash(_("The passkey is removed. Remove it from your device, too."), "good")
    return _back()


def _place() -> Place:
    settings = current_settings()
    return passkeys.place_of(settings.site_url, settings.site_name)


def _ask_to_sign(handle: str | None = None) -> str:
    challenge = passkeys.new_challenge()
    cookie[_CHALLENGE] = [challenge, clock.now().timestamp(), handle]
    return challenge


def _asked_to_sign() -> tuple[str, str | None] | None:
    """What this browser was asked to sign within the last five minutes, and for which handle; it is asked once."""
    kept = cookie.pop(_CHALLENGE, None)
    if kept is None:
        return None
    challenge, at, handle = kept
    is_over = clock.now() >= datetime.fromtimestamp(at, UTC) + CHALLENGE_LIFE
    return None if is_over else (challenge, handle)


def _signed_by(form: PasskeyForm) -> Person:
    """Whose passkey has signed what this browser was asked to sign. Raises `DomainError`."""
    asked = _asked_to_sign()
    if not form.validate() or asked is None:
        raise InvalidInput(_("That took too long, or no passkey was used. Try again."))
    try:
        answer = passkeys.read_answer(form.credential.data or "")
    except NotProven as error:
        raise PasskeyNotAccepted from error
    return factors.use_passkey(_place(), asked[0], answer)


def _tell(refusal: DomainError) -> None:
    """Say why nobody comes in, and write it down when it was the passkey."""
    session.rollback()
    if isinstance(refusal, PasskeyNotAccepted):
        with unit_of_work():
            factors.note_refused_passkey(refusal)
    flash(str(refusal), "error")


def _back() -> Response:
    return redirect(url_for("accounts.second_factor"), 303)
