"""What people type in threads. The rules stand in `actions`; the forms only help the browser to help."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from blog.accounts.values import MAX_EMAIL, MAX_NAME
from blog.core.errors import InvalidInput
from blog.core.tokens import new_token
from blog.discussions.values import MAX_BODY_LENGTH, MAX_KEY_LENGTH


def _one_line_end(text: str | None) -> str | None:
    # Browsers send two characters for each line end, and people count one.
    return text.replace("\r\n", "\n").strip() if text else text


def _body_field() -> TextAreaField:
    limit = _("At most %(max)d characters fit here. Shorten it, or post it in parts.", max=MAX_BODY_LENGTH)
    return TextAreaField(
        _("Your comment"),
        [InputRequired(_("Write something first.")), Length(max=MAX_BODY_LENGTH, message=limit)],
        filters=[_one_line_end],
    )


class CommentForm(FlaskForm):
    """A new comment. `submission_key` lets the same form be sent twice and posted once."""

    body = _body_field()
    submission_key = HiddenField(default=new_token, validators=[Length(max=MAX_KEY_LENGTH)])

    def renew(self) -> None:
        """Give the form a fresh key, so that its words can be posted as another comment."""
        self.submission_key.data = new_token()


class GuestForm(FlaskForm):
    """A new comment, by somebody who says who they are: it is posted with the code that is mailed to them."""

    name = StringField(_("Your name"), [InputRequired(_("Fill this in.")), Length(max=MAX_NAME)])
    email = EmailField(_("Mail address"), [InputRequired(_("Fill this in.")), Length(max=MAX_EMAIL)])
    body = _body_field()
    submission_key = HiddenField(default=new_token, validators=[Length(max=MAX_KEY_LENGTH)])


class EditForm(FlaskForm):
    """Other words for a comment. `revision` is the one that its author saw."""

    body = _body_field()
    revision = IntegerField(widget=HiddenInput())


class ConfirmForm(FlaskForm):
    """Nothing but the question."""


def show_faults(form: FlaskForm, error: InvalidInput) -> None:
    """Show what an action found wrong at the fields of the form."""
    for name, fault in error.fields.items():
        form[name].errors = [str(fault)]
