"""What winners decide, and what the desk does about their prizes."""

from typing import Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from blog.challenges.forms.faults import FaultsForm
from blog.challenges.forms.judging import reasons_to_disqualify
from blog.challenges.models.awards import Award
from blog.challenges.models.entries import Entry
from blog.challenges.names import MAX_NAME_LENGTH
from blog.challenges.values import MAX_ADDRESS, MAX_REASON, MAX_TRACKING


def _ways_to_be_shown() -> dict[str, str]:
    return {
        "number": gettext("the number of my entry only"),
        "initials": gettext("my initials"),
        "name": gettext("my name"),
    }


def _ways_on_the_roll() -> dict[str, str]:
    return {"number": gettext("the number of my entry only"), "name": gettext("my name")}


def _code_field(element_id: str | None = None) -> StringField:
    return StringField(
        _("Code from the mail"),
        [InputRequired(_("Type the code that we mailed to you.")), Length(max=60)],
        # The form in which codes are made: capitals and digits, and no word of any language.
        render_kw={"placeholder": "····-····-····", "autocapitalize": "characters", "spellcheck": "false"},
        id=element_id,
    )


class WinnerForm(FaultsForm):
    """How a winner wants to be shown, where the prize is to be sent, and the code that proves that they got the mail.

    Who has sent no address in the request leaves it as it is.
    """

    shown_as = RadioField(_("The result shows"), choices=_ways_to_be_shown, default="number")
    display_name = StringField(_("Name"), [Length(max=MAX_NAME_LENGTH)])
    address = TextAreaField(_("Where shall we send it?"), [Length(max=MAX_ADDRESS)])
    code = _code_field()

    def chosen_name(self) -> str | None:
        """The name to show; None for none."""
        return (self.display_name.data or "") if self.shown_as.data == "name" else None

    def chose_initials(self) -> bool:
        """Whether their initials are what they want to have shown."""
        return self.shown_as.data == "initials"

    def typed_address(self) -> str | None:
        """Where to send the prize; None when nothing was typed: what was said before stays."""
        return self.address.data if (self.address.data or "").strip() else None


class WinnerCodeForm(FaultsForm):
    """The code alone: to decline a prize, or to say that it has come. It stands below a `WinnerForm`."""

    code = _code_field("other-code")


class HonourForm(FaultsForm):
    """Whether somebody with a correct answer wants their name on the roll of honour."""

    shown_as = RadioField(_("The roll of honour shows"), choices=_ways_on_the_roll, default="number")
    display_name = StringField(_("Name"), [Length(max=MAX_NAME_LENGTH)])

    def chosen_name(self) -> str | None:
        """The name to show; None for none."""
        return (self.display_name.data or "") if self.shown_as.data == "name" else None


class ActForm(FaultsForm):
    """What the desk types for one act on the prize of one entry: there are several of these on a page."""

    def named(self, name: str) -> Self:
        """The same form, whose fields have ids of their own."""
        for field in self:
            field.id = field.label.field_id = f"{name}-{field.short_name}"
        return self


class SentForm(ActForm):
    """How a parcel can be followed, if it can."""

    tracking = StringField(_("How it can be followed"), [Length(max=MAX_TRACKING)])


class ToldReasonForm(ActForm):
    """Why the desk does something, for whom it concerns."""

    reason = TextAreaField(_("Reason"), [Length(max=MAX_REASON)])


class DisqualifyWinnerForm(ToldReasonForm):
    """Why an entry that has won cannot take part."""

    code = SelectField(_("Why"), choices=reasons_to_disqualify, validate_choice=False)


def winner_form_for(award: Award) -> WinnerForm:
    """The form that shows what the result shows now: the number of the entry, until the winner chooses something else.

    Where they live is not shown again: whoever finds the link to a receipt need not know it.
    """
    shown_as = "name" if award.display_name else "initials" if award.shows_initials else "number"
    return WinnerForm(data={"shown_as": shown_as, "display_name": award.display_name or ""})


def honour_form_for(entry: Entry) -> HonourForm:
    """The form that shows how an entry stands on the roll of honour now."""
    shown_as = "name" if entry.honour_name else "number"
    return HonourForm(data={"shown_as": shown_as, "display_name": entry.honour_name or ""})
