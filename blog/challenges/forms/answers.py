"""Answers that are typed, and the codes that confirm them."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    EmailField,
    HiddenField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from blog.accounts.values import MAX_EMAIL, MAX_NAME
from blog.challenges.forms.faults import FaultsForm
from blog.core.tokens import new_token


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
