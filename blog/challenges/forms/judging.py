"""What judges say."""

from flask_babel import lazy_gettext as _
from wtforms import (
    SelectField,
    TextAreaField,
)
from wtforms.validators import Length

from blog.challenges.forms.faults import FaultsForm
from blog.challenges.values import MAX_REASON, Judgement
from blog.challenges.words.states import judgement_words


def _judgements() -> dict[str, str]:
    return {judgement.value: judgement_words(judgement) for judgement in Judgement}


class VerdictForm(FaultsForm):
    """What a judge says; the button that was pressed is the judgement."""

    judgement = SelectField(_("Verdict"), choices=_judgements)
    reason = TextAreaField(_("Reason"), [Length(max=MAX_REASON)])
