"""What people type about themselves."""

import zoneinfo
from functools import lru_cache

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from blog.accounts.values import MAX_EMAIL, MAX_NAME, MAX_PASSWORD
from blog.core.errors import InvalidInput

_needed = InputRequired(_("Fill this in."))
# Longer than any password of ours, so that a paste is never cut before it is compared.
_MAX_TYPED = 1000
_CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def _languages() -> dict[str, str]:
    """The languages of the site, by their own names."""
    return {"": gettext("Same as my browser"), "nl": "Nederlands", "en": "English"}


def _time_zones() -> dict[str, str]:
    """The zones that people live in, like Europe/Amsterdam."""
    return {"": gettext("Same as the site")} | _places()


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    zones = sorted(zone for zone in zoneinfo.available_timezones() if zone.startswith(_CONTINENTS))
    return {zone: zone for zone in zones}


class SignInForm(FlaskForm):
    """A mail address, and a password for whom has one: without it a code is mailed."""

    email = EmailField(_("Mail address"), [_needed, Length(max=MAX_EMAIL)])
    password = PasswordField(_("Password"), [Length(max=_MAX_TYPED)])


class CodeForm(FlaskForm):
    """The code from the mail."""

    code = StringField(_("Code"), [_needed, Length(max=_MAX_TYPED)])


class ConfirmForm(FlaskForm):
    """Nothing but a button."""


class NameForm(FlaskForm):
    """What somebody new is called."""

    name = StringField(_("Your name"), [_needed, Length(max=MAX_NAME)])


class SetUpForm(FlaskForm):
    """Who the first admin is."""

    name = StringField(_("Your name"), [_needed, Length(max=MAX_NAME)])
    email = EmailField(_("Mail address"), [_needed, Length(max=MAX_EMAIL)])
    password = PasswordField(_("Password"), [_needed, Length(max=MAX_PASSWORD)])


class LocaleForm(FlaskForm):
    """How the site is shown to one person."""

    language = SelectField(_("Language"), choices=_languages)
    time_zone = SelectField(_("Time zone"), choices=_time_zones)


class PasswordForm(FlaskForm):
    """The password that somebody has, and the one they want."""

    current = PasswordField(_("Current password"), [_needed, Length(max=_MAX_TYPED)])
    password = PasswordField(_("New password"), [_needed, Length(max=MAX_PASSWORD)])


def show_faults(form: FlaskForm, error: InvalidInput, default: str) -> None:
    """Put what an action refused beside its field of `form`; what belongs to no field, beside `default`."""
    faults = dict(error.fields) or {default: error.message}
    for name, fault in faults.items():
        form[name if name in form else default].errors = [fault]
