"""What admins ask of the mail that came in."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from blog.accounts.forms import QueryForm
from blog.mailroom.words import BECAME_NAMES, DOOR_NAMES


def _or_any(names: Mapping[str, LazyString], any_of_them: str) -> dict[str, str]:
    return {"": any_of_them} | {value: str(name) for value, name in names.items()}


def _doors_or_any() -> dict[str, str]:
    return _or_any(DOOR_NAMES, gettext("Every door"))


def _became_or_any() -> dict[str, str]:
    return _or_any(BECAME_NAMES, gettext("Everything"))


class MailForm(QueryForm):
    """Which deliveries to show."""

    door = SelectField(_("Door"), choices=_doors_or_any, default="")
    became = SelectField(_("What it became"), choices=_became_or_any, default="")
    since = DateField(_("From"), [Optional()])
    until = DateField(_("Until and including"), [Optional()])
