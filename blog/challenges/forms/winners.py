"""What a winner decides."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    RadioField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from blog.challenges.forms.faults import FaultsForm
from blog.challenges.models.awards import Award
from blog.challenges.names import MAX_NAME_LENGTH


def _ways_to_be_shown() -> dict[str, str]:
    return {"initials": gettext("my initials only"), "name": gettext("my name")}


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


def winner_form_for(award: Award) -> WinnerForm:
    """The form that shows what the result shows now: initials, until the winner agrees on a name."""
    shown_as = "name" if award.display_name else "initials"
    return WinnerForm(data={"shown_as": shown_as, "display_name": award.display_name or ""})
