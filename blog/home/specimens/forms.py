"""The forms of the style guide: every kind of field, as it usually is, filled far too full, wrong, and switched off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, Option

from blog.home.specimens.words import ARABIC_NAME, ARABIC_SENTENCE, Words

MAX_BYTES = 2_500_000

_needed = InputRequired(_("Fill this in."))
_LANGUAGES = {"nl": "Nederlands", "en": "English"}


def _topics() -> dict[str, str]:
    return {"listening": gettext("Listening"), "asking": gettext("Asking"), "money": gettext("Money")}


def _stances() -> dict[str, str]:
    return {"for": gettext("For"), "nuance": gettext("It depends"), "against": gettext("Against")}


def _mails() -> dict[str, str]:
    return {
        "answers": gettext("when somebody answers me"),
        "challenges": gettext("when a challenge opens"),
        "weekly": gettext("every week, what was written"),
    }


_Form = TypeVar("_Form", bound=Form)


class FieldsForm(Form):
    """What one types and chooses."""

    name = StringField(_("Your name"), [_needed, Length(max=80)])
    email = EmailField(_("Mail address"), [_needed])
    password = PasswordField(_("Password"), [_needed])
    entries = IntegerField(_("Entries"))
    day = DateField(_("Until"))
    language = SelectField(_("Language"), choices=_LANGUAGES)
    topics = SelectMultipleField(_("What it is about"), choices=_topics)
    reason = TextAreaField(_("Reason"), [_needed, Length(max=200)])


class ChoicesForm(Form):
    """What one picks."""

    stance = RadioField(_("Where do you stand?"), [InputRequired(_("Choose one."))], choices=_stances)
    mails = SelectMultipleField(
        _("Write to me"),
        choices=_mails,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    rules = BooleanField(_("I have read the house rules"), [InputRequired(_("Read them first."))])
    public = BooleanField(_("Everybody may see my name"))

    def validate_mails(self, field: SelectMultipleField) -> None:
        """Not a validator of the field: `required` on each box would ask for all of them."""
        if not field.data:
            raise ValidationError(gettext("Choose one at least."))


class ProofsForm(Form):
    """What one shows and proves."""

    picture = FileField(_("Picture"), [_needed])
    code = StringField(
        _("Code from the mail"), [_needed, Regexp(r"\d{6}", message=_("These are not six digits."))]
    )


@dataclass(frozen=True, slots=True)
class FormSpecimens:
    """Each form in its states. No two of them share a name, so that all can stand on one page."""

    usual: FieldsForm
    wrong: FieldsForm
    full: FieldsForm
    off: FieldsForm
    arabic: FieldsForm
    arabic_choices: ChoicesForm
    dialog: FieldsForm
    choices: ChoicesForm
    noted_choices: ChoicesForm
    wrong_choices: ChoicesForm
    off_choices: ChoicesForm
    proofs: ProofsForm
    wrong_proofs: ProofsForm
    off_proofs: ProofsForm
    notes: Mapping[str, str]
    max_bytes: int = MAX_BYTES


def form_specimens(words: Words) -> FormSpecimens:
    """All forms, filled with `words`."""
    off = FieldsForm(
        prefix="off-", data={"name": words.name, "language": words.language, "reason": words.sentence}
    )
    off_choices = ChoicesForm(prefix="off-", data={"stance": "for", "mails": ["answers"], "public": True})
    off_proofs = ProofsForm(prefix="off-", data={"code": "123"})
    for each in (*off, *off_choices, *off_proofs):
        _switch_off(each)
    return FormSpecimens(
        usual=FieldsForm(prefix="usual-", data={"language": words.language}),
        wrong=_judged(FieldsForm, "wrong-", {"email": words.unbroken, "language": words.language}),
        full=FieldsForm(
            prefix="full-",
            data={"name": words.long_name, "email": words.unbroken, "reason": words.paragraph * 2},
        ),
        off=off,
        arabic=FieldsForm(prefix="arabic-", data={"name": ARABIC_NAME, "reason": ARABIC_SENTENCE}),
        arabic_choices=ChoicesForm(prefix="arabic-", data={"stance": "for"}),
        dialog=FieldsForm(prefix="dialog-"),
        choices=ChoicesForm(prefix="usual-", data={"stance": "nuance", "mails": ["answers"], "public": True}),
        noted_choices=ChoicesForm(prefix="noted-"),
        wrong_choices=_judged(ChoicesForm, "wrong-", {}),
        off_choices=off_choices,
        proofs=ProofsForm(prefix="usual-"),
        wrong_proofs=_judged(ProofsForm, "wrong-", {"code": "12a4"}),
        off_proofs=off_proofs,
        notes={"for": words.sentence, "nuance": words.paragraph, "against": words.reason},
    )


def _judged(kind: type[_Form], prefix: str, typed: Mapping[str, str]) -> _Form:
    """A form that was sent with no more than what was `typed`."""
    form = kind(
        MultiDict({f"{prefix}{name}": value for name, value in typed.items()} or {"sent": ""}), prefix=prefix
    )
    form.validate()
    return form


def _switch_off(field: Field) -> None:
    """Nobody can fill this in."""
    field.render_kw = {"disabled": True}
    if isinstance(field, SelectField) and not isinstance(field.option_widget, Option):
        field.choices = [(value, label, field.render_kw) for value, label, *_rest in field.iter_choices()]
