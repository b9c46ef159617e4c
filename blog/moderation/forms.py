"""What moderators type. The rules stand in `actions`; the forms only help the browser to help."""

from datetime import UTC, datetime

from flask_babel import gettext, to_utc
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from blog.core.errors import InvalidInput
from blog.moderation.values import MAX_REASON_LENGTH

_FIRST_YEAR, _LAST_YEAR = 2000, 9000


def _one_line_end(text: str | None) -> str | None:
    # Browsers send two characters for each line end, and people count one.
    return text.replace("\r\n", "\n").strip() if text else text


def _reason_field() -> TextAreaField:
    limit = _("At most %(max)d characters fit here.", max=MAX_REASON_LENGTH)
    return TextAreaField(
        _("Reason"),
        [
            InputRequired(_("Give a reason: it is shown to everybody.")),
            Length(max=MAX_REASON_LENGTH, message=limit),
        ],
        filters=[_one_line_end],
    )


class ReasonForm(FlaskForm):
    """An act that needs a reason. `seen` is what the moderator had seen: the last decision, or the revision."""

    reason = _reason_field()
    seen = IntegerField(widget=HiddenInput())


class CloseForm(ReasonForm):
    """Closing a thread, perhaps until a moment."""

    until = DateTimeLocalField(
        _("Until"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    )

    @property
    def until_instant(self) -> datetime | None:
        """The moment that was typed in the moderator's own time zone, in UTC; None for no end."""
        typed = self.until.data
        return to_utc(typed).replace(tzinfo=UTC) if typed else None

    def validate_until(self, field: DateTimeLocalField) -> None:
        """Years at the ends of the calendar have no equal in every time zone."""
        if field.data is not None and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
            raise ValidationError(
                gettext("Give a year from %(first)d to %(last)d.", first=_FIRST_YEAR, last=_LAST_YEAR)
            )


def show_faults(form: FlaskForm, error: InvalidInput) -> None:
    """Show what an action found wrong at the fields of the form."""
    for name, fault in error.fields.items():
        form[name].errors = [str(fault)]
