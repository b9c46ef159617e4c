"""What an editor decides about a challenge."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import get_timezone, gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    DateTimeLocalField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from blog.challenges.forms.faults import FaultsForm
from blog.challenges.models.challenges import Challenge
from blog.challenges.values import MAX_PRIZE, MAX_TITLE

# What browsers send for <input type="datetime-local">: with seconds only where somebody gives them.
_LOCAL_TIME = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_FIRST_YEAR = 2000
_LAST_YEAR = 9000


class SetUpForm(FaultsForm):
    """What an editor decides about a challenge; the question is written in the article."""

    title = StringField(_("Title"), [InputRequired(_("Give it a title.")), Length(max=MAX_TITLE)])
    prize = StringField(_("Prize"), [Length(max=MAX_PRIZE)])
    closes_at = DateTimeLocalField(_("Answers count until"), format=_LOCAL_TIME, validators=[Optional()])

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """Years at the ends of the calendar have no equal in every time zone."""
        if field.data is not None and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
            raise ValidationError(
                gettext("Give a year from %(first)d to %(last)d.", first=_FIRST_YEAR, last=_LAST_YEAR)
            )

    def closing_instant(self) -> datetime | None:
        """The closing time that was typed, in UTC; None for none."""
        local = self.closes_at.data
        return local.replace(tzinfo=zone_in_use()).astimezone(UTC) if local else None


def set_up_form_for(challenge: Challenge) -> SetUpForm:
    """The form that shows a challenge; of a request that posts it, it holds what was typed."""
    return SetUpForm(data=_set_up_of(challenge))


def stored_set_up_form(challenge: Challenge) -> SetUpForm:
    """The form that shows a challenge as it stands, also in a request that posts something else."""
    return SetUpForm(formdata=None, data=_set_up_of(challenge))


def zone_in_use() -> ZoneInfo:
    """The time zone in which this person types and reads."""
    return ZoneInfo(str(get_timezone()))


def _set_up_of(challenge: Challenge) -> dict[str, object]:
    closes_at = challenge.closes_at.astimezone(zone_in_use()) if challenge.closes_at else None
    return {"title": challenge.title, "prize": challenge.prize, "closes_at": closes_at}
