"""What people type about themselves."""

import re
import zoneinfo
from functools import lru_cache

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from blog.accounts.codes import CODE_DIGITS, typed_code
from blog.accounts.holdings import CommentsFate
from blog.accounts.names import HANDLE_RULE, MAX_TYPED_HANDLE
from blog.accounts.values import (
    MAX_BIO,
    MAX_EMAIL,
    MAX_KEY_NAME,
    MAX_NAME,
    MAX_NOTE,
    MAX_PASSWORD,
    checked_email,
)
from blog.accounts.words import ACT_NAMES, ROLE_NAMES
from blog.core.errors import InvalidInput

_needed = InputRequired(_("Fill this in."))
_needs_code = InputRequired(_("Type the code of six digits."))
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


def _role_names() -> dict[str, str]:
    return {role: str(name) for role, name in ROLE_NAMES.items()}


def _comments_fates() -> dict[str, str]:
    return {
        CommentsFate.KEEP.value: gettext("They stay, without a name"),
        CommentsFate.GO.value: gettext("They go"),
    }


def _roles_or_any() -> dict[str, str]:
    return {"": gettext("Everybody")} | _role_names()


def _acts_or_any() -> dict[str, str]:
    names = {act: str(name) for act, name in ACT_NAMES.items()}
    return {"": gettext("Everything")} | dict(sorted(names.items(), key=lambda item: item[1]))


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    zones = sorted(zone for zone in zoneinfo.available_timezones() if zone.startswith(_CONTINENTS))
    return {zone: zone for zone in zones}


def _with_short_breaks(text: str | None) -> str | None:
    """Line breaks are sent as two characters, and counted as one by browsers and people."""
    return text.replace("\r\n", "\n") if text else text


def _has_six_digits(_form: FlaskForm, field: StringField) -> None:
    """What is no code at all costs no try."""
    if len(typed_code(field.data or "")) != CODE_DIGITS:
        raise ValidationError(gettext("The code has six digits."))


def _is_address(_form: FlaskForm, field: StringField) -> None:
    try:
        checked_email(field.data or "")
    except InvalidInput as error:
        raise ValidationError(str(error)) from error


class SignInForm(FlaskForm):
    """A mail address, and a password for whom has one: without it a code is mailed."""

    email = EmailField(_("Mail address"), [_needed, Length(max=MAX_EMAIL)])
    password = PasswordField(_("Password"), [Length(max=_MAX_TYPED)])


class CodeForm(FlaskForm):
    """The code from the mail."""

    code = StringField(_("Code"), [_needs_code, Length(max=_MAX_TYPED), _has_six_digits])


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


class ProfileForm(FlaskForm):
    """What somebody shows of themself."""

    name = StringField(_("Your name"), [_needed, Length(max=MAX_NAME)])
    handle = StringField(
        _("Address of your page"), [_needed, Length(max=MAX_TYPED_HANDLE, message=HANDLE_RULE)]
    )
    bio = TextAreaField(
        _("About you"),
        [Length(max=MAX_BIO, message=_("At most 500 characters fit here."))],
        filters=[_with_short_breaks],
    )


class PictureForm(FlaskForm):
    """A picture of oneself."""

    picture = FileField(_("Picture"), [FileRequired(_("Choose a picture first."))])


class LocaleForm(FlaskForm):
    """How the site is shown to one person."""

    language = SelectField(_("Language"), choices=_languages)
    time_zone = SelectField(_("Time zone"), choices=_time_zones)


class NewPasswordForm(FlaskForm):
    """The password that somebody wants from now on."""

    password = PasswordField(_("New password"), [_needed, Length(max=MAX_PASSWORD)])


class InvitationForm(FlaskForm):
    """Whom to invite, and to what: both faults are told at once. The page sets the choices of `roles`."""

    email = EmailField(_("Mail address"), [_needed, Length(max=MAX_EMAIL), _is_address])
    roles = SelectMultipleField(
        _("What they may do here"),
        [InputRequired(_("Choose what they may do here."))],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    language = SelectField(_("Language of the mail"), choices={"nl": "Nederlands", "en": "English"})


class JoinForm(FlaskForm):
    """Who takes on an invitation: a name and a password, as far as they have none."""

    name = StringField(_("Your name"), [_needed, Length(max=MAX_NAME)])
    password = PasswordField(_("Password"), [_needed, Length(max=MAX_PASSWORD)])


class FirstPasswordForm(FlaskForm):
    """A password, for whom has come in by mailed codes so far."""

    password = PasswordField(_("New password"), [_needed, Length(max=MAX_PASSWORD)])


class RoleForm(FlaskForm):
    """One role to give."""

    role = SelectField(_("Role"), choices=_role_names)


class QueryForm(FlaskForm):
    """What is asked for in an address. It has faults to tell in the language of the page, and needs no token."""

    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride] - as WTForms has it
        """Nothing is changed by it."""

        csrf = False


class PeopleForm(QueryForm):
    """Whom to look for."""

    q = SearchField(_("Name, handle or mail address"), [Length(max=MAX_EMAIL)])
    role = SelectField(_("Role"), choices=_roles_or_any, validate_choice=False)


class AuditForm(QueryForm):
    """Which acts to show."""

    act = SelectField(_("What"), choices=_acts_or_any, default="")
    who = StringField(_("Who"), [Length(max=MAX_EMAIL)])
    since = DateField(_("From"), [Optional()])
    until = DateField(_("Until and including"), [Optional()])


class ErasureForm(FlaskForm):
    """What becomes of somebody's comments when their account is erased."""

    comments = RadioField(
        _("Comments"),
        choices=_comments_fates,
        default=CommentsFate.KEEP.value,
    )


class NoteForm(FlaskForm):
    """What other admins should know."""

    body = TextAreaField(_("Note"), [_needed, Length(max=MAX_NOTE)])


class NewAddressForm(FlaskForm):
    """The mail address that somebody wants from now on."""

    email = EmailField(_("New mail address"), [_needed, Length(max=MAX_EMAIL)])


class RecoveryCodeForm(FlaskForm):
    """A code from paper."""

    recovery_code = StringField(_("Recovery code"), [_needed, Length(max=_MAX_TYPED)])


class AppForm(FlaskForm):
    """The first code of an app, and what its secret was made of: that says nothing without the secret of the site."""

    salt = HiddenField(validators=[_needed, Regexp(r"[\w-]{1,64}\Z", re.ASCII)])
    code = StringField(_("Code that the app shows"), [_needs_code, Length(max=_MAX_TYPED), _has_six_digits])


class ConfirmPasswordForm(FlaskForm):
    """The password, once more."""

    password = PasswordField(_("Password"), [_needed, Length(max=_MAX_TYPED)])


class ConfirmCodeForm(FlaskForm):
    """A code of the app, once more."""

    code = StringField(_("Code that the app shows"), [_needs_code, Length(max=_MAX_TYPED), _has_six_digits])


class PasskeyForm(FlaskForm):
    """What a device has signed; a script fills it in."""

    credential = HiddenField(validators=[_needed])


class NewPasskeyForm(FlaskForm):
    """A passkey that a device has made, and what it is called."""

    name = StringField(_("What do you call it?"), [_needed, Length(max=MAX_KEY_NAME)])
    credential = HiddenField(validators=[_needed])


def show_faults(form: FlaskForm, error: InvalidInput, default: str) -> None:
    """Put what an action refused beside its field of `form`; what belongs to no field, beside `default`."""
    faults = dict(error.fields) or {default: error.message}
    for name, fault in faults.items():
        form[name if name in form else default].errors = [fault]
