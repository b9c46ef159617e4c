"""What is typed about challenges: their set-up, verdicts, and the name of a winner."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import get_timezone, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from blog.accounts.values import MAX_EMAIL, MAX_NAME
from blog.challenges.models import Award, Challenge
from blog.challenges.names import MAX_NAME_LENGTH
from blog.challenges.values import MAX_PRIZE, MAX_REASON, MAX_TITLE, Judgement
from blog.challenges.words import judgement_words
from blog.core.errors import DomainError, InvalidInput
from blog.core.tokens import new_token

# What browsers send for <input type="datetime-local">: with seconds only where somebody gives them.
_LOCAL_TIME = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_FIRST_YEAR, _LAST_YEAR = 2000, 9000


def _judgements() -> dict[str, str]:
    return {judgement.value: judgement_words(judgement) for judgement in Judgement}


def _ways_to_be_shown() -> dict[str, str]:
    return {"initials": gettext("my initials only"), "name": gettext("my name")}


class FaultsForm(FlaskForm):
    """A form that shows the faults that an action found at their fields."""

    def show_faults(self, error: InvalidInput) -> None:
        """Put each fault at its field; a field that this form does not have tells it at the first one."""
        for name, fault in error.fields.items():
            field = self[name] if name in self else next(iter(self))
            field.errors = [*field.errors, str(fault)]

    def show_refusal(self, error: DomainError) -> str:
        """Put what an action refused at the fields that it is about; about none, it comes back as a sentence."""
        name = error.data.get("field")
        if isinstance(error, InvalidInput) and error.fields:
            self.show_faults(error)
        elif isinstance(name, str) and name in self:
            self[name].errors = [*self[name].errors, str(error)]
        else:
            return str(error)
        return ""


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


class VerdictForm(FaultsForm):
    """What a judge says; the button that was pressed is the judgement."""

    judgement = SelectField(_("Verdict"), choices=_judgements)
    reason = TextAreaField(_("Reason"), [Length(max=MAX_REASON)])


class AnswerForm(FaultsForm):
    """An answer that is typed on the page. `submission_key` lets the same form be sent twice and stored once."""

    text = TextAreaField(_("Your answer"), [InputRequired(_("Write something first."))])
    email = EmailField(_("Mail address"), [InputRequired(_("Fill this in.")), Length(max=MAX_EMAIL)])
    name = StringField(_("Your name"), [Length(max=MAX_NAME)])
    submission_key = HiddenField(default=new_token, validators=[Length(max=64)])


class ConfirmEntryForm(FaultsForm):
    """The code from the mail that asks whether an answer is somebody's; none for whom is signed in with its address."""

    code = StringField(_("Code from the mail"), [Length(max=60)])

    def has_code(self) -> bool:
        """Whether something was typed at all; else the field says so. That costs no attempt."""
        if (self.code.data or "").strip():
            return True
        self.code.errors = [*self.code.errors, gettext("Type the code that we mailed to you.")]
        return False


class WinnerForm(FaultsForm):
    """How a winner wants to be shown, and the code that proves that the mail reached them."""

    shown_as = RadioField(_("The result shows"), choices=_ways_to_be_shown, default="initials")
    display_name = StringField(_("Name"), [Length(max=MAX_NAME_LENGTH)])
    code = StringField(
        _("Code from the mail"),
        [InputRequired(_("Type the code that we mailed to you.")), Length(max=60)],
        # The form in which codes are made: capitals and digits, and no word of any language.
        render_kw={"placeholder": "····-····-····", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def chosen_name(self) -> str | None:
        """The name to show; None for initials."""
        return (self.display_name.data or "") if self.shown_as.data == "name" else None


def set_up_form_for(challenge: Challenge) -> SetUpForm:
    """The form that shows a challenge; of a request that posts it, it holds what was typed."""
    return SetUpForm(data=_set_up_of(challenge))


def stored_set_up_form(challenge: Challenge) -> SetUpForm:
    """The form that shows a challenge as it stands, also in a request that posts something else."""
    return SetUpForm(formdata=None, data=_set_up_of(challenge))


def winner_form_for(award: Award) -> WinnerForm:
    """The form that shows what the result shows now: initials, until the winner agrees on a name."""
    shown_as = "name" if award.display_name else "initials"
    return WinnerForm(data={"shown_as": shown_as, "display_name": award.display_name or ""})


def zone_in_use() -> ZoneInfo:
    """The time zone in which this person types and reads."""
    return ZoneInfo(str(get_timezone()))


def _set_up_of(challenge: Challenge) -> dict[str, object]:
    closes_at = challenge.closes_at.astimezone(zone_in_use()) if challenge.closes_at else None
    return {"title": challenge.title, "prize": challenge.prize, "closes_at": closes_at}
